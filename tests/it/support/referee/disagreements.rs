//! The known breaches of the laws of `check`: the program is wrong there today.
//!
//! A line goes away with the fault of the program that it names; the referee fails where a line no longer holds.

use crate::support::referee::Case;
use crate::support::referee::checked::Law;
use crate::support::referee::trouble::Trouble;
use crate::support::referee::variant::Variant;

/// A law that cases break.
pub(crate) struct Disagreement {
    /// The law.
    pub(crate) law: Law,
    /// The troubles; empty for all.
    pub(crate) troubles: &'static [Trouble],
    /// The variant; none for all.
    pub(crate) variant: Option<Variant>,
    /// Why, and which answer is right.
    pub(crate) reason: &'static str,
}

impl Disagreement {
    /// Whether a case is one of its cases.
    pub(crate) fn covers(&self, case: Case, law: Law) -> bool {
        self.law == law
            && (self.troubles.is_empty() || self.troubles.contains(&case.trouble))
            && self.variant.is_none_or(|variant| variant == case.variant)
    }
}

/// All of them.
pub(crate) const KNOWN: &[Disagreement] = &[];

/// Whether a breach is known.
pub(crate) fn is_known(case: Case, law: Law) -> bool {
    KNOWN.iter().any(|known| known.covers(case, law))
}
