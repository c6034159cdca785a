//! How much memory, and how much of the disk, may be taken.

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Bytes that may be held at once and written to temporary files, and how many are.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    used: AtomicUsize,
    disk_limit: u64,
    written: AtomicU64,
}

impl Budget {
    /// At max_bytes so many bytes of memory, and so many of temporary files.
    #[must_use]
    pub fn new(limit: usize, disk_limit: u64) -> Self {
        Self { limit, used: AtomicUsize::new(0), disk_limit, written: AtomicU64::new(0) }
    }

    /// Nothing of memory but what is being written: for partitions of what was written already.
    pub(super) fn for_repartitioning() -> Self {
        Self::new(0, u64::MAX)
    }

    /// Takes bytes of a temporary file.
    pub(super) fn reserve_disk(&self, bytes: u64) -> io::Result<()> {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if written <= self.disk_limit {
            return Ok(());
        }
        let max_bytes = self.disk_limit;
        Err(io::Error::new(
            io::ErrorKind::QuotaExceeded,
            format!("more than {max_bytes} bytes of records wait, half of what was free"),
        ))
    }

    /// Takes bytes; whether they are within the limit. They count as taken in any case.
    pub(super) fn reserve(&self, bytes: usize) -> bool {
        self.used.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// Gives bytes back.
    pub(super) fn release(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}
