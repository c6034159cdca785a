//! From configured paths to an answer: reachable or not, which cause a failure would have, and what is in the way.

use crate::check::destinations::Destinations;
use crate::check::places::Place;
use crate::diagnose::culprits;
use crate::finding::{CauseId, Control, Culprit, CulpritKind, Hop, HopDecision, Leg, Side};
use crate::inventory::Inventory;
use crate::model::deployment::Need;
use crate::model::endpoint::EndpointKind;
use crate::model::route_table::RouteTarget;
use crate::model::service::Service;
use crate::path::{ConfiguredPath, NextHop, evaluate_query};
use crate::report::check::{CheckedPath, Reach};

/// The answer for one service.
pub(super) struct Judged {
    pub(super) paths: Vec<CheckedPath>,
    pub(super) reach: Reach,
    pub(super) cause: Option<CauseId>,
    pub(super) culprits: Vec<Culprit>,
    pub(super) summary: String,
    pub(super) missing: Vec<String>,
}

/// What comes of a need.
pub(super) fn judge(
    inventory: &Inventory,
    place: &Place,
    need: &Need,
    destinations: &Destinations,
) -> Judged {
    let evaluated: Vec<ConfiguredPath> = (destinations.list.iter())
        .map(|destination| evaluate_query(inventory, &place.sender, &destination.query))
        .collect();
    let paths: Vec<CheckedPath> = (destinations.list.iter().zip(&evaluated))
        .map(|(destination, path)| CheckedPath {
            destination: destination.label.clone(),
            reach: reach_of(path),
            hops: path.hops.clone(),
        })
        .collect();
    let reach = together(&paths, destinations);
    let denials: Vec<&Hop> = evaluated.iter().flat_map(ConfiguredPath::denials).collect();
    let blame = Blame { inventory, place, need, destinations };
    let denied = evaluated.iter().find_map(|path| Some((path, path.denials().next()?)));
    let cause = denied.filter(|_| reach.is_blocked()).map(|(path, hop)| blame.cause(path, hop));
    let reason = blame.reason(cause, denied.map(|(_, hop)| hop));
    let mut missing = destinations.missing.clone();
    missing.extend(evaluated.iter().flat_map(|path| &path.hops).filter_map(|hop| match &hop.decision {
        HopDecision::Unknown { needs } => Some(needs.clone()),
        _ => None,
    }));
    missing.sort();
    missing.dedup();
    Judged {
        summary: summary(reach, &evaluated, &paths, &reason),
        culprits: cause.map(|cause| blame.culprits(cause, &denials)).unwrap_or_default(),
        paths,
        reach,
        cause,
        missing,
    }
}

/// What comes of one path.
pub(super) fn reach_of(path: &ConfiguredPath) -> Reach {
    let has = |decision: fn(&HopDecision) -> bool| path.hops.iter().any(|hop| decision(&hop.decision));
    if has(|decision| *decision == HopDecision::Denied) {
        Reach::Blocked
    } else if has(|decision| matches!(decision, HopDecision::Unknown { .. })) {
        Reach::Undetermined
    } else if has(|decision| *decision == HopDecision::External) {
        Reach::Beyond
    } else {
        Reach::Reachable
    }
}

/// What comes of all destinations of a service: its name may lead to any of them.
fn together(paths: &[CheckedPath], destinations: &Destinations) -> Reach {
    let is_whole = destinations.missing.is_empty();
    let blocked = paths.iter().filter(|path| path.reach == Reach::Blocked).count();
    // Where it is not known what else there is, those that are blocked are not all, or not the ones.
    match (blocked, is_whole) {
        (0, true) => paths.iter().map(|path| path.reach).max().unwrap_or(Reach::Undetermined),
        (0, false) => Reach::Undetermined,
        (blocked, true) if blocked == paths.len() => Reach::Blocked,
        (blocked, false) if blocked == paths.len() && !destinations.are_interfaces => Reach::Undetermined,
        _ => Reach::PartlyBlocked,
    }
}

fn summary(reach: Reach, evaluated: &[ConfiguredPath], paths: &[CheckedPath], reason: &str) -> String {
    match reach {
        Reach::Blocked => reason.to_owned(),
        Reach::PartlyBlocked => {
            let blocked = paths.iter().filter(|path| path.reach == Reach::Blocked).count();
            format!("{blocked} of {} destinations cannot be reached: {reason}", paths.len())
        }
        Reach::Undetermined => "no document tells".to_owned(),
        Reach::Beyond | Reach::Reachable => {
            let mut ways: Vec<String> =
                evaluated.iter().zip(paths).map(|(path, shown)| way(&path.way, &shown.destination)).collect();
            ways.dedup();
            ways.join(", ")
        }
    }
}

/// `through nat-1`, `at 10.40.12.36 (eni-1 of vpce-1)`.
fn way(way: &NextHop, destination: &str) -> String {
    match way {
        NextHop::Local { .. } => format!("at {destination}"),
        NextHop::GatewayEndpoint(id) => format!("through the gateway endpoint {id}"),
        NextHop::InternetGateway(id) => format!("through the internet gateway {id}"),
        NextHop::Nat(id) => format!("through the NAT gateway {id}"),
        NextHop::External(target) => format!("through {target}, and no document shows what follows"),
        NextHop::Blackhole(_) | NextHop::NoRoute | NextHop::Unknown => "by an unknown way".to_owned(),
    }
}

