//! The assessment of a case by one cause, and the parts of a claim.

use std::cmp::Ordering;

use crate::finding::{Confidence, Culprit, Fix, MissingData};
use crate::model::service::Service;
use crate::model::source::RowRef;

/// A statement and the records that prove it. It cannot be made without a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    statement: String,
    first: RowRef,
    more: Vec<RowRef>,
}

/// Records shown for one statement; the rest is counted in it.
const MOST_ROWS: usize = 3;

impl Proof {
    /// Takes a statement and its records in the order they are to be shown; `None` without any. The first few are kept.
    #[must_use]
    pub fn new(statement: impl Into<String>, rows: impl IntoIterator<Item = RowRef>) -> Option<Self> {
        let mut rows = rows.into_iter();
        let first = rows.next()?;
        let mut more = Vec::new();
        while more.len() < MOST_ROWS - 1
            && let Some(row) = rows.next()
        {
            if row != first && !more.contains(&row) {
                more.push(row);
            }
        }
        Some(Self { statement: statement.into(), first, more })
    }

    /// The statement.
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// The records, at least one.
    pub fn rows(&self) -> impl Iterator<Item = RowRef> + '_ {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }
}

/// The certainty of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The rows leave one reading.
    Confirmed,
    /// One side is missing and nothing contradicts it.
    Likely,
}

impl Certainty {
    /// Confirmed if the condition holds, else likely.
    #[must_use]
    pub fn confirmed_if(condition: bool) -> Self {
        if condition { Self::Confirmed } else { Self::Likely }
    }

    /// The confidence in reports.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Confirmed => Confidence::Confirmed,
            Self::Likely => Confidence::Likely,
        }
    }
}

/// The surer one is the smaller, as with [`Confidence`].
impl Ord for Certainty {
    fn cmp(&self, other: &Self) -> Ordering {
        self.confidence().cmp(&other.confidence())
    }
}

impl PartialOrd for Certainty {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A cause that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How sure.
    pub certainty: Certainty,
    /// The service the packets were for, if the failing step does not name it.
    pub service: Option<Service>,
    /// The resources at fault, the likeliest first.
    pub culprits: Vec<Culprit>,
    /// One sentence for a ticket.
    pub summary: String,
    /// The first proof; a claim without one cannot be made.
    pub proof: Proof,
    /// Further proofs.
    pub more_proofs: Vec<Proof>,
    /// The data that would raise the certainty.
    pub missing: Vec<MissingData>,
    /// The fix.
    pub fix: Fix,
}

/// The assessment of a case by one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessment {
    /// The cause holds.
    Holds(Box<Claim>),
    /// The cause is possible, and the data is inconclusive.
    Inconclusive {
        /// One sentence about the recorded facts.
        summary: String,
        /// The recorded facts with their records.
        proofs: Vec<Proof>,
        /// The data that would decide it.
        missing: Vec<MissingData>,
    },
    /// The cause is likely beside the verdict, and no verdict itself: the records do not show that the requests before it got
    /// through.
    Beside {
        /// One sentence.
        reason: String,
    },
    /// The rows contradict it.
    RuledOut {
        /// One sentence.
        reason: String,
    },
    /// The cause does not apply to the recorded facts.
    NotApplicable,
}
