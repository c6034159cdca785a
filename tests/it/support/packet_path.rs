//! The interfaces between two parties, by the route tables of their subnets.

use std::net::Ipv4Addr;

use crate::support::config::{NatState, Target};
use crate::support::packets::Direction::{self, Egress, Ingress};
use crate::support::packets::Hop;
use crate::support::vpc::{Eni, Party, Vpc};

/// An address and a port.
type End = (Ipv4Addr, u16);

/// `traffic-path`: through another resource of the VPC.
const IN_VPC: Option<u8> = Some(1);
/// `traffic-path`: through a gateway endpoint.
const GATEWAY_ENDPOINT: Option<u8> = Some(7);
/// `traffic-path`: through an internet gateway.
const INTERNET_GATEWAY: Option<u8> = Some(8);

/// The hops of both legs, and whether a request gets anywhere after its last one.
#[derive(Clone, Debug)]
pub(super) struct PacketPath {
    pub(super) request: Vec<Hop>,
    pub(super) reply: Vec<Hop>,
    pub(super) arrives: bool,
}

/// The path between two parties. A NAT gateway on it sends from `nat_port`.
pub(super) fn packet_path(
    vpc: &Vpc,
    (from, src): (Party, End),
    (to, dst): (Party, End),
    nat_port: u16,
) -> PacketPath {
    match (from, to) {
        (Party::Eni(a), Party::Eni(b)) => PacketPath {
            request: vec![hop(a, Egress, src, dst, IN_VPC), hop(b, Ingress, src, dst, None)],
            reply: vec![hop(b, Egress, dst, src, IN_VPC), hop(a, Ingress, dst, src, None)],
            arrives: true,
        },
        // Packets from outside always arrive here: only the route out depends on the configuration.
        (Party::Outside(_), Party::Eni(b)) => PacketPath {
            request: vec![hop(b, Ingress, src, dst, None)],
            reply: vec![hop(b, Egress, dst, src, INTERNET_GATEWAY)],
            arrives: true,
        },
        (Party::Eni(a), Party::Outside(address)) => match exit(vpc, a, address) {
            Exit::Direct(path, arrives) => PacketPath {
                request: vec![hop(a, Egress, src, dst, path)],
                reply: vec![hop(a, Ingress, dst, src, None)],
                arrives,
            },
            Exit::Nat(nat) => through_nat(vpc, nat, (a, src), dst, nat_port),
        },
        (Party::Outside(_), Party::Outside(_)) => panic!("nobody here sees that conversation"),
    }
}

/// How a packet leaves the VPC.
enum Exit {
    /// Straight from the interface: its `traffic-path`, and whether it gets anywhere.
    Direct(Option<u8>, bool),
    /// Over this NAT gateway.
    Nat(Eni),
}

/// How packets leave by the effective route table of an interface.
fn exit(vpc: &Vpc, eni: Eni, address: Ipv4Addr) -> Exit {
    let route = vpc.config.route(vpc.table_of(eni), address);
    match route.map(|route| &route.target) {
        None | Some(Target::Local | Target::DeletedNat(_)) => Exit::Direct(None, false),
        Some(Target::S3Gateway) => Exit::Direct(GATEWAY_ENDPOINT, true),
        Some(Target::TransitGateway(_)) => Exit::Direct(IN_VPC, true),
        Some(Target::InternetGateway) => {
            // The gateway translates to the interface's public address, and has nothing to translate to without one.
            let attached = vpc.config.internet_gateway.is_some();
            Exit::Direct(INTERNET_GATEWAY, attached && vpc.has_public_address(eni))
        }
        Some(Target::Nat(nat)) => match vpc.config.nat_state(vpc.nat_id(*nat)) {
            NatState::Available => Exit::Nat(*nat),
            NatState::Failed | NatState::Deleting | NatState::Gone => Exit::Direct(IN_VPC, false),
        },
    }
}

fn hop(eni: Eni, direction: Direction, src: End, dst: End, path: Option<u8>) -> Hop {
    Hop { eni, direction, src, dst, packet_src: src.0, packet_dst: dst.0, path }
}

/// The four records of an exchange at a NAT gateway, and the two at the sender.
fn through_nat(vpc: &Vpc, nat: Eni, (a, src): (Eni, End), dst: End, nat_port: u16) -> PacketPath {
    let address = vpc.get(nat).address;
    let outside = (address, nat_port);
    // A NAT gateway that routes to another NAT gateway leads nowhere.
    let (path, arrives) = match exit(vpc, nat, dst.0) {
        Exit::Direct(path, arrives) => (path, arrives),
        Exit::Nat(_) => (IN_VPC, false),
    };
    let request = vec![
        hop(a, Egress, src, dst, IN_VPC),
        Hop { packet_dst: dst.0, ..hop(nat, Ingress, src, (address, dst.1), None) },
        hop(nat, Egress, outside, dst, path),
    ];
    let reply = vec![
        hop(nat, Ingress, dst, outside, None),
        Hop { packet_src: dst.0, ..hop(nat, Egress, (address, dst.1), src, IN_VPC) },
        hop(a, Ingress, dst, src, None),
    ];
    PacketPath { request, reply, arrives }
}
