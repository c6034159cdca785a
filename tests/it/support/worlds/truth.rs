//! The right answers to a case: causes, culprits, and the most certainty that the facts bear.
//!
//! A fact that a record shows is certain; a fact that only undated documents or the behaviour of a gateway show is at most likely. A packet
//! without a route may leave no record, so a table is certain only beside unanswered records.

use crate::support::worlds::Case;
use crate::support::worlds::documents::arn;
use crate::support::worlds::launch::Launch;
use crate::support::worlds::log::is_logged;
use crate::support::worlds::net::{Kind, NatState, Policy, View};
use crate::support::worlds::play::Played;
use crate::support::worlds::shapes::{At, Base, Fault};
use crate::support::worlds::truth_more::{of_more, widened, with_second};
use crate::support::worlds::variant::Variant;

/// A right answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The cause.
    pub(crate) cause: &'static str,
    /// Ids, one of which is the first culprit; any where empty.
    pub(crate) culprits: Vec<String>,
    /// Ids that are less specific about the same thing: to name one is not wrong.
    pub(crate) related: Vec<String>,
    /// Whether it may be confirmed.
    pub(crate) may_be_confirmed: bool,
}

pub(super) fn answer(cause: &'static str, culprits: Vec<String>, may_be_confirmed: bool) -> Answer {
    Answer { cause, culprits, related: Vec::new(), may_be_confirmed }
}

/// The right answers, the best first.
pub(crate) fn answers(case: Case, played: &Played) -> Vec<Answer> {
    if case.shape.is_healthy() {
        // Some registries answer that they have no such image; the others refuse without a reason.
        return vec![
            answer("network-healthy", Vec::new(), true),
            answer("image-not-found", Vec::new(), false),
        ];
    }
    let first = of_fault(case, case.shape.fault, played);
    widened(case, played, with_second(case, played, first))
}

/// The right answers to one fault.
pub(crate) fn of_fault(case: Case, fault: Fault, played: &Played) -> Vec<Answer> {
    let is_repaired = case.variant == Variant::Repaired;
    let is_blind = case.variant == Variant::RejectOnly;
    let world = &played.world;
    match fault {
        Fault::None => Vec::new(),
        Fault::NoAnswer if is_blind && is_short(played) => [silence(case), sent_nothing()].concat(),
        Fault::NoAnswer => silence(case),
        Fault::GroupPeer => rejected(case, Fault::GroupOut(At::Task), played, (At::Task, true)),
        Fault::NoPublic | Fault::Sometimes(_) | Fault::NoGateway | Fault::Zone(_) => {
            of_more(case, fault, played)
        }
        Fault::Unsent | Fault::Undelivered | Fault::LastUndelivered => sent_nothing(),
        Fault::GroupIn(at) | Fault::GroupOut(at) => rejected(case, fault, played, (at, true)),
        Fault::AclIn(at) | Fault::AclOut(at) | Fault::ReplyIn(at) | Fault::ReplyOut(at) => {
            rejected(case, fault, played, (at, false))
        }
        Fault::Check => {
            let hop = named_hop(played);
            let configured = answer("nat-broken", hop, false);
            if is_repaired { [silence(case), vec![configured]].concat() } else { vec![configured] }
        }
        Fault::Nat(NatState::NoPorts) => behaviour(case, "nat-port-exhaustion", named_hop(played)),
        Fault::Idle | Fault::Nat(_) => behaviour(case, "nat-broken", named_hop(played)),
        Fault::NoRoute(_) | Fault::Loop | Fault::Gone if is_repaired => unrouted_and_repaired(case, played),
        Fault::NoRoute(At::Hop) | Fault::Loop => {
            let mut culprits = named_hop(played);
            culprits.push(world.tables[world.table_at(At::Hop)].id.clone());
            vec![answer("nat-broken", culprits, !is_blind)]
        }
        Fault::NoRoute(_) | Fault::Gone if is_unsaid(case, played) => {
            let no_route = vec![answer("no-route", Vec::new(), false)];
            [no_route, sent_nothing()].concat()
        }
        Fault::NoRoute(at) => {
            let table = world.tables[world.table_at(at)].id.clone();
            let is_shown = at == At::Task && world.shows_unrouted && !is_blind;
            vec![answer("no-route", vec![table], is_shown)]
        }
        Fault::Gone => {
            let is_shown = world.shows_unrouted && !is_blind;
            let table = world.tables[world.table_at(At::Task)].id.clone();
            vec![answer("no-route", vec![table], is_shown), answer("nat-broken", named_hop(played), is_shown)]
        }
        Fault::NoReturn(_) | Fault::Asymmetric if is_repaired => silence(case),
        Fault::NoReturn(at) => {
            let is_shown = world.shows_unrouted && !is_blind && case.variant != Variant::TaskSide;
            let table = world.tables[world.table_at(at)].id.clone();
            // Nothing shows where the name of the service led.
            let unseen = is_blind && is_short(played) && at == At::Endpoint;
            let others = unseen.then(sent_nothing).into_iter().flatten();
            std::iter::once(answer("no-return-route", vec![table], is_shown)).chain(others).collect()
        }
        Fault::Policy(policy) => firewalled(case, played, policy),
        Fault::Asymmetric => {
            let both = world.firewalls.iter().map(|one| one.id.clone()).chain([arn()]).collect();
            vec![answer("path-unanswered", both, false)]
        }
    }
}

