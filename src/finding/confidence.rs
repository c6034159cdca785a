//! The confidence of a verdict.

use std::cmp::Ordering;

/// The confidence of a verdict or of a considered cause; docs/verdicts.md lists the exact conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl Confidence {
    fn doubt(self) -> u8 {
        match self {
            Self::Confirmed => 0,
            Self::Likely => 1,
            Self::Undetermined => 2,
            Self::RuledOut => 3,
        }
    }
}

/// The surer one is the smaller.
impl Ord for Confidence {
    fn cmp(&self, other: &Self) -> Ordering {
        self.doubt().cmp(&other.doubt())
    }
}

impl PartialOrd for Confidence {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
