//! Recognises a JSON value by its content: pages, plain lists, single items and events.
//!
//! Goes in: one JSON value. Comes out: its items, each with its kind, and its other parts.
//! It never fails: a document of a kind that this version does not use is named. Items are not read here.

mod kinds;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::inventory::envelope::{self, Content};
use crate::inventory::item::{quote, shorten};
use crate::model::document::DocumentKind;

pub(super) use kinds::is_one_item;
use kinds::{NOT_USED, is_instance, is_part, kind_of_event, kind_of_item, pages};

/// The part of a list that a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageExtent {
    /// The list to its end: the page announces no further one.
    Last,
    /// A part: `NextToken` announces another page.
    Continued,
    /// A damaged part: the page is truncated, or an item cannot be read.
    Damaged,
}

/// One part of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Recognised<'a> {
    /// A page of items of a known kind; the items follow.
    Page(DocumentKind, PageExtent),
    /// An item of a known kind, and its position in its list, from 1.
    Item(DocumentKind, &'a Map<String, Value>, Option<usize>),
    /// A task or service that could not be described, and why.
    Failure(String),
    /// A text that contains a document: the message of an envelope.
    Embedded(Cow<'a, str>),
    /// An unused document, and its description.
    NotUsed(String),
    /// An unknown item in a list of known items.
    Bad(String),
}

/// Adds everything found in `value` to `found`.
pub(super) fn find<'a>(value: &'a Value, found: &mut Vec<Recognised<'a>>) {
    match value {
        Value::Array(values) => find_in_list(values, found),
        Value::Object(fields) => find_in_object(fields, found),
        other => found.push(Recognised::NotUsed(format!("expected a document, found `{}`", quote(other)))),
    }
}

/// Adds the complete parts of a truncated page: only its lists of known kinds.
pub(super) fn find_in_salvaged<'a>(value: &'a Value, found: &mut Vec<Recognised<'a>>) {
    match value {
        Value::Array(values) => find_in_list(values, found),
        Value::Object(fields) => {
            find_pages(fields, found);
        }
        _ => {}
    }
    let kinds: BTreeSet<DocumentKind> = found.iter().filter_map(kind_of).collect();
    found.extend(kinds.into_iter().map(|kind| Recognised::Page(kind, PageExtent::Damaged)));
}

fn kind_of(found: &Recognised<'_>) -> Option<DocumentKind> {
    match found {
        Recognised::Page(kind, _) | Recognised::Item(kind, ..) => Some(*kind),
        _ => None,
    }
}

/// Finds the items of a list, or the pages. If some are known, the others are defects; if none is, only the first is named.
fn find_in_list<'a>(values: &'a [Value], found: &mut Vec<Recognised<'a>>) {
    let mut inner = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let before = inner.len();
        find(value, &mut inner);
        if let [Recognised::Item(_, _, position @ None)] = &mut inner[before..] {
            *position = Some(place + 1);
        }
    }
    if inner.iter().any(|one| kind_of(one).is_some()) {
        found.extend(inner.into_iter().map(bad_if_unknown));
    } else {
        let not_used = |one: &Recognised<'_>| matches!(one, Recognised::NotUsed(_));
        let named = inner.iter().position(not_used);
        let others =
            inner.into_iter().enumerate().filter(|(place, one)| !not_used(one) || Some(*place) == named);
        found.extend(others.map(|(_, one)| one));
    }
}

fn bad_if_unknown(found: Recognised<'_>) -> Recognised<'_> {
    match found {
        Recognised::NotUsed(text) => Recognised::Bad(text),
        other => other,
    }
}

fn find_in_object<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Recognised<'a>>) {
    if let Some(detail) = fields.get("detail-type") {
        find_in_event(detail, fields, found);
        return;
    }
    if is_instance(fields) {
        found.push(Recognised::Item(DocumentKind::Instances, fields, None));
        return;
    }
    if is_part(fields) {
        found.push(Recognised::NotUsed(describe_unknown(fields)));
        return;
    }
    if find_pages(fields, found) || find_in_notification(fields, found) {
        return;
    }
    if let Some(kind) = kind_of_item(fields) {
        found.push(Recognised::Item(kind, fields, None));
    } else if !find_messages(fields, found) {
        found.push(Recognised::NotUsed(describe_unknown(fields)));
    }
}

/// Finds the content of an event; events of CloudTrail and changes of AWS Config also come through EventBridge.
fn find_in_event<'a>(detail_type: &Value, fields: &'a Map<String, Value>, found: &mut Vec<Recognised<'a>>) {
    const WRAPPERS: [&str; 3] = [
        "AWS API Call via CloudTrail",
        "AWS Service Event via CloudTrail",
        "Config Configuration Item Change",
    ];
    if let Some(kind) = kind_of_event(detail_type) {
        found.push(Recognised::Item(kind, fields, None));
    } else if let Some(detail) =
        fields.get("detail").filter(|_| WRAPPERS.iter().any(|name| detail_type == name))
    {
        find(detail, found);
    } else {
        found.push(Recognised::NotUsed(format!(
            "an event `{}` is not used by this version",
            quote(detail_type)
        )));
    }
}

