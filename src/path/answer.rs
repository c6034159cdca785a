//! An answer: yes, no, or the document that would show it.

/// An answer that may depend on a document that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// Unknown, with the document that would show it.
    Unknown(String),
}

impl Answer {
    /// From a known answer, and the document that would show an unknown one.
    pub(super) fn known(answer: Option<bool>, needs: impl FnOnce() -> String) -> Self {
        match answer {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown(needs()),
        }
    }
}
