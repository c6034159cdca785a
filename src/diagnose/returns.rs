//! Rejected replies: the rows alone name the network ACL of a subnet; the configuration adds its id and its rule.

use crate::attribution::culprits;
use crate::diagnose::case::Attempt;
use crate::diagnose::controls::{Blame, RejectionPoint, blame};
use crate::diagnose::words::{acl_culprit, lack};
use crate::finding::{Control, Culprit, Hop, HopDecision, MissingData};
use crate::model::ids::SubnetId;

/// What the configuration adds to rejected replies.
pub(super) struct Returns {
    /// The ACL, by its id where a document names it, else by its subnet.
    pub(super) culprits: Vec<Culprit>,
    /// A clause with the rule, or nothing.
    pub(super) reason: String,
    /// A sentence where the saved configuration would let them through, or nothing.
    pub(super) now: String,
    /// The document that would name the rule.
    pub(super) missing: Vec<MissingData>,
}

impl Returns {
    /// Of replies that were rejected at one place.
    pub(super) fn of(point: RejectionPoint, attempts: &[&Attempt], subnet: Option<&SubnetId>) -> Self {
        let known = attempts.iter().find_map(|attempt| point.hops(attempt).find(|hop| is_named(hop)));
        let mut returns = Self {
            culprits: vec![acl_culprit(subnet.cloned())],
            reason: String::new(),
            now: String::new(),
            missing: Vec::new(),
        };
        if let Some(hop) = known {
            returns.culprits = culprits::of_hop(hop);
        }
        match blame(point, attempts) {
            Blame::Control(_, hops) => {
                returns.culprits = culprits::of_hops(hops.iter().copied());
                returns.reason =
                    hops.first().map_or_else(String::new, |hop| format!(", because {}", hop.reason));
            }
            Blame::Open(_) => {
                if let Some(hop) = known {
                    returns.now = format!(
                        " The saved configuration lets these replies through ({}): it was changed since.",
                        hop.reason
                    );
                }
            }
            Blame::Unknown(needs) => {
                let would_show = "which of its rules rejected the replies";
                returns.missing = needs.into_iter().map(|need| lack(need, would_show)).collect();
            }
        }
        if !returns.now.is_empty() {
            for culprit in &mut returns.culprits {
                culprit.rule = None;
            }
        }
        returns
    }
}

fn is_named(hop: &Hop) -> bool {
    matches!(&hop.control, Control::NetworkAcl { id: Some(_), .. })
        && !matches!(hop.decision, HopDecision::External)
}
