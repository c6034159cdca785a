//! Checks JSON as its bytes come, and notes where each value starts.
//!
//! Goes in: the bytes from the start of a value on, more of them with each call. Comes out: the end of the value, with a
//! [`Node`] for each key and value in it, or the place of the first error. A string or a list of any length needs no memory
//! beyond its nodes, and no call reads a byte twice.

use std::fmt;

use super::node::Node;

/// The deepest nesting of lists and objects.
pub(in crate::inventory) const DEEPEST: usize = 128;

/// The most bytes of a number: no program writes more digits.
const LONGEST_NUMBER: usize = 1024;

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) enum Fault {
    /// The text ends early: what was being read.
    Ended(&'static str),
    /// Something else was expected.
    Unexpected(&'static str),
    /// Lists and objects are nested more deeply than [`DEEPEST`].
    Deep,
}

/// Writes what was found.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(reading) => write!(f, "EOF while parsing {reading}"),
            Self::Unexpected(what) => f.write_str(what),
            Self::Deep => write!(f, "more than {DEEPEST} levels"),
        }
    }
}

/// The state after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The value ends before this byte.
    Whole(usize),
    /// More bytes are needed.
    Part,
    /// The byte where the text stops being JSON.
    Bad(usize, Fault),
}

/// The things that may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Text { starts_at: usize, has_escapes: bool, is_key: bool },
}

/// One value while it is read.
#[derive(Debug)]
pub(super) struct Scan<'n> {
    at: usize,
    next: Next,
    /// The open lists and objects: their nodes.
    open: Vec<usize>,
    nodes: &'n mut Vec<Node>,
}

impl<'n> Scan<'n> {
    /// Starts at a value; its nodes replace the content of `nodes`.
    pub(super) fn new(nodes: &'n mut Vec<Node>) -> Self {
        nodes.clear();
        Self { at: 0, next: Next::Value, open: Vec::new(), nodes }
    }

    /// The number of nodes so far.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Reads on. `text` starts at the value, and has more bytes than in the call before, or `is_all` of them.
    pub(super) fn go_on(&mut self, text: &[u8], is_all: bool) -> Scanned {
        loop {
            if !matches!(self.next, Next::Text { .. }) {
                self.skip_blanks(text);
            }
            let Some(&byte) = text.get(self.at) else {
                return if is_all { Scanned::Bad(text.len(), self.ended()) } else { Scanned::Part };
            };
            match self.step(text, byte, is_all) {
                Ok(true) if self.open.is_empty() && self.next == Next::CommaOrEnd => {
                    return Scanned::Whole(self.at);
                }
                Ok(true) => {}
                Ok(false) => return Scanned::Part,
                Err(fault) => return Scanned::Bad(self.at, fault),
            }
        }
    }

    fn skip_blanks(&mut self, text: &[u8]) {
        let rest = text.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
    }

    fn ended(&self) -> Fault {
        Fault::Ended(match (self.next, self.open.last().map(|&node| self.nodes[node].is_list())) {
            (Next::Text { .. }, _) => "a string",
            (Next::Value, None | Some(false)) => "a value",
            (_, Some(true)) => "a list",
            _ => "an object",
        })
    }

    /// Takes one token, or a part of a string; returns whether it was there to its end.
    fn step(&mut self, text: &[u8], byte: u8, is_all: bool) -> Result<bool, Fault> {
        match (self.next, byte) {
            (Next::Text { starts_at, has_escapes, is_key }, _) => {
                return self.text(text, is_all, starts_at, has_escapes, is_key);
            }
            (Next::ValueOrEnd, b']') | (Next::KeyOrEnd, b'}') => self.close(),
            (Next::Value | Next::ValueOrEnd, _) => return self.value(text, byte, is_all),
            (Next::Key | Next::KeyOrEnd, b'"') => self.start_text(true),
            (Next::Key, b'}') => return Err(Fault::Unexpected("trailing comma")),
            (Next::Key | Next::KeyOrEnd, _) => return Err(Fault::Unexpected("key must be a string")),
            (Next::Colon, b':') => {
                self.at += 1;
                self.next = Next::Value;
            }
            (Next::Colon, _) => return Err(Fault::Unexpected("expected `:`")),
            (Next::CommaOrEnd, _) => self.comma_or_end(byte)?,
        }
        Ok(true)
    }

