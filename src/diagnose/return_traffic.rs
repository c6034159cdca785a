//! Rejected replies: the records alone name the network ACL of a subnet, and the configuration adds its id and its rule.

use crate::attribution::culprits;
use crate::converse::Sums;
use crate::diagnose::case::Attempt;
use crate::diagnose::phrases::{acl_culprit, missing_data};
use crate::diagnose::rejection_point::{Explanation, RejectionDetails, RejectionPoint, explain};
use crate::finding::{Control, Hop, HopDecision, MissingData};
use crate::model::ids::SubnetId;
use crate::model::tcp_flags::TcpFlags;

/// Returns the details of replies that were rejected at one point. Culprit is the ACL: by its id where a document names it,
/// else by its subnet.
pub(super) fn rejected_replies(
    point: RejectionPoint,
    attempts: &[&Attempt],
    subnet: Option<&SubnetId>,
) -> RejectionDetails {
    let known = attempts.iter().find_map(|attempt| point.hops(attempt).find(|hop| is_named(hop)));
    let mut details =
        RejectionDetails { culprits: vec![acl_culprit(subnet.cloned())], ..RejectionDetails::default() };
    if let Some(hop) = known {
        details.culprits = culprits::of_hop(hop);
    }
    match explain(point, attempts) {
        Explanation::Denied(_, hops) => {
            details.culprits = culprits::of_hops(hops.iter().copied());
            details.reason = hops.first().map_or_else(String::new, |hop| format!(", because {}", hop.reason));
        }
        Explanation::Allowed(_) => {
            if let Some(hop) = known {
                details.now = format!(
                    " The saved configuration lets these replies through ({}), so it was changed since.",
                    hop.reason
                );
                // A rule that allows the replies now is not the rule that rejected them.
                details.culprits.iter_mut().for_each(|culprit| culprit.rule = None);
            }
        }
        Explanation::Unknown(needs) => {
            let would_show = "which of its rules rejected the replies";
            details.missing = needs.into_iter().map(|need| missing_data(need, would_show)).collect();
        }
    }
    details
}

/// Whether the flags show that every rejected reply was the answer to an opening (SYN and ACK). Only such a reply proves that
/// the network ACL rejected it: other rejected packets may have come late, after a close.
pub(super) fn are_answers(attempts: &[&Attempt], rejected: impl Fn(&Attempt) -> Option<&Sums>) -> bool {
    attempts
        .iter()
        .all(|attempt| rejected(attempt).is_some_and(|sums| sums.tcp_flags.is_some_and(TcpFlags::accepts)))
}

/// The flags, if the log has none.
pub(super) fn needs_flags(
    attempts: &[&Attempt],
    rejected: impl Fn(&Attempt) -> Option<&Sums>,
) -> Option<MissingData> {
    let lacks = attempts.iter().any(|attempt| rejected(attempt).is_some_and(|sums| sums.tcp_flags.is_none()));
    lacks.then(|| {
        missing_data(
            "the field tcp-flags in the log format",
            "that the rejected replies were answers to openings, and not late packets after a close",
        )
    })
}

fn is_named(hop: &Hop) -> bool {
    matches!(&hop.control, Control::NetworkAcl { id: Some(_), .. })
        && !matches!(hop.decision, HopDecision::External)
}
