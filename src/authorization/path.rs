//! How the requests of a start leave the VPC, which decides whether an endpoint's policy applies.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::model::ids::EndpointId;
use crate::model::service::Service;

/// The way of the requests to one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RequestPath {
    /// Through this endpoint, whose policy applies.
    Endpoint(EndpointId),
    /// To a public address, past every endpoint.
    Public {
        /// The address that the service sees: that of the NAT gateway, or the public one of the task's interface.
        source: Option<IpAddr>,
    },
    /// Nothing shows the way.
    #[default]
    Unknown,
}

impl RequestPath {
    /// The endpoint on the way.
    #[must_use]
    pub fn endpoint(&self) -> Option<&EndpointId> {
        match self {
            Self::Endpoint(id) => Some(id),
            Self::Public { .. } | Self::Unknown => None,
        }
    }
}

/// The ways of all requests of a start: from records, or from the configured paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestPaths {
    /// The private address of the task.
    pub task_address: Option<IpAddr>,
    ways: BTreeMap<(Service, Option<String>), RequestPath>,
}

impl RequestPaths {
    /// Sets the way to a service; `region` is none for the Region of the task.
    pub fn set(&mut self, service: Service, region: Option<&str>, way: RequestPath) {
        self.ways.insert((service, region.map(str::to_owned)), way);
    }

    /// The way to a service in a Region. A request to another Region than the task's passes no endpoint that serves the own
    /// Region, so its way is not known unless it was set for that Region.
    #[must_use]
    pub fn get(&self, service: &Service, region: Option<&str>, home: Option<&str>) -> &RequestPath {
        let of = |region: Option<&str>| self.ways.get(&(service.clone(), region.map(str::to_owned)));
        let is_home = region.is_none() || region == home;
        let own = if is_home { of(None) } else { None };
        of(region).or(own).unwrap_or(&RequestPath::Unknown)
    }
}
