//! One partition: chunks in memory, and a file for spilled chunks.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::budget::Budget;

/// Bytes read or written at a time.
const BUFFER: usize = 256 * 1024;

/// The records of one partition.
#[derive(Debug)]
pub(super) struct Partition<const N: usize> {
    chunks: Vec<Vec<[u64; N]>>,
    in_memory: u64,
    file: Option<File>,
    in_file: u64,
}

impl<const N: usize> Default for Partition<N> {
    fn default() -> Self {
        Self { chunks: Vec::new(), in_memory: 0, file: None, in_file: 0 }
    }
}

fn bytes_of<const N: usize>(chunk: &Vec<[u64; N]>) -> usize {
    chunk.capacity() * size_of::<[u64; N]>()
}

impl<const N: usize> Partition<N> {
    pub(super) fn len(&self) -> u64 {
        self.in_memory + self.in_file
    }

    pub(super) fn add(&mut self, chunk: Vec<[u64; N]>, budget: &Budget) -> io::Result<()> {
        if chunk.is_empty() {
            return Ok(());
        }
        let fits = budget.reserve(bytes_of(&chunk));
        self.in_memory += chunk.len() as u64;
        self.chunks.push(chunk);
        if fits { Ok(()) } else { self.spill_to_file(budget) }
    }

    fn spill_to_file(&mut self, budget: &Budget) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        let size = self.chunks.iter().map(|chunk| size_of_val(chunk.as_slice())).sum::<usize>();
        budget.reserve_disk(size as u64)?;
        let mut writer = BufWriter::with_capacity(size.min(BUFFER), file);
        for chunk in self.chunks.drain(..) {
            budget.release(bytes_of(&chunk));
            writer.write_all(bytemuck::cast_slice(chunk.as_flattened()))?;
        }
        writer.flush()?;
        self.in_file += std::mem::take(&mut self.in_memory);
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
