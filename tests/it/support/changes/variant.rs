//! The parts of a world that are saved.

use crate::support::changes::kind::Kind;

/// A variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// Everything, and nothing was repaired.
    Full,
    /// It was repaired after the failure: the documents show the repaired state, the export the repair.
    Repaired,
    /// The last events, the one that broke it among them, were not delivered yet.
    Late,
    /// The export begins after that event, or ends before it.
    Cut,
    /// Neither a record nor a task shows that it ever worked.
    NoSuccess,
    /// The records end before the failure.
    NoRecordsAfter,
    /// The event names a rule by its id and does not show it.
    RuleById,
    /// Two changes, each of which alone breaks it.
    TwoChanges,
    /// Two changes that broke it together: to undo either of them repairs it.
    EachOpens,
}

impl Variant {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::Full,
        Self::Repaired,
        Self::Late,
        Self::Cut,
        Self::NoSuccess,
        Self::NoRecordsAfter,
        Self::RuleById,
        Self::TwoChanges,
        Self::EachOpens,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Repaired => "repaired",
            Self::Late => "late",
            Self::Cut => "cut",
            Self::NoSuccess => "no-success",
            Self::NoRecordsAfter => "no-records-after",
            Self::RuleById => "rule-by-id",
            Self::TwoChanges => "two-changes",
            Self::EachOpens => "each-opens",
        }
    }

    /// Whether there is such a case of a kind.
    pub(crate) const fn applies(self, kind: Kind) -> bool {
        match self {
            Self::RuleById => {
                matches!(kind, Kind::EgressRevoked | Kind::IngressRevoked | Kind::IngressModified)
            }
            Self::EachOpens => matches!(kind, Kind::EgressRevoked | Kind::IngressRevoked),
            // A second fault of the layers would show other records than the first.
            Self::TwoChanges => !matches!(kind, Kind::EndpointPolicy),
            _ => true,
        }
    }

    /// Whether the event that broke it is not in the export.
    pub(crate) const fn lacks_change(self) -> bool {
        matches!(self, Self::Late | Self::Cut)
    }
}
