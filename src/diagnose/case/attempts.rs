//! The conversations of one task to its attempts: which are its own, and which show the same packets elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::converse::Conversation;
use crate::diagnose::case::attempt::{Attempt, Mirror};
use crate::diagnose::case::destination::service;
use crate::diagnose::case::{Facts, Subject, Visibility};
use crate::diagnose::stopped_reason::StoppedReason;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::interface::{InterfaceRole, NO_INTERFACE};
use crate::model::protocol::Protocol;
use crate::model::resolution::NameServer;
use crate::model::time::Timestamp;
/// The conversations that a subject's addresses initiated while it had them.
pub(super) fn own<'a>(
    facts: Facts<'a>,
    subject: &Subject,
    by_initiator: &BTreeMap<IpAddr, Vec<usize>>,
) -> Vec<&'a Conversation> {
    let addresses: BTreeSet<&IpAddr> = subject.addresses.iter().collect();
    let own = addresses.into_iter().filter_map(|address| by_initiator.get(address));
    own.flat_map(|places| places.iter().map(|&place| &facts.conversations[place]))
        .filter(|c| subject.can_begin(Timestamp(c.first().into())) && !is_of_other_task(facts, subject, c))
        .collect()
}

/// Whether another task sent it, which had the same address at another time: its interface is that task's, or the
/// record names that task.
fn is_of_other_task(facts: Facts<'_>, subject: &Subject, conversation: &Conversation) -> bool {
    let interface = facts.interface_id(conversation.interface);
    if subject.interface_id.as_ref() == Some(&interface) {
        return false;
    }
    let named = facts.described(conversation, Field::EcsTaskId);
    let owner = facts.inventory.task_of_interface(&interface).map(|task| &task.id);
    let sender = facts.address(conversation.initiator);
    let own = facts.inventory.interface(&interface);
    let is_other = |id: &str| subject.task_id.as_ref().is_some_and(|task| task.as_str() != id);
    named.is_some_and(is_other)
        || owner.is_some_and(|id| is_other(id.as_str()))
        || (subject.interface_id.is_some() && own.is_some_and(|own| own.addresses.contains(&sender)))
}

/// The attempts of these conversations, by time.
pub(super) fn attempts(
    facts: Facts<'_>,
    subject: &Subject,
    reason: &StoppedReason,
    own: &[&Conversation],
    visibility: &Visibility,
) -> Vec<Attempt> {
    let own_name = subject.interface_id.as_ref().map(InterfaceId::as_str);
    let is_near = |conversation: &Conversation| Some(facts.reduced.name(conversation.interface)) == own_name;
    let (near, mut far): (Vec<&Conversation>, Vec<&Conversation>) = own.iter().partition(|c| is_near(c));
    // A record without interface-id may belong to either end, so it is not used.
    far.retain(|conversation| {
        facts.reduced.name(conversation.interface) != NO_INTERFACE
            && !is_of_twin_vpc(facts, subject, conversation)
    });
    let mut far = Far::new(&far);
    let mut unnamed = Far::new(&at_regional_gateway(facts, subject, own));
    let mut attempts: Vec<Attempt> = Vec::new();
    for conversation in near {
        let mut mirrors = far.take_mirrors(facts, conversation);
        mirrors.extend(unnamed.take_mirrors(facts, conversation));
        let attempt = attempt(facts, subject, reason, Some(*conversation), mirrors);
        if attempt.shows_request() || may_be_answer(facts, subject, conversation) {
            attempts.push(attempt);
        }
    }
    // Seen elsewhere only: the task's own interface was not logged, or its record was lost.
    // Where the task's own interface was recorded whole, what it did not send was sent by another one of that address.
    let is_recorded_whole =
        visibility.is_complete() && visibility.near.minutes_seen >= visibility.near.minutes_expected;
    while let Some(conversation) = far.take_next().filter(|_| !is_recorded_whole) {
        // Before its creation and after its stop another task may have the address.
        let is_of_life = subject.lived.contains(Timestamp(conversation.first().into()));
        let is_foreign =
            is_in_other_vpc(facts, subject, conversation) && !is_from_own_vpc(facts, subject, conversation);
        if !is_of_life || is_foreign {
            continue;
        }
        let mut mirrors = vec![mirror(facts, conversation)];
        mirrors.extend(far.take_mirrors(facts, conversation));
        attempts.push(attempt(facts, subject, reason, None, mirrors));
    }
    attempts.sort_by_key(|attempt| {
        (attempt.first, attempt.destination, attempt.views().next().map(|c| c.initiator_port))
    });
    attempts
}

