//! A cause that was considered beside the verdict.

use crate::finding::{CauseId, Confidence};

/// Another cause and why it is not the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Cause id.
    pub cause: CauseId,
    /// The confidence, or [`Confidence::RuledOut`].
    pub confidence: Confidence,
    /// One sentence.
    pub reason: String,
}
