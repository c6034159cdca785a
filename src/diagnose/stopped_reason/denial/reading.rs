//! Reading of names in a text that may be cut.

/// A name that a text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedName {
    /// As written.
    pub text: String,
    /// Whether the text shows where the name ends. If not, this may be the beginning of a longer name.
    pub is_complete: bool,
}

impl StatedName {
    /// Whether this may be the name that the text states.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        if self.is_complete { self.text == name } else { name.starts_with(&self.text) }
    }
}

/// A text, or the rest of one, with its copy in lower case, of the same length.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    text: &'a str,
    lower: &'a str,
    /// Whether ECS cut the text: its last word is then not given.
    is_cut: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, lower: &'a str, is_cut: bool) -> Self {
        Self { text, lower, is_cut }
    }

    pub(super) fn text(self) -> &'a str {
        self.text
    }

    pub(super) fn lower(self) -> &'a str {
        self.lower
    }

    pub(super) fn is_cut(self) -> bool {
        self.is_cut
    }

    pub(super) fn contains(self, fragment: &str) -> bool {
        self.lower.contains(fragment)
    }

    /// Whether it begins with the fragment.
    pub(super) fn begins_with(self, fragment: &str) -> bool {
        self.lower.starts_with(fragment)
    }

    /// The text after the first occurrence of the fragment.
    pub(super) fn after(self, fragment: &str) -> Option<Self> {
        self.skip(self.lower.find(fragment)? + fragment.len())
    }

    /// The texts after all occurrences of the fragment.
    pub(super) fn after_each(self, fragment: &str) -> impl Iterator<Item = Self> {
        self.lower.match_indices(fragment).filter_map(move |(at, found)| self.skip(at + found.len()))
    }

    /// The text after the fragment with which it begins.
    pub(super) fn strip(self, fragment: &str) -> Option<Self> {
        if self.begins_with(fragment) { self.skip(fragment.len()) } else { None }
    }

    /// The text without blanks at its start.
    pub(super) fn trim(self) -> Self {
        self.skip(self.text.len() - self.text.trim_start_matches(' ').len()).unwrap_or(self)
    }

    /// The word at the start if a blank follows it, and the text from that blank on.
    pub(super) fn whole_word(self) -> Option<(&'a str, Self)> {
        let end = self.text.find(' ').filter(|end| *end > 0)?;
        Some((self.text.get(..end)?, self.skip(end)?))
    }

    /// The name at the start, in quotes or up to a blank, and the text after it. None if ECS cut it.
    ///
    /// A name in quotes is complete with the second quote, another one if a blank follows it.
    pub(super) fn name(self) -> Option<(StatedName, Self)> {
        let quote = self.text.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (inner, delimiter) = match quote {
            Some(quote) => (self.skip(quote.len_utf8())?, quote),
            None => (self, ' '),
        };
        let end = inner.text.find(delimiter);
        let length = end.unwrap_or(inner.text.len());
        let is_given = length > 0 && (end.is_some() || !self.is_cut);
        let after = if end.is_some() && quote.is_some() { length + 1 } else { length };
        let name = StatedName { text: inner.text.get(..length)?.to_owned(), is_complete: end.is_some() };
        is_given.then_some((name, inner.skip(after)?))
    }

    fn skip(self, length: usize) -> Option<Self> {
        Some(Self { text: self.text.get(length..)?, lower: self.lower.get(length..)?, ..self })
    }
}
