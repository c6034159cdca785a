//! One record of the corpus, and its value for every field of the format.

use std::net::{IpAddr, Ipv4Addr};

use flowcause::model::field::Field;

use super::fleet::{Fleet, Interface, aws_service};

/// The status and the action of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Accept,
    Reject,
    NoData,
    SkipData,
}

/// One record, from the view of its interface.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) interface: u32,
    pub(crate) kind: Kind,
    pub(crate) egress: bool,
    pub(crate) v6: bool,
    pub(crate) peer: IpAddr,
    /// The address in the packet at a NAT gateway, where the record has the address of the interface.
    pub(crate) inner: Option<Ipv4Addr>,
    pub(crate) local_port: u16,
    pub(crate) peer_port: u16,
    pub(crate) protocol: u8,
    pub(crate) flags: u8,
    pub(crate) packets: u32,
    pub(crate) bytes: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The value of a field before it is written.
pub(crate) enum Value<'a> {
    Text(&'a str),
    Address(IpAddr),
    Number(u32),
    Missing,
}

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";

impl Row {
    /// Whether the reduction counts it: a flow with port 443 or 53 on either side.
    pub(crate) fn matches(&self) -> bool {
        let service = |port| port == 443 || port == 53;
        self.has_flow() && (service(self.local_port) || service(self.peer_port))
    }

    fn has_flow(&self) -> bool {
        matches!(self.kind, Kind::Accept | Kind::Reject)
    }

    /// The value of a field, in a log of a version.
    pub(crate) fn value<'a>(&self, field: Field, version: u32, fleet: &'a Fleet) -> Value<'a> {
        let interface = fleet.interface(self.interface);
        self.window_value(field, version, interface).unwrap_or_else(|| {
            if self.has_flow() { self.flow_value(field, interface) } else { Value::Missing }
        })
    }

    /// The fields that are filled in records without a flow too.
    fn window_value<'a>(&self, field: Field, version: u32, interface: &'a Interface) -> Option<Value<'a>> {
        Some(match field {
            Field::Version => Value::Number(version),
            Field::AccountId => Value::Text(ACCOUNT),
            Field::InterfaceId => Value::Text(&interface.id),
            Field::Start => Value::Number(self.start),
            Field::End => Value::Number(self.end),
            Field::LogStatus => Value::Text(match self.kind {
                Kind::Accept | Kind::Reject => "OK",
                Kind::NoData => "NODATA",
                Kind::SkipData => "SKIPDATA",
            }),
            Field::VpcId => Value::Text(&interface.vpc),
            Field::SubnetId => Value::Text(&interface.subnet),
            Field::AzId => Value::Text(interface.az),
            Field::InstanceId => Value::Text(&interface.instance),
            _ => return None,
        })
    }

    fn flow_value(&self, field: Field, interface: &Interface) -> Value<'static> {
        let own = match interface.v6 {
            Some(v6) if self.v6 => IpAddr::V6(v6),
            _ => IpAddr::V4(interface.v4),
        };
        let in_packet = self.inner.map_or(own, IpAddr::V4);
        let (source, target) = self.directed(own, self.peer);
        let (packet_source, packet_target) = self.directed(in_packet, self.peer);
        let (source_port, target_port) = self.directed(self.local_port, self.peer_port);
        match field {
            Field::SrcAddr => Value::Address(source),
            Field::DstAddr => Value::Address(target),
            Field::PktSrcAddr => Value::Address(packet_source),
            Field::PktDstAddr => Value::Address(packet_target),
            Field::SrcPort => Value::Number(source_port.into()),
            Field::DstPort => Value::Number(target_port.into()),
            Field::Protocol => Value::Number(self.protocol.into()),
            Field::Packets => Value::Number(self.packets),
            Field::Bytes => Value::Number(self.bytes),
            Field::TcpFlags => Value::Number(self.flags.into()),
            Field::Action => Value::Text(if self.kind == Kind::Reject { "REJECT" } else { "ACCEPT" }),
            Field::Type => Value::Text(if self.v6 { "IPv6" } else { "IPv4" }),
            Field::Region => Value::Text(REGION),
            Field::PktSrcAwsService => aws_service(packet_source).map_or(Value::Missing, Value::Text),
            Field::PktDstAwsService => aws_service(packet_target).map_or(Value::Missing, Value::Text),
            Field::FlowDirection => Value::Text(if self.egress { "egress" } else { "ingress" }),
            Field::TrafficPath if self.egress => Value::Number(match aws_service(packet_target) {
                Some("S3") => 7,
                Some(_) => 8,
                None => 1,
            }),
            _ => Value::Missing,
        }
    }

    fn directed<T>(&self, own: T, peer: T) -> (T, T) {
        if self.egress { (own, peer) } else { (peer, own) }
    }
}
