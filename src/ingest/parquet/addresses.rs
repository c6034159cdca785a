//! A column of addresses: each distinct text is parsed once, and a row's address is one small word away.
//!
//! A row group has tens of thousands of addresses, four columns of them, met in no order: what is looked up for each row
//! should stay in the processor's cache.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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
    /// By dictionary key: the bits of an IPv4 address, or one of the words below.
    words: Vec<u64>,
    ipv6: Vec<Ipv6Addr>,
}

/// Not parsed yet.
const UNREAD: u64 = 1 << 32;
const MISSING: u64 = UNREAD + 1;
const NO_ADDRESS: u64 = UNREAD + 2;
/// This and the place of an IPv6 address.
const IPV6: u64 = UNREAD + 3;

impl Addresses {
    /// A column without rows.
    pub(super) fn of(field: Field) -> Self {
        Self { field, text: None, words: Vec::new(), ipv6: Vec::new() }
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
        self.words.clear();
        self.ipv6.clear();
        self.words.resize(self.text.as_ref().map_or(0, Text::len), UNREAD);
        if every_row {
            (0..self.words.len()).for_each(|key| {
                self.parse(key);
            });
        }
    }

    /// The row's address; none where it is missing.
    #[inline]
    pub(super) fn get(&mut self, row: usize) -> Result<Option<IpAddr>, BadValue> {
        let Some(key) = self.text.as_ref().and_then(|text| text.key(row)) else { return Ok(None) };
        let word = self.words.get(key).copied().unwrap_or(MISSING);
        match u32::try_from(word) {
            Ok(bits) => Ok(Some(Ipv4Addr::from_bits(bits).into())),
            Err(_) => self.odd(key, word),
        }
    }

    /// Whether the row has a value at all.
    pub(super) fn has(&self, row: usize) -> bool {
        self.text.as_ref().is_some_and(|text| text.get(row).is_some())
    }

    #[cold]
    fn odd(&mut self, key: usize, word: u64) -> Result<Option<IpAddr>, BadValue> {
        match if word == UNREAD { self.parse(key) } else { word } {
            MISSING => Ok(None),
            NO_ADDRESS => Err(BadValue::new(self.field, self.value(key))),
            word => Ok(match u32::try_from(word) {
                Ok(bits) => Some(Ipv4Addr::from_bits(bits).into()),
                Err(_) => {
                    self.ipv6.get(usize::try_from(word - IPV6).unwrap_or(usize::MAX)).map(|&it| it.into())
                }
            }),
        }
    }

    fn parse(&mut self, key: usize) -> u64 {
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
        self.words[key] = word;
        word
    }

    fn value(&self, key: usize) -> &[u8] {
        self.text.as_ref().map_or(b"", |text| text.value(key))
    }
}
