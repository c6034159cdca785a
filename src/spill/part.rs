//! One part: chunks in memory, and a file for those that had to leave it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::budget::Budget;

/// Bytes read or written at a time.
const BUFFER: usize = 256 * 1024;

/// The entries of one part.
#[derive(Debug)]
pub(super) struct Part<const N: usize> {
    chunks: Vec<Vec<[u64; N]>>,
    in_memory: u64,
    file: Option<File>,
    in_file: u64,
}

impl<const N: usize> Default for Part<N> {
    fn default() -> Self {
        Self { chunks: Vec::new(), in_memory: 0, file: None, in_file: 0 }
    }
}

fn bytes_of<const N: usize>(chunk: &Vec<[u64; N]>) -> usize {
    chunk.capacity() * size_of::<[u64; N]>()
}

impl<const N: usize> Part<N> {
    pub(super) fn len(&self) -> u64 {
        self.in_memory + self.in_file
    }

    pub(super) fn add(&mut self, chunk: Vec<[u64; N]>, budget: &Budget) -> io::Result<()> {
        if chunk.is_empty() {
            return Ok(());
        }
        let fits = budget.take(bytes_of(&chunk));
        self.in_memory += chunk.len() as u64;
        self.chunks.push(chunk);
        if fits { Ok(()) } else { self.leave_memory(budget) }
    }

    fn leave_memory(&mut self, budget: &Budget) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        let size = self.chunks.iter().map(|chunk| size_of_val(chunk.as_slice())).sum::<usize>();
        budget.write(size as u64)?;
        let mut writer = BufWriter::with_capacity(size.min(BUFFER), file);
        for chunk in self.chunks.drain(..) {
            budget.give(bytes_of(&chunk));
            writer.write_all(bytemuck::cast_slice(chunk.as_flattened()))?;
        }
        writer.flush()?;
        self.in_file += std::mem::take(&mut self.in_memory);
        Ok(())
    }

    /// All entries at once.
    pub(super) fn read_all(&self) -> io::Result<Vec<[u64; N]>> {
        let too_many = |_| io::Error::other("more entries than memory can address");
        let in_file = usize::try_from(self.in_file).map_err(too_many)?;
        let mut entries = Vec::with_capacity(usize::try_from(self.len()).map_err(too_many)?);
        entries.resize(in_file, [0; N]);
        if let Some(file) = &self.file {
            read_entries(file, &mut entries)?;
        }
        entries.extend(self.chunks.iter().flatten());
        Ok(entries)
    }

    /// The entries that `keeps` says, if they are at most so many.
    pub(super) fn gather(
        &self,
        most: usize,
        keeps: &dyn Fn(&[u64; N]) -> bool,
    ) -> io::Result<Option<Vec<[u64; N]>>> {
        let (mut few, mut n_kept) = (Vec::new(), 0);
        self.for_each(|entry| {
            if keeps(entry) {
                n_kept += 1;
                if n_kept <= most {
                    few.push(*entry);
                }
            }
            Ok(())
        })?;
        Ok((n_kept <= most).then_some(few))
    }

    /// Calls `take` with each entry, holding few of them at a time.
    pub(super) fn for_each(&self, mut take: impl FnMut(&[u64; N]) -> io::Result<()>) -> io::Result<()> {
        if let Some(mut file) = self.file.as_ref() {
            file.seek(SeekFrom::Start(0))?;
            let mut reader = BufReader::with_capacity(BUFFER, file);
            let mut entry = [0; N];
            for _ in 0..self.in_file {
                reader.read_exact(bytemuck::cast_slice_mut(&mut entry))?;
                take(&entry)?;
            }
        }
        self.chunks.iter().flatten().try_for_each(take)
    }
}

/// Reads `count` entries from the start of a file.
fn read_entries<const N: usize>(mut file: &File, entries: &mut [[u64; N]]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(bytemuck::cast_slice_mut(entries.as_flattened_mut()))
}
