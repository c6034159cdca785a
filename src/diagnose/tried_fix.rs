//! A fix in words, and, if the configuration is known, the commands that change it, tried on a copy.

use std::collections::BTreeMap;
use std::mem::discriminant;

use crate::attribution::fix;
use crate::diagnose::case::{Attempt, Case};
use crate::finding::{Control, Fix, Hop};
use crate::model::protocol::Protocol;
use crate::model::security_group::RulePeer;
use crate::model::service::Service;
use crate::path::{Change, Query, change_at, evaluate_query, remedy_with};

/// Requests that a remedy is tried on.
const MOST_TRIED: usize = 64;

/// Returns the fix of these attempts and of the other failed attempts of their step. `words` and `looks` are the text and
/// the commands if the configuration gives no remedy.
pub(super) fn tried_fix(
    case: &Case<'_>,
    attempts: &[&Attempt],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    tried_fix_at(case, attempts, &[], words, looks)
}

/// The same for controls that rejected these attempts where records show it. If the configured path does not lead there, the
/// changes of these controls are the fix, which is then not verified.
pub(super) fn tried_fix_at(
    case: &Case<'_>,
    attempts: &[&Attempt],
    rejecting: &[&Hop],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let others = others(case, attempts);
    let failed = attempts.iter().copied().chain(others).map(Attempt::query);
    let TriedRequests { queries, covers_all } = TriedRequests::among(failed.flat_map(over_both).collect());
    let is_open =
        |inventory| queries.iter().all(|one| evaluate_query(inventory, &case.sender, one).is_open());
    if is_open(case.facts.latest) && !is_open(case.facts.inventory) {
        let text = "The configuration was fixed since: the latest saved documents allow these packets and their replies.";
        return Fix { text: text.to_owned(), commands: looks.into_iter().collect(), verified: false };
    }
    let mut remedy = remedy_with(case.facts.latest, &case.sender, &queries, &[]);
    remedy.is_verified &= covers_all;
    if remedy.changes.is_empty() {
        remedy.changes = changes_at(case, attempts, rejecting);
    }
    let mut words_of_all: Vec<String> = Vec::new();
    let glossary = remedy.changes.iter().filter_map(|change| peer_explained(case, change));
    for text in glossary.chain([words.into()]) {
        if !text.is_empty() && !words_of_all.contains(&text) {
            words_of_all.push(text);
        }
    }
    fix::of_remedy(&remedy, words_of_all.join(" "), looks)
}

/// A change for each of these controls, unless a later document shows that it was changed since.
fn changes_at(case: &Case<'_>, attempts: &[&Attempt], rejecting: &[&Hop]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let Some(query) = attempts.first().map(|attempt| attempt.query()) else { return changes };
    for hop in rejecting.iter().filter(|hop| is_as_it_was(case, &hop.control)) {
        let change = change_at(case.facts.latest, &case.sender, &query, hop);
        changes.extend(change.filter(|change| !changes.contains(change)));
    }
    changes
}

/// Whether the latest documents of a control are those of the incident.
fn is_as_it_was(case: &Case<'_>, control: &Control) -> bool {
    let (then, now) = (case.facts.inventory, case.facts.latest);
    match control {
        Control::SecurityGroups { ids, .. } => {
            ids.iter().all(|id| then.security_groups.get(id) == now.security_groups.get(id))
        }
        Control::NetworkAcl { id: Some(id), .. } => then.network_acls.get(id) == now.network_acls.get(id),
        _ => false,
    }
}

/// A request; a query to a DNS server over UDP and TCP, because a long answer is repeated over TCP.
fn over_both(query: Query) -> Vec<Query> {
    if query.request.service != Service::Dns {
        return vec![query];
    }
    let over = |protocol| {
        let mut query = query.clone();
        query.request.protocol = protocol;
        query
    };
    [Protocol::UDP, Protocol::TCP].map(over).into()
}

