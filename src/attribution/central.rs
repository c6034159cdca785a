//! Endpoints of another VPC that serve this one: private hosted zones give their names to the VPC.
//!
//! Such an endpoint has its own private DNS off by design, because that would not reach another VPC.

use crate::finding::{Culprit, CulpritKind};
use crate::inventory::{DocumentKind, Inventory};
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::VpcId;
use crate::model::name_resolution::{HostedZone, ResolverRule, ResourceRecordSet, answers, holds};
use crate::model::service::Service;
use crate::path::Region;

/// An endpoint of another VPC to which the service's name does not lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CentralEndpoint<'a> {
    /// The endpoint.
    pub(crate) endpoint: &'a Endpoint,
    /// Its VPC.
    pub(crate) vpc_id: &'a VpcId,
    /// The public name of the service.
    pub(crate) host: String,
    /// The reason that documents show.
    pub(crate) fault: NameFault<'a>,
}

/// The reason why a name is not a private one in a VPC, as far as documents show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameFault<'a> {
    /// A rule of the Resolver forwards the name to other servers.
    Forwarded(&'a ResolverRule),
    /// A zone of the name is not associated with the VPC.
    NotAssociated(&'a HostedZone),
    /// A zone of the name has no record for the host.
    NoRecord(&'a HostedZone),
    /// A zone of the name exists; no document shows its records, or whether it is associated.
    Unclear(&'a HostedZone),
    /// A zone has the name of the endpoint's service in place of the public name.
    Misnamed(&'a HostedZone),
    /// No zone that documents list holds the name.
    NoZone,
    /// No document lists the zones.
    Unknown,
}

/// The endpoint of a service in one of these VPCs, if there is exactly one VPC with such an endpoint.
pub(crate) fn central_endpoint<'a>(
    inventory: &'a Inventory,
    own: Option<&VpcId>,
    service: &Service,
    host: Option<&str>,
    is_joined: impl Fn(&VpcId) -> bool,
) -> Option<CentralEndpoint<'a>> {
    let is_it =
        |endpoint: &&Endpoint| endpoint.kind == EndpointKind::Interface && endpoint.service == *service;
    let elsewhere = |endpoint: &'a Endpoint| {
        let vpc = endpoint.vpc_id.as_ref().filter(|vpc| Some(*vpc) != own && is_joined(vpc))?;
        Some((endpoint, vpc))
    };
    let (endpoint, vpc_id) = inventory.endpoints.values().filter(is_it).find_map(elsewhere)?;
    let region = Region::of_service_name(&endpoint.service_name);
    let host = host
        .filter(|host| Service::from_host(host).as_ref() == Some(service))
        .map(str::to_ascii_lowercase)
        .or_else(|| Some(public_name(service, region.as_ref()?.as_str())))?;
    let wrong = region.map(|region| format!("{service}.{}.amazonaws.com", region.as_str()));
    let fault = fault(inventory, own, &host, wrong.as_deref());
    Some(CentralEndpoint { endpoint, vpc_id, host, fault })
}

/// An endpoint of another VPC to which the service's name leads, because a hosted zone of this VPC holds the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedByZone<'a> {
    /// The endpoint.
    pub(crate) endpoint: &'a Endpoint,
    /// The zone.
    pub(crate) zone: &'a HostedZone,
    /// Whether a record of the zone shows that the name leads to this endpoint. Without a record, the name of a private zone
    /// leads nowhere: public servers are not asked.
    pub(crate) is_shown: bool,
}

/// The endpoint of another VPC to which a hosted zone of this VPC leads the name of a service; none if its records lead
/// elsewhere, or if it is not known to which of several endpoints.
pub(crate) fn named_by_zone<'a>(
    inventory: &'a Inventory,
    own: Option<&VpcId>,
    service: &Service,
    region: Option<&str>,
) -> Option<NamedByZone<'a>> {
    let is_it = |endpoint: &&Endpoint| {
        endpoint.kind == EndpointKind::Interface
            && endpoint.service == *service
            && endpoint.vpc_id.as_ref().is_some_and(|vpc| Some(vpc) != own)
            && Region::of_service_name(&endpoint.service_name)
                .is_some_and(|found| region.is_none_or(|wanted| found.as_str() == wanted))
    };
    let endpoints: Vec<&Endpoint> = inventory.endpoints.values().filter(is_it).collect();
    let region = Region::of_service_name(&endpoints.first()?.service_name)?;
    let host = public_name(service, region.as_str());
    if forwarding(inventory, own, &host).is_some() {
        return None;
    }
    let zone = zones(inventory)
        .filter(|zone| !zone.name.is_empty() && holds(&zone.name, &host) && is_associated(zone, own))
        .max_by_key(|zone| zone.name.len())?;
    let mut records = inventory.record_sets.values().filter(|record| answers(&record.name, &host)).peekable();
    if records.peek().is_none() {
        let is_read = inventory.documents.contains(&DocumentKind::RecordSets);
        let [endpoint] = endpoints.as_slice() else { return None };
        return (!is_read).then_some(NamedByZone { endpoint, zone, is_shown: false });
    }
    let is_its = |endpoint: &Endpoint, record: &ResourceRecordSet| {
        let addresses = || endpoint.interface_ids.iter().flat_map(|id| inventory.addresses_of(id));
        endpoint.dns_names.contains(&record.alias)
            || addresses().any(|address| record.values.contains(&address.to_string()))
    };
    let records: Vec<&ResourceRecordSet> = records.collect();
    let endpoint =
        endpoints.into_iter().find(|endpoint| records.iter().any(|record| is_its(endpoint, record)))?;
    Some(NamedByZone { endpoint, zone, is_shown: true })
}

