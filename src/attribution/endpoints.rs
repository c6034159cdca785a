//! The endpoints of a VPC: where the name of a service leads in it, and whether an endpoint is missing.

use crate::inventory::{DocumentKind, Inventory};
use crate::model::deployment::Need;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::VpcId;
use crate::model::service::Service;
use crate::path::{Region, region_of};

/// The endpoints of one VPC, as far as documents describe them.
#[derive(Clone, Copy)]
pub(crate) struct Endpoints<'a> {
    inventory: &'a Inventory,
    vpc_id: Option<&'a VpcId>,
    /// The Region in which a service is needed; none for the Region of the VPC.
    region: Option<&'a str>,
}

/// The destination of a service's public name in a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NameTarget<'a> {
    /// The interfaces of an endpoint.
    Endpoint(&'a Endpoint),
    /// The public addresses of the service.
    Public {
        /// An interface endpoint of the service that the name does not lead to.
        unused: Option<UnusedEndpoint<'a>>,
    },
}

/// An interface endpoint that the name of its service does not lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnusedEndpoint<'a> {
    /// The endpoint.
    pub(crate) endpoint: &'a Endpoint,
    /// The setting that is off.
    pub(crate) setting: DnsSetting<'a>,
}

/// The settings that make a service's name lead to its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DnsSetting<'a> {
    /// `PrivateDnsEnabled` of the endpoint.
    PrivateDns,
    /// `PrivateDnsEnabled` of the endpoint, which no document shows: it may be off.
    PrivateDnsUnknown,
    /// `enableDnsSupport` of the VPC.
    DnsSupport(&'a VpcId),
    /// `enableDnsHostnames` of the VPC.
    DnsHostnames(&'a VpcId),
}

impl<'a> DnsSetting<'a> {
    /// A clause: which setting is off.
    pub(crate) fn reason(self) -> String {
        match self {
            Self::PrivateDns => "its private DNS is off".to_owned(),
            Self::PrivateDnsUnknown => "no document shows that its private DNS is on".to_owned(),
            Self::DnsSupport(vpc) => format!("enableDnsSupport of {vpc} is off"),
            Self::DnsHostnames(vpc) => format!("enableDnsHostnames of {vpc} is off"),
        }
    }

    /// The VPC whose setting it is, if it is not the endpoint's.
    pub(crate) fn vpc_id(self) -> Option<&'a VpcId> {
        match self {
            Self::PrivateDns | Self::PrivateDnsUnknown => None,
            Self::DnsSupport(vpc) | Self::DnsHostnames(vpc) => Some(vpc),
        }
    }
}

impl<'a> Endpoints<'a> {
    pub(crate) fn of(inventory: &'a Inventory, vpc_id: Option<&'a VpcId>) -> Self {
        Self { inventory, vpc_id, region: None }
    }

    /// The same endpoints for a service that is needed in the given Region, if one is given.
    pub(crate) fn in_region(self, region: Option<&'a str>) -> Self {
        Self { region, ..self }
    }

