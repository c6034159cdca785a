//! Conclusions from what is left: every control that can have stopped the packets is known to let them pass, except one.
//!
//! Input: rejected or unanswered attempts with their configured paths. Output: the one control that remains, and whether it
//! is certain. A saved document shows the present, and the configuration may have been repaired since. Therefore the
//! control is certain only if every other one is shown to have been open then: by a dated document, or by a record of the
//! same minutes that passed it.

use crate::attribution::culprits;
use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::phrases::interface_name;
use crate::diagnose::rejection_point::{RejectionPoint, distinct, hop_of};
use crate::diagnose::same_minutes::{passed_acl, window_of};
use crate::finding::{Control, Culprit, Hop, HopDecision, Side};
use crate::model::time::Window;

/// The only control that can have stopped packets.
pub(super) struct Remaining<'c> {
    /// Its hop on the path of the first attempt.
    pub(super) hop: &'c Hop,
    /// The hops of the other controls at the same place, which allow the packets as saved.
    pub(super) open: Vec<&'c Hop>,
    /// Whether the other controls are shown to have been open then.
    pub(super) is_certain: bool,
    /// The records that passed the other control in the same minutes.
    pub(super) passed: Option<Proof>,
}

impl<'c> Remaining<'c> {
    /// The control that rejected all of these attempts, if all others at that point are known to allow them.
    pub(super) fn of_rejection(
        case: &Case<'_>,
        point: RejectionPoint,
        attempts: &[&'c Attempt],
    ) -> Option<Self> {
        let mut unknown: Vec<&'c Hop> = Vec::new();
        let mut open: Vec<&'c Hop> = Vec::new();
        for &obstacle in point.obstacles() {
            let hops: Vec<&Hop> = attempts.iter().filter_map(|attempt| hop_of(attempt, obstacle)).collect();
            let all = |holds: fn(&Hop) -> bool| hops.iter().all(|hop| holds(hop));
            if hops.is_empty() {
                continue;
            }
            if hops.len() == attempts.len() && all(|hop| hop.needs().is_some()) {
                unknown.push(hops[0]);
            } else if all(|hop| hop.decision == HopDecision::Allowed) {
                open.extend(distinct(hops.into_iter()));
            } else {
                return None;
            }
        }
        let [hop] = unknown.as_slice() else { return None };
        let window = window_of(attempts);
        let rows = open.iter().map(|hop| rows_that_passed(case, hop, point, attempts));
        let rows: Option<Vec<_>> = rows.collect();
        let passed = rows.filter(|rows| !rows.is_empty()).map(|rows| rows.concat());
        let is_dated = |hop: &&Hop| is_dated(case, &hop.control, window);
        Some(Self {
            hop,
            is_certain: !open.is_empty() && (passed.is_some() || open.iter().all(is_dated)),
            passed: passed.and_then(|rows| {
                Proof::new("In the same minutes the network ACL let the same kind of packets pass.", rows)
            }),
            open,
        })
    }

    /// The control in a sentence: `the security groups of the task`, `the network ACL acl-1 of subnet-1`.
    pub(super) fn name(&self, case: &Case<'_>) -> String {
        name(case, self.hop)
    }

    /// A clause: the rules by which the other controls let the packets pass, and the source of that.
    pub(super) fn reason(&self) -> String {
        let allows: Vec<&str> = self.open.iter().map(|hop| hop.reason.as_str()).collect();
        match (allows.is_empty(), self.is_certain, self.passed.is_some()) {
            (true, ..) => "no network ACL acts within a subnet".to_owned(),
            (_, true, true) => "records of the same minutes passed the other control".to_owned(),
            (_, true, false) => format!("{}, as a dated document shows", allows.join("; ")),
            (_, false, _) => format!("{}, if that was the same at that time", allows.join("; ")),
        }
    }

    /// The resource behind it, if its id or its subnet is known, before the interfaces that rejected.
    pub(super) fn culprits_before(&self, interfaces: Vec<Culprit>) -> Vec<Culprit> {
        let mut known = culprits::of_hop(self.hop);
        known.retain(|culprit| culprit.id.is_some() || culprit.subnet_id.is_some());
        for culprit in &mut known {
            culprit.is_likely = !self.is_certain;
        }
        [known, interfaces].concat()
    }
}

/// A sentence on the control that most likely rejected, or nothing.
pub(super) fn most_likely(case: &Case<'_>, remaining: Option<&Remaining<'_>>) -> String {
    remaining.map_or_else(String::new, |remaining| {
        format!(" It was most likely {}, because {}.", remaining.name(case), remaining.reason())
    })
}

/// Where to allow packets that one remaining control most likely rejected, and why there. The directions are those of rules
/// in security groups and in network ACLs.
pub(super) fn advice(
    case: &Case<'_>,
    remaining: &Remaining<'_>,
    of_groups: &str,
    of_acl: &str,
) -> (String, String) {
    let direction =
        if matches!(remaining.hop.control, Control::NetworkAcl { .. }) { of_acl } else { of_groups };
    let place = format!("most likely in the {direction} rules of {}", remaining.name(case));
    let reason = remaining.reason();
    let which = if remaining.open.is_empty() {
        "No network ACL acts within a subnet.".to_owned()
    } else {
        format!("The other control lets them pass: {reason}.")
    };
    (place, which)
}

/// A control in a sentence.
pub(super) fn name(case: &Case<'_>, hop: &Hop) -> String {
    let of_side = |far: Option<String>| match hop.side {
        Side::Task => "the task".to_owned(),
        Side::Nat => "the NAT gateway".to_owned(),
        Side::Transit => "the transit gateway".to_owned(),
        Side::Destination => far.unwrap_or_else(|| "the destination".to_owned()),
    };
    match &hop.control {
        Control::SecurityGroups { ids, interface_id } => {
            let named: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let ids = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
            let far = interface_id.as_ref().map(|id| interface_name(case, id));
            format!("the security groups of {}{ids}", of_side(far))
        }
        Control::NetworkAcl { id, subnet_id } => {
            let id = id.as_ref().map_or_else(String::new, |id| format!(" {id}"));
            let subnet = subnet_id.as_ref().map_or("its subnet".to_owned(), ToString::to_string);
            format!("the network ACL{id} of {subnet}")
        }
        Control::RouteTable { id, subnet_id } => {
            let id = id.as_ref().map_or_else(String::new, |id| format!(" {id}"));
            let subnet = subnet_id.as_ref().map_or("its subnet".to_owned(), ToString::to_string);
            format!("the route table{id} of {subnet}")
        }
        Control::PublicAddress(_) => "a missing public address of the task".to_owned(),
        Control::NatGateway(id) => format!("the NAT gateway {id}"),
        Control::Endpoint(id) => format!("the endpoint {id}"),
        Control::InternetGateway(id) => format!("the internet gateway {id}"),
        Control::SourceDestCheck(id) => format!("the source/destination check of {id}"),
        Control::Appliance(id) => format!("the appliance at {id}"),
        Control::Interface(id) => id.to_string(),
        Control::TransitGateway(id) => id.to_string(),
        Control::Firewall(id) => format!("the firewall behind {id}"),
        Control::External(target) => target.to_string(),
    }
}

/// Whether dated documents show a control as it was in a window.
fn is_dated(case: &Case<'_>, control: &Control, window: Window) -> bool {
    let history = &case.facts.inventory.history;
    match control {
        Control::NetworkAcl { id: Some(id), .. } => history.shows_acl(id, window),
        Control::SecurityGroups { ids, .. } => {
            !ids.is_empty() && ids.iter().all(|id| history.shows_group(id, window))
        }
        _ => false,
    }
}

/// The records that passed this control in the same minutes; none if it is no network ACL, or if none passed.
fn rows_that_passed(
    case: &Case<'_>,
    hop: &Hop,
    point: RejectionPoint,
    attempts: &[&Attempt],
) -> Option<Vec<crate::model::source::RowRef>> {
    match (&hop.control, point) {
        (Control::NetworkAcl { .. }, RejectionPoint::LeavingTask | RejectionPoint::EnteringDestination) => {
            passed_acl(case, point, attempts)
        }
        _ => None,
    }
}