/// Where the public name of a service leads in a VPC, apart from the endpoints of the VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PublicNameTarget {
    /// To its public addresses: no zone and no rule of the VPC holds it, by whole lists of them.
    Public,
    /// To a place that a zone or a rule of the VPC gives.
    Redirected,
    /// To its public addresses, unless a zone or a rule that is not saved holds it.
    NotShown,
}

/// Where the public name of a service leads in a VPC, by its hosted zones and the rules of the Resolver.
pub(crate) fn public_name_of(
    inventory: &Inventory,
    own: Option<&VpcId>,
    service: &Service,
    region: &str,
) -> PublicNameTarget {
    let host = public_name(service, region);
    let is_held =
        |zone: &HostedZone| !zone.name.is_empty() && holds(&zone.name, &host) && is_associated(zone, own);
    if forwarding(inventory, own, &host).is_some() || zones(inventory).any(is_held) {
        return PublicNameTarget::Redirected;
    }
    let lists =
        [DocumentKind::HostedZones, DocumentKind::ResolverRules, DocumentKind::ResolverRuleAssociations];
    if lists.iter().all(|kind| inventory.documents.contains(kind)) {
        PublicNameTarget::Public
    } else {
        PublicNameTarget::NotShown
    }
}

/// The zones that may be private.
fn zones(inventory: &Inventory) -> impl Iterator<Item = &HostedZone> {
    inventory.hosted_zones.values().filter(|zone| zone.is_private != Some(false))
}

/// Whether a zone is associated with a VPC, as far as documents show.
fn is_associated(zone: &HostedZone, own: Option<&VpcId>) -> bool {
    zone.is_in_list_of_vpc || own.is_some_and(|own| zone.vpc_ids.contains(own))
}

/// The public name of a service; with a wildcard where the account comes first.
fn public_name(service: &Service, region: &str) -> String {
    match service {
        Service::EcrApi => format!("api.ecr.{region}.amazonaws.com"),
        Service::EcrDkr => format!("*.dkr.ecr.{region}.amazonaws.com"),
        other => format!("{other}.{region}.amazonaws.com"),
    }
}

fn fault<'a>(
    inventory: &'a Inventory,
    own: Option<&VpcId>,
    host: &str,
    wrong: Option<&str>,
) -> NameFault<'a> {
    if let Some(rule) = forwarding(inventory, own, host) {
        return NameFault::Forwarded(rule);
    }
    let zones = || zones(inventory);
    let right = || zones().filter(|zone| !zone.name.is_empty() && holds(&zone.name, host));
    let is_listed_by_vpc = zones().any(|zone| zone.is_in_list_of_vpc);
    if let Some(zone) = right().find(|zone| is_associated(zone, own)) {
        let is_known = inventory.documents.contains(&DocumentKind::RecordSets);
        let has_record = inventory.record_sets.values().any(|record| answers(&record.name, host));
        return if is_known && !has_record { NameFault::NoRecord(zone) } else { NameFault::Unclear(zone) };
    }
    if let Some(zone) = right().next() {
        let is_known = is_listed_by_vpc || !zone.vpc_ids.is_empty();
        return if is_known { NameFault::NotAssociated(zone) } else { NameFault::Unclear(zone) };
    }
    if let Some(zone) = zones().find(|zone| Some(zone.name.as_str()) == wrong) {
        return NameFault::Misnamed(zone);
    }
    if inventory.documents.contains(&DocumentKind::HostedZones) {
        NameFault::NoZone
    } else {
        NameFault::Unknown
    }
}

