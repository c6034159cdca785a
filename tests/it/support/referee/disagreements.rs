//! The known breaches of the laws of `check`: the program is wrong there today.
//!
//! A line goes away with the fault of the program that it names; the referee fails where a line no longer holds.

use crate::support::referee::checked::Law;
use crate::support::referee::trouble::Trouble;

/// A law that the cases of a trouble break.
pub(crate) struct Disagreement {
    /// The trouble.
    pub(crate) trouble: Trouble,
    /// The law.
    pub(crate) law: Law,
    /// Why, and which answer is right.
    pub(crate) reason: &'static str,
}

/// All of them.
pub(crate) const KNOWN: &[Disagreement] = &[];

/// Whether a breach is known.
pub(crate) fn is_known(trouble: Trouble, law: Law) -> bool {
    KNOWN.iter().any(|known| known.trouble == trouble && known.law == law)
}