    fn comma_or_end(&mut self, byte: u8) -> Result<(), Fault> {
        let is_list = self.open.last().is_some_and(|&node| self.nodes[node].is_list());
        match (is_list, byte) {
            (true, b']') | (false, b'}') => self.close(),
            (true, b',') => {
                self.at += 1;
                self.next = Next::Value;
            }
            (false, b',') => {
                self.at += 1;
                self.next = Next::Key;
            }
            (true, _) => return Err(Fault::Unexpected("expected `,` or `]`")),
            (false, _) => return Err(Fault::Unexpected("expected `,` or `}`")),
        }
        Ok(())
    }

    fn value(&mut self, text: &[u8], byte: u8, is_all: bool) -> Result<bool, Fault> {
        match byte {
            b'{' => self.open(Next::KeyOrEnd, false)?,
            b'[' => self.open(Next::ValueOrEnd, true)?,
            b'"' => self.start_text(false),
            b't' => return self.word(text, b"true", is_all),
            b'f' => return self.word(text, b"false", is_all),
            b'n' => return self.word(text, b"null", is_all),
            b'-' | b'0'..=b'9' => return self.number(text, is_all),
            b']' if self.next == Next::Value && !self.open.is_empty() => {
                return Err(Fault::Unexpected("trailing comma"));
            }
            _ => return Err(Fault::Unexpected("expected value")),
        }
        Ok(true)
    }

    fn open(&mut self, next: Next, is_list: bool) -> Result<(), Fault> {
        if self.open.len() == DEEPEST {
            return Err(Fault::Deep);
        }
        self.open.push(self.nodes.len());
        self.nodes.push(Node::open(self.at, is_list));
        self.at += 1;
        self.next = next;
        Ok(())
    }

    fn close(&mut self) {
        let end = self.nodes.len();
        if let Some(node) = self.open.pop() {
            self.nodes[node].close(end);
        }
        self.at += 1;
        self.next = Next::CommaOrEnd;
    }

    fn start_text(&mut self, is_key: bool) {
        self.next = Next::Text { starts_at: self.at, has_escapes: false, is_key };
        self.at += 1;
    }

    fn text(
        &mut self,
        text: &[u8],
        is_all: bool,
        starts_at: usize,
        has_escapes: bool,
        is_key: bool,
    ) -> Result<bool, Fault> {
        let mut has_escapes = has_escapes;
        loop {
            let rest = text.get(self.at..).unwrap_or_default();
            let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            self.at += plain;
            self.next = Next::Text { starts_at, has_escapes, is_key };
            match rest.get(plain) {
                None => return if is_all { Err(self.ended()) } else { Ok(false) },
                Some(b'"') => break,
                Some(b'\\') => has_escapes = true,
                Some(_) => return Err(Fault::Unexpected("a control character in a string")),
            }
            match escape(&rest[plain..]) {
                Some(Ok(length)) => self.at += length,
                Some(Err(fault)) => return Err(fault),
                None if is_all => {
                    self.at = text.len();
                    return Err(self.ended());
                }
                None => return Ok(false),
            }
        }
        self.at += 1;
        self.nodes.push(Node::text(starts_at, self.at - starts_at, has_escapes));
        self.next = if is_key { Next::Colon } else { Next::CommaOrEnd };
        Ok(true)
    }

    fn word(&mut self, text: &[u8], word: &[u8], is_all: bool) -> Result<bool, Fault> {
        let rest = text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.scalar(word.len());
            return Ok(true);
        }
        match word.starts_with(rest) {
            true if is_all => {
                self.at = text.len();
                Err(Fault::Ended("a value"))
            }
            true => Ok(false),
            false => Err(Fault::Unexpected("expected ident")),
        }
    }

    fn number(&mut self, text: &[u8], is_all: bool) -> Result<bool, Fault> {
        let rest = text.get(self.at..).unwrap_or_default();
        let of_number = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = rest.iter().take(LONGEST_NUMBER + 1).take_while(of_number).count();
        if length == rest.len() && !is_all {
            return Ok(false);
        }
        if length > LONGEST_NUMBER || !is_number(&rest[..length]) {
            return Err(Fault::Unexpected("invalid number"));
        }
        self.scalar(length);
        Ok(true)
    }

    fn scalar(&mut self, length: usize) {
        self.nodes.push(Node::scalar(self.at, length));
        self.at += length;
        self.next = Next::CommaOrEnd;
    }
}

