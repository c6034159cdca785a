//! A request as it is evaluated: the known facts about its destination and its source port.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use crate::model::ids::InterfaceId;
use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::model::traffic_rule::PortRange;
use crate::path::configured::Request;

/// The destination addresses of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The request's destination.
    Address,
    /// Every public IPv4 address of the request's service: those of these blocks, or all if there are none. A decision holds
    /// only if it is the same for all of them.
    Public(Vec<IpNet>),
    /// Any public address that the sender's route table routes to a device with this interface: records show the device, and
    /// not the destination.
    Behind(InterfaceId),
}

/// A request, with its unknown parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The request.
    pub request: Request,
    /// Its destination addresses.
    pub extent: Extent,
    /// Its possible source ports: replies to each of them must pass.
    pub source_ports: PortRange,
    /// The name of the destination in sentences.
    pub name: String,
}

impl Query {
    /// The ports from which Linux sends by default.
    pub const LINUX_PORTS: PortRange = PortRange { first: 32_768, last: 60_999 };

    /// A request to one address, from any port that Linux chooses.
    #[must_use]
    pub fn to_address(address: IpAddr, service: Service, protocol: Protocol, port: u16) -> Self {
        let request = Request {
            destination: address,
            service,
            protocol,
            source_port: Self::LINUX_PORTS.first,
            destination_port: port,
        };
        Self { source_ports: Self::LINUX_PORTS, ..Self::from(&request) }
    }

    /// A TCP connection to a port of any public address of a service.
    #[must_use]
    pub fn to_public(service: Service, port: u16, blocks: Vec<IpNet>, name: String) -> Self {
        let to = Self::to_address(Ipv4Addr::UNSPECIFIED.into(), service, Protocol::TCP, port);
        Self { extent: Extent::Public(blocks), name, ..to }
    }
}

/// Exactly this request.
impl From<&Request> for Query {
    fn from(request: &Request) -> Self {
        Self {
            request: request.clone(),
            extent: Extent::Address,
            source_ports: PortRange::one(request.source_port),
            name: request.destination.to_string(),
        }
    }
}
