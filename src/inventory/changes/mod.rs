//! Changes of the configuration among the events of CloudTrail.
//!
//! Goes in: an event. Comes out: one [`ConfigurationChange`] for each thing that the call changed, in a table that does not
//! depend on the order of events or on how often an event is saved. A call that failed or was a dry run changes nothing. A
//! call whose effect cannot be read is a change too: every part of the thing may have changed. One file reads one family of
//! calls; the table of their names is `families`.

mod call;
mod endpoints;
mod families;
mod gateways;
mod interfaces;
mod keys_and_secrets;
mod network_acls;
mod policies;
mod prefix_lists;
mod routes;
mod security_groups;
mod services;
mod table;
mod vpcs;

pub use crate::inventory::changes::families::change_events;
pub(super) use crate::inventory::changes::table::SavedIn;
pub use crate::inventory::changes::table::{Changes, EventSpan, SavedEvents};

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::inventory::changes::families::{BY_NAME, Family};
use crate::inventory::documents::configuration_items::upper_camel;
use crate::inventory::item::DocumentItem;
use crate::inventory::json::OwnedValue;
use crate::model::configuration_change::{ChangeSource, ConfigurationChange, PartChange};
use crate::model::time::Timestamp;

/// Reads the changes of an event into the table; returns whether it is a call that changed something.
pub(super) fn read(event: DocumentItem<'_>, changes: &mut Changes) -> bool {
    let Some(name) = event.text("eventName") else { return false };
    let Some(families) = BY_NAME.get(name.as_str()) else { return false };
    let Some(source) = event.text("eventSource") else { return false };
    let service = source.split('.').next().unwrap_or_default();
    let Some(family) = families.iter().find(|family| family.0 == service) else { return false };
    if event.has("errorCode") || event.has("errorMessage") {
        return false;
    }
    let Some(at) = event.time("eventTime") else { return false };
    let one = One { event, at, name: &name, family };
    for change in one.changes() {
        if changes.insert(&change) {
            event.keep(&change);
        }
    }
    true
}

/// One event of a known call.
struct One<'a> {
    event: DocumentItem<'a>,
    at: Timestamp,
    name: &'a str,
    family: &'static Family,
}

impl One<'_> {
    fn changes(&self) -> Vec<ConfigurationChange> {
        let event = self.event;
        let identity = object(event, "userIdentity");
        let of_identity = |key: &str| identity.and_then(|identity| identity.text(key));
        let account = event.text("recipientAccountId").or_else(|| of_identity("accountId"));
        let principal = of_identity("arn").or_else(|| of_identity("invokedBy"));
        let event_id = event.text("eventID");
        let region = event.text("awsRegion");
        let change = |found: Found| ConfigurationChange {
            at: self.at,
            event_id: event_id.clone(),
            subject: found.subject,
            event_name: self.name.to_owned(),
            source: ChangeSource::CloudTrail,
            since: None,
            principal: principal.clone(),
            account: account.clone(),
            region: region.clone(),
            parts: found.parts.map(sorted),
        };
        self.found(account.clone()).into_iter().map(change).collect()
    }

    /// The things that changed; a thing of the family's kind without an id if the event shows none.
    fn found(&self, account: Option<String>) -> Vec<Found> {
        let event = self.event;
        let (_, kind, read, _) = self.family;
        let upper = |key: &str| event.embedded(key).and_then(|object| upper_camel(object.value()));
        let empty = OwnedValue::parse(b"{}".to_vec());
        let (request, answer) = (upper("requestParameters"), upper("responseElements"));
        let fields = |value: Option<OwnedValue>| value.or_else(|| empty.clone());
        let (request, answer) = (fields(request), fields(answer));
        let items = request.as_ref().zip(answer.as_ref());
        let items = items.and_then(|(request, answer)| request.root().fields().zip(answer.root().fields()));
        let Some((request, answer)) = items else { return vec![Found::new(*kind, "", None)] };
        let arns = if event.is_list("resources") { event.items("resources") } else { Vec::new() };
        let call = RecordedCall {
            name: self.name,
            request: event.over(request),
            answer: event.over(answer),
            as_written: object(event, "requestParameters"),
            resources: arns.iter().filter_map(|one| one.text("ARN").or_else(|| one.text("arn"))).collect(),
            account,
        };
        let found = read(&call);
        if found.is_empty() { vec![Found::new(*kind, "", None)] } else { found }
    }
}

/// The object under a key; another value does not matter here.
fn object<'a>(item: DocumentItem<'a>, key: &str) -> Option<DocumentItem<'a>> {
    if item.is_object(key) { item.item(key) } else { None }
}

/// Each part once. A call that names a part twice does not show its effect.
fn sorted(mut parts: Vec<PartChange>) -> Vec<PartChange> {
    parts.sort();
    parts.dedup();
    let mut once: Vec<PartChange> = Vec::with_capacity(parts.len());
    for change in parts {
        match once.last_mut().filter(|last| last.part == change.part) {
            Some(last) => *last = PartChange::unknown(change.part),
            None => once.push(change),
        }
    }
    once
}

#[cfg(test)]
mod rows;
#[cfg(test)]
mod tests;
