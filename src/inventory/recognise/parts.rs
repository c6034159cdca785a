//! The parts of a list and of a page, whether its items come from memory or one by one.

use std::borrow::Cow;

use crate::inventory::item::{quote, type_name};
use crate::inventory::json::{JsonFields, Value};
use crate::inventory::recognise::kinds::may_hold_secrets;
use crate::model::document::DocumentKind;

/// The part of a list that a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum PageExtent {
    /// The list to its end: the page announces no further one.
    Last,
    /// A part: `NextToken` announces another page.
    Continued,
    /// A damaged part: the page is truncated, or an item cannot be read.
    Damaged,
}

/// One part of a document.
#[derive(Clone, Debug)]
pub(in crate::inventory) enum Recognised<'a> {
    /// A page of items of a known kind; the items follow.
    Page(DocumentKind, PageExtent),
    /// An item of a known kind, and its position in its list, from 1.
    Item(DocumentKind, JsonFields<'a>, Option<usize>),
    /// A task or service that could not be described, and why.
    Failure(String),
    /// A text that contains a document: the message of an envelope.
    Embedded(Cow<'a, str>),
    /// The bytes of a text that contains a document, possibly compressed.
    Payload(Vec<u8>),
    /// An unused document, and its description.
    NotUsed(String),
    /// Unknown items in a list of known items: the first text of all by its letters, and their number.
    Bad(String, u64),
}

/// Takes the parts of a document, in any order.
pub(in crate::inventory) type Find<'f> = &'f mut dyn FnMut(Recognised<'_>);

pub(super) fn kind_of(found: &Recognised<'_>) -> Option<DocumentKind> {
    match found {
        Recognised::Page(kind, _) | Recognised::Item(kind, ..) => Some(*kind),
        _ => None,
    }
}

/// The items of a list. If some are known, the others are defects; if none is, only the first is named.
#[derive(Default)]
pub(super) struct ListParts {
    is_known: bool,
    unknown: u64,
    first: Option<String>,
    /// The first text by its letters.
    least: Option<String>,
}

impl ListParts {
    /// Takes one part of the item at this place, from 0.
    pub(super) fn take(&mut self, part: Recognised<'_>, place: usize, found: Find<'_>) {
        self.is_known |= kind_of(&part).is_some();
        match part {
            Recognised::NotUsed(text) => {
                self.unknown += 1;
                if self.least.as_ref().is_none_or(|least| text < *least) {
                    self.least = Some(text.clone());
                }
                self.first.get_or_insert(text);
            }
            Recognised::Item(kind, fields, position) => {
                found(Recognised::Item(kind, fields, position.or(Some(place + 1))));
            }
            other => found(other),
        }
    }

    /// Passes on what the items are that are not known.
    pub(super) fn finish(self, found: Find<'_>) {
        match (self.is_known, self.least, self.first) {
            (true, Some(least), _) => found(Recognised::Bad(least, self.unknown)),
            (false, _, Some(first)) => found(Recognised::NotUsed(first)),
            _ => {}
        }
    }
}

/// The items of a page.
pub(super) struct PageParts {
    key: &'static str,
    kind: DocumentKind,
    items: usize,
    is_damaged: bool,
}

impl PageParts {
    pub(super) fn new(key: &'static str, kind: DocumentKind) -> Self {
        Self { key, kind, items: 0, is_damaged: false }
    }

    /// Takes one item.
    pub(super) fn take(&mut self, item: Value<'_>, found: Find<'_>) {
        self.items += 1;
        match item.fields() {
            Some(fields) => found(Recognised::Item(self.kind, fields, Some(self.items))),
            None => self.bad(&format!("expected an object, found {}", found_word(self.kind, item)), found),
        }
    }

    /// Takes an item that cannot be read.
    pub(super) fn lose(&mut self, text: &str, found: Find<'_>) {
        self.items += 1;
        self.bad(text, found);
    }

    fn bad(&mut self, text: &str, found: Find<'_>) {
        self.is_damaged = true;
        found(Recognised::Bad(format!("`{}` item {}: {text}", self.key, self.items), 1));
    }

    /// The page ends before its end.
    pub(super) fn cut(&mut self) {
        self.is_damaged = true;
    }

    /// Passes on how much of the list the page holds.
    pub(super) fn finish(self, is_continued: bool, found: Find<'_>) {
        let extent = match self.is_damaged {
            true => PageExtent::Damaged,
            false if is_continued => PageExtent::Continued,
            false => PageExtent::Last,
        };
        found(Recognised::Page(self.kind, extent));
    }
}

/// The value in the place of a list or an object, for a message: its type only, if it may be a secret.
pub(super) fn found_word(kind: DocumentKind, value: Value<'_>) -> String {
    if may_hold_secrets(kind) { type_name(value).to_owned() } else { format!("`{}`", quote(value)) }
}