    /// All interface endpoints of the VPC.
    pub(crate) fn interface_endpoints(self) -> impl Iterator<Item = &'a Endpoint> {
        self.of_kind(EndpointKind::Interface)
    }

    /// The gateway endpoint of the VPC for S3, on whatever route tables.
    pub(crate) fn s3_gateway(self) -> Option<&'a Endpoint> {
        self.of_kind(EndpointKind::Gateway).find(|endpoint| endpoint.service == Service::S3)
    }

    fn of_kind(self, kind: EndpointKind) -> impl Iterator<Item = &'a Endpoint> {
        let all = self.inventory.endpoints.values();
        all.filter(move |endpoint| endpoint.kind == kind && self.owns(endpoint))
    }

    /// Whether an endpoint is in this VPC. An endpoint whose VPC no document shows counts, because most saved
    /// documents are of one VPC.
    fn owns(self, endpoint: &Endpoint) -> bool {
        self.vpc_of(endpoint).is_none_or(|owner| Some(owner) == self.vpc_id)
    }

    /// Whether documents show that an endpoint is in this VPC.
    pub(crate) fn is_certainly_own(self, endpoint: &'a Endpoint) -> bool {
        self.vpc_id.is_some() && self.vpc_of(endpoint) == self.vpc_id
    }

    /// The VPC of an endpoint: its own field, otherwise that of its subnets, its interfaces or its security groups.
    fn vpc_of(self, endpoint: &'a Endpoint) -> Option<&'a VpcId> {
        let inventory = self.inventory;
        let of_subnet =
            || endpoint.subnet_ids.iter().find_map(|id| inventory.subnets.get(id)?.vpc_id.as_ref());
        let of_interface =
            || endpoint.interface_ids.iter().find_map(|id| inventory.interface(id)?.vpc_id.as_ref());
        let of_group =
            || endpoint.group_ids.iter().find_map(|id| inventory.security_groups.get(id)?.vpc_id.as_ref());
        endpoint.vpc_id.as_ref().or_else(of_subnet).or_else(of_interface).or_else(of_group)
    }

    /// The interface endpoints of a service in the Region where it is needed: a name of one Region does not lead to an endpoint
    /// of another one.
    pub(crate) fn of_service(self, service: &'a Service) -> impl Iterator<Item = &'a Endpoint> {
        let own = || self.vpc_id.and_then(|vpc| region_of(self.inventory, vpc));
        let region =
            self.region.map(str::to_owned).or_else(|| own().map(|region| region.as_str().to_owned()));
        self.interface_endpoints()
            .filter(move |endpoint| endpoint.service == *service && is_of_region(endpoint, region.as_deref()))
    }

    /// The destination of the service's public name.
    ///
    /// The names of S3 lead to its public addresses, because a gateway endpoint changes routes and not names, unless an
    /// interface endpoint with private DNS serves the names within the VPC too. An endpoint of S3 that does not is no unused
    /// one: AWS refuses its private DNS without a gateway endpoint, which then takes the packets.
    pub(crate) fn name_target(self, service: &'a Service) -> NameTarget<'a> {
        let mut unused = None;
        let is_s3 = *service == Service::S3;
        for endpoint in self.of_service(service).filter(|endpoint| !is_s3 || !endpoint.is_inbound_only) {
            match self.settings(endpoint).off() {
                None => return NameTarget::Endpoint(endpoint),
                Some(setting) if !is_s3 => unused = unused.or(Some(UnusedEndpoint { endpoint, setting })),
                Some(_) => (),
            }
        }
        NameTarget::Public { unused }
    }

    /// The settings that decide whether a service's name leads to an endpoint, as far as documents show.
    fn settings(self, endpoint: &Endpoint) -> DnsSettings<'a> {
        let vpc = self.vpc_of(endpoint).or(self.vpc_id).and_then(|vpc| self.inventory.vpcs.get(vpc));
        DnsSettings {
            private_dns: endpoint.private_dns_enabled,
            attributes: vpc.map_or([None; 2], |vpc| [vpc.dns_support, vpc.dns_hostnames]),
            vpc: vpc.map(|vpc| &vpc.id),
        }
    }

    /// Whether the documents may hide an interface endpoint that the name of a service should lead to: their list is missing or
    /// incomplete, the VPC is not known, or the service of an endpoint is not. A service that is not known itself may have
    /// any of the VPC's endpoints.
    pub(crate) fn may_hide(self, service: Option<&Service>) -> bool {
        !self.inventory.documents.contains(&DocumentKind::VpcEndpoints) || self.unknown(service).is_some()
    }

    /// An endpoint that may be one of this VPC for a service, where its documents do not show the service, or where the VPC is
    /// not known.
    pub(crate) fn unknown(self, service: Option<&Service>) -> Option<&'a Endpoint> {
        let may_serve = |endpoint: &Endpoint| match endpoint.kind {
            EndpointKind::Interface => service.is_none() || endpoint.service == Service::Unknown,
            EndpointKind::Other => {
                service.is_none_or(|known| endpoint.service == *known) || endpoint.service == Service::Unknown
            }
            EndpointKind::Gateway | EndpointKind::GatewayLoadBalancer => false,
        };
        let mut all = self.inventory.endpoints.values();
        all.find(|endpoint| self.vpc_id.is_none() || self.owns(endpoint) && may_serve(endpoint))
    }

    /// Whether the saved interfaces of the VPC show that it has no interface endpoint, where no document lists endpoints: they
    /// are not of tasks alone, and none is an endpoint's.
    pub(crate) fn none_by_interfaces(self) -> bool {
        let own = || {
            let all = self.inventory.interfaces.values();
            all.filter(|one| self.vpc_id.is_some() && one.vpc_id.as_ref() == self.vpc_id)
        };
        !self.inventory.documents.contains(&DocumentKind::VpcEndpoints)
            && own().any(|interface| !interface.kind.is_task())
            && !own().any(|interface| interface.kind.is_endpoint())
    }

    /// Whether the VPC may have an endpoint of any kind for a service: one that documents show, or one that they may hide.
    pub(crate) fn may_have(self, service: &Service) -> bool {
        let is_listed = self.inventory.documents.contains(&DocumentKind::VpcEndpoints);
        let is_it =
            |endpoint: &&Endpoint| endpoint.service == *service || endpoint.service == Service::Unknown;
        let mut all = self.inventory.endpoints.values().filter(is_it);
        !is_listed || all.any(|endpoint| self.vpc_id.is_none() || self.owns(endpoint))
    }

    /// Whether documents show every setting that makes the name of a service lead to an endpoint of it, or there is none.
    pub(crate) fn knows_settings(self, service: &'a Service) -> bool {
        self.of_service(service).all(|endpoint| self.settings(endpoint).are_known())
    }

    /// Whether the VPC reaches AWS through interface endpoints: it has one for a service that the task needs or has reached.
    /// In such a VPC, a service without an endpoint needs one; in other VPCs, a route is missing. Without
    /// `describe-vpc-endpoints`, no endpoint is known to be missing.
    pub(crate) fn relies_on_endpoints<'s>(self, services: impl IntoIterator<Item = &'s Service>) -> bool {
        let mut services = services.into_iter();
        self.inventory.documents.contains(&DocumentKind::VpcEndpoints)
            && services.any(|needed| self.interface_endpoints().any(|endpoint| endpoint.service == *needed))
    }
}

