//! Missing data that would decide a question.

/// Missing data that would decide a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingData {
    /// The missing data, and how to get it.
    pub what: String,
    /// The fact that it would show.
    pub would_show: String,
}
