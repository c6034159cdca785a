//! The prefilter: decides from the bytes of a text record whether it can matter, before any value is parsed.
//!
//! Most records of most files belong to other resources. They are only counted.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rustc_hash::FxHashSet;

use super::record::TimeSpan;
use super::schema::address::parse_address;
use super::schema::number::is_missing;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};

/// Bounds that contain every record that can matter. Readers may skip records outside them.
///
/// A record matters only if its time touches the window, and if its interface or one of its addresses is listed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordBounds {
    /// The time of all cases, including the possible delay of records.
    pub window: Window,
    /// Interfaces whose flows or coverage matter.
    pub interfaces: BTreeSet<InterfaceId>,
    /// Addresses whose flows matter at any interface.
    pub addresses: BTreeSet<IpAddr>,
}

/// Number of bits in the bit set: 8 KiB, which fit into the first-level cache.
const HASH_BITS: u32 = 16;

/// The interfaces and addresses of [`RecordBounds`], indexed by their bytes.
#[derive(Clone, Debug)]
pub struct Prefilter {
    window: Window,
    interfaces: FxHashSet<Box<[u8]>>,
    addresses: FxHashSet<IpAddr>,
    /// One bit for each hash of a text in the bounds.
    bits: Box<[u64]>,
    /// Whether an address is IPv6. IPv6 addresses have several spellings, so their bytes cannot be compared.
    has_ipv6: bool,
}

/// The position of a text in the bit set, from a hash of its last bytes: ids end in random digits, and the ends of
/// addresses differ most.
#[inline]
fn position(text: &[u8]) -> (usize, u64) {
    let tail = match text.last_chunk::<8>() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    let hash = tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

impl Prefilter {
    /// The prefilter for these bounds.
    #[must_use]
    pub fn new(bounds: &RecordBounds) -> Self {
        let mut bits = vec![0; 1 << (HASH_BITS - 6)].into_boxed_slice();
        let mut set_bit = |text: &[u8]| {
            let (word, bit) = position(text);
            bits[word] |= bit;
        };
        let interfaces = bounds.interfaces.iter().map(|id| id.as_str().as_bytes().into()).collect();
        bounds.interfaces.iter().for_each(|id| set_bit(id.as_str().as_bytes()));
        let ipv4 = bounds.addresses.iter().filter(|address| address.is_ipv4());
        ipv4.for_each(|address| set_bit(address.to_string().as_bytes()));
        let has_ipv6 = bounds.addresses.iter().any(IpAddr::is_ipv6);
        let addresses = bounds.addresses.iter().copied().collect();
        Self { window: bounds.window, interfaces, addresses, bits, has_ipv6 }
    }

    #[inline]
    fn may_have(&self, text: &[u8]) -> bool {
        let (word, bit) = position(text);
        self.bits[word] & bit != 0
    }

    /// Whether the bounds contain any address.
    #[inline]
    pub(super) fn has_addresses(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Whether the bounds contain the interface.
    #[inline]
    pub(super) fn has_interface(&self, text: &[u8]) -> bool {
        self.may_have(text) && self.interfaces.contains(text)
    }

    /// Whether the bounds contain the address. A text that is not an address counts as contained, so that it is read
    /// and reported as a defect.
    #[inline]
    pub(super) fn has_address(&self, text: &[u8]) -> bool {
        let is_spelled_once = !self.has_ipv6 || memchr::memchr(b':', text).is_none();
        if is_spelled_once && !self.may_have(text) {
            return false;
        }
        !is_missing(text) && parse_address(text).is_none_or(|address| self.addresses.contains(&address))
    }

    /// Whether the time touches the window.
    #[inline]
    pub(super) fn touches(&self, span: TimeSpan) -> bool {
        self.window.touches(Timestamp(span.start.into()), Timestamp(span.end.into()))
    }
}
