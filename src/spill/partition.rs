//! One partition: chunks in memory, and a file for spilled chunks.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::budget::Budget;
use super::folding::Folding;
use crate::disk::{not_written, temporary_file};

/// The least number of records in memory that are searched for copies.
const MIN_FOLDED: u64 = 1024;

/// Bytes read or written at a time.
const BUFFER: usize = 256 * 1024;

/// The records of one partition.
#[derive(Debug)]
pub(super) struct Partition<const N: usize> {
    chunks: Vec<Vec<[u64; N]>>,
    in_memory: u64,
    /// The number of records that the last folding left.
    folded: u64,
    file: Option<File>,
    in_file: u64,
}

impl<const N: usize> Default for Partition<N> {
    fn default() -> Self {
        Self { chunks: Vec::new(), in_memory: 0, folded: 0, file: None, in_file: 0 }
    }
}

fn bytes_of<const N: usize>(chunk: &Vec<[u64; N]>) -> usize {
    chunk.capacity() * size_of::<[u64; N]>()
}

impl<const N: usize> Partition<N> {
    pub(super) fn len(&self) -> u64 {
        self.in_memory + self.in_file
    }

    pub(super) fn add(
        &mut self,
        chunk: Vec<[u64; N]>,
        budget: &Budget,
        folding: &Folding<N>,
    ) -> io::Result<()> {
        if chunk.is_empty() {
            return Ok(());
        }
        let fits = budget.reserve(bytes_of(&chunk));
        self.in_memory += chunk.len() as u64;
        self.chunks.push(chunk);
        if fits || self.fold(budget, folding) { Ok(()) } else { self.spill_to_file(budget) }
    }

    /// Folds copies among the records in memory. Returns false if most of them are not copies, or if they have been
    /// folded recently.
    fn fold(&mut self, budget: &Budget, folding: &Folding<N>) -> bool {
        let is_due = self.in_memory >= MIN_FOLDED.max(2 * self.folded);
        if !is_due || !folding.are_repetitive(self.chunks.iter().flatten()) {
            return false;
        }
        let mut all = Vec::with_capacity(self.chunks.iter().map(Vec::len).sum());
        for chunk in self.chunks.drain(..) {
            budget.release(bytes_of(&chunk));
            all.extend(chunk);
        }
        (folding.fold)(&mut all);
        all.shrink_to_fit();
        budget.reserve(bytes_of(&all));
        self.in_memory = all.len() as u64;
        self.folded = self.in_memory;
        self.chunks.push(all);
        true
    }

    fn spill_to_file(&mut self, budget: &Budget) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(temporary_file()?),
        };
        let size = self.chunks.iter().map(|chunk| size_of_val(chunk.as_slice())).sum::<usize>();
        budget.reserve_disk(size as u64)?;
        let mut writer = BufWriter::with_capacity(size.min(BUFFER), file);
        let not_written = |error| not_written(error, size as u64);
        for chunk in self.chunks.drain(..) {
            budget.release(bytes_of(&chunk));
            writer.write_all(bytemuck::cast_slice(chunk.as_flattened())).map_err(not_written)?;
        }
        writer.flush().map_err(not_written)?;
        self.in_file += std::mem::take(&mut self.in_memory);
        self.folded = 0;
        Ok(())
    }

    /// Returns all records at once.
    pub(super) fn read_all(&self) -> io::Result<Vec<[u64; N]>> {
        let too_many = |_| io::Error::other("more records than memory can address");
        let in_file = usize::try_from(self.in_file).map_err(too_many)?;
        let mut records = Vec::with_capacity(usize::try_from(self.len()).map_err(too_many)?);
        records.resize(in_file, [0; N]);
        if let Some(file) = &self.file {
            read_records(file, &mut records)?;
        }
        records.extend(self.chunks.iter().flatten());
        Ok(records)
    }

    /// Returns all records at once, with copies folded while they are read: after `max_records`, and whenever their
    /// number has doubled.
    pub(super) fn read_folded(&self, max_records: usize, folding: &Folding<N>) -> io::Result<Vec<[u64; N]>> {
        let (mut records, mut limit) = (Vec::new(), max_records.max(1024));
        self.for_each(|record| {
            if records.len() >= limit {
                (folding.fold)(&mut records);
                limit = limit.max(2 * records.len());
            }
            records.push(*record);
            Ok(())
        })?;
        Ok(records)
    }

    /// Returns the records that match the predicate; none if they are more than `max_records`.
    pub(super) fn read_matching(
        &self,
        max_records: usize,
        predicate: &dyn Fn(&[u64; N]) -> bool,
    ) -> io::Result<Option<Vec<[u64; N]>>> {
        let (mut matching, mut n_matching) = (Vec::new(), 0);
        self.for_each(|record| {
            if predicate(record) {
                n_matching += 1;
                if n_matching <= max_records {
                    matching.push(*record);
                }
            }
            Ok(())
        })?;
        Ok((n_matching <= max_records).then_some(matching))
    }

    /// Calls `take` with each record. Only a buffer of records is in memory at a time.
    pub(super) fn for_each(&self, mut take: impl FnMut(&[u64; N]) -> io::Result<()>) -> io::Result<()> {
        if let Some(mut file) = self.file.as_ref() {
            file.seek(SeekFrom::Start(0))?;
            let mut reader = BufReader::with_capacity(BUFFER, file);
            let mut record = [0; N];
            for _ in 0..self.in_file {
                reader.read_exact(bytemuck::cast_slice_mut(&mut record))?;
                take(&record)?;
            }
        }
        self.chunks.iter().flatten().try_for_each(take)
    }
}

/// Fills `records` from the start of a file.
fn read_records<const N: usize>(mut file: &File, records: &mut [[u64; N]]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(bytemuck::cast_slice_mut(records.as_flattened_mut()))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// `/dev/full` is a disk without room.
    #[test]
    fn a_full_disk_is_named() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut partition: Partition<2> = Partition { file: Some(full), ..Partition::default() };
        let error =
            partition.add(vec![[0; 2]; 8], &Budget::new(0, u64::MAX), &Folding::NONE).expect_err("no room");
        let folder = std::env::temp_dir().display().to_string();
        assert!(error.to_string().contains(&format!("no room in `{folder}` for 128 more bytes")), "{error}");
    }
}
