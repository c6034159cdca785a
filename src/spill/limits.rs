//! What a run may take of the machine, and how that is shared out.

use super::budget::Budget;

/// Less than this is not worth a file's opening, bytes.
const MIN_BATCH_BYTES: usize = 1 << 20;

/// What a flow takes that is selected and paired: itself, its partition of an address and of a conversation, bytes.
const FLOW_BYTES: usize = 400;

/// What a run may take of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory; what the records retained need beyond them lies in temporary files.
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
    /// As much as the records need.
    pub const NONE: Self = Self { memory: usize::MAX, disk: u64::MAX };

    /// Three eighths are for records that wait: folding them, the dictionaries and the readers need the rest.
    #[must_use]
    pub fn budget(self) -> Budget {
        Budget::new(self.memory / 8 * 3, self.disk)
    }

    /// What each of so many threads reads of them at once, bytes.
    #[must_use]
    pub fn batch_bytes(self, threads: usize) -> usize {
        (self.memory / 8 / threads.max(1)).max(MIN_BATCH_BYTES)
    }

    /// Flows that may be selected at once: those of a quarter of the memory.
    #[must_use]
    pub fn max_flows(self) -> u64 {
        (self.memory / 4 / FLOW_BYTES) as u64
    }
}
