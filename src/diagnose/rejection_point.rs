//! The point where an interface rejected packets, and the control there that the saved configuration names.
//!
//! Goes in: attempts that were rejected at the same point. Comes out: the control that explains all of them, that the
//! configuration would let them through, or which documents are missing. Records come first: the configuration only names
//! the control that they show.

use std::collections::BTreeSet;

use crate::attribution::obstacle::Obstacle;
use crate::diagnose::case::Attempt;
use crate::finding::{Culprit, Hop, HopDecision, MissingData};

/// A point where an interface rejects packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RejectionPoint {
    /// Requests that leave the task.
    LeavingTask,
    /// Replies that enter the task's interface.
    EnteringTask,
    /// Requests that enter the destination's interface.
    EnteringDestination,
    /// Replies that leave the destination's interface.
    LeavingDestination,
}

impl RejectionPoint {
    /// The controls there, in the order packets meet them: security groups act at the interface, a network ACL at the edge
    /// of the subnet. Security groups let replies through.
    pub(super) fn obstacles(self) -> &'static [Obstacle] {
        match self {
            Self::LeavingTask => &[Obstacle::TaskGroups, Obstacle::TaskAclOut],
            Self::EnteringTask => &[Obstacle::TaskAclIn],
            Self::EnteringDestination => &[Obstacle::FarAclIn, Obstacle::FarGroups],
            Self::LeavingDestination => &[Obstacle::FarAclOut],
        }
    }

    /// The hops of these controls on an attempt's configured path, in the order packets meet them.
    pub(super) fn hops(self, attempt: &Attempt) -> impl Iterator<Item = &Hop> {
        self.obstacles().iter().filter_map(|&obstacle| hop_of(attempt, obstacle))
    }
}

/// The hop of a group or a network ACL on an attempt's configured path.
pub(super) fn hop_of(attempt: &Attempt, obstacle: Obstacle) -> Option<&Hop> {
    let at_interface =
        |hops: &'_ [Hop]| hops.iter().position(|hop| Obstacle::at_interface(hop) == Some(obstacle));
    let path = attempt.configured.hops.as_slice();
    // The path may end before the interface that rejected.
    let observed = || attempt.rejecting_mirror().map_or(&[][..], |mirror| mirror.controls.as_slice());
    match at_interface(path) {
        Some(place) => path.get(place),
        None => at_interface(observed()).and_then(|place| observed().get(place)),
    }
}

/// The configuration's explanation of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Explanation<'c> {
    /// A control denies every one of the attempts: the hops that deny, each control once, those of this kind first.
    Denied(Obstacle, Vec<&'c Hop>),
    /// Every control there is known and allows the packets.
    Allowed(Vec<&'c Hop>),
    /// Documents are missing, or explain only some of the attempts. Each missing document is named once.
    Unknown(BTreeSet<&'c str>),
}

/// The parts of a claim that the configuration's explanation of a rejection decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RejectionDetails {
    /// The resources at fault.
    pub(super) culprits: Vec<Culprit>,
    /// A clause with the rule that rejected, or nothing.
    pub(super) reason: String,
    /// A sentence if the saved configuration would not reject the packets, or nothing.
    pub(super) now: String,
    /// The documents that would name the control or its rule.
    pub(super) missing: Vec<MissingData>,
}

/// Finds the control that explains the rejection of all these attempts: the one that packets meet first, if several do.
pub(super) fn explain<'c>(point: RejectionPoint, attempts: &[&'c Attempt]) -> Explanation<'c> {
    let denied_by = |obstacle: Obstacle| {
        attempts.iter().map(move |attempt| hop_of(attempt, obstacle).filter(|hop| hop.denies()))
    };
    let explains = |&&obstacle: &&Obstacle| denied_by(obstacle).all(|hop| hop.is_some());
    if let Some(&first) = point.obstacles().iter().find(explains) {
        let others = point.obstacles().iter().copied().filter(|&other| other != first);
        let hops = std::iter::once(first).chain(others).flat_map(denied_by).flatten();
        return Explanation::Denied(first, distinct(hops));
    }
    let hops = || attempts.iter().flat_map(|attempt| point.hops(attempt));
    let is_evaluated = |attempt: &&Attempt| point.hops(attempt).next().is_some();
    if attempts.iter().all(is_evaluated) && hops().all(|hop| hop.decision == HopDecision::Allowed) {
        return Explanation::Allowed(distinct(hops()));
    }
    Explanation::Unknown(hops().filter_map(Hop::needs).collect())
}

/// Each control once, in the order of first appearance.
pub(super) fn distinct<'c>(hops: impl Iterator<Item = &'c Hop>) -> Vec<&'c Hop> {
    let mut found: Vec<&Hop> = Vec::new();
    for hop in hops {
        if !found.iter().any(|known| known.control == hop.control) {
            found.push(hop);
        }
    }
    found
}
