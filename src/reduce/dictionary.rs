//! Maps values to small numbers and back.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Distinct values, numbered in the order in which they were added.
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
    /// Returns the number of a value. An unknown value is added.
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

    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number() {
        let mut names: Dictionary<Box<str>> = Dictionary::default();
        assert_eq!(names.number("b".into()), 0);
        assert_eq!(names.number("a".into()), 1);
        assert_eq!(names.number("b".into()), 0);
        assert_eq!(names.values(), ["b".into(), "a".into()]);
    }
}
