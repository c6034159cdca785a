//! Data that is not there and would settle a question.

/// Data that was not there and would settle something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingData {
    /// What is missing, and how to get it.
    pub what: String,
    /// What it would show.
    pub would_show: String,
}