/// The requests that a remedy is tried on.
struct TriedRequests {
    /// At most `MOST_TRIED`, in the order they were given.
    queries: Vec<Query>,
    /// One to each destination is among them; the others differ in the source port only.
    covers_all: bool,
}

impl TriedRequests {
    /// One to each destination, then second ones, and so on.
    fn among(failed: Vec<Query>) -> Self {
        let mut earlier: BTreeMap<_, usize> = BTreeMap::new();
        let mut ranked: Vec<(usize, usize)> = Vec::with_capacity(failed.len());
        for (index, query) in failed.iter().enumerate() {
            let request = &query.request;
            let destination = (request.destination, request.destination_port, request.protocol);
            let rank = earlier.entry(destination).or_default();
            ranked.push((*rank, index));
            *rank += 1;
        }
        ranked.sort_unstable();
        ranked.truncate(MOST_TRIED);
        ranked.sort_unstable_by_key(|&(_, index)| index);
        let queries = ranked.into_iter().map(|(_, index)| failed[index].clone()).collect();
        Self { queries, covers_all: earlier.len() <= MOST_TRIED }
    }
}

/// The other failed attempts of the failing step with the same kind of next hop. Attempts without a known service are
/// excluded, because they may belong to several services.
fn others<'c>(case: &'c Case<'_>, attempts: &[&'c Attempt]) -> Vec<&'c Attempt> {
    let Some(step) = case.failing_step().filter(|step| step.service != Service::Unknown) else {
        return Vec::new();
    };
    let Some(first) = attempts.first() else { return Vec::new() };
    let goes_alike = |other: &&Attempt| {
        discriminant(&other.configured.next_hop) == discriminant(&first.configured.next_hop)
    };
    let is_given = |other: &&Attempt| attempts.iter().any(|given| std::ptr::eq(*given, *other));
    let failed = case.attempts_of(step).filter(|attempt| attempt.outcome.failed());
    failed.filter(|other| goes_alike(other) && !is_given(other)).collect()
}

/// Explains the peer of a new rule if its id alone is unclear: the task itself, or the name of a prefix list.
fn peer_explained(case: &Case<'_>, change: &Change) -> Option<String> {
    let Change::AllowInGroup { rule, .. } = change else { return None };
    match &rule.peer {
        RulePeer::Group(id) => {
            let own = case.sender.group_ids.as_ref().filter(|own| own.contains(id))?;
            let which = if own.len() == 1 {
                "the task's security group"
            } else {
                "one of the task's security groups"
            };
            Some(format!("{id} is {which}."))
        }
        RulePeer::PrefixList(id) => {
            let name = case.facts.inventory.prefix_lists.get(id)?.name.as_ref()?;
            Some(format!("{id} is {name}."))
        }
        RulePeer::Block(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Request;

    fn query(last: u8, source_port: u16) -> Query {
        Query::from(&Request {
            destination: [10, 0, 0, last].into(),
            service: Service::Unknown,
            protocol: Protocol::TCP,
            source_port,
            destination_port: 443,
        })
    }

    #[test]
    fn a_destination_behind_many_attempts_is_tried() {
        let mut failed: Vec<Query> = (0..200).map(|port| query(1, 50_000 + port)).collect();
        failed.push(query(2, 50_000));
        let tried = TriedRequests::among(failed);
        assert!(tried.covers_all);
        assert_eq!(tried.queries.len(), MOST_TRIED);
        assert_eq!(tried.queries[0].request.source_port, 50_000);
        assert_eq!(tried.queries.last().map(|last| last.request.destination), Some([10, 0, 0, 2].into()));
    }

    #[test]
    fn a_fix_for_more_destinations_than_are_tried_is_not_verified() {
        let tried = TriedRequests::among((0..65).map(|last| query(last, 50_000)).collect());
        assert!(!tried.covers_all);
        let tried = TriedRequests::among((0..64).map(|last| query(last, 50_000)).collect());
        assert!(tried.covers_all);
    }
}