/// Whether arrivals without a recorded request may be answers: they come from a service that a document names, which never
/// opens connections, and the flags do not show anything else. A stranger can send from port 443 or 53 as well.
fn may_be_answer(facts: Facts<'_>, subject: &Subject, conversation: &Conversation) -> bool {
    let source = facts.destination(conversation).ip();
    let replies = [conversation.reply.accepted, conversation.reply.rejected];
    let has_no_flags = conversation.protocol == Protocol::UDP
        || replies.iter().flatten().all(|sums| sums.tcp_flags.is_none());
    let servers = subject.vpc_id.as_ref().and_then(|vpc| facts.inventory.name_servers_of(vpc));
    let is_name_server = servers.is_some_and(|servers| servers.contains(&NameServer::Address(source)));
    has_no_flags && (is_name_server || facts.service_at(source, subject).is_some())
}

/// The conversations without interface-id if a regional NAT gateway of the VPC may have recorded them: it has no interface.
fn at_regional_gateway<'a>(
    facts: Facts<'_>,
    subject: &Subject,
    own: &[&'a Conversation],
) -> Vec<&'a Conversation> {
    if facts.inventory.regional_gateways(subject.vpc_id.as_ref()).next().is_none() {
        return Vec::new();
    }
    let is_unnamed = |one: &&&Conversation| facts.reduced.name(one.interface) == NO_INTERFACE;
    own.iter().filter(is_unnamed).copied().collect()
}

/// Whether it was seen in another VPC, which may have the same addresses: without the task's own record the sender is unknown.
fn is_in_other_vpc(facts: Facts<'_>, subject: &Subject, conversation: &Conversation) -> bool {
    let vpc = facts.vpc_of(&facts.interface_id(conversation.interface));
    vpc.is_some() && subject.vpc_id.is_some() && vpc != subject.vpc_id
}

/// Whether the sender of what another VPC recorded can only be in the subject's VPC: no other known VPC has the address.
fn is_from_own_vpc(facts: Facts<'_>, subject: &Subject, conversation: &Conversation) -> bool {
    let sender = facts.address(conversation.initiator);
    let is_inside = |vpc| facts.inventory.is_inside_vpc(sender, Some(vpc));
    let other = facts.vpc_of(&facts.interface_id(conversation.interface));
    let is_only = facts.inventory.vpcs.keys().filter(|vpc| is_inside(vpc) == Some(true)).count() == 1;
    subject.vpc_id.as_ref().is_some_and(|own| is_inside(own) == Some(true))
        && other.as_ref().is_some_and(|other| is_inside(other) == Some(false))
        && is_only
}

/// Whether it was seen in another VPC on its way to an address that the task's own VPC has: packets of a VPC with the same
/// blocks.
fn is_of_twin_vpc(facts: Facts<'_>, subject: &Subject, conversation: &Conversation) -> bool {
    let destination = facts.destination(conversation).ip();
    is_in_other_vpc(facts, subject, conversation)
        && facts.inventory.is_inside_vpc(destination, subject.vpc_id.as_ref()) == Some(true)
}

/// The task's conversations as other interfaces saw them, found by the initiator's port; each belongs to one attempt.
struct Far<'c> {
    by_port: BTreeMap<u16, Vec<&'c Conversation>>,
}

impl<'c> Far<'c> {
    fn new(conversations: &[&'c Conversation]) -> Self {
        let mut by_port: BTreeMap<u16, Vec<&Conversation>> = BTreeMap::new();
        for conversation in conversations {
            by_port.entry(conversation.initiator_port).or_default().push(conversation);
        }
        Self { by_port }
    }

    fn take_mirrors(&mut self, facts: Facts<'_>, of: &Conversation) -> Vec<Mirror> {
        let Some(candidates) = self.by_port.get_mut(&of.initiator_port) else { return Vec::new() };
        let is_same = |other: &mut &Conversation| other.mirrors(of) || is_at_gateway(facts, other, of);
        candidates.extract_if(.., is_same).map(|other| mirror(facts, other)).collect()
    }

    fn take_next(&mut self) -> Option<&'c Conversation> {
        let mut port = self.by_port.first_entry()?;
        let next = port.get_mut().pop();
        if port.get().is_empty() {
            port.remove();
        }
        next.or_else(|| self.take_next())
    }
}

