//! Entries of one size, parted by a hash of them: in memory up to a budget, beyond it in temporary files without a name.
//!
//! Goes in: chunks of entries for a part, from any thread. Comes out: the entries of each part, in no order, a bounded
//! number at a time. An unnamed file is removed by the system however the process ends, a kill included.

mod budget;
mod limits;
mod part;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::part::Part;
pub use budget::Budget;
pub use limits::Limits;

/// Parts: one for each value of a byte.
pub const PARTS: usize = 256;
/// Entries in one chunk.
pub const CHUNK: usize = 128;
/// Finer parts of a part that is too large: each may have a file open, on every thread.
const MOST_FINER: usize = 32;
/// How often a part that is too large to be read at once is parted again.
const MOST_LEVELS: u32 = 3;

/// Entries of `N` words in [`PARTS`] parts.
#[derive(Debug)]
pub struct Spill<const N: usize> {
    parts: Vec<Mutex<Part<N>>>,
    budget: Arc<Budget>,
}

/// A thread that panicked left whole chunks behind: every change under a lock is one call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part of a hash's entry: its highest bits, those below them at the next level.
#[must_use]
#[inline]
pub fn part_of(hash: u64, level: u32) -> usize {
    usize::from(hash.to_be_bytes()[level as usize % 8])
}

impl<const N: usize> Spill<N> {
    /// Without entries.
    #[must_use]
    pub fn new(budget: Arc<Budget>) -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect(), budget }
    }

    /// Adds a chunk to a part. Where memory is at its limit the part goes to its file first.
    pub fn add(&self, part: usize, chunk: Vec<[u64; N]>) -> io::Result<()> {
        lock(&self.parts[part]).add(chunk, &self.budget)
    }

    /// Entries of all parts.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|part| lock(part).len()).sum()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands the entries of a part to `take`, at most about `most` bytes at once; of some of them, where `keeps` says which.
    ///
    /// A larger part is parted again by `route`, which hashes an entry for a level from 1: what must stay together has the
    /// same hash at every level but the last one, [`Spill::last_level`].
    pub fn read(
        &self,
        part: usize,
        most: usize,
        keeps: Option<Keeps<'_, N>>,
        route: &(impl Fn(&[u64; N], u32) -> u64 + ?Sized),
        take: &mut dyn FnMut(Vec<[u64; N]>),
    ) -> io::Result<()> {
        let part = lock(&self.parts[part]);
        read_part(&part, most, 1, keeps, route, take)
    }

    /// The level at which a part that is still too large is parted whatever belongs together.
    #[must_use]
    pub fn last_level() -> u32 {
        MOST_LEVELS
    }
}

/// Says which entries are handed on.
pub type Keeps<'a, const N: usize> = &'a dyn Fn(&[u64; N]) -> bool;

fn read_part<const N: usize>(
    part: &Part<N>,
    most: usize,
    level: u32,
    keeps: Option<Keeps<'_, N>>,
    route: &(impl Fn(&[u64; N], u32) -> u64 + ?Sized),
    take: &mut dyn FnMut(Vec<[u64; N]>),
) -> io::Result<()> {
    let bytes = part.len().saturating_mul(8 * N as u64);
    if let Some(entries) = read_at_once(part, bytes <= most as u64 || level > MOST_LEVELS, most, keeps)? {
        if !entries.is_empty() {
            take(entries);
        }
        return Ok(());
    }
    // Nothing of the finer parts stays in memory but a chunk of each.
    let nothing = Budget::of_rewriting();
    let count = finer_parts(bytes, most);
    let mut finer: Vec<Part<N>> = (0..count).map(|_| Part::default()).collect();
    let mut open: Vec<Vec<[u64; N]>> = vec![Vec::new(); count];
    part.for_each(|entry| {
        if keeps.is_some_and(|keeps| !keeps(entry)) {
            return Ok(());
        }
        let place = part_of(route(entry, level), level) * count / PARTS;
        open[place].push(*entry);
        if open[place].len() < CHUNK {
            return Ok(());
        }
        finer[place].add(std::mem::take(&mut open[place]), &nothing)
    })?;
    for (mut part, rest) in finer.into_iter().zip(open) {
        part.add(rest, &nothing)?;
        read_part(&part, most, level + 1, None, route, take)?;
    }
    Ok(())
}