/// The rule of the VPC that forwards a name, the most specific one.
fn forwarding<'a>(inventory: &'a Inventory, own: Option<&VpcId>, host: &str) -> Option<&'a ResolverRule> {
    let of_vpc = inventory
        .resolver_rule_associations
        .values()
        .filter(|one| one.is_in_effect && one.vpc_id.as_ref().is_some_and(|vpc| Some(vpc) == own));
    let rules = of_vpc.filter_map(|one| inventory.resolver_rules.get(&one.rule_id));
    let best = rules.filter(|rule| holds(&rule.domain, host)).max_by_key(|rule| rule.domain.len())?;
    best.forwards.then_some(best)
}

impl CentralEndpoint<'_> {
    /// A clause on the reason why the name is not private.
    pub(crate) fn reason(&self, own: Option<&VpcId>) -> String {
        let host = &self.host;
        let vpc = own.map_or("the task's VPC".to_owned(), ToString::to_string);
        match self.fault {
            NameFault::Forwarded(rule) => {
                let domain = if rule.domain.is_empty() { "every name" } else { rule.domain.as_str() };
                format!(
                    "the Resolver rule {} of {vpc} forwards {domain}, and so {host}, to other servers",
                    rule.id
                )
            }
            NameFault::NotAssociated(zone) => {
                format!("the hosted zone {} of {host} is not associated with {vpc}", zone.id)
            }
            NameFault::NoRecord(zone) => {
                format!("the hosted zone {} ({}) has no record for {host}", zone.id, zone.name)
            }
            NameFault::Unclear(zone) => format!(
                "the hosted zone {} ({}) should hold {host}: it is not associated with {vpc}, or lacks the record",
                zone.id, zone.name
            ),
            NameFault::Misnamed(zone) => format!(
                "the hosted zone {} is named {} as the endpoint's service is, but the name that tasks look up is {host}",
                zone.id, zone.name
            ),
            NameFault::NoZone => format!("no private hosted zone of {vpc} holds {host}"),
            NameFault::Unknown => {
                format!(
                    "a private hosted zone that holds {host} is missing, misnamed or not associated with {vpc}"
                )
            }
        }
    }

    /// The resource at fault: the zone or the server of the rule.
    pub(crate) fn culprit(&self) -> Culprit {
        let host = &self.host;
        let zone = |id: Option<&str>, rule: String| Culprit {
            id: id.map(str::to_owned),
            rule: Some(rule),
            ..Culprit::of(CulpritKind::HostedZone)
        };
        match self.fault {
            NameFault::Forwarded(rule) => Culprit {
                id: rule.targets.first().cloned(),
                rule: Some(rule.id.clone()),
                ..Culprit::of(CulpritKind::DnsServer)
            },
            NameFault::NotAssociated(known) | NameFault::NoRecord(known) | NameFault::Unclear(known) => {
                zone(Some(&known.id), format!("{} for {host}", known.name))
            }
            NameFault::Misnamed(known) => zone(Some(&known.id), format!("{} in place of {host}", known.name)),
            NameFault::NoZone | NameFault::Unknown => zone(None, format!("no zone for {host}")),
        }
    }

    /// The fix in words.
    pub(crate) fn fix(&self, own: Option<&VpcId>) -> String {
        let vpc = own.map_or("the task's VPC".to_owned(), ToString::to_string);
        let (host, endpoint) = (&self.host, &self.endpoint.id);
        let zone = host.strip_prefix("*.").unwrap_or(host);
        let alias = self.endpoint.dns_names.first().map_or(String::new(), |name| format!(" ({name})"));
        let step = match self.fault {
            NameFault::Forwarded(rule) => format!(
                "Add a Resolver rule of type SYSTEM for {zone} to {vpc}, so that {} does not forward it.",
                rule.id
            ),
            NameFault::NotAssociated(known) => format!("Associate the hosted zone {} with {vpc}.", known.id),
            NameFault::NoRecord(known) => format!(
                "Add to the hosted zone {} an alias record for {host}, or a wildcard record, that leads to {endpoint}{alias}.",
                known.id
            ),
            NameFault::Unclear(known) => format!(
                "Check that the hosted zone {} is associated with {vpc} and has an alias record for {host} that leads to \
                 {endpoint}{alias}.",
                known.id
            ),
            NameFault::Misnamed(_) | NameFault::NoZone | NameFault::Unknown => format!(
                "Create a private hosted zone for {zone} with an alias record that leads to {endpoint}{alias} (for a registry \
                 with a wildcard record), and associate it with {vpc}."
            ),
        };
        format!(
            "{step} Private DNS of {endpoint} itself reaches only {}, so turning it on there does not help {vpc}. An \
             endpoint in {vpc} would work too.",
            self.vpc_id
        )
    }
}
