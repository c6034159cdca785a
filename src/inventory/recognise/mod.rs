//! Recognises a JSON value by its content: pages, plain lists, single items and events.
//!
//! Goes in: one JSON value. Comes out: its items, each with its kind, and its other parts, one after the other.
//! It never fails: a document of a kind that this version does not use is named. Items are not read here.

mod kinds;
pub(super) mod large;
mod parts;

use std::collections::BTreeSet;

use crate::inventory::envelope::{self, Content};
use crate::inventory::item::{quote, type_name};
use crate::inventory::json::{JsonFields, Value};
use crate::model::document::DocumentKind;

use kinds::{
    NOT_USED, is_execution, is_instance, is_part, kind_of_event, kind_of_item, kind_of_single, pages,
};
pub(super) use kinds::{is_one_item, may_hold_secrets};
pub(super) use parts::{Find, PageExtent, Recognised};
use parts::{ListParts, PageParts, found_word, kind_of};

/// The most keys of an object that is searched for the keys of documents.
const MOST_KEYS: usize = 4096;

/// Finds everything in `value`.
pub(super) fn find(value: Value<'_>, found: Find<'_>) {
    if value.is_list() {
        find_in_list(value, found);
    } else if let Some(fields) = value.fields() {
        find_in_object(fields, found);
    } else {
        found(Recognised::NotUsed(format!("expected a document, found {}", type_name(value))));
    }
}

/// Finds the complete parts of a truncated page: only its lists of known kinds.
pub(super) fn find_in_salvaged(value: Value<'_>, found: Find<'_>) {
    let mut kinds = BTreeSet::new();
    let mut find_kinds = |one: Recognised<'_>| {
        kinds.extend(kind_of(&one));
        found(one);
    };
    if value.is_list() {
        find_in_list(value, &mut find_kinds);
    } else if let Some(fields) = value.fields() {
        find_pages(fields, &mut find_kinds);
    }
    for kind in kinds {
        found(Recognised::Page(kind, PageExtent::Damaged));
    }
}

/// Finds the items of a list, or the pages.
fn find_in_list(list: Value<'_>, found: Find<'_>) {
    let mut parts = ListParts::default();
    for (place, value) in list.items().enumerate() {
        find(value, &mut |one| parts.take(one, place, found));
    }
    parts.finish(found);
}

fn find_in_object(fields: JsonFields<'_>, found: Find<'_>) {
    if fields.is_longer_than(MOST_KEYS) {
        found(Recognised::NotUsed(format!("expected a known document, found more than {MOST_KEYS} keys")));
        return;
    }
    if let Some(detail) = fields.get("detail-type") {
        find_in_event(detail, fields, found);
        return;
    }
    if is_instance(fields) {
        found(Recognised::Item(DocumentKind::Instances, fields, None));
        return;
    }
    if is_execution(fields) {
        found(Recognised::Item(DocumentKind::AutomationExecutions, fields, None));
        return;
    }
    if is_part(fields) {
        found(Recognised::NotUsed(describe_unknown(fields)));
        return;
    }
    if find_rows(fields, found) || find_pages(fields, found) || find_in_notification(fields, found) {
        return;
    }
    if let Some(kind) = kind_of_item(fields) {
        found(Recognised::Item(kind, fields, None));
    } else if !find_messages(fields, found) {
        found(Recognised::NotUsed(describe_unknown(fields)));
    }
}

/// Finds the content of an event; events of CloudTrail and changes of AWS Config also come through EventBridge.
fn find_in_event(detail_type: Value<'_>, fields: JsonFields<'_>, found: Find<'_>) {
    const WRAPPERS: [&str; 3] = [
        "AWS API Call via CloudTrail",
        "AWS Service Event via CloudTrail",
        "Config Configuration Item Change",
    ];
    if let Some(kind) = kind_of_event(detail_type) {
        found(Recognised::Item(kind, fields, None));
    } else if let Some(detail) =
        fields.get("detail").filter(|_| WRAPPERS.iter().any(|name| detail_type.is(name)))
    {
        find(detail, found);
    } else {
        found(Recognised::NotUsed(format!("an event `{}` is not used by this version", quote(detail_type))));
    }
}

/// Finds the content of a notification: `Message` of SNS, `configurationItem` of AWS Config. Returns whether it is one.
fn find_in_notification(fields: JsonFields<'_>, found: Find<'_>) -> bool {
    let is_sns = fields.get("Type").is_some_and(|kind| kind.is("Notification"));
    let message = fields.get("Message").filter(|_| is_sns);
    let Some(carried) = message.or_else(|| fields.get("configurationItem")) else { return false };
    match carried.text() {
        Some(text) => found(Recognised::Embedded(text)),
        None => find(carried, found),
    }
    true
}

/// Finds the events in the rows of a query of CloudTrail Lake, which have them as text in the column `eventJson`. Returns whether
/// there is any.
fn find_rows(fields: JsonFields<'_>, found: Find<'_>) -> bool {
    let mut any = false;
    for column in fields.get("QueryResultRows").into_iter().flat_map(Value::items).flat_map(Value::items) {
        let event = column.fields().and_then(|column| column.get("eventJson")?.text());
        if let Some(event) = event {
            any = true;
            found(Recognised::Embedded(event));
        }
    }
    any
}

