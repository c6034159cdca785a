//! A list or an object that is too large for memory: its items are read one by one.
//!
//! Goes in: a [`JsonSource`] before the value. Comes out: the same parts as from a value in memory, because what is that large
//! is a page, a list of documents or an envelope. One item that is too large is passed over, and named.

use crate::inventory::envelope::{self, holds_messages};
use crate::inventory::json::{self, Beyond, Fault, JsonSource, Taken, Value};
use crate::inventory::recognise::kinds::{NOT_USED, kind_of_single, pages};
use crate::inventory::recognise::parts::{Find, ListParts, PageParts, found_word};
use crate::inventory::recognise::{
    DESCRIBED, FirstKeys, Recognised, announces_more, describe_failure, find, find_content, not_used,
};
use crate::model::document::DocumentKind;

/// How many lists and objects that are too large may be one in another.
const DEEPEST: usize = 8;

/// Reads the value before which the source stands.
pub(in crate::inventory) fn read(
    source: &mut JsonSource<'_>,
    beyond: Beyond,
    found: Find<'_>,
) -> Result<(), Fault> {
    value(source, beyond, DEEPEST, found)
}

fn value(source: &mut JsonSource<'_>, beyond: Beyond, depth: usize, found: Find<'_>) -> Result<(), Fault> {
    match source.rest().first() {
        Some(b'[') if depth > 0 => list(source, depth, found),
        Some(b'{') if depth > 0 => Object::default().read(source, found),
        _ => {
            let text = too_large(source, beyond);
            pass(source)?;
            found(Recognised::Bad(text, 1));
            Ok(())
        }
    }
}

fn too_large(source: &JsonSource<'_>, beyond: Beyond) -> String {
    let most = source.most;
    match beyond {
        Beyond::Bytes => format!("expected at most {} bytes in one item, found more", most.bytes),
        Beyond::Values => format!("expected at most {} values in one item, found more", most.nodes),
        Beyond::Nesting => format!("expected at most {} levels in one item, found more", json::DEEPEST),
    }
}

fn pass(source: &mut JsonSource<'_>) -> Result<(), Fault> {
    if source.pass_value() { Ok(()) } else { Err(Fault::Ended("a value")) }
}

/// Calls `read` before each item of the list before which the source stands; `read` passes the item.
fn each_item(
    source: &mut JsonSource<'_>,
    mut read: impl FnMut(&mut JsonSource<'_>, usize) -> Result<(), Fault>,
) -> Result<(), Fault> {
    source.pass(1);
    if source.peek() == Some(b']') {
        source.pass(1);
        return Ok(());
    }
    for place in 0.. {
        if source.peek().is_none() {
            break;
        }
        read(source, place)?;
        match source.peek() {
            Some(b',') => source.pass(1),
            Some(b']') => {
                source.pass(1);
                return Ok(());
            }
            Some(_) => return Err(Fault::Unexpected("expected `,` or `]`")),
            None => break,
        }
    }
    Err(Fault::Ended("a list"))
}

/// Reads a value in memory, and passes it. Returns the reason if it is too large, and then it is passed unread.
fn item(source: &mut JsonSource<'_>, read: impl FnOnce(Value<'_>)) -> Result<Option<String>, Fault> {
    match source.take() {
        Taken::Whole(length) => {
            read(source.taken());
            source.pass(length);
            Ok(None)
        }
        Taken::Beyond(beyond) => {
            let text = too_large(source, beyond);
            pass(source)?;
            Ok(Some(text))
        }
        Taken::Bad(at, fault) => {
            source.pass(at);
            Err(fault)
        }
    }
}

fn list(source: &mut JsonSource<'_>, depth: usize, found: Find<'_>) -> Result<(), Fault> {
    let mut parts = ListParts::default();
    let ended = each_item(source, |source, place| {
        let mut take = |one: Recognised<'_>| parts.take(one, place, found);
        match source.take() {
            Taken::Whole(length) => {
                find(source.taken(), &mut take);
                source.pass(length);
                Ok(())
            }
            Taken::Beyond(beyond) => value(source, beyond, depth - 1, &mut take),
            Taken::Bad(at, fault) => {
                source.pass(at);
                Err(fault)
            }
        }
    });
    parts.finish(found);
    ended
}

