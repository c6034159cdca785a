//! Networks of one VPC with more than one call, or with another caller than the task.

use std::net::{IpAddr, Ipv4Addr};

use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::calls::{Call, Step};
use crate::support::worlds::launch::Launch;
use crate::support::worlds::names::{Named, S3_BLOCK, Zone};
use crate::support::worlds::net::{Kind, Target, View, World};

/// A registry that is not ECR, or ECR's public one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    /// Docker Hub.
    Docker,
    /// GitHub.
    Ghcr,
    /// Quay.
    Quay,
    /// `public.ecr.aws`.
    Public,
}

impl Registry {
    /// The image, and the hosts of manifests and of layers with an address of each.
    const fn parts(self) -> (&'static str, [(&'static str, [u8; 4]); 2]) {
        match self {
            Self::Docker => (
                "docker.io/acme/orders:7",
                [
                    ("registry-1.docker.io", [44, 208, 254, 194]),
                    ("production.cloudflare.docker.com", [104, 16, 101, 215]),
                ],
            ),
            Self::Ghcr => (
                "ghcr.io/acme/orders:7",
                [
                    ("ghcr.io", [140, 82, 121, 34]),
                    ("pkg-containers.githubusercontent.com", [185, 199, 108, 154]),
                ],
            ),
            Self::Quay => (
                "quay.io/acme/orders:7",
                [("quay.io", [54, 144, 203, 57]), ("cdn03.quay.io", [65, 9, 86, 20])],
            ),
            Self::Public => (
                "public.ecr.aws/acme/orders:7",
                [("public.ecr.aws", [99, 83, 145, 10]), ("d5l0dvt14r5h8.cloudfront.net", [18, 66, 147, 12])],
            ),
        }
    }
}

/// The image in ECR.
pub(crate) fn ecr_image() -> String {
    format!("{}/orders:7", registry_host())
}

fn registry_host() -> String {
    format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com")
}

/// A call to AWS.
pub(crate) fn call(step: Step, to: IpAddr) -> Call {
    let host = match step {
        Step::Secret => format!("secretsmanager.{REGION}.amazonaws.com"),
        Step::Token => format!("api.ecr.{REGION}.amazonaws.com"),
        Step::Manifest => registry_host(),
        Step::Layer => format!("prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com"),
    };
    Call { step, host, to }
}

impl World {
    /// A pull from a registry outside the VPC.
    pub(super) fn pulls_from(&mut self, registry: Registry) {
        let (image, hosts) = registry.parts();
        image.clone_into(&mut self.image);
        self.has_secret = false;
        let steps = [Step::Manifest, Step::Layer].into_iter().zip(hosts);
        self.calls = steps
            .map(|(step, (host, to))| Call { step, host: host.to_owned(), to: IpAddr::from(to) })
            .collect();
        self.service = IpAddr::from(hosts[1].1);
        self.filtered = Some(self.service);
    }

    /// An instance in a subnet of its own pulls; the task's table and groups are of no use.
    pub(super) fn launches_on_ec2(&mut self, launch: Launch) -> usize {
        let subnet = self.add_subnet(0, 7, 'a');
        let group = self.add_group(0, false);
        let instance = self.rng.id("i");
        self.caller = self.add_eni(subnet, 20, Kind::Instance(instance), vec![group]);
        self.launch = launch;
        self.add_eni(subnet, 92, Kind::Other, vec![group]);
        self.has_secret = false;
        let to = IpAddr::V4(Ipv4Addr::new(63, 34, 218, 6));
        self.service = to;
        self.calls = vec![call(Step::Manifest, to)];
        let own = self.enis[0].groups[0];
        if self.rng.between(0, 1) == 0 {
            self.groups[own].rules.clear();
        }
        subnet
    }

    /// An endpoint in the subnet of endpoints.
    fn add_named(&mut self, subnet: usize, last: u8, groups: Vec<usize>, named: Named) -> IpAddr {
        let id = self.rng.id("vpce");
        self.names.endpoints.insert(id.clone(), named);
        let eni = self.add_eni(subnet, last, Kind::Endpoint(id), groups);
        IpAddr::V4(self.enis[eni].v4)
    }

    /// A VPC without a way out: endpoints for the start's services, and S3's gateway endpoint.
    pub(super) fn lives_on_endpoints(&mut self) {
        let subnet = self.add_subnet(0, 12, 'a');
        let group = self.add_group(0, true);
        let named = |service| Named { service, is_private: true, inbound_only: None };
        let services = ["secretsmanager", "ecr.api", "ecr.dkr"];
        let steps = [Step::Secret, Step::Token, Step::Manifest];
        for (last, (service, step)) in (36..).zip(services.into_iter().zip(steps)) {
            let to = self.add_named(subnet, last, vec![group], named(service));
            self.calls.push(call(step, to));
        }
        self.names.gateway = Some(self.rng.id("vpce"));
        self.add_route(self.subnets[0].table, S3_BLOCK, Target::Storage);
        let bucket = IpAddr::V4(Ipv4Addr::new(52, 218, 45, 17));
        self.calls.push(call(Step::Layer, bucket));
        self.service = self.calls[0].to;
    }

    /// The same, and an S3 interface endpoint whose private DNS is for inbound resolvers only, or for all.
    pub(super) fn has_storage_endpoint(&mut self, inbound_only: bool) {
        self.lives_on_endpoints();
        let subnet = self.enis[self.endpoint_for("ecr.api").expect("it was built")].subnet;
        let group = self.add_group(0, true);
        let named = Named { service: "s3", is_private: true, inbound_only: Some(inbound_only) };
        let to = self.add_named(subnet, 44, vec![group], named);
        if !inbound_only {
            self.calls[3].to = to;
        }
        self.service = self.calls[3].to;
    }

    /// Endpoints in a VPC behind a transit gateway, whose names private hosted zones give.
    pub(super) fn has_central_endpoints(&mut self) {
        let place = self.enis[self.endpoint_for("secretsmanager").expect("it was built")].subnet;
        let group = self.add_group(1, true);
        let named = Named { service: "ecr.api", is_private: false, inbound_only: None };
        let api = self.add_named(place, 40, vec![group], named);
        self.calls = vec![call(Step::Secret, self.service), call(Step::Token, api)];
        self.service = api;
        self.names.zone = Some(Zone::Right);
        let table = self.subnets[0].table;
        self.tables[table].routes.retain(|route| matches!(route.target, Target::Local));
        self.add_route(table, "0.0.0.0/0", Target::Transit);
    }

    /// The zone for ECR's API is not right: its name leads to a public address.
    pub(crate) fn loses_zone(&mut self, zone: Zone) {
        self.names.zone = Some(zone);
        self.service = IpAddr::V4(Ipv4Addr::new(63, 34, 77, 12));
        self.calls[1].to = self.service;
    }

    /// A VPC that another account owns, with its endpoint in a subnet that is not shared.
    pub(super) fn is_shared(&mut self, view: View) {
        let subnet = self.add_subnet(0, 12, 'a');
        let group = self.add_group(0, true);
        let named = Named { service: "secretsmanager", is_private: true, inbound_only: None };
        self.service = self.add_named(subnet, 36, vec![group], named);
        self.view = view;
    }
}
