//! A request as it is evaluated: what is known of its destination and of the port it comes from.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::model::traffic_rule::PortRange;
use crate::path::configured::Request;

/// Which addresses a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The request's destination.
    Address,
    /// Every public IPv4 address of the request's service: those of these blocks, or wherever they are if there are none.
    /// Only what holds for all of them is said to hold.
    Public(Vec<IpNet>),
}

/// A request, and what is left open of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The request.
    pub request: Request,
    /// Which addresses it is for.
    pub extent: Extent,
    /// The ports it may come from: replies to every one of them must pass.
    pub source_ports: PortRange,
    /// What sentences call the destination.
    pub name: String,
}

impl Query {
    /// What Linux sends from, unless it was told otherwise.
    pub const LINUX_PORTS: PortRange = PortRange { first: 32_768, last: 60_999 };

    /// To one address, from any port that Linux chooses.
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

    /// Over HTTPS to whatever public address a service may have.
    #[must_use]
    pub fn to_public(service: Service, blocks: Vec<IpNet>, name: String) -> Self {
        let to = Self::to_address(Ipv4Addr::UNSPECIFIED.into(), service, Protocol::TCP, 443);
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