/// The NAT gateway, or the NAT instance with its interface.
pub(super) fn named_hop(played: &Played) -> Vec<String> {
    let world = &played.world;
    let mut ids: Vec<String> = world.nats.iter().map(|nat| nat.id.clone()).collect();
    if let Some(eni) = world.at(At::Hop) {
        ids.push(world.enis[eni].id.clone());
        if let Kind::Appliance(instance, _) = &world.enis[eni].kind {
            ids.push(instance.clone());
        }
    }
    ids
}

/// Packets leave and are not answered, and nothing shows why.
pub(super) fn silence(case: Case) -> Vec<Answer> {
    [vec![answer("path-unanswered", Vec::new(), false)], unseen(case)].concat()
}

/// Without accepted records even that is not seen.
fn unseen(case: Case) -> Vec<Answer> {
    let is_told = matches!(case.shape.base, Base::Shared(View::Owner) | Base::Central | Base::Filtered(_));
    let is_blind = case.variant == Variant::RejectOnly && !is_told;
    is_blind.then(|| answer("undetermined", Vec::new(), false)).into_iter().collect()
}

/// A gateway misbehaves: only its own records show it.
pub(super) fn behaviour(case: Case, cause: &'static str, culprits: Vec<String>) -> Vec<Answer> {
    match case.variant {
        Variant::RejectOnly | Variant::TaskSide => silence(case),
        _ => vec![answer(cause, culprits, false)],
    }
}

/// Packets had no route then, and have one in the documents.
pub(super) fn unrouted_and_repaired(case: Case, played: &Played) -> Vec<Answer> {
    let at_task = matches!(case.shape.fault, Fault::NoRoute(At::Task) | Fault::Gone);
    let is_hidden = !played.world.shows_unrouted;
    if at_task && is_hidden {
        return sent_nothing();
    }
    // A gateway whose packets have no route looks like one that sends nothing.
    let is_idle = is_hidden && case.shape.fault == Fault::NoRoute(At::Hop);
    let idle = is_idle.then(|| answer("nat-broken", named_hop(played), false));
    idle.into_iter().chain(silence(case)).collect()
}

/// No record of the task, and no document of an obstacle.
pub(super) fn sent_nothing() -> Vec<Answer> {
    ["undetermined", "no-attempt-seen", "path-unanswered"]
        .map(|cause| answer(cause, Vec::new(), false))
        .to_vec()
}

/// The stopped reason has no address.
pub(super) fn is_short(played: &Played) -> bool {
    !played.reason.task.contains(":443: ") && played.reason.container.is_none()
}

/// Neither a record nor the stopped reason shows that IPv6 was used, and IPv4 has a way.
fn is_unsaid(case: Case, played: &Played) -> bool {
    let has_both = matches!(case.shape.base, Base::Ipv6 | Base::Nat64);
    let has_records = played.world.shows_unrouted && case.variant != Variant::RejectOnly;
    has_both && !has_records && !played.reason.task.contains("]:443")
}