/// Finds the pages of known kinds; returns whether there was any.
fn find_pages(fields: JsonFields<'_>, found: Find<'_>) -> bool {
    let mut any = false;
    let is_continued = fields.iter().any(|(key, value)| announces_more(&key, value));
    for (key, kind, is_single) in pages() {
        // A service has a text under the key of a task definition.
        let Some(page) = fields.get(key).filter(|page| !page.is_text()) else { continue };
        match page.fields() {
            // `Records` of a stream or a queue; those of CloudTrail are events themselves.
            _ if page.items().next().is_some_and(envelope::is_envelope) => continue,
            // Documents of several kinds share the key `Policy`.
            Some(item) if is_single && kind_of_single(key, item) != Some(kind) => continue,
            Some(item) if is_single => found(Recognised::Item(kind, item, None)),
            // A damaged value under a shared key is one defect.
            _ if pages().find(|(first, ..)| *first == key).is_some_and(|(_, first, _)| first != kind) => {
                continue;
            }
            _ => find_page(key, kind, page, is_continued, found),
        }
        any = true;
    }
    if any {
        for (page, _) in NOT_USED.iter().filter(|(page, _)| fields.contains_key(page)) {
            found(Recognised::NotUsed(not_used(page)));
        }
        failures(fields, found);
    }
    any
}

/// Whether a key beside a page announces a further one. A value that AWS never writes there announces one too, so that a
/// damaged page is not a whole list; of a token, null is its absence.
fn announces_more(key: &str, value: Value<'_>) -> bool {
    match key {
        "NextToken" | "nextToken" | "NextMarker" => !value.is_null() && !value.is(""),
        "IsTruncated" | "Truncated" => value.flag() != Some(false),
        _ => false,
    }
}

fn find_page(key: &'static str, kind: DocumentKind, page: Value<'_>, is_continued: bool, found: Find<'_>) {
    if !page.is_list() {
        found(Recognised::Page(kind, PageExtent::Damaged));
        found(Recognised::Bad(format!("`{key}`: expected an array, found {}", found_word(kind, page)), 1));
        return;
    }
    let mut parts = PageParts::new(key, kind);
    page.items().for_each(|item| parts.take(item, found));
    parts.finish(is_continued, found);
}

/// Keys of pages whose things may have failed to be described, and the word for one of them.
const DESCRIBED: [(&str, &str); 3] =
    [("tasks", "task"), ("services", "service"), ("containerInstances", "container instance")];

/// The `failures` of `describe-tasks` and `describe-services`: things that no longer exist.
fn failures(fields: JsonFields<'_>, found: Find<'_>) {
    let Some((_, thing)) = DESCRIBED.into_iter().find(|(page, _)| fields.contains_key(page)) else { return };
    for failure in fields.get("failures").into_iter().flat_map(Value::items) {
        found(Recognised::Failure(format!("{thing} {}", describe_failure(failure))));
    }
}

fn describe_failure(failure: Value<'_>) -> String {
    let text =
        |key| failure.fields().and_then(|fields| fields.get(key)).map_or_else(|| "-".to_owned(), quote);
    format!("`{}` is not described: `{}`", text("arn"), text("reason"))
}

/// Finds the messages of an envelope. Returns whether it is one.
fn find_messages(fields: JsonFields<'_>, found: Find<'_>) -> bool {
    let mut is_envelope = false;
    envelope::contents(fields, &mut |content| {
        is_envelope = true;
        find_content(content, found);
    });
    is_envelope
}

fn find_content(content: Content<'_>, found: Find<'_>) {
    match content {
        Content::Text(text) => found(Recognised::Embedded(text)),
        Content::Payload(bytes) => found(Recognised::Payload(bytes)),
        Content::Object(fields) => find_in_object(fields, found),
    }
}

fn not_used(page: &str) -> String {
    format!("`{page}` is not used by this version")
}

fn describe_unknown(fields: JsonFields<'_>) -> String {
    let known = NOT_USED.iter().find(|(page, item)| fields.contains_key(page) || fields.contains_key(item));
    known.map_or_else(
        || {
            let mut keys = FirstKeys::default();
            fields.iter().for_each(|(key, _)| keys.add(&key));
            keys.name("expected a known document, found")
        },
        |(page, _)| not_used(page),
    )
}

/// The first keys of a document of no known kind, in the order of their letters. Only keys that look like those of AWS are
/// named, because others may be data.
#[derive(Default)]
struct FirstKeys {
    named: BTreeSet<String>,
    has_others: bool,
}

impl FirstKeys {
    const NAMED: usize = 6;

    fn add(&mut self, key: &str) {
        let is_plain = (1..=40).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphabetic());
        self.has_others |= !is_plain;
        if !is_plain
            || self.named.len() > Self::NAMED && self.named.last().is_some_and(|last| *last.as_str() <= *key)
        {
            return;
        }
        self.named.insert(key.to_owned());
        if self.named.len() > Self::NAMED + 1 {
            self.named.pop_last();
        }
    }

    fn name(&self, before: &str) -> String {
        if self.named.is_empty() {
            return if self.has_others { format!("{before} other keys") } else { format!("{before} `{{}}`") };
        }
        let named: Vec<String> = self.named.iter().take(Self::NAMED).map(|key| format!("`{key}`")).collect();
        let more = if self.has_others || self.named.len() > Self::NAMED { ", …" } else { "" };
        format!("{before} the keys {}{more}", named.join(", "))
    }
}

#[cfg(test)]
mod tests;
