//! The names that a worker has seen, found by their bytes.
//!
//! Interface ids have 21 or 12 bytes. Names of up to 24 bytes are stored in the table itself, so that a look-up
//! follows no pointer.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::ingest::record::NameId;

/// The longest name that is stored in the table itself.
const SHORT: usize = 24;

/// A short name as three words. The unused bytes of the last word are zero, which no name contains.
///
/// It is compared and hashed word by word. As an array, it would be written to memory and read back in pieces of
/// another size.
#[derive(Clone, Copy, Eq)]
struct Words([u64; 3]);

impl PartialEq for Words {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let ([a, b, c], [other_a, other_b, other_c]) = (self.0, other.0);
        (a ^ other_a) | (b ^ other_b) | (c ^ other_c) == 0
    }
}

impl Hash for Words {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c] = self.0;
        state.write_u64(a ^ b.rotate_left(32));
        state.write_u64(c);
    }
}

/// Numbers by name.
#[derive(Default)]
pub(super) struct Names {
    short: FxHashMap<Words, NameId>,
    long: FxHashMap<Box<[u8]>, NameId>,
}

impl Names {
    /// Returns the number of a name; none for an unknown name.
    #[inline]
    pub(super) fn get(&self, name: &[u8]) -> Option<NameId> {
        match words(name) {
            Some(words) => self.short.get(&words).copied(),
            None => self.long.get(name).copied(),
        }
    }

    /// Adds a new name.
    pub(super) fn insert(&mut self, name: &[u8], id: NameId) {
        match words(name) {
            Some(words) => self.short.insert(words, id),
            None => self.long.insert(name.into(), id),
        };
    }
}

/// Returns the words of a short name; none for a long name, or for one that ends with the padding byte.
#[inline]
fn words(name: &[u8]) -> Option<Words> {
    if name.last() == Some(&0) {
        return None;
    }
    // Interface ids have 21 bytes: two whole words, and the rest of the bytes in the third.
    if let (Some((first, rest)), Some(last)) = (name.split_first_chunk::<8>(), name.last_chunk::<8>())
        && let Some(second) = rest.first_chunk::<8>()
        && name.len() <= SHORT
    {
        let last = u64::from_le_bytes(*last)
            .checked_shr(8 * u32::try_from(SHORT - name.len()).unwrap_or(0))
            .unwrap_or(0);
        return Some(Words([u64::from_le_bytes(*first), u64::from_le_bytes(*second), last]));
    }
    let mut bytes = [0; SHORT];
    bytes.get_mut(..name.len())?.copy_from_slice(name);
    let (words, _) = bytes.as_chunks::<8>();
    Some(Words([words[0], words[1], words[2]].map(u64::from_le_bytes)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_keeps_its_number(all in prop::collection::vec("[ab\\x00]{0,26}", 0..60)) {
            let mut names = Names::default();
            let mut plain: BTreeMap<&str, NameId> = BTreeMap::new();
            for (number, name) in (0..).zip(&all) {
                if names.get(name.as_bytes()).is_none() {
                    names.insert(name.as_bytes(), NameId(number));
                }
                plain.entry(name).or_insert(NameId(number));
            }
            for (name, id) in plain {
                prop_assert_eq!(names.get(name.as_bytes()), Some(id));
            }
        }
    }
}
