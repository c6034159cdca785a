//! How many records are there more than once.

use crate::inspect::identity::Identity;

/// Identities of all records, counted at the end.
#[derive(Debug, Default)]
pub(super) struct Duplicates {
    all: Vec<Identity>,
}

impl Duplicates {
    /// Takes a record.
    #[inline]
    pub(super) fn add(&mut self, identity: Identity) {
        self.all.push(identity);
    }

    /// Takes another worker's records.
    pub(super) fn merge(&mut self, mut other: Self) {
        self.all.append(&mut other.all);
    }

    /// Records that are there already: of three alike, two.
    pub(super) fn count(mut self) -> u64 {
        self.all.sort_unstable();
        let before = self.all.len();
        self.all.dedup();
        (before - self.all.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_first_are_counted() {
        let check = |all: &[u64], expect| {
            let mut duplicates = Duplicates::default();
            all.iter().for_each(|&one| duplicates.add([one, 1]));
            assert_eq!(duplicates.count(), expect, "{all:?}");
        };
        check(&[], 0);
        check(&[1, 2, 3], 0);
        check(&[3, 1, 3, 2, 3, 1], 3);
    }
}
