//! Exact copies of a packed record, for example of a file that is given twice, are folded into two records: the first
//! of them, and a record that counts the others.
//!
//! Copies agree in every value except their place. The record that counts has the values of its copies, so that it
//! always is where they are: in the same partition, and among the same selected records.

use crate::spill::{Folding, about_distinct};

/// Two odd multipliers that mix the bits of a hash.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX_AGAIN: u64 = 0xd6e8_feb8_6659_fd93;

/// The bit of the last word but one that marks a record that counts copies. It is the highest bit of the description's
/// number, which is free because there are never two thousand million descriptions in memory.
const COUNTS: u64 = 1 << 63;
/// The bits of the last word that hold the place of a record, or the number of copies.
const VALUE: u64 = (1 << 62) - 1;

/// Returns the number of copies that a record counts; none for an ordinary record.
#[inline]
pub(super) fn counted<const N: usize>(record: &[u64; N]) -> Option<u64> {
    (record[N - 2] & COUNTS != 0).then_some(record[N - 1] & VALUE)
}

/// Returns the folding of packed records.
pub(super) fn folding<const N: usize>() -> Folding<N> {
    Folding { hash: hash::<N>, distinct: |records| about_distinct(records, hash), fold }
}

/// Returns a word of the record without its mark and its place.
#[inline]
fn word<const N: usize>(record: &[u64; N], at: usize) -> u64 {
    match N - at {
        1 => record[at] & !VALUE,
        2 => record[at] & !COUNTS,
        _ => record[at],
    }
}

#[inline]
fn hash<const N: usize>(record: &[u64; N]) -> u64 {
    let mixed = (0..N).fold(0_u64, |hash, at| (hash.rotate_left(23) ^ word(record, at)).wrapping_mul(MIX));
    (mixed ^ mixed >> 32).wrapping_mul(MIX_AGAIN)
}

fn are_copies<const N: usize>(a: &[u64; N], b: &[u64; N]) -> bool {
    (0..N).all(|at| word(a, at) == word(b, at))
}

/// Folds copies. The result is in no particular order.
fn fold<const N: usize>(records: &mut Vec<[u64; N]>) {
    records.sort_unstable_by(|a, b| {
        let words = |record: &[u64; N]| std::array::from_fn::<u64, N, _>(|at| word(record, at));
        words(a).cmp(&words(b))
    });
    let mut n_retained = 0;
    let mut at = 0;
    while let Some(first) = records.get(at) {
        let length = records[at..].iter().take_while(|record| are_copies(first, record)).count();
        let (folded, n_folded) = fold_run(&records[at..at + length]);
        records[n_retained..n_retained + n_folded].copy_from_slice(&folded[..n_folded]);
        n_retained += n_folded;
        at += length;
    }
    records.truncate(n_retained);
}

/// Folds records that are all copies of each other. Returns one or two records, and their number.
fn fold_run<const N: usize>(run: &[[u64; N]]) -> ([[u64; N]; 2], usize) {
    let first = run.iter().filter(|record| counted(record).is_none()).min_by_key(|record| record[N - 1]);
    let n_ordinary = run.iter().filter(|record| counted(record).is_none()).count() as u64;
    let n_counted = run.iter().filter_map(counted).fold(n_ordinary.saturating_sub(1), u64::saturating_add);
    let mut counting = run[0];
    counting[N - 2] |= COUNTS;
    counting[N - 1] = counting[N - 1] & !VALUE | n_counted.min(VALUE);
    match first {
        None => ([counting, counting], 1),
        Some(first) if n_counted == 0 => ([*first, *first], 1),
        Some(first) => ([*first, counting], 2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The number of ordinary records and of counted ones, by the values of the record, with the first place.
    fn summary(records: &[[u64; 4]]) -> Vec<([u64; 4], u64, u64)> {
        let mut all: Vec<([u64; 4], u64, u64)> = Vec::new();
        for record in records {
            let key = std::array::from_fn(|at| word(record, at));
            let place = all.iter().position(|(known, ..)| *known == key).unwrap_or_else(|| {
                all.push((key, 0, u64::MAX));
                all.len() - 1
            });
            all[place].1 += counted(record).unwrap_or(1);
            if counted(record).is_none() {
                all[place].2 = all[place].2.min(record[3] & VALUE);
            }
        }
        all.sort_unstable();
        all
    }

    proptest! {
        #[test]
        fn folding_keeps_values_numbers_and_first_places(
            records in prop::collection::vec(
                (0_u64..3, 0_u64..2, 0_u64..2, 0_u64..99).prop_map(|(a, b, high, row)| [a, 7, b, high << 63 | row]),
                0..60,
            ),
            split in 0_usize..60,
        ) {
            let expected = summary(&records);
            let mut parts = [records[..split.min(records.len())].to_vec(), records[split.min(records.len())..].to_vec()];
            parts.iter_mut().for_each(fold);
            let mut folded = parts.concat();
            prop_assert_eq!(summary(&folded), expected.clone());
            fold(&mut folded);
            prop_assert_eq!(summary(&folded), expected.clone());
            prop_assert!(folded.len() <= 2 * expected.len());
        }
    }

    #[test]
    fn copies_have_the_same_hash_and_others_have_not() {
        let record = [1, 2, 3, 4, 5, 6, 7, 8];
        let copy = [1, 2, 3, 4, 5, 6, 7 | COUNTS, 9];
        assert_eq!(hash(&record), hash(&copy));
        for at in 0..7 {
            let mut other = record;
            other[at] ^= 1 << 40;
            assert_ne!(hash(&record), hash(&other), "{at}");
        }
        assert_ne!(hash(&record), hash(&[1, 2, 3, 4, 5, 6, 7, 8 | 1 << 62]));
    }
}
