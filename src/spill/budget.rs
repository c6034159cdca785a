//! The budget of memory and temporary files.

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::disk::temporary_folder;

/// Limits of the memory held and of the temporary files written, and how much of each is in use. Unit: bytes.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    used: AtomicUsize,
    disk_limit: u64,
    written: AtomicU64,
}

impl Budget {
    /// Creates a budget with these limits of memory and of temporary files, in bytes.
    #[must_use]
    pub fn new(limit: usize, disk_limit: u64) -> Self {
        Self { limit, used: AtomicUsize::new(0), disk_limit, written: AtomicU64::new(0) }
    }

    /// Creates a budget without memory and with unlimited files, for records that are written again in smaller
    /// partitions.
    pub(super) fn for_repartitioning() -> Self {
        Self::new(0, u64::MAX)
    }

    /// Reserves bytes of a temporary file; an error if the limit is exceeded.
    pub(super) fn reserve_disk(&self, bytes: u64) -> io::Result<()> {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if written <= self.disk_limit {
            return Ok(());
        }
        let (limit, folder) = (self.disk_limit, temporary_folder());
        Err(io::Error::new(
            io::ErrorKind::QuotaExceeded,
            format!(
                "more than {limit} bytes of records would be spilled to temporary files in `{folder}`: half of its free \
                 disk space"
            ),
        ))
    }

    /// Reserves bytes of memory and returns whether they are within the limit. They count as reserved in both cases.
    pub(super) fn reserve(&self, bytes: usize) -> bool {
        self.used.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// Releases bytes of memory.
    pub(super) fn release(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}
