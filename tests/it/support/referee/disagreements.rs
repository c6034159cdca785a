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
pub(crate) const KNOWN: &[Disagreement] = &[
    Disagreement {
        trouble: Trouble::GroupLacksList,
        law: Law::Agreement,
        reason: "`explain` is right: no rule for a group admits a public address, also where no document names the VPC of \
                 that group (describe-security-group-rules); `check` calls it undetermined",
    },
    Disagreement {
        trouble: Trouble::NatNoWayOut,
        law: Law::Agreement,
        reason: "`explain` is right to name the NAT gateway first; `check` names the route table of its subnet alone",
    },
    Disagreement {
        trouble: Trouble::S3NotRouted,
        law: Law::Agreement,
        reason: "`explain` is right to name the gateway endpoint that is not on the route table; `check` names the route table \
                 alone",
    },
];

/// Whether a breach is known.
pub(crate) fn is_known(trouble: Trouble, law: Law) -> bool {
    KNOWN.iter().any(|known| known.trouble == trouble && known.law == law)
}