/// The entries of a part that is small enough, or of which few are wanted.
fn read_at_once<const N: usize>(
    part: &Part<N>,
    is_small: bool,
    most: usize,
    keeps: Option<Keeps<'_, N>>,
) -> io::Result<Option<Vec<[u64; N]>>> {
    match keeps {
        None if is_small => part.read_all().map(Some),
        Some(keeps) if is_small => {
            let mut entries = part.read_all()?;
            entries.retain(keeps);
            Ok(Some(entries))
        }
        Some(keeps) => part.gather(most / size_of::<[u64; N]>(), keeps),
        None => Ok(None),
    }
}

/// As many as let each be read at once, were they all of one size; some more, because they are not.
fn finer_parts(bytes: u64, most: usize) -> usize {
    let needed = bytes.saturating_add(bytes / 4) / (most as u64).max(1) + 1;
    usize::try_from(needed).unwrap_or(MOST_FINER).clamp(2, MOST_FINER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mix(entry: &[u64; 2]) -> u64 {
        entry[0].wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Everything that comes back, and the size of the largest piece.
    fn through(limit: usize, most: usize, entries: &[[u64; 2]]) -> (Vec<[u64; 2]>, usize) {
        let spill = Spill::new(Arc::new(Budget::new(limit, u64::MAX)));
        for chunk in entries.chunks(CHUNK) {
            for entry in chunk {
                spill.add(part_of(mix(entry), 0), vec![*entry]).unwrap();
            }
        }
        assert_eq!(spill.len(), entries.len() as u64);
        let (mut all, mut largest) = (Vec::new(), 0);
        for part in 0..PARTS {
            let route = |entry: &[u64; 2], level| {
                if level < Spill::<2>::last_level() {
                    mix(entry)
                } else {
                    entry[1].wrapping_mul(0x9e37_79b9_7f4a_7c15)
                }
            };
            spill
                .read(part, most, None, &route, &mut |some| {
                    largest = largest.max(some.len());
                    all.extend(some);
                })
                .unwrap();
        }
        all.sort_unstable();
        (all, largest)
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_made_up(
            mut entries in prop::collection::vec((0_u64..9, any::<u64>()).prop_map(|(a, b)| [a, b]), 0..600),
            limit in prop_oneof![Just(0_usize), 0_usize..8000, Just(usize::MAX)],
            most in prop_oneof![Just(0_usize), 0_usize..2000, Just(usize::MAX)],
        ) {
            let (all, _) = through(limit, most, &entries);
            entries.sort_unstable();
            prop_assert_eq!(all, entries);
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_whatever_fits(
            entries in prop::collection::vec((0_u64..9, 0_u64..40).prop_map(|(a, b)| [a, b]), 0..300),
            most in prop_oneof![Just(0_usize), 0_usize..2000, Just(usize::MAX)],
            wanted in 0_u64..41,
        ) {
            let spill = Spill::new(Arc::new(Budget::new(1000, u64::MAX)));
            for entry in &entries {
                spill.add(0, vec![*entry]).unwrap();
            }
            let (keeps, mut all) = (|entry: &[u64; 2]| entry[1] < wanted, Vec::new());
            spill.read(0, most, Some(&keeps), &|entry, _| mix(entry), &mut |some| all.extend(some)).unwrap();
            all.sort_unstable();
            let mut kept: Vec<[u64; 2]> = entries.into_iter().filter(|entry| keeps(entry)).collect();
            kept.sort_unstable();
            prop_assert_eq!(all, kept);
        }
    }

    #[test]
    fn the_disk_is_not_filled() {
        let spill = Spill::new(Arc::new(Budget::new(0, 100)));
        assert!(spill.add(0, vec![[0; 2]; 6]).is_ok());
        let full = spill.add(1, vec![[0; 2]; 1]).expect_err("one too many");
        assert!(full.to_string().contains("more than 100 bytes"), "{full}");
    }

    #[test]
    fn a_part_too_large_comes_in_pieces() {
        let entries: Vec<[u64; 2]> = (0..20_000).map(|number| [7, number]).collect();
        let (all, largest) = through(0, 16 * 1000, &entries);
        assert_eq!(all, entries);
        assert!(largest <= 1000, "{largest}");
    }
}
