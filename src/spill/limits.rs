//! The limits of memory and disk of a run, and their division among its parts.

use super::budget::Budget;

/// Smallest size of a batch, bytes. Smaller batches are not worth opening a file.
const MIN_BATCH_BYTES: usize = 1 << 20;

/// Memory of a flow that is selected and paired, with its share of addresses and conversations, bytes.
const FLOW_BYTES: usize = 400;

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory. Records that exceed it are spilled to temporary files.
    pub memory: usize,
    /// Bytes of temporary files.
    pub disk: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::NONE
    }
}

impl Limits {
    /// No limits.
    pub const NONE: Self = Self { memory: usize::MAX, disk: u64::MAX };

    /// Returns the bytes that the documents may take: half of the memory.
    #[must_use]
    pub fn documents(self) -> u64 {
        (self.memory / 2) as u64
    }

    /// Returns the memory that documents of so many bytes need.
    #[must_use]
    pub fn memory_for_documents(bytes: u64) -> u64 {
        bytes.saturating_mul(2)
    }

    /// Returns the limits of everything else if the documents take so many bytes.
    #[must_use]
    pub fn beside_documents(self, bytes: u64) -> Self {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Self { memory: self.memory.saturating_sub(bytes), ..self }
    }

    /// Returns the budget of packed records: three eighths of the memory. The rest is needed for aggregation,
    /// dictionaries and readers.
    #[must_use]
    pub fn budget(self) -> Budget {
        Budget::new(self.memory / 8 * 3, self.disk)
    }

    /// Returns the bytes of packed records that each of so many threads reads at once.
    #[must_use]
    pub fn batch_bytes(self, threads: usize) -> usize {
        (self.memory / 8 / threads.max(1)).max(MIN_BATCH_BYTES)
    }

    /// Returns the number of flows that may be selected at once: as many as fit in a quarter of the memory.
    #[must_use]
    pub fn max_flows(self) -> u64 {
        (self.memory / 4 / FLOW_BYTES) as u64
    }
}
