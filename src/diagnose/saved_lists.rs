//! Addresses of S3 that the saved prefix lists do not contain. AWS maintains these lists and promises no history of them, so a
//! saved list may be older than the incident: what follows from it alone is at most likely.

use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::intended_service::IntendedService;
use crate::finding::{Control, Hop};
use crate::model::field::Field;
use crate::model::ids::PrefixListId;
use crate::model::route_table::{RouteDestination, RouteTarget};
use crate::model::security_group::RulePeer;
use crate::model::service::Service;

/// The saved list of S3 that lacks the address of an attempt, if nothing but a host shows that the address is S3's.
pub(super) fn lacking_list<'c>(case: &'c Case<'_>, attempt: &Attempt) -> Option<&'c PrefixListId> {
    let address = attempt.destination.ip();
    let inventory = case.facts.inventory;
    let tagged = attempt.views().find_map(|view| case.facts.described(view, Field::PktDstAwsService));
    let is_s3 = IntendedService::of(case).service == Some(Service::S3);
    if !is_s3 || tagged == Some("S3") || inventory.service_of_public_address(address).is_some() {
        return None;
    }
    let mut saved = inventory.prefix_lists.values().filter(|list| list.blocks.is_some() && list.is_of_s3());
    saved.next().map(|list| &list.id)
}

/// A clause on the list that lacks the address of one of these attempts.
pub(super) fn clause(case: &Case<'_>, attempts: &[&Attempt]) -> Option<String> {
    attempts.iter().find_map(|attempt| {
        let list = lacking_list(case, attempt)?;
        Some(format!(
            "the saved prefix list {list} of S3 does not contain {}, so it may be older than the failure",
            attempt.destination.ip()
        ))
    })
}

/// Whether a route table sends the list that lacks the address to a gateway endpoint: the table as it was may have routed the
/// address, because a newer list may contain it.
pub(super) fn may_be_routed(case: &Case<'_>, attempt: &Attempt, hop: &Hop) -> bool {
    let Control::RouteTable { id: Some(id), .. } = &hop.control else { return false };
    let table = case.facts.inventory.route_tables.get(id);
    lacking_list(case, attempt).zip(table).is_some_and(|(list, table)| {
        table.routes.iter().any(|route| {
            route.destination == RouteDestination::PrefixList(list.clone())
                && matches!(route.target, RouteTarget::Endpoint(_))
                && !route.is_blackhole
        })
    })
}

/// The clause if a rule of the groups that deny admits the list that lacks the address.
pub(super) fn rule_clause(case: &Case<'_>, attempts: &[&Attempt], hops: &[&Hop]) -> Option<String> {
    let list = attempts.iter().find_map(|attempt| lacking_list(case, attempt))?;
    let names_list = |id| {
        let group = case.facts.inventory.security_groups.get(id);
        let mut rules = group.and_then(|group| group.egress.as_ref()).into_iter().flatten();
        rules.any(|rule| rule.peer == RulePeer::PrefixList(list.clone()))
    };
    let is_admitted = hops.iter().any(|hop| match &hop.control {
        Control::SecurityGroups { ids, .. } => ids.iter().any(names_list),
        _ => false,
    });
    if is_admitted { clause(case, attempts) } else { None }
}