/// A group or an ACL rejects.
fn rejected(case: Case, fault: Fault, played: &Played, (at, by_group): (At, bool)) -> Vec<Answer> {
    let world = &played.world;
    let eni = &world.enis[world.at(at).expect("the base has the interface")];
    let subnet = &world.subnets[eni.subnet];
    let control =
        if by_group { world.groups[eni.groups[0]].id.clone() } else { world.acls[subnet.acl].id.clone() };
    let (cause, general) = causes(fault, at);
    let is_hidden = match world.view {
        View::All => false,
        View::Participant => at != At::Task,
        View::Owner => by_group && at == At::Task,
    };
    let is_missing = is_hidden
        || match case.variant {
            Variant::NoGroups => by_group,
            // The task's interface is gone, and its service alone would name its groups.
            Variant::NoServices => by_group && at == At::Task && world.launch == Launch::Fargate,
            Variant::NoInterfaces => by_group && at == At::Hop,
            Variant::NoAcls => !by_group,
            Variant::Repaired => true,
            _ => false,
        };
    if !is_recorded(played) {
        return if is_missing { silence(case) } else { vec![answer(cause, vec![control], false)] };
    }
    let anyone = vec![control.clone(), eni.id.clone(), subnet.id.clone()];
    if !is_missing {
        return vec![Answer { related: anyone, ..answer(cause, vec![control], true) }];
    }
    let mut answers = vec![answer(general, anyone.clone(), true)];
    if cause != general {
        // The calls before it passed the same ACL in the same minutes, so it was the group.
        let is_left = by_group && at == At::Storage && case.variant == Variant::NoGroups;
        answers.push(answer(cause, anyone, is_left));
    }
    answers
}

/// The cause, and the cause where no document shows the control.
fn causes(fault: Fault, at: At) -> (&'static str, &'static str) {
    let is_reply = matches!(fault, Fault::ReplyIn(_) | Fault::ReplyOut(_));
    match (at, fault) {
        (At::Hop, _) => ("nat-broken", "nat-broken"),
        (At::Near | At::Far, _) => ("transit-nacl-blocks", "transit-nacl-blocks"),
        (At::Task, _) if is_reply => ("task-nacl-blocks-return", "task-nacl-blocks-return"),
        (At::Task, Fault::GroupOut(_)) => ("task-sg-blocks-egress", "task-egress-rejected"),
        (At::Task, _) => ("task-nacl-blocks-egress", "task-egress-rejected"),
        (_, _) if is_reply => ("endpoint-nacl-blocks-return", "endpoint-nacl-blocks-return"),
        (_, Fault::GroupIn(_)) => ("endpoint-sg-blocks-ingress", "endpoint-ingress-rejected"),
        _ => ("endpoint-nacl-blocks-ingress", "endpoint-ingress-rejected"),
    }
}

/// Whether the logs have the rejection.
pub(super) fn is_recorded(played: &Played) -> bool {
    let world = &played.world;
    world.sightings.iter().any(|seen| {
        let of_service = seen.packet.ends.dst.1 == 443 || seen.packet.ends.src.1 == 443;
        seen.rejected && of_service && is_logged(world, &played.setup, seen.place)
    })
}

/// A firewall does something that its flow rows do not show.
fn firewalled(case: Case, played: &Played, policy: Policy) -> Vec<Answer> {
    let culprits = vec![played.world.firewalls[0].id.clone(), arn()];
    let mut found = match policy {
        Policy::DropData => vec![answer("connection-stalled", culprits, false)],
        Policy::Reset => vec![answer("connection-reset", Vec::new(), true)],
        _ => vec![answer("path-unanswered", culprits, false)],
    };
    if case.variant == Variant::DefaultV2 && policy == Policy::Reset {
        found.push(answer("connection-stalled", Vec::new(), false));
    }
    if case.variant == Variant::RejectOnly {
        let is_silent = policy == Policy::DropOpening;
        found.push(answer("path-unanswered", Vec::new(), false));
        found.extend(is_silent.then(|| unseen(case)).into_iter().flatten());
    }
    found
}
