//! Name resolution: what a VPC's names point at.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::support::vpc::{Eni, Vpc};

/// How names become addresses.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// `enableDnsSupport`: the Amazon resolver answers.
    pub(crate) support: bool,
    /// `enableDnsHostnames`: with the former, private DNS works.
    pub(crate) hostnames: bool,
    /// `domain-name-servers`; the Amazon resolver where empty.
    pub(crate) servers: Vec<Ipv4Addr>,
    /// Interface endpoints with `PrivateDnsEnabled` false.
    pub(crate) private_dns_off: BTreeSet<String>,
    /// Whether the answers of a custom server do not fit a datagram.
    pub(crate) truncated: bool,
    /// Public addresses of services that are not the usual ones.
    pub(crate) public: BTreeMap<&'static str, Ipv4Addr>,
}

impl Names {
    /// As in a VPC that nobody touched.
    pub(super) fn working() -> Self {
        Self {
            support: true,
            hostnames: true,
            servers: Vec::new(),
            private_dns_off: BTreeSet::new(),
            truncated: false,
            public: BTreeMap::new(),
        }
    }

    /// Where a service answers to those who do not use an endpoint.
    pub(crate) fn public_address(&self, service: &str) -> Ipv4Addr {
        self.public.get(service).copied().unwrap_or_else(|| usual_address(service))
    }
}

fn usual_address(service: &str) -> Ipv4Addr {
    match service {
        "secretsmanager" => Ipv4Addr::new(54, 239, 35, 118),
        "ecr.api" => Ipv4Addr::new(34, 248, 173, 22),
        "ecr.dkr" => Ipv4Addr::new(52, 49, 190, 77),
        "s3" => Ipv4Addr::new(52, 218, 36, 74),
        "ssm" => Ipv4Addr::new(52, 119, 196, 35),
        _ => Ipv4Addr::new(52, 94, 219, 141),
    }
}

impl Vpc {
    /// Whether the service's own name points at an endpoint's interface.
    ///
    /// A custom server forwards to the Amazon resolver, which must be there too.
    pub(crate) fn has_private_dns(&self, eni: Eni) -> bool {
        let names = &self.config.names;
        names.support && names.hostnames && !names.private_dns_off.contains(self.endpoint_id(eni))
    }
}
