//! What a cause says of a case, and what a claim must bring with it.

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

/// How sure a claim is.
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
    /// The service the packets were for, where the leading step does not know it.
    pub service: Option<Service>,
    /// The resources at fault, the likeliest first.
    pub culprits: Vec<Culprit>,
    /// One sentence for a ticket.
    pub summary: String,
    /// The first proof; a claim without one cannot be made.
    pub proof: Proof,
    /// Further proofs.
    pub more_proofs: Vec<Proof>,
    /// What would make it surer.
    pub missing: Vec<MissingData>,
    /// How to mend it.
    pub fix: Fix,
}

/// What a cause says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessment {
    /// It is so.
    Holds(Box<Claim>),
    /// It may be so, and the data cannot tell.
    Inconclusive {
        /// One sentence: what was seen.
        summary: String,
        /// What was seen, row by row.
        proofs: Vec<Proof>,
        /// What would tell.
        missing: Vec<MissingData>,
    },
    /// The rows contradict it.
    RuledOut {
        /// One sentence.
        reason: String,
    },
    /// It has nothing to do with what was seen.
    NotApplicable,
}
