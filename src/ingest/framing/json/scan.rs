//! Finds the beginning and end of each event in a JSON stream, and holds at most one event in memory.
//!
//! An event is an object or string at the top level, in an array there, or in an array of a document under one of the
//! keys of [`EventSource`]. A parser reads the event itself. The scanner only examines brackets and quotes, and detects
//! two errors that cannot occur in JSON: a line end inside a string, and a value directly after a value. After an error
//! it drops the document and treats the next object as an event again.

use super::parts::{Container, EventSource, PartialEvent, ScannedItem, source_of_key, with_control};
use crate::ingest::source::lines::BYTE_ORDER_MARK;

/// The deepest nesting of arrays and documents that is scanned.
const MAX_DEPTH: usize = 32;
/// Bytes of an unexpected element that are quoted.
const MAX_QUOTE: usize = 40;
/// Longer than any key that is searched for.
const MAX_KEY: usize = 24;

/// The position of the scanner relative to a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StringState {
    Outside,
    Inside,
    Escaped,
}

/// The state between two chunks of bytes.
#[derive(Debug)]
pub(super) struct Scanner {
    frames: Vec<Container>,
    event: Option<PartialEvent>,
    /// The buffer of the last event, which is reused for the next.
    spare_buffer: Vec<u8>,
    text: StringState,
    /// The last string, if it may be a key.
    key: Vec<u8>,
    /// The array that the last key names.
    named: Option<EventSource>,
    /// Whether a value has just ended. Another value cannot follow directly.
    after_value: bool,
    /// Whether a document was dropped. Nothing is reported until the next object.
    is_lost: bool,
    /// Whether any document was dropped. Later closing brackets may belong to it.
    has_dropped: bool,
    /// An unexpected element that is being collected.
    stray: Vec<u8>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            frames: Vec::new(),
            event: None,
            spare_buffer: Vec::new(),
            text: StringState::Outside,
            key: Vec::new(),
            named: None,
            after_value: false,
            is_lost: false,
            has_dropped: false,
            stray: Vec::new(),
        }
    }
}