/// Whether a gateway or an appliance recorded the same packets as sent to itself: a format without `pkt-dstaddr` shows no
/// more.
fn is_at_gateway(facts: Facts<'_>, at: &Conversation, of: &Conversation) -> bool {
    let id = facts.interface_id(at.interface);
    let own = facts.inventory.addresses_of(&id);
    at.far.is_none()
        && at.is_same_flow(of)
        && match facts.inventory.role(&id) {
            InterfaceRole::NatGateway | InterfaceRole::TransitGateway => {
                own.contains(&facts.address(at.responder))
            }
            InterfaceRole::Appliance => own.is_empty() || own.contains(&facts.address(at.responder)),
            _ => false,
        }
}

/// Whether the interface of an instance recorded packets for an address that is not its own: it forwards them, even if no saved route
/// leads to it.
fn is_passing_instance(facts: Facts<'_>, id: &InterfaceId, conversation: &Conversation) -> bool {
    let far = conversation.far.map(|far| facts.address(far));
    facts.inventory.interface(id).is_some_and(|interface| {
        interface.instance_id.is_some() && far.is_some_and(|far| !interface.addresses.contains(&far))
    })
}

/// Whether an interface that no document describes is most likely that of a transit gateway attachment: it is in a subnet of one, and
/// the packets are neither from nor to that subnet.
fn is_passing_attachment(facts: Facts<'_>, id: &InterfaceId, conversation: &Conversation) -> bool {
    let Some(subnet) = facts.subnet_of(id) else { return false };
    let mut attachments = facts.inventory.transit_gateway_attachments.values();
    let is_attached = attachments.any(|attachment| attachment.subnet_ids.contains(&subnet));
    let Some(described) = facts.inventory.subnets.get(&subnet).filter(|_| is_attached) else { return false };
    let ends = [facts.address(conversation.initiator), facts.destination(conversation).ip()];
    !described.cidrs.is_empty()
        && ends.iter().all(|end| described.cidrs.iter().all(|block| !block.contains(end)))
}

fn mirror(facts: Facts<'_>, conversation: &Conversation) -> Mirror {
    let interface_id = facts.interface_id(conversation.interface);
    // Only a regional NAT gateway's records without interface-id become mirrors.
    let is_regional = interface_id.as_str() == NO_INTERFACE;
    let role = match facts.inventory.role(&interface_id) {
        _ if is_regional => InterfaceRole::NatGateway,
        InterfaceRole::Other if is_passing_instance(facts, &interface_id, conversation) => {
            InterfaceRole::Appliance
        }
        InterfaceRole::Unknown if is_passing_attachment(facts, &interface_id, conversation) => {
            InterfaceRole::TransitGateway
        }
        role => role,
    };
    let own = facts.inventory.addresses_of(&interface_id);
    let has_address = (!own.is_empty()).then(|| own.contains(&facts.address(conversation.responder)));
    let state = conversation.state();
    Mirror { interface_id, role, conversation: *conversation, has_address, state, controls: Vec::new() }
}

fn attempt(
    facts: Facts<'_>,
    subject: &Subject,
    reason: &StoppedReason,
    near: Option<Conversation>,
    mirrors: Vec<Mirror>,
) -> Attempt {
    let views: Vec<&Conversation> =
        near.iter().chain(mirrors.iter().map(|mirror| &mirror.conversation)).collect();
    // A NAT gateway's view knows both its own address and the far one; the task's own view knows the far one.
    let destination = views.iter().find_map(|c| c.far.map(|_| facts.destination(c)));
    let destination = destination.unwrap_or_else(|| facts.destination(views[0]));
    let service = service(facts, subject, reason, &views, destination);
    Attempt::new(service, destination, near, mirrors)
}
