//! Name resolution: what a VPC's names point at.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::support::startup::DOCKER_HUB;
use crate::support::vpc::{Eni, REGION, Vpc};

/// How names become addresses.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of AWS of its own")]
pub(crate) struct Names {
    /// `enableDnsSupport`: the Amazon resolver answers.
    pub(crate) support: bool,
    /// `enableDnsHostnames`: with the former, private DNS works.
    pub(crate) hostnames: bool,
    /// `domain-name-servers`; the Amazon resolver where empty.
    pub(crate) servers: Vec<Ipv4Addr>,
    /// Interface endpoints with `PrivateDnsEnabled` false.
    pub(crate) private_dns_off: BTreeSet<String>,
    /// Interface endpoints whose private DNS serves only queries that arrive by an inbound Resolver endpoint: names of
    /// the VPC lead to public addresses.
    pub(crate) inbound_only: BTreeSet<String>,
    /// Whether custom servers forward to the Amazon resolver; without it they give public addresses.
    pub(crate) forwards: bool,
    /// Services that the tasks contact in another Region, and the Region.
    pub(crate) regions: BTreeMap<&'static str, &'static str>,
    /// Interface endpoints that serve another Region's service, and the Region.
    pub(crate) endpoint_regions: BTreeMap<String, &'static str>,
    /// Whether the answers of a custom server do not fit a datagram.
    pub(crate) truncated: bool,
    /// Public addresses of services that are not the usual ones.
    pub(crate) public: BTreeMap<&'static str, Ipv4Addr>,
}

impl Names {
    /// The settings of a new VPC.
    pub(super) fn working() -> Self {
        Self {
            support: true,
            hostnames: true,
            servers: Vec::new(),
            private_dns_off: BTreeSet::new(),
            inbound_only: BTreeSet::new(),
            forwards: true,
            regions: BTreeMap::new(),
            endpoint_regions: BTreeMap::new(),
            truncated: false,
            public: BTreeMap::new(),
        }
    }

    /// Where a service answers to those who do not use an endpoint.
    pub(crate) fn public_address(&self, service: &str) -> Ipv4Addr {
        self.public.get(service).copied().unwrap_or_else(|| usual_address(service))
    }
}

impl Names {
    /// The Region in which the tasks contact a service.
    pub(crate) fn region(&self, service: &str) -> &'static str {
        self.regions.get(service).copied().unwrap_or(REGION)
    }

    /// The Region of the service that an endpoint serves.
    pub(crate) fn endpoint_region(&self, endpoint: &str) -> &'static str {
        self.endpoint_regions.get(endpoint).copied().unwrap_or(REGION)
    }
}

fn usual_address(service: &str) -> Ipv4Addr {
    match service {
        "secretsmanager" => Ipv4Addr::new(54, 239, 35, 118),
        "ecr.api" => Ipv4Addr::new(34, 248, 173, 22),
        "ecr.dkr" => Ipv4Addr::new(52, 49, 190, 77),
        "s3" => Ipv4Addr::new(52, 218, 36, 74),
        "ssm" => Ipv4Addr::new(52, 119, 196, 35),
        DOCKER_HUB => Ipv4Addr::new(44, 208, 254, 194),
        _ => Ipv4Addr::new(52, 94, 219, 141),
    }
}

impl Vpc {
    /// Whether the service's own name points at an endpoint's interface.
    ///
    /// A custom server forwards to the Amazon resolver, which must be there too.
    pub(crate) fn has_private_dns(&self, eni: Eni) -> bool {
        let (names, endpoint) = (&self.config.names, self.endpoint_id(eni));
        let is_asked = names.servers.is_empty() || names.forwards;
        let is_off = names.private_dns_off.contains(endpoint) || names.inbound_only.contains(endpoint);
        names.support && names.hostnames && is_asked && !is_off
    }

    /// The interface endpoint that a service's name leads to.
    pub(crate) fn endpoint_by_name(&self, service: &str) -> Option<Eni> {
        let names = &self.config.names;
        self.endpoints_of(service).find(|&eni| {
            names.endpoint_region(self.endpoint_id(eni)) == names.region(service) && self.has_private_dns(eni)
        })
    }
}