impl Scanner {
    /// Scans the next bytes.
    pub(super) fn feed(&mut self, mut bytes: &[u8], found: &mut impl FnMut(ScannedItem<'_>)) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.text == StringState::Inside {
                let plain = plain_length(bytes);
                if plain > 0 {
                    self.keep(&bytes[..plain]);
                    bytes = &bytes[plain..];
                    continue;
                }
            }
            if self.text == StringState::Outside {
                self.outside(byte, found);
            } else {
                self.inside(byte, found);
            }
            bytes = rest;
        }
    }

    /// Handles the end of the stream.
    pub(super) fn end(&mut self, found: &mut impl FnMut(ScannedItem<'_>)) {
        self.end_stray(found);
        if self.event.is_some() || !self.frames.is_empty() || self.text != StringState::Outside {
            self.drop_document("expected more JSON, found its end; the events before it were used", found);
        }
    }

    /// Stores bytes of a string.
    fn keep(&mut self, bytes: &[u8]) {
        if let Some(event) = &mut self.event {
            event.push(bytes);
        }
        if self.key.len() <= MAX_KEY {
            self.key.extend(&bytes[..bytes.len().min(MAX_KEY + 1)]);
        }
    }

    fn inside(&mut self, byte: u8, found: &mut impl FnMut(ScannedItem<'_>)) {
        match (self.text, byte) {
            (_, b'\n') => {
                self.drop_document("expected the end of a string, found the end of the line", found);
                return;
            }
            (StringState::Escaped, _) => self.text = StringState::Inside,
            (_, b'\\') => self.text = StringState::Escaped,
            (_, b'"') => self.text = StringState::Outside,
            _ => {}
        }
        if self.text == StringState::Outside {
            if let Some(event) = &mut self.event {
                event.push(b"\"");
            }
            self.after_value = true;
            self.close_event_if_whole(found);
        } else {
            self.keep(&[byte]);
        }
    }

    fn outside(&mut self, byte: u8, found: &mut impl FnMut(ScannedItem<'_>)) {
        if matches!(byte, b'{' | b'[' | b'"') && self.after_value && !self.is_at_top() {
            self.drop_document("expected `,` or the end of an object or array, found another value", found);
        }
        match byte {
            b'"' => self.begin_text(),
            b'{' | b'[' => self.open(byte, found),
            b'}' | b']' => self.close(byte, found),
            b':' => {
                self.named = source_of_key(&self.key);
                if let Some(event) =
                    self.event.as_mut().filter(|_| matches!(&self.key[..], b"data" | b"Data"))
                {
                    event.has_data = true;
                }
                self.separate(byte);
            }
            b',' => {
                self.named = None;
                self.separate(byte);
            }
            _ => self.other(byte),
        }
        let continues =
            !byte.is_ascii_whitespace() && !matches!(byte, b'{' | b'[' | b'"' | b'}' | b']' | b',');
        if !self.stray.is_empty() && !continues {
            self.end_stray(found);
        }
    }

    fn is_at_top(&self) -> bool {
        self.event.is_none() && self.frames.is_empty()
    }

    /// Whether an event may begin here.
    fn is_between_events(&self) -> bool {
        self.event.is_none() && !matches!(self.frames.last(), Some(Container::Document { .. }))
    }

    fn separate(&mut self, byte: u8) {
        self.after_value = false;
        if let Some(event) = &mut self.event {
            event.push(&[byte]);
        }
    }

    /// Handles white space, numbers, constants and invalid bytes.
    fn other(&mut self, byte: u8) {
        if let Some(event) = &mut self.event {
            event.push(&[byte]);
        } else if self.is_between_events()
            && !self.is_lost
            && !is_between(byte)
            && self.stray.len() < MAX_QUOTE
        {
            self.stray.push(byte);
        }
    }

    fn end_stray(&mut self, found: &mut impl FnMut(ScannedItem<'_>)) {
        if !self.stray.is_empty() {
            found(ScannedItem::Stray(std::mem::take(&mut self.stray)));
        }
    }

    fn begin_text(&mut self) {
        if self.is_lost && self.is_at_top() {
            return;
        }
        if self.is_between_events() {
            self.begin_event(0);
        }
        if let Some(event) = &mut self.event {
            event.push(b"\"");
        }
        self.key.clear();
        self.text = StringState::Inside;
    }

    fn begin_event(&mut self, depth: usize) {
        let mut bytes = std::mem::take(&mut self.spare_buffer);
        bytes.clear();
        self.event = Some(PartialEvent { bytes, depth, is_too_large: false, has_data: false });
    }

    fn open(&mut self, byte: u8, found: &mut impl FnMut(ScannedItem<'_>)) {
        self.after_value = false;
        if self.is_between_events() {
            let source = self.source();
            if byte == b'[' && source != EventSource::Results {
                self.enter(Container::Array(source), found);
                return;
            }
            self.is_lost = false;
            self.begin_event(0);
        }
        let named = self.named.take().filter(|_| byte == b'[');
        match (&mut self.event, self.frames.last_mut()) {
            (Some(event), _) => {
                let depth = event.depth;
                let may_enter = |source: &EventSource| depth == 1 || *source == EventSource::Nested;
                if let Some(source) = named.filter(may_enter).filter(|_| event.bytes[0] == b'{') {
                    self.enter_document(source, depth - 1, found);
                    return;
                }
                event.depth += 1;
                event.push(&[byte]);
            }
            (None, Some(Container::Document { depth, is_control }))
                if named.is_some_and(|source| *depth == 0 || source == EventSource::Nested) =>
            {
                let source = with_control(named.unwrap_or(EventSource::Top), *is_control);
                self.enter(Container::Array(source), found);
            }
            (None, Some(Container::Document { depth, .. })) => *depth += 1,
            (None, _) => {}
        }
    }

    /// The object turned out to contain events. It is scanned as a document, and the bytes collected of it are dropped.
    /// `depth` is the number of open containers in it around the events.
    fn enter_document(&mut self, source: EventSource, depth: usize, found: &mut impl FnMut(ScannedItem<'_>)) {
        let head = self.event.take().map(|event| event.bytes).unwrap_or_default();
        let is_control = memchr::memmem::find(&head, b"\"CONTROL_MESSAGE\"").is_some();
        self.spare_buffer = head;
        self.enter(Container::Document { depth, is_control }, found);
        if !self.is_lost {
            self.enter(Container::Array(with_control(source, is_control)), found);
        }
    }

    fn enter(&mut self, frame: Container, found: &mut impl FnMut(ScannedItem<'_>)) {
        if self.frames.len() >= MAX_DEPTH {
            self.drop_document("expected events, found arrays nested too deeply", found);
        } else {
            self.frames.push(frame);
        }
    }

    fn close(&mut self, byte: u8, found: &mut impl FnMut(ScannedItem<'_>)) {
        self.named = None;
        self.after_value = true;
        if let Some(event) = &mut self.event {
            event.depth = event.depth.saturating_sub(1);
            event.push(&[byte]);
            self.close_event_if_whole(found);
            return;
        }
        match (self.frames.last_mut(), byte) {
            (Some(Container::Document { depth: 0, .. }), b'}') | (Some(Container::Array(_)), b']') => {
                self.frames.pop();
            }
            (Some(Container::Document { depth, .. }), _) if *depth > 0 => *depth -= 1,
            (Some(_), _) => {
                self.drop_document("expected the matching bracket, found another one", found);
            }
            (None, _) if self.has_dropped => {}
            (None, _) => self.drop_document("expected an event, found a closing bracket", found),
        }
    }

    fn close_event_if_whole(&mut self, found: &mut impl FnMut(ScannedItem<'_>)) {
        let Some(event) = self.event.take_if(|event| event.depth == 0) else { return };
        let source = self.source();
        found(match (event.may_have_payload(), event.is_too_large) {
            (false, false) => ScannedItem::Event(source, &event.bytes),
            (true, false) => ScannedItem::PossiblePayload(source, &event.bytes),
            (false, true) => ScannedItem::TooLarge,
            (true, true) => ScannedItem::PayloadTooLarge,
        });
        self.spare_buffer = event.bytes;
    }

    fn source(&self) -> EventSource {
        match self.frames.last() {
            Some(Container::Array(source)) => *source,
            _ => EventSource::Top,
        }
    }

    fn drop_document(&mut self, message: &'static str, found: &mut impl FnMut(ScannedItem<'_>)) {
        found(ScannedItem::Broken(message));
        let spare_buffer = std::mem::take(&mut self.spare_buffer);
        *self = Self { is_lost: true, has_dropped: true, spare_buffer, ..Self::default() };
    }
}

/// Whether the byte may stand between events: white space, or part of a byte order mark, which occurs where files were
/// concatenated.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || BYTE_ORDER_MARK.contains(&byte)
}

/// The number of bytes of a string before the next special byte.
fn plain_length(bytes: &[u8]) -> usize {
    memchr::memchr3(b'"', b'\\', b'\n', bytes).unwrap_or(bytes.len())
}
