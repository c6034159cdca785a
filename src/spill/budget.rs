//! How much memory, and how much of the disk, may be taken.

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Bytes that may be held at once and written to temporary files, and how many are.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    used: AtomicUsize,
    most_written: u64,
    written: AtomicU64,
}

impl Budget {
    /// At most so many bytes of memory, and so many of temporary files.
    #[must_use]
    pub fn new(limit: usize, most_written: u64) -> Self {
        Self { limit, used: AtomicUsize::new(0), most_written, written: AtomicU64::new(0) }
    }

    /// Nothing of memory but what is being written: for parts of what was written already.
    pub(super) fn of_rewriting() -> Self {
        Self::new(0, u64::MAX)
    }

    /// Takes bytes of a temporary file.
    pub(super) fn write(&self, bytes: u64) -> io::Result<()> {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if written <= self.most_written {
            return Ok(());
        }
        let most = self.most_written;
        Err(io::Error::new(
            io::ErrorKind::QuotaExceeded,
            format!("more than {most} bytes of records wait, half of what was free"),
        ))
    }

    /// Takes bytes; whether they are within the limit. They count as taken in any case.
    pub(super) fn take(&self, bytes: usize) -> bool {
        self.used.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// Gives bytes back.
    pub(super) fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}
