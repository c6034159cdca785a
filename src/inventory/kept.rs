//! How much memory the descriptions take that were read.
//!
//! Goes in: a value that is kept. Comes out: bytes, estimated from the value alone, so that the same documents take the same
//! memory on every machine, with any number of threads.

use std::fmt::{self, Write};

/// Bytes of an entry of a table: its key, and its share of the nodes of the table.
const ENTRY: usize = 128;

/// More is kept of the documents than the limit of memory allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// Bytes of all that would be kept.
    pub needed: u64,
}

/// The bytes of a value in a table. Its texts and lists are counted as they are written for debugging: as long as their
/// content, with names where memory has lengths and pointers.
pub(super) fn size_of<T: fmt::Debug>(value: &T) -> u64 {
    let mut letters = Letters(0);
    // Counting cannot fail.
    let _ = write!(letters, "{value:?}");
    (ENTRY + size_of_val(value) + letters.0) as u64
}

struct Letters(usize);

impl Write for Letters {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
