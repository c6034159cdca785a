//! Yes, no, or which document would tell.

/// An answer that may depend on a document that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// Not known; what would tell.
    Unknown(String),
}

impl Answer {
    /// From what is known, and what would tell if it is not.
    pub(super) fn known(answer: Option<bool>, needs: impl FnOnce() -> String) -> Self {
        match answer {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown(needs()),
        }
    }
}
