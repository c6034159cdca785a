//! The attempt that a verdict shows: its configured path, and the records of it.

use crate::converse::{Conversation, ConversationState, Half};
use crate::diagnose::case::{Attempt, Case};
use crate::finding::{Hop, HopDecision};
use crate::model::interface::InterfaceRole;
use crate::report::{Observed, ObservedInterface, RecordedAction};

/// Returns the first failed attempt of the failing step. Attempts with a denial come before those without.
pub(super) fn shown_attempt<'c>(case: &'c Case<'_>) -> Option<&'c Attempt> {
    let step = case.failing_step()?;
    let failed: Vec<&Attempt> = case.attempts_of(step).filter(|attempt| attempt.outcome.failed()).collect();
    let has_denial = |attempt: &&&Attempt| attempt.configured.denials().next().is_some();
    failed.iter().find(has_denial).or_else(|| failed.first()).copied()
}

/// Returns the configured path of the attempt; empty if no document describes it.
pub(super) fn configured(attempt: &Attempt) -> Vec<Hop> {
    let hops = &attempt.configured.hops;
    let is_unknown = |decision: &HopDecision| matches!(decision, HopDecision::Unknown { .. });
    if hops.iter().all(|hop| is_unknown(&hop.decision)) {
        return Vec::new();
    }
    hops.clone()
}

/// Returns the records of the attempt at each interface on its path.
pub(super) fn observed(case: &Case<'_>, attempt: &Attempt) -> Observed {
    let mut interfaces: Vec<ObservedInterface> = Vec::new();
    if let Some(id) = &case.subject.interface_id {
        let (request, reply) =
            attempt.near.as_ref().map_or((RecordedAction::NotRecorded, RecordedAction::NotRecorded), seen);
        interfaces.push(ObservedInterface {
            interface_id: id.clone(),
            role: InterfaceRole::Task,
            request,
            reply,
        });
    }
    let mut far: Vec<_> = attempt.mirrors.iter().collect();
    far.sort_by_key(|mirror| mirror.role != InterfaceRole::NatGateway);
    for mirror in far {
        let (request, reply) = seen(&mirror.conversation);
        let (interface_id, role) = (mirror.interface_id.clone(), mirror.role);
        add_sighting(&mut interfaces, ObservedInterface { interface_id, role, request, reply });
    }
    if let Some(owner) = case.facts.inventory.interface_by_address(attempt.destination.ip()) {
        let (interface_id, role) = (owner.id.clone(), case.facts.inventory.role(&owner.id));
        let (request, reply) = (RecordedAction::NotRecorded, RecordedAction::NotRecorded);
        add_sighting(&mut interfaces, ObservedInterface { interface_id, role, request, reply });
    }
    Observed { destination: attempt.destination.to_string(), state: attempt.outcome.step_state(), interfaces }
}

/// Adds the records of one interface. If the interface occurs twice, as with both sides of a NAT gateway, both become
/// one entry, in which a rejection counts most.
fn add_sighting(interfaces: &mut Vec<ObservedInterface>, new: ObservedInterface) {
    let Some(have) = interfaces.iter_mut().find(|have| have.interface_id == new.interface_id) else {
        interfaces.push(new);
        return;
    };
    have.request = stronger(have.request, new.request);
    have.reply = stronger(have.reply, new.reply);
}

fn stronger(a: RecordedAction, b: RecordedAction) -> RecordedAction {
    [RecordedAction::Rejected, RecordedAction::Accepted]
        .into_iter()
        .find(|seen| [a, b].contains(seen))
        .unwrap_or(RecordedAction::NotRecorded)
}

/// Returns whether one interface recorded request and reply as accepted or rejected. If a half has both, it counts as
/// rejected only if the state of the conversation is this rejection.
fn seen(conversation: &Conversation) -> (RecordedAction, RecordedAction) {
    let state = conversation.state();
    let of = |half: &Half, is_rejected: bool| match (half.accepted, half.rejected) {
        (_, Some(_)) if is_rejected => RecordedAction::Rejected,
        (Some(_), _) => RecordedAction::Accepted,
        (None, Some(_)) => RecordedAction::Rejected,
        (None, None) => RecordedAction::NotRecorded,
    };
    let request = of(&conversation.request, state == ConversationState::RequestRejected);
    (request, of(&conversation.reply, state == ConversationState::ReplyRejected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::InterfaceId;

    #[test]
    fn two_entries_of_one_interface_become_one() {
        let sighting = |id: &str, request, reply| ObservedInterface {
            interface_id: InterfaceId::new(id),
            role: InterfaceRole::NatGateway,
            request,
            reply,
        };
        let check = |a: (RecordedAction, RecordedAction),
                     b: (RecordedAction, RecordedAction),
                     expect: (RecordedAction, RecordedAction)| {
            let mut interfaces = vec![sighting("eni-1", a.0, a.1)];
            add_sighting(&mut interfaces, sighting("eni-1", b.0, b.1));
            assert_eq!(interfaces, [sighting("eni-1", expect.0, expect.1)]);
        };
        let (yes, no, none) =
            (RecordedAction::Accepted, RecordedAction::Rejected, RecordedAction::NotRecorded);
        check((yes, none), (no, none), (no, none));
        check((none, none), (yes, yes), (yes, yes));
        check((no, yes), (none, none), (no, yes));
    }
}
