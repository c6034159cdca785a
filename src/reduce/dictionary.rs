//! Values to small numbers and back.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Distinct values, numbered in the order they came.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<T> {
    values: Vec<T>,
    index: HashTable<u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { values: Vec::new(), index: HashTable::new() }
    }
}

impl<T: Eq + Hash> Dictionary<T> {
    /// The number of a value; a new one is taken in.
    pub(super) fn number(&mut self, value: T) -> u32 {
        let hash = FxBuildHasher.hash_one(&value);
        let values = &self.values;
        if let Some(&number) = self.index.find(hash, |&number| values[number as usize] == value) {
            return number;
        }
        // More than u32::MAX distinct values do not fit in memory.
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value);
        let values = &self.values;
        self.index.insert_unique(hash, number, |&number| FxBuildHasher.hash_one(&values[number as usize]));
        number
    }

    pub(super) fn values(&self) -> &[T] {
        &self.values
    }
}

impl<T: Ord> Dictionary<T> {
    /// The values in their own order, and the new number of each old one.
    pub(super) fn into_sorted(self) -> (Vec<T>, Vec<u32>) {
        let mut order: Vec<(T, usize)> = self.values.into_iter().zip(0..).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut renumbered = vec![0; order.len()];
        for (new, (_, old)) in (0..).zip(&order) {
            renumbered[*old] = new;
        }
        (order.into_iter().map(|(value, _)| value).collect(), renumbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number_and_sorting_renumbers() {
        let mut names: Dictionary<Box<str>> = Dictionary::default();
        assert_eq!(names.number("b".into()), 0);
        assert_eq!(names.number("a".into()), 1);
        assert_eq!(names.number("b".into()), 0);
        let (sorted, renumbered) = names.into_sorted();
        assert_eq!((sorted, renumbered), (vec!["a".into(), "b".into()], vec![1, 0]));
    }
}
