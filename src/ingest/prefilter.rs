//! Whether a record of text can matter, decided on its bytes before anything of it is read as a value.
//!
//! Most records of most files are of others. They are counted and left; what the report needs of all records, their
//! span, is compared as text first.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rustc_hash::FxHashSet;

use super::record::TimeSpan;
use super::schema::address::parse_address;
use super::schema::number::is_missing;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Bounds within which every record lies that can matter: what readers may leave out unread.
///
/// A record matters only if its time touches the window, and if its interface or one of its addresses is named here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordBounds {
    /// The time of all cases, what records may be late included.
    pub window: Window,
    /// Interfaces whose flows or coverage matter.
    pub interfaces: BTreeSet<InterfaceId>,
    /// Addresses whose flows matter at whatever interface.
    pub addresses: BTreeSet<IpAddr>,
}

/// Bits of the sieve: 8 KiB, which stays in the first-level cache.
const SIEVE_BITS: u32 = 16;

/// The interfaces and addresses of a [`Wanted`], found by their bytes.
#[derive(Clone, Debug)]
pub struct Prefilter {
    window: Window,
    interfaces: FxHashSet<Box<[u8]>>,
    addresses: FxHashSet<IpAddr>,
    /// A bit for each hash that a wanted text has.
    sieve: Box<[u64]>,
    /// IPv6 addresses have several spellings: their bytes tell nothing.
    has_ipv6: bool,
}

/// A hash of a text's last bytes: ids end in random digits, addresses in those of the host.
#[inline]
fn sieve_place(text: &[u8]) -> (usize, u64) {
    let tail = match text.last_chunk::<8>() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    let hash = tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SIEVE_BITS);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

impl Prefilter {
    /// For what is wanted.
    #[must_use]
    pub fn new(bounds: &RecordBounds) -> Self {
        let mut sieve = vec![0; 1 << (SIEVE_BITS - 6)].into_boxed_slice();
        let mut mark = |text: &[u8]| {
            let (word, bit) = sieve_place(text);
            sieve[word] |= bit;
        };
        let interfaces = bounds.interfaces.iter().map(|id| id.as_str().as_bytes().into()).collect();
        bounds.interfaces.iter().for_each(|id| mark(id.as_str().as_bytes()));
        let ipv4 = bounds.addresses.iter().filter(|address| address.is_ipv4());
        ipv4.for_each(|address| mark(address.to_string().as_bytes()));
        let has_ipv6 = bounds.addresses.iter().any(IpAddr::is_ipv6);
        let addresses = bounds.addresses.iter().copied().collect();
        Self { window: bounds.window, interfaces, addresses, sieve, has_ipv6 }
    }

    #[inline]
    fn may_have(&self, text: &[u8]) -> bool {
        let (word, bit) = sieve_place(text);
        self.sieve[word] & bit != 0
    }

    /// Whether records are wanted by their addresses at all.
    #[inline]
    pub(super) fn has_addresses(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Whether the interface's records are wanted.
    #[inline]
    pub(super) fn has_interface(&self, text: &[u8]) -> bool {
        self.may_have(text) && self.interfaces.contains(text)
    }

    /// Whether records with the address are wanted; one that is none is wanted, so that it is told as a defect.
    #[inline]
    pub(super) fn has_address(&self, text: &[u8]) -> bool {
        let is_spelled_once = !self.has_ipv6 || memchr::memchr(b':', text).is_none();
        if is_spelled_once && !self.may_have(text) {
            return false;
        }
        !is_missing(text) && parse_address(text).is_none_or(|address| self.addresses.contains(&address))
    }

    /// Whether anything of the time can matter.
    #[inline]
    pub(super) fn touches(&self, span: TimeSpan) -> bool {
        self.window.touches(Timestamp(span.start.into()), Timestamp(span.end.into()))
    }
}