/// Finds the content of a notification: `Message` of SNS, `configurationItem` of AWS Config. Returns whether it is one.
fn find_in_notification<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Recognised<'a>>) -> bool {
    let is_sns = fields.get("Type").is_some_and(|kind| kind == "Notification");
    let message = fields.get("Message").filter(|_| is_sns);
    match message.or_else(|| fields.get("configurationItem")) {
        Some(Value::String(text)) => found.push(Recognised::Embedded(text.into())),
        Some(carried) => find(carried, found),
        None => return false,
    }
    true
}

/// Finds the pages of known kinds; returns whether there was any.
fn find_pages<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Recognised<'a>>) -> bool {
    let mut any = false;
    let is_continued = ["NextToken", "nextToken"].iter().any(|key| has_text(fields, key))
        || fields.get("IsTruncated") == Some(&Value::Bool(true));
    for (key, kind, is_single) in pages() {
        // A service has a text under the key of a task definition.
        match fields.get(key) {
            None | Some(Value::String(_)) => continue,
            // `Records` of a stream or a queue; those of CloudTrail are events themselves.
            Some(list) if envelope::are_envelopes(list) => continue,
            Some(Value::Object(item)) if is_single => found.push(Recognised::Item(kind, item, None)),
            Some(page) => find_page(key, kind, page, is_continued, found),
        }
        any = true;
    }
    if any {
        let unused = NOT_USED.iter().filter(|(page, _)| fields.contains_key(*page));
        found.extend(unused.map(|(page, _)| Recognised::NotUsed(not_used(page))));
        found.extend(failures(fields));
    }
    any
}

fn has_text(fields: &Map<String, Value>, key: &str) -> bool {
    fields.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

fn find_page<'a>(
    key: &str,
    kind: DocumentKind,
    page: &'a Value,
    is_continued: bool,
    found: &mut Vec<Recognised<'a>>,
) {
    let items = match page {
        Value::Array(items) => items,
        other => {
            found.push(Recognised::Page(kind, PageExtent::Damaged));
            found.push(Recognised::Bad(format!("`{key}`: expected an array, found `{}`", quote(other))));
            return;
        }
    };
    let extent = match items.iter().all(Value::is_object) {
        false => PageExtent::Damaged,
        true if is_continued => PageExtent::Continued,
        true => PageExtent::Last,
    };
    found.push(Recognised::Page(kind, extent));
    found.extend(items.iter().enumerate().map(|(place, item)| match item.as_object() {
        Some(fields) => Recognised::Item(kind, fields, Some(place + 1)),
        None => Recognised::Bad(format!(
            "`{key}` item {}: expected an object, found `{}`",
            place + 1,
            quote(item)
        )),
    }));
}

/// The `failures` of `describe-tasks` and `describe-services`: things that no longer exist.
fn failures(fields: &Map<String, Value>) -> impl Iterator<Item = Recognised<'_>> {
    let described =
        [("tasks", "task"), ("services", "service"), ("containerInstances", "container instance")];
    let described = described.into_iter().find(|(page, _)| fields.contains_key(*page));
    let text = |failure: &Value, key| failure.get(key).map_or_else(|| "-".to_owned(), quote);
    described.into_iter().flat_map(move |(_, thing)| {
        let failures = fields.get("failures").and_then(Value::as_array).into_iter().flatten();
        failures.map(move |failure| {
            Recognised::Failure(format!(
                "{thing} `{}` is not described: `{}`",
                text(failure, "arn"),
                text(failure, "reason")
            ))
        })
    })
}

/// Finds the messages of an envelope. Returns whether it is one.
fn find_messages<'a>(fields: &'a Map<String, Value>, found: &mut Vec<Recognised<'a>>) -> bool {
    let contents = envelope::contents(fields);
    let is_envelope = !contents.is_empty();
    for content in contents {
        match content {
            Content::Text(text) => found.push(Recognised::Embedded(text)),
            Content::Object(fields) => find_in_object(fields, found),
        }
    }
    is_envelope
}

fn not_used(page: &str) -> String {
    format!("`{page}` is not used by this version")
}

fn describe_unknown(fields: &Map<String, Value>) -> String {
    let known = NOT_USED.iter().find(|(page, item)| fields.contains_key(*page) || fields.contains_key(*item));
    known.map_or_else(|| name_keys(fields), |(page, _)| not_used(page))
}

/// Names the first keys of a document of no known kind.
fn name_keys(fields: &Map<String, Value>) -> String {
    const NAMED: usize = 6;
    if fields.is_empty() {
        return "expected a known document, found `{}`".to_owned();
    }
    let mut text = "expected a known document, found the keys".to_owned();
    for (place, key) in fields.keys().take(NAMED).enumerate() {
        let separator = if place == 0 { " " } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}`{}`", shorten(key));
    }
    if fields.len() > NAMED {
        text.push_str(", …");
    }
    text
}

#[cfg(test)]
mod tests;