/// The key of a page, the kind of its items, and whether it holds a single item.
type PageRow = (&'static str, DocumentKind, bool);

/// The known parts of an object that is too large.
#[derive(Default)]
struct Object {
    keys: FirstKeys,
    not_used: Vec<&'static str>,
    pages: Vec<PageParts>,
    /// The word for the things of its first page that may have failures.
    described: Option<&'static str>,
    failures: u64,
    /// The first text by its letters.
    first_failure: Option<String>,
    is_continued: bool,
    is_envelope: bool,
    is_control: bool,
}

impl Object {
    fn read(mut self, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        let ended = self.members(source, found);
        if ended.is_err() {
            self.pages.iter_mut().for_each(PageParts::cut);
        }
        self.finish(source, found);
        ended
    }

    fn members(&mut self, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        source.pass(1);
        if source.peek() == Some(b'}') {
            source.pass(1);
            return Ok(());
        }
        loop {
            let mut key = String::new();
            if source.peek() != Some(b'"') {
                break;
            }
            item(source, |value| key = value.text().unwrap_or_default().into_owned())?;
            if source.peek() != Some(b':') {
                break;
            }
            source.pass(1);
            if source.peek().is_none() {
                break;
            }
            self.member(&key, source, found)?;
            match source.peek() {
                Some(b',') => source.pass(1),
                Some(b'}') => {
                    source.pass(1);
                    return Ok(());
                }
                _ => break,
            }
            source.peek();
        }
        Err(if source.peek().is_some() {
            Fault::Unexpected("expected `,` or `}`, or a key and `:`")
        } else {
            Fault::Ended("an object")
        })
    }

    fn member(&mut self, key: &str, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        self.keys.add(key);
        if let Some((key, _)) = NOT_USED.iter().find(|(page, _)| *page == key) {
            self.not_used.push(key);
        }
        if let Some(page) = pages().find(|(page, ..)| *page == key) {
            let described = DESCRIBED.iter().find(|(page, _)| *page == key);
            self.described = self.described.or(described.map(|(_, word)| *word));
            return match source.peek() {
                Some(b'[') => self.page(page, source, found),
                _ => self.no_page(page, source, found),
            };
        }
        match key {
            "NextToken" | "nextToken" | "NextMarker" | "IsTruncated" | "Truncated" => {
                item(source, |value| self.is_continued |= announces_more(key, value)).map(drop)
            }
            "messageType" => item(source, |value| self.is_control = value.is("CONTROL_MESSAGE")).map(drop),
            "failures" if source.peek() == Some(b'[') => self.failed(source),
            _ if holds_messages(key) && !self.is_control => self.messages(key, source, found),
            _ => pass(source),
        }
    }

    fn failed(&mut self, source: &mut JsonSource<'_>) -> Result<(), Fault> {
        each_item(source, |source, _| {
            let read = |failure: Value<'_>| {
                self.failures += 1;
                let text = describe_failure(failure);
                if self.first_failure.as_ref().is_none_or(|first| text < *first) {
                    self.first_failure = Some(text);
                }
            };
            item(source, read).map(drop)
        })
    }

    /// Reads what is under the key of a page and no list.
    fn no_page(&mut self, page: PageRow, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        let (key, kind, is_single) = page;
        let mut parts = PageParts::new(key, kind);
        let mut is_page = false;
        let read = |value: Value<'_>| match value.fields() {
            _ if value.is_text() => {}
            Some(fields) if is_single => {
                let kind = kind_of_single(key, fields).unwrap_or(kind);
                found(Recognised::Item(kind, fields, None));
            }
            _ => {
                is_page = true;
                parts.lose(&format!("expected an array, found {}", found_word(kind, value)), found);
            }
        };
        if let Some(text) = item(source, read)? {
            is_page = true;
            parts.lose(&text, found);
        }
        self.pages.extend(is_page.then_some(parts));
        Ok(())
    }

    fn page(&mut self, page: PageRow, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        let (key, kind, _) = page;
        let mut parts = PageParts::new(key, kind);
        let mut is_envelope = false;
        let ended = each_item(source, |source, place| {
            let read = |value: Value<'_>| {
                is_envelope |= place == 0 && envelope::is_envelope(value);
                match is_envelope {
                    true if holds_messages(key) => {
                        envelope::contents_of_item(value, &mut |content| find_content(content, found));
                    }
                    true => {}
                    false => parts.take(value, found),
                }
            };
            let lost = item(source, read)?;
            if let Some(text) = lost {
                parts.lose(&text, found);
            }
            Ok(())
        });
        self.is_envelope |= is_envelope;
        self.pages.extend((!is_envelope).then_some(parts));
        ended
    }

    fn messages(&mut self, key: &str, source: &mut JsonSource<'_>, found: Find<'_>) -> Result<(), Fault> {
        let mut any = false;
        let mut take = |content: envelope::Content<'_>| {
            any = true;
            find_content(content, found);
        };
        let mut lost = Vec::new();
        let ended = match source.peek() {
            Some(b'[') => each_item(source, |source, _| {
                lost.extend(item(source, |value| envelope::contents_of_item(value, &mut take))?);
                Ok(())
            }),
            _ => item(source, |value| envelope::search_member(key, value, &mut take))
                .map(|text| lost.extend(text)),
        };
        self.is_envelope |= any || !lost.is_empty();
        for text in lost {
            found(Recognised::Bad(text, 1));
        }
        ended
    }

    fn finish(self, source: &JsonSource<'_>, found: Find<'_>) {
        if self.pages.is_empty() {
            if !self.is_envelope {
                let text = self.keys.name(&format!("{}, with", too_large(source, Beyond::Bytes)));
                found(Recognised::Bad(text, 1));
            }
            return;
        }
        for page in self.pages {
            page.finish(self.is_continued, found);
        }
        for page in self.not_used {
            found(Recognised::NotUsed(not_used(page)));
        }
        if let (Some(word), Some(text)) = (self.described, self.first_failure) {
            for _ in 0..self.failures {
                found(Recognised::Failure(format!("{word} {text}")));
            }
        }
    }
}
