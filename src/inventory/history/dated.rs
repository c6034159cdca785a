//! Whether AWS Config shows a thing at a time.

use crate::inventory::documents::Inventory;
use crate::inventory::history::Life;
use crate::model::configuration_change::{ChangeSubject, SubjectKind};
use crate::model::time::Timestamp;

/// The time of the dated state of a thing that is in effect at a time.
pub(super) fn dated_at(inventory: &Inventory, subject: &ChangeSubject, at: Timestamp) -> DatedState {
    let history = &inventory.history;
    let id = subject.id.as_str();
    match subject.kind {
        SubjectKind::SecurityGroup => dated(history.security_groups.get(id), at),
        SubjectKind::NetworkAcl => dated(history.network_acls.get(id), at),
        SubjectKind::RouteTable => dated(history.route_tables.get(id), at),
        SubjectKind::Endpoint => dated(history.endpoints.get(id), at),
        SubjectKind::NatGateway => dated(history.nat_gateways.get(id), at),
        SubjectKind::InternetGateway => dated(history.internet_gateways.get(id), at),
        SubjectKind::Interface => dated(history.interfaces.get(id), at),
        // The states of ACLs and tables show the associations of their subnets.
        SubjectKind::Subnet if shows_associations(inventory, at) => DatedState::Later,
        _ => DatedState::No,
    }
}

/// Whether AWS Config shows the ACLs or the route tables at a time.
fn shows_associations(inventory: &Inventory, at: Timestamp) -> bool {
    let history = &inventory.history;
    let is_dated = |is_before: Option<Timestamp>| is_before.is_some_and(|first| first <= at);
    let first = |times: &mut dyn Iterator<Item = Timestamp>| times.min();
    is_dated(first(&mut history.network_acls.values().filter_map(|life| life.states.keys().next().copied())))
        || is_dated(first(
            &mut history.route_tables.values().filter_map(|life| life.states.keys().next().copied()),
        ))
}

/// Whether AWS Config shows a thing.
pub(super) enum DatedState {
    /// Only a document without a date.
    No,
    /// A state that began at this time.
    Since(Timestamp),
    /// Only later states, so that the thing is not in the tables.
    Later,
}

fn dated<T>(life: Option<&Life<T>>, at: Timestamp) -> DatedState {
    let Some(life) = life else { return DatedState::No };
    match life.states.range(..=at).next_back() {
        Some((since, _)) => DatedState::Since(*since),
        None if life.is_described => DatedState::No,
        None => DatedState::Later,
    }
}
