//! Records of other interfaces of a subnet that passed its network ACL while it could have rejected packets.
//!
//! A network ACL keeps no state and judges each packet by direction, protocol, port and peer. Therefore a packet with the
//! same ones that passed in the same minutes shows that the network ACL was open for the rejected packets too.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::converse::Conversation;
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::rejection_point::RejectionPoint;
use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};

/// The interfaces of a subnet that are compared.
const MOST_INTERFACES: usize = 64;

/// From the first to the last of these attempts.
pub(super) fn window_of(attempts: &[&Attempt]) -> Window {
    let from = attempts.iter().map(|attempt| attempt.first).min();
    let to = attempts.iter().map(|attempt| attempt.last).max();
    from.zip(to).map_or(Window::ALWAYS, |(from, to)| Window { from, to: to.plus(1) })
}

/// The records that passed the network ACL of the rejecting interface's subnet like each of these attempts; none if one of
/// them has no such record.
pub(super) fn passed_acl(
    case: &Case<'_>,
    point: RejectionPoint,
    attempts: &[&Attempt],
) -> Option<Vec<RowRef>> {
    let window = window_of(attempts);
    attempts.iter().map(|attempt| passed_like(case, point, attempt, window)).collect()
}

/// A record of requests that passed in the same direction as this attempt's.
fn passed_like(case: &Case<'_>, point: RejectionPoint, attempt: &Attempt, window: Window) -> Option<RowRef> {
    let is_leaving = point == RejectionPoint::LeavingTask;
    let own = case.subject.subnet_id.as_ref();
    let rejecting = attempt.rejecting_mirror().map(|mirror| &mirror.interface_id);
    let far = rejecting.and_then(|id| case.facts.subnet_of(id));
    let subnet = if is_leaving { own } else { far.as_ref() }?;
    let is_like = |conversation: &&Conversation| {
        let (initiator, destination) =
            (case.facts.address(conversation.initiator), case.facts.destination(conversation));
        let is_same_peer = if is_leaving {
            is_alike(case, destination.ip(), attempt.destination.ip(), subnet)
        } else {
            case.subject.addresses.iter().any(|own| is_alike(case, initiator, *own, subnet))
        };
        destination.port() == attempt.destination.port()
            && conversation.protocol == attempt.protocol()
            && is_same_peer
    };
    interfaces_of(case, subnet).iter().find_map(|(id, addresses)| {
        let of_interface = case.facts.conversations_at(id).iter();
        let is_own = |conversation: &&Conversation| {
            let side = if is_leaving { conversation.initiator } else { conversation.responder };
            addresses.contains(&case.facts.address(side))
        };
        of_interface.filter(is_own).filter(is_like).find_map(|conversation| {
            let sums = conversation.request.accepted?;
            let (first, last) = (Timestamp(sums.first.into()), Timestamp(sums.last.into()));
            window.touches(first, last).then_some(sums.sample)
        })
    })
}

/// Whether a rule treats two peers of a subnet alike: they are the same address, or they are in one other subnet.
fn is_alike(case: &Case<'_>, one: IpAddr, other: IpAddr, subnet: &SubnetId) -> bool {
    let subnet_of = |address| {
        let found = case.facts.inventory.subnet_of_address(address, case.subject.vpc_id.as_ref())?;
        Some(&found.id)
    };
    let shared = subnet_of(one);
    shared != Some(subnet) && (one == other || shared.is_some() && shared == subnet_of(other))
}

/// Other interfaces of a subnet with their addresses, as far as documents show them.
fn interfaces_of<'c>(case: &'c Case<'_>, subnet: &SubnetId) -> BTreeMap<&'c InterfaceId, &'c [IpAddr]> {
    let own = case.subject.interface_id.as_ref();
    let documented = case.facts.inventory.interfaces.values();
    let documented = documented
        .filter(|interface| interface.subnet_id.as_ref() == Some(subnet))
        .map(|interface| (&interface.id, interface.addresses.as_slice()));
    let of_neighbours = case.facts.neighbours.iter();
    let of_neighbours = of_neighbours
        .filter(|task| task.subnet_id.as_ref() == Some(subnet))
        .filter_map(|task| Some((task.interface_id.as_ref()?, task.addresses.as_slice())));
    let all = of_neighbours.chain(documented).filter(|(id, _)| Some(*id) != own);
    all.take(MOST_INTERFACES).collect()
}