/// Names causes as a diagnosis of flow logs would.
struct Blame<'a> {
    inventory: &'a Inventory,
    place: &'a Place,
    need: &'a Need,
    destinations: &'a Destinations,
}

impl Blame<'_> {
    /// What a task that failed here would have died of. A service that is to be reached inside the VPC lacks that first,
    /// whatever else is in the way of its public addresses.
    fn cause(&self, path: &ConfiguredPath, hop: &Hop) -> CauseId {
        self.lacking(path).unwrap_or(match (&hop.control, hop.side, hop.leg) {
            (Control::SecurityGroups { .. }, Side::Task, _) => CauseId::TaskSgBlocksEgress,
            (Control::NetworkAcl { .. }, Side::Task, Leg::Request) => CauseId::TaskNaclBlocksEgress,
            (Control::NetworkAcl { .. }, Side::Task, Leg::Reply) => CauseId::TaskNaclBlocksReturn,
            (Control::SecurityGroups { .. }, ..) => CauseId::EndpointSgBlocksIngress,
            (Control::NetworkAcl { .. }, Side::Destination, Leg::Request) => {
                CauseId::EndpointNaclBlocksIngress
            }
            (Control::NetworkAcl { .. }, Side::Destination, Leg::Reply) => CauseId::EndpointNaclBlocksReturn,
            (Control::PublicAddress(_), ..) => CauseId::NoPublicIp,
            (Control::NatGateway(_), ..) | (_, Side::Nat, _) => CauseId::NatBroken,
            (Control::Endpoint(_), ..) if self.need.service == Service::S3 => CauseId::S3GatewayMissing,
            (Control::Endpoint(_), ..) => CauseId::EndpointMissing,
            _ if self.leads_to_known_gateway(path) => CauseId::NatBroken,
            _ => CauseId::NoRoute,
        })
    }

    /// The cause, if it is that the service has no way inside the VPC and there is none out of it.
    fn lacking(&self, path: &ConfiguredPath) -> Option<CauseId> {
        if self.destinations.unused.is_some() {
            return Some(CauseId::PrivateDnsOff);
        }
        match (&path.way, &self.need.service) {
            (NextHop::NoRoute, Service::S3) => Some(CauseId::S3GatewayMissing),
            (NextHop::NoRoute, _) if self.need.host.is_none() && self.lives_on_endpoints() => {
                Some(CauseId::EndpointMissing)
            }
            _ => None,
        }
    }

    /// A blackhole is the route's fault, unless a document still knows the NAT gateway it led to.
    fn leads_to_known_gateway(&self, path: &ConfiguredPath) -> bool {
        match &path.way {
            NextHop::Blackhole(RouteTarget::NatGateway(id)) => self.inventory.nat_gateways.contains_key(id),
            _ => false,
        }
    }

    /// The first thing to know of what is in the way.
    fn reason(&self, cause: Option<CauseId>, denied: Option<&Hop>) -> String {
        let hop = denied.map(|hop| hop.reason.clone()).unwrap_or_default();
        match (cause, &self.destinations.unused) {
            (Some(CauseId::PrivateDnsOff), Some((id, why))) => {
                format!("the name does not lead to {id}, because {why}; and {hop}")
            }
            (Some(CauseId::EndpointMissing), _) if !self.destinations.are_interfaces => {
                format!("there is no interface endpoint for {}; and {hop}", self.need.service)
            }
            _ => hop,
        }
    }

    /// Whether the VPC has an interface endpoint for something that the task needs.
    fn lives_on_endpoints(&self) -> bool {
        let needed = |service: &Service| self.place.needs.iter().any(|need| need.service == *service);
        self.inventory.endpoints.values().any(|endpoint| {
            endpoint.kind == EndpointKind::Interface
                && endpoint.vpc_id == self.place.sender.vpc_id
                && needed(&endpoint.service)
        })
    }

    /// What is missing comes before what is in the way.
    fn culprits(&self, cause: CauseId, denials: &[&Hop]) -> Vec<Culprit> {
        let culprit = |kind, id, rule| Culprit { kind, id, subnet_id: None, rule };
        let first = match (cause, &self.destinations.unused) {
            (CauseId::PrivateDnsOff, Some((id, why))) => {
                Some(culprit(CulpritKind::VpcEndpoint, Some(id.to_string()), Some(why.clone())))
            }
            (CauseId::EndpointMissing, None) if !self.destinations.are_interfaces => {
                let vpc = self.place.sender.vpc_id.as_ref().map(ToString::to_string);
                let lacks = format!("no endpoint for {}", self.need.service);
                Some(culprit(CulpritKind::Vpc, vpc, Some(lacks)))
            }
            _ => None,
        };
        first.into_iter().chain(culprits::of_hops(denials.iter().copied())).collect()
    }
}