/// The settings on which the name of an endpoint's service depends; none where no document shows one.
struct DnsSettings<'a> {
    private_dns: Option<bool>,
    /// `enableDnsSupport` and `enableDnsHostnames` of the endpoint's VPC.
    attributes: [Option<bool>; 2],
    vpc: Option<&'a VpcId>,
}

impl<'a> DnsSettings<'a> {
    /// The setting that keeps the name from leading to the endpoint. AWS lets you turn private DNS on only while both
    /// attributes of the VPC are on, so an attribute that no document shows counts as on. Private DNS that no document shows
    /// counts as off, and what follows from that is at most likely.
    fn off(&self) -> Option<DnsSetting<'a>> {
        match (self.private_dns, self.attributes) {
            (Some(false), _) => Some(DnsSetting::PrivateDns),
            (None, _) => Some(DnsSetting::PrivateDnsUnknown),
            (_, [Some(false), _]) => self.vpc.map(DnsSetting::DnsSupport),
            (_, [_, Some(false)]) => self.vpc.map(DnsSetting::DnsHostnames),
            _ => None,
        }
    }

    /// Whether documents show all of them.
    fn are_known(&self) -> bool {
        self.private_dns.is_some() && self.attributes.iter().all(Option::is_some)
    }
}

/// Whether an endpoint serves a Region; yes if its documents and the VPC's do not name a Region. The Region of a cross-Region
/// endpoint is that of its service.
fn is_of_region(endpoint: &Endpoint, region: Option<&str>) -> bool {
    let by_name = || Region::of_service_name(&endpoint.service_name).map(|own| own.as_str().to_owned());
    let own = endpoint.service_region.clone().or_else(by_name);
    own.zip(region).is_none_or(|(own, wanted)| own == wanted)
}

/// Whether an interface endpoint can lead to a service in another Region. Source: AWS `PrivateLink` Guide, "AWS services that
/// support cross-Region access".
pub(crate) fn can_cross_regions(service: &Service) -> bool {
    matches!(
        service.name(),
        "ecr.api" | "ecr.dkr" | "s3" | "kms" | "ecs" | "lambda" | "firehose" | "kinesis-firehose"
    )
}

/// The Region in which a task needs a service, if it is not the Region of the VPC. The endpoints of the VPC do not lead there.
pub(crate) fn other_region<'n>(
    inventory: &Inventory,
    vpc_id: Option<&VpcId>,
    need: &'n Need,
) -> Option<&'n str> {
    let own = vpc_id.and_then(|vpc| region_of(inventory, vpc))?;
    need.region.as_deref().filter(|wanted| *wanted != own.as_str())
}
