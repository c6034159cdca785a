//! What the saved configuration says of packets that were rejected at an interface: which control it was.
//!
//! Goes in: attempts that were rejected at one kind of place. Comes out: the control that explains all of them, that the
//! configuration would let them through, or which documents are missing. Rows come first: this only names what they show.

use std::collections::BTreeSet;

use crate::diagnose::case::Attempt;
use crate::finding::{Control, Hop, HopDecision, Leg, Side};

/// A kind of control that rejects at an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its security groups.
    Groups,
    /// The network ACL of its subnet.
    Acl,
}

impl Kind {
    fn is_of(self, control: &Control) -> bool {
        match self {
            Self::Groups => matches!(control, Control::SecurityGroups { .. }),
            Self::Acl => matches!(control, Control::NetworkAcl { .. }),
        }
    }
}

/// A place where an interface rejects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) leg: Leg,
    pub(super) side: Side,
    pub(super) is_outbound: bool,
}

impl Place {
    /// Leaving the task.
    pub(super) const TASK_EGRESS: Self = Self { leg: Leg::Request, side: Side::Task, is_outbound: true };
    /// Back at the task.
    pub(super) const TASK_RETURN: Self = Self { leg: Leg::Reply, side: Side::Task, is_outbound: false };
    /// Arriving at the destination's interface.
    pub(super) const FAR_INGRESS: Self =
        Self { leg: Leg::Request, side: Side::Destination, is_outbound: false };
    /// Leaving the destination's interface again.
    pub(super) const FAR_RETURN: Self = Self { leg: Leg::Reply, side: Side::Destination, is_outbound: true };

    /// The hop of a control at this place on an attempt's configured path.
    pub(super) fn hop(self, attempt: &Attempt, kind: Kind) -> Option<&Hop> {
        attempt.configured.hops.iter().find(|hop| {
            hop.leg == self.leg
                && hop.side == self.side
                && hop.is_outbound == self.is_outbound
                && kind.is_of(&hop.control)
        })
    }
}

/// What the configuration says of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Blame<'c> {
    /// A control denies every one of the attempts; the hops that do, each control once, those of that kind first.
    Control(Kind, Vec<&'c Hop>),
    /// Every control there is known and allows them.
    Open(Vec<&'c Hop>),
    /// Documents are missing, or explain only some of the attempts; which documents, each once.
    Unknown(BTreeSet<&'c str>),
}

/// Which control of a place explains the rejection of all these attempts; where both do, the one packets meet first.
pub(super) fn blame<'c>(place: Place, attempts: &[&'c Attempt]) -> Blame<'c> {
    // Groups are at the interface, the ACL at the subnet's edge.
    let order = if place.is_outbound { [Kind::Groups, Kind::Acl] } else { [Kind::Acl, Kind::Groups] };
    let denies = |kind, attempt: &&'c Attempt| {
        place.hop(attempt, kind).is_some_and(|hop| hop.decision == HopDecision::Denied)
    };
    let denied: Vec<&Hop> = distinct(order.into_iter().flat_map(|kind| {
        let hops = attempts.iter().filter_map(move |attempt| place.hop(attempt, kind));
        hops.filter(|hop| hop.decision == HopDecision::Denied)
    }));
    if let Some(kind) = order.into_iter().find(|&kind| attempts.iter().all(|attempt| denies(kind, attempt))) {
        let (mut own, others): (Vec<&Hop>, Vec<&Hop>) =
            denied.into_iter().partition(|hop| kind.is_of(&hop.control));
        own.extend(others);
        return Blame::Control(kind, own);
    }
    let hops = || attempts.iter().flat_map(|attempt| order.map(|kind| place.hop(attempt, kind)));
    let is_evaluated = |attempt: &&Attempt| order.into_iter().any(|kind| place.hop(attempt, kind).is_some());
    let allows = |hop: Option<&Hop>| hop.is_none_or(|hop| hop.decision == HopDecision::Allowed);
    if attempts.iter().all(is_evaluated) && hops().all(allows) {
        return Blame::Open(distinct(hops().flatten()));
    }
    let needs = hops().flatten().filter_map(|hop| match &hop.decision {
        HopDecision::Unknown { needs } => Some(needs.as_str()),
        _ => None,
    });
    Blame::Unknown(needs.collect())
}

/// Each control once, in the order of first appearance.
fn distinct<'c>(hops: impl Iterator<Item = &'c Hop>) -> Vec<&'c Hop> {
    let mut found: Vec<&Hop> = Vec::new();
    for hop in hops {
        if !found.iter().any(|known| known.control == hop.control) {
            found.push(hop);
        }
    }
    found
}
