//! A column of addresses: each distinct text is parsed once, and a row's address is one look-up away.
//!
//! A row group has tens of thousands of addresses, four columns of them, met in no order: more than the processor's caches
//! next to it hold. What is looked up is therefore the address as a record holds it, to be copied and not put together, and
//! the look-ups of many rows are begun at once.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::super::number::{is_missing, parse_address};
use super::super::record::BadValue;
use super::columns::Text;
use crate::model::field::Field;

/// A column of addresses.
pub(super) struct Addresses {
    field: Field,
    text: Option<Text>,
    /// By dictionary key.
    known: Vec<Known>,
}

/// What is known of a text.
#[derive(Clone, Copy)]
enum Known {
    Unread,
    Missing,
    NoAddress,
    Address(IpAddr),
}

impl Addresses {
    /// A column without rows.
    pub(super) fn of(field: Field) -> Self {
        Self { field, text: None, known: Vec::new() }
    }

    /// Takes the next batch's column; what is known is kept while the dictionary stays the same.
    ///
    /// Where every row will be asked for, the dictionary is parsed from end to end at once.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>, every_row: bool) {
        let next = array.and_then(Text::of);
        let same = match (&self.text, &next) {
            (Some(old), Some(new)) => Arc::ptr_eq(old.dictionary(), new.dictionary()),
            _ => false,
        };
        self.text = next;
        if same {
            return;
        }
        self.known.clear();
        match &self.text {
            Some(text) if every_row => self.known.extend((0..text.len()).map(|key| parse(text.value(key)))),
            text => self.known.resize(text.as_ref().map_or(0, Text::len), Known::Unread),
        }
    }

    /// Whether [`Addresses::settle`] must be asked before [`Addresses::get`].
    #[inline]
    pub(super) fn is_unsettled(&self, row: usize) -> bool {
        matches!(self.at(row), Some(Known::Unread | Known::NoAddress))
    }

    /// Parses the row's text, if it was not yet; tells if it is no address.
    pub(super) fn settle(&mut self, row: usize) -> Result<(), BadValue> {
        let Some((text, key)) = self.text.as_ref().and_then(|text| Some((text, text.key(row)?))) else {
            return Ok(());
        };
        let Some(known) = self.known.get_mut(key) else { return Ok(()) };
        if matches!(known, Known::Unread) {
            *known = parse(text.value(key));
        }
        match known {
            Known::NoAddress => Err(BadValue::new(self.field, text.value(key))),
            _ => Ok(()),
        }
    }

    /// The row's address, once it is settled; none where it is missing.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<IpAddr> {
        match self.at(row) {
            Some(Known::Address(address)) => Some(*address),
            _ => None,
        }
    }

    /// The same where there must be one.
    #[inline]
    pub(super) fn need(&self, row: usize) -> Result<IpAddr, BadValue> {
        self.get(row).ok_or_else(|| BadValue::new(self.field, b"-"))
    }

    /// Looks at what is known of some rows, counted from `first` by the bits of `rows`; how many have an address.
    ///
    /// What is looked at without using it waits for memory once and not once a row: nothing depends on what was found.
    #[inline]
    pub(super) fn fetch(&self, first: usize, mut rows: u64) -> usize {
        let mut found = 0;
        while self.text.is_some() && rows != 0 {
            let row = first + rows.trailing_zeros() as usize;
            rows &= rows - 1;
            found += usize::from(matches!(self.at(row), Some(Known::Address(_))));
        }
        found
    }

    /// Whether the row has a value at all.
    pub(super) fn has(&self, row: usize) -> bool {
        self.text.as_ref().is_some_and(|text| text.get(row).is_some())
    }

    #[inline]
    fn at(&self, row: usize) -> Option<&Known> {
        self.known.get(self.text.as_ref()?.key(row)?)
    }
}

fn parse(text: &[u8]) -> Known {
    match parse_address(text) {
        Some(address) => Known::Address(address),
        None if is_missing(text) => Known::Missing,
        None => Known::NoAddress,
    }
}
