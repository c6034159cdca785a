//! Reads a column of addresses. Each distinct text is parsed once, and each row refers to it by one small word.
//!
//! A row group has tens of thousands of addresses in four columns and in no particular order, which exceeds the
//! processor's fastest caches. Words are therefore small, and the look-ups of many rows are started together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::columns::TextColumn;
use crate::ingest::schema::address::parse_address;
use crate::ingest::schema::number::is_missing;
use crate::ingest::schema::value::BadValue;
use crate::model::field::Field;

/// A column of addresses.
pub(super) struct AddressColumn {
    field: Field,
    text: Option<TextColumn>,
    /// The parsed words, by dictionary key.
    words: Vec<AddressWord>,
    ipv6: Vec<Ipv6Addr>,
}

/// A parsed text: the bits of an IPv4 address, or one of the constants below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressWord(u64);

/// The text was not parsed yet.
const UNPARSED: u64 = 1 << 32;
const NO_ADDRESS: u64 = UNPARSED + 1;
const MISSING: u64 = UNPARSED + 2;
/// The index of an IPv6 address is added to this.
const IPV6: u64 = UNPARSED + 3;

impl AddressWord {
    /// Whether [`AddressColumn::resolve`] must be called before the word is used.
    #[inline]
    pub(super) fn is_unresolved(self) -> bool {
        matches!(self.0, UNPARSED | NO_ADDRESS)
    }

    #[inline]
    pub(super) fn is_missing(self) -> bool {
        self.0 == MISSING
    }

    #[inline]
    pub(super) fn is_ipv6(self) -> bool {
        self.0 >= IPV6
    }

    #[inline]
    pub(super) fn ipv4(self) -> Option<Ipv4Addr> {
        u32::try_from(self.0).ok().map(Ipv4Addr::from_bits)
    }
}

impl AddressColumn {
    /// A column without rows.
    pub(super) fn of(field: Field) -> Self {
        Self { field, text: None, words: Vec::new(), ipv6: Vec::new() }
    }

    /// Sets the column of the next batch. Parsed addresses are kept as long as the dictionary stays the same.
    ///
    /// If every row will be read, the whole dictionary is parsed at once.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>, every_row: bool) {
        let next = array.and_then(TextColumn::of);
        let same = match (&self.text, &next) {
            (Some(old), Some(new)) => Arc::ptr_eq(old.dictionary(), new.dictionary()),
            _ => false,
        };
        self.text = next;
        if same {
            return;
        }
        self.words.clear();
        self.ipv6.clear();
        self.words.resize(self.text.as_ref().map_or(0, TextColumn::len), AddressWord(UNPARSED));
        if every_row {
            (0..self.words.len()).for_each(|key| self.parse(key));
        }
    }

    /// The parsed text of a row.
    #[inline]
    pub(super) fn word(&self, row: usize) -> AddressWord {
        let key = self.text.as_ref().and_then(|text| text.key(row));
        key.and_then(|key| self.words.get(key).copied()).unwrap_or(AddressWord(MISSING))
    }

    /// Parses the text of a row, unless it was parsed before. Returns an error if it is not an address.
    pub(super) fn resolve(&mut self, row: usize) -> Result<(), BadValue> {
        let Some(key) = self.text.as_ref().and_then(|text| text.key(row)) else { return Ok(()) };
        if self.word(row) == AddressWord(UNPARSED) {
            self.parse(key);
        }
        match self.word(row) {
            AddressWord(NO_ADDRESS) => Err(BadValue::new(self.field, self.value(key))),
            _ => Ok(()),
        }
    }

    /// The word of a row whose address may be missing, and the error if its text is not an address.
    pub(super) fn optional(&mut self, row: usize) -> (AddressWord, Option<BadValue>) {
        let bad = self.resolve(row).err();
        let word = self.word(row);
        (if bad.is_some() { AddressWord(MISSING) } else { word }, bad)
    }

    /// The address of a word of this column, if it is an IPv6 address.
    #[inline]
    pub(super) fn ipv6(&self, word: AddressWord) -> Option<Ipv6Addr> {
        let place = usize::try_from(word.0.checked_sub(IPV6)?).ok()?;
        self.ipv6.get(place).copied()
    }

    /// The address of a word of this column; none if it is missing.
    pub(super) fn address(&self, word: AddressWord) -> Option<IpAddr> {
        word.ipv4().map(IpAddr::V4).or_else(|| self.ipv6(word).map(IpAddr::V6))
    }

    /// The error for a missing value of a required column.
    pub(super) fn missing(&self) -> BadValue {
        BadValue::new(self.field, b"-")
    }

    /// Loads the words of some rows, counted from `first` by the bits of `rows`, and the addresses that they refer to.
    ///
    /// Because no decision depends on the loaded values, the processor waits for memory once and not once per row.
    #[inline]
    pub(super) fn fetch(&self, first: usize, mut rows: u64) -> u64 {
        let mut fetched = 0;
        while self.text.is_some() && rows != 0 {
            let word = self.word(first + rows.trailing_zeros() as usize);
            rows &= rows - 1;
            // An IPv4 address loads the first IPv6 address, because an unpredictable branch would be slower.
            let place = usize::try_from(word.0.saturating_sub(IPV6)).unwrap_or(usize::MAX);
            fetched |= word.0 | self.ipv6.get(place).map_or(0, |address| u64::from(address.octets()[0]));
        }
        fetched
    }

    /// Whether the row has a value.
    pub(super) fn has(&self, row: usize) -> bool {
        self.text.as_ref().is_some_and(|text| text.get(row).is_some())
    }

    fn parse(&mut self, key: usize) {
        let text = self.value(key);
        let word = match parse_address(text) {
            Some(IpAddr::V4(address)) => address.to_bits().into(),
            Some(IpAddr::V6(address)) => {
                self.ipv6.push(address);
                IPV6 + self.ipv6.len() as u64 - 1
            }
            None if is_missing(text) => MISSING,
            None => NO_ADDRESS,
        };
        if let Some(slot) = self.words.get_mut(key) {
            *slot = AddressWord(word);
        }
    }

    fn value(&self, key: usize) -> &[u8] {
        self.text.as_ref().map_or(b"", |text| text.value(key))
    }
}
