//! How sure a verdict is.

/// How sure a verdict, or a considered cause, is; the exact conditions are in docs/verdicts.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Rows and configuration agree, or the rows alone leave one reading.
    Confirmed,
    /// One side is missing and nothing contradicts it.
    Likely,
    /// The data cannot tell.
    Undetermined,
    /// The rows contradict it; only among the considered causes.
    RuledOut,
}

impl Confidence {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "supported",
            Self::Undetermined => "undetermined",
            Self::RuledOut => "ruled-out",
        }
    }
}
