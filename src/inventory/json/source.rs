//! The bytes of a text as they come, with as much of them in memory as one value needs.
//!
//! Goes in: a reader, or a text in memory. Comes out: values that fit, one after the other. Larger values are read part by
//! part by `recognise::large`, or passed over.

use std::borrow::Cow;
use std::io::{self, Read};

use memchr::memchr_iter;

use super::node::Node;
use super::scan::{Fault, Scan, Scanned};
use super::value::Value;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// The limits of a value in memory. An item of a document beyond them is a defect.
#[derive(Clone, Copy, Debug)]
pub(in crate::inventory) struct Most {
    /// Bytes of its text.
    pub(in crate::inventory) bytes: usize,
    /// Keys and values in it.
    pub(in crate::inventory) nodes: usize,
}

impl Default for Most {
    fn default() -> Self {
        Self { bytes: 16 << 20, nodes: 1 << 20 }
    }
}

/// The limit that a value exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum Beyond {
    Bytes,
    Values,
    Nesting,
}

/// The next value of a text.
#[derive(Debug)]
pub(in crate::inventory) enum Taken {
    /// It is in memory: its length.
    Whole(usize),
    /// It is too large: what it has too much of.
    Beyond(Beyond),
    /// It is damaged at this byte of it.
    Bad(usize, Fault),
}

/// A text that is read from its start to its end.
pub(in crate::inventory) struct JsonSource<'a> {
    input: Option<Box<dyn Read + 'a>>,
    text: Cow<'a, [u8]>,
    at: usize,
    /// The line of `at`, from 1.
    line: u64,
    pub(super) nodes: Vec<Node>,
    pub(in crate::inventory) most: Most,
    failure: Option<io::Error>,
    /// Bytes that were read.
    bytes: u64,
}

impl<'a> JsonSource<'a> {
    /// A text in memory.
    pub(in crate::inventory) fn of_text(text: &'a [u8], most: Most) -> Self {
        Self {
            input: None,
            text: text.into(),
            at: 0,
            line: 1,
            nodes: Vec::new(),
            most,
            failure: None,
            bytes: 0,
        }
    }

    /// A text that is read.
    pub(in crate::inventory) fn of_reader(input: Box<dyn Read + 'a>, most: Most) -> Self {
        Self { input: Some(input), text: Cow::Owned(Vec::new()), ..Self::of_text(&[], most) }
    }

    /// The error that ended the reader before the text ended.
    pub(in crate::inventory) fn into_failure(self) -> Option<io::Error> {
        self.failure
    }

    /// The bytes that were read so far.
    pub(in crate::inventory) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(in crate::inventory) fn line(&self) -> u64 {
        self.line
    }

    /// The line of a byte after the present one.
    pub(in crate::inventory) fn line_of(&self, distance: usize) -> u64 {
        self.line + lines(self.rest().get(..distance).unwrap_or(self.rest()))
    }

    pub(in crate::inventory) fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads more bytes; returns whether there were any.
    pub(super) fn fill(&mut self) -> bool {
        let Some(input) = &mut self.input else { return false };
        let text = self.text.to_mut();
        if self.at > 0 {
            text.drain(..self.at);
            self.at = 0;
        }
        let before = text.len();
        let read = input.by_ref().take(CHUNK as u64).read_to_end(text);
        let is_ended = !matches!(read, Ok(bytes) if bytes == CHUNK);
        self.failure = read.err();
        if is_ended {
            self.input = None;
        }
        let added = self.text.len() - before;
        self.bytes += added as u64;
        added > 0
    }

    pub(in crate::inventory) fn pass(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        self.line += lines(&self.text[self.at..end]);
        self.at = end;
    }

    /// The next byte that is no blank; none at the end.
    pub(in crate::inventory) fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = self.rest();
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = rest.get(blank).copied();
            self.pass(blank);
            if found.is_some() || !self.fill() {
                return found;
            }
        }
    }

    /// Reads the next value without passing it. The result does not depend on how the bytes come.
    pub(in crate::inventory) fn take(&mut self) -> Taken {
        let mut nodes = std::mem::take(&mut self.nodes);
        let mut scan = Scan::new(&mut nodes);
        let taken = loop {
            let scanned = scan.go_on(self.rest(), self.input.is_none());
            let (Scanned::Whole(bytes) | Scanned::Bad(bytes, _)) = scanned else {
                if self.rest().len() > self.most.bytes {
                    break Taken::Beyond(Beyond::Bytes);
                }
                if scan.nodes() > self.most.nodes {
                    break Taken::Beyond(Beyond::Values);
                }
                self.fill();
                continue;
            };
            break match scanned {
                _ if bytes > self.most.bytes => Taken::Beyond(Beyond::Bytes),
                _ if scan.nodes() > self.most.nodes => Taken::Beyond(Beyond::Values),
                Scanned::Bad(_, Fault::Deep) => Taken::Beyond(Beyond::Nesting),
                Scanned::Bad(at, fault) => Taken::Bad(at, fault),
                _ => Taken::Whole(bytes),
            };
        };
        self.nodes = nodes;
        taken
    }

    /// The value that was taken.
    pub(in crate::inventory) fn taken(&self) -> Value<'_> {
        Value::root(self.rest(), &self.nodes)
    }

    /// Passes the next value without looking into it: brackets and strings are counted. Returns whether it ends.
    pub(in crate::inventory) fn pass_value(&mut self) -> bool {
        let mut passing = Passing::default();
        loop {
            let rest = self.rest();
            let length = rest.len();
            match passing.end(rest) {
                Some(end) => {
                    self.pass(end);
                    return true;
                }
                None => self.pass(length),
            }
            if !self.fill() {
                return false;
            }
        }
    }

    /// Passes the rest of the text up to the next line that starts an object or a list; returns whether there is one.
    pub(super) fn pass_to_value(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let starts_value = |end: &usize| matches!(rest.get(end + 1), Some(b'{' | b'['));
            if let Some(end) = memchr_iter(b'\n', rest).find(starts_value) {
                self.pass(end + 1);
                return true;
            }
            // The last byte may be the line break before a value.
            self.pass(rest.len().saturating_sub(1));
            if !self.fill() {
                self.pass(1);
                return false;
            }
        }
    }
}

fn lines(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

/// A value that is passed over.
#[derive(Default)]
struct Passing {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    in_word: bool,
}

impl Passing {
    /// The end of the value in this part of the text.
    fn end(&mut self, text: &[u8]) -> Option<usize> {
        for (place, &byte) in text.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.in_text = false;
                        if self.depth == 0 {
                            return Some(place + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b',' | b']' | b'}' | b' ' | b'\n' | b'\t' | b'\r' if self.in_word && self.depth == 0 => {
                    return Some(place);
                }
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(place + 1);
                    }
                }
                _ => self.in_word = true,
            }
        }
        None
    }
}
