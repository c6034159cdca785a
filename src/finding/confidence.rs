//! The confidence of a verdict.

/// The confidence of a verdict or of a considered cause; docs/verdicts.md lists the exact conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Records and configuration agree, or the records alone allow only one explanation.
    Confirmed,
    /// Records or configuration are missing, and nothing contradicts it.
    Likely,
    /// The data is inconclusive.
    Undetermined,
    /// The records contradict it; only among the considered causes.
    RuledOut,
}

impl Confidence {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "likely",
            Self::Undetermined => "undetermined",
            Self::RuledOut => "ruled-out",
        }
    }
}