/// The length of the escape at the start; none if it is not there to its end.
fn escape(text: &[u8]) -> Option<Result<usize, Fault>> {
    let bad = Some(Err(Fault::Unexpected("invalid escape")));
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(Ok(2)),
        b'u' => match text.get(2..6) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Some(Ok(6)),
            Some(_) => bad,
            None => None,
        },
        _ => bad,
    }
}

/// Whether this is a number: sign, digits without a leading zero, fraction, exponent.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || whole > 1 && rest[0] == b'0' {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    let [b'e' | b'E', exponent @ ..] = rest else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Scans a text that comes in pieces of this length.
    fn scanned(text: &[u8], piece: usize) -> (Scanned, Vec<Node>) {
        let mut nodes = Vec::new();
        let mut scan = Scan::new(&mut nodes);
        let mut end = 0;
        loop {
            end = (end + piece).min(text.len());
            let found = scan.go_on(&text[..end], end == text.len());
            if found != Scanned::Part {
                return (found, nodes);
            }
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(scanned(nested(DEEPEST).as_bytes(), 7).0, Scanned::Whole(2 * DEEPEST));
        assert_eq!(scanned(nested(DEEPEST + 1).as_bytes(), 7).0, Scanned::Bad(DEEPEST, Fault::Deep));
    }

    #[test]
    fn errors_have_a_place() {
        let check = |text: &str, at, fault| {
            assert_eq!(scanned(text.as_bytes(), 3).0, Scanned::Bad(at, fault), "{text}");
        };
        check("{\"a\" 1}", 5, Fault::Unexpected("expected `:`"));
        check("{\"a\": 1 2}", 8, Fault::Unexpected("expected `,` or `}`"));
        check("[1 2]", 3, Fault::Unexpected("expected `,` or `]`"));
        check("[1,]", 3, Fault::Unexpected("trailing comma"));
        check("{1}", 1, Fault::Unexpected("key must be a string"));
        check("[01]", 1, Fault::Unexpected("invalid number"));
        check("[\"a\nb\"]", 3, Fault::Unexpected("a control character in a string"));
        check("[\"\\x\"]", 2, Fault::Unexpected("invalid escape"));
        check("[\"abc", 5, Fault::Ended("a string"));
        check("[", 1, Fault::Ended("a list"));
        check("{\"a\":", 5, Fault::Ended("a value"));
        check("{\"a\":1", 6, Fault::Ended("an object"));
        check("[tru", 4, Fault::Ended("a value"));
        check("oops", 0, Fault::Unexpected("expected value"));
    }

    proptest! {
        /// The scan accepts what a parser accepts that keeps the values, whatever the pieces are.
        #[test]
        fn the_same_texts_are_json(
            text in "[\\[\\]{}\":,a1é\\\\\n 0-9eE.tfnulrs-]{0,40}|(\\{\"[ab]{1,2}\":(1|\\[\\]|\"x\"|null|-0.5e3)[,}]){1,3}", piece in 1_usize..9,
        ) {
            let (found, nodes) = scanned(text.as_bytes(), piece);
            prop_assert_eq!(scanned(text.as_bytes(), text.len().max(1)), (found, nodes));
            let mut values = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
            let first = values.next();
            match found {
                Scanned::Whole(end) => {
                    // A number or a word needs something that ends it.
                    let ended = first.is_some_and(|first| first.is_ok());
                    prop_assert!(ended && values.byte_offset() == end || text.as_bytes()[..end].last().is_some_and(u8::is_ascii_alphanumeric), "{} {}", text, end);
                }
                _ => prop_assert!(first.is_none_or(|first| first.is_err()), "{}", text),
            }
        }
    }
}
