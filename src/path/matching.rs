//! Whether a block, a prefix list or a rule matches: yes, no, or the document that would show it.

/// Whether something matches, which may depend on a document that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// Unknown, with the document that would show it.
    Unknown(String),
}

impl Match {
    /// From a known answer, and the document that would show an unknown one.
    pub(super) fn known(answer: Option<bool>, needs: impl FnOnce() -> String) -> Self {
        match answer {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown(needs()),
        }
    }
}
