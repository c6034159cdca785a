//! What the files were reduced to: entries in parts, some of them in temporary files, folded when they are asked for.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use super::choice::Choice;
use super::entry::Packed;
use super::file_totals::FileTotals;
use super::fold::{Folded, fold};
use super::shared::Shared;
use crate::ingest::sink::NameId;
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::spill::{Keeps, PARTS, Spill};

/// All records that were kept, and what is known of all that were read.
#[derive(Debug)]
pub struct Aggregate {
    pub(super) shared: Shared,
    /// Bytes of entries that a thread folds at once.
    pub(super) most: usize,
    /// Counts over all records, in scope or not.
    pub totals: Totals,
    /// The same by file, in the order of the files.
    pub files: Vec<FileTotals>,
    /// What was wrong.
    pub defects: Defects,
}

/// Records kept, and how many more there were of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records, each once.
    pub kept: u64,
    /// Records that told one of those again.
    pub duplicates: u64,
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self { kept: self.kept + other.kept, duplicates: self.duplicates + other.duplicates }
    }
}

impl Aggregate {
    pub(super) fn new(
        shared: Shared,
        most: usize,
        totals: Totals,
        files: Vec<FileTotals>,
        defects: Defects,
    ) -> Self {
        Self { shared, most, totals, files, defects }
    }

    /// Folds part by part, each on one thread of the pool: both directions of a conversation at one interface are in the
    /// same piece of a part, unless that conversation alone is too large for memory. `piece` gets the flows of one, unsorted.
    pub fn each_piece<T: Send>(
        &self,
        pool: &ThreadPool,
        piece: impl Fn(&[Folded]) -> T + Sync,
    ) -> io::Result<(Vec<T>, Counts)> {
        self.fold_parts(pool, &Choice::All, &piece)
    }

    pub(super) fn fold_parts<T: Send>(
        &self,
        pool: &ThreadPool,
        choice: &Choice<'_>,
        piece: &(impl Fn(&[Folded]) -> T + Sync),
    ) -> io::Result<(Vec<T>, Counts)> {
        // A thread that waits for another pool within a piece takes no other part: each it holds is memory.
        let next = AtomicUsize::new(0);
        let of_threads = pool.broadcast(|_| {
            let mut done = Vec::new();
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= PARTS {
                    return Ok(done);
                }
                let (mut made, mut counts) = (Vec::new(), Counts::default());
                self.fold_part(&self.shared.narrow, part, choice, piece, &mut made, &mut counts)?;
                self.fold_part(&self.shared.wide, part, choice, piece, &mut made, &mut counts)?;
                done.push((part, made, counts));
            }
        });
        let of_threads: Vec<Vec<(usize, Vec<T>, Counts)>> =
            of_threads.into_iter().collect::<io::Result<_>>()?;
        let mut parts: Vec<_> = of_threads.into_iter().flatten().collect();
        parts.sort_unstable_by_key(|(part, ..)| *part);
        let mut all = (Vec::new(), Counts::default());
        for (_, made, counts) in parts {
            all.0.extend(made);
            all.1 = all.1.plus(counts);
        }
        Ok(all)
    }

    fn fold_part<T, const N: usize>(
        &self,
        spill: &Spill<N>,
        part: usize,
        choice: &Choice<'_>,
        piece: &impl Fn(&[Folded]) -> T,
        made: &mut Vec<T>,
        counts: &mut Counts,
    ) -> io::Result<()>
    where
        [u64; N]: Packed,
    {
        let route = |entry: &[u64; N], level: u32| {
            if level < Spill::<N>::last_level() { entry.conversation_hash() } else { entry.flow_hash() }
        };
        let takes = |entry: &[u64; N]| choice.takes(entry);
        let keeps: Option<Keeps<'_, N>> = if matches!(choice, Choice::All) { None } else { Some(&takes) };
        spill.read(part, self.most, keeps, &route, &mut |entries| {
            let mut flows = Vec::new();
            counts.duplicates += fold(&entries, &mut &self.shared, |flow| flows.push(*flow));
            drop(entries);
            counts.kept += flows.iter().map(|flow| flow.sums.records).sum::<u64>();
            made.push(piece(&flows));
        })
    }

    /// The texts of names as the pieces number them.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shared.names().iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    /// The interfaces whose kept records carry the value in a descriptive field.
    pub fn interfaces_described(
        &self,
        pool: &ThreadPool,
        field: Field,
        is_wanted: impl Fn(&str) -> bool,
    ) -> io::Result<BTreeSet<InterfaceId>> {
        let names = self.names();
        let column = crate::ingest::sink::DESCRIPTIVE.iter().position(|&have| have == field);
        let values = self.shared.descriptions();
        let matches: Vec<bool> = values
            .iter()
            .map(|values| column.and_then(|at| values[at]).is_some_and(|id| is_wanted(&names[id.0 as usize])))
            .collect();
        let (found, _) = self.each_piece(pool, |flows| {
            let described = |flow: &&Folded| matches.get(flow.sums.description.0 as usize) == Some(&true);
            flows.iter().filter(described).map(|flow| flow.record.interface).collect::<BTreeSet<NameId>>()
        })?;
        Ok(found
            .into_iter()
            .flatten()
            .map(|name| InterfaceId::new(names[name.0 as usize].as_str()))
            .collect())
    }
}
