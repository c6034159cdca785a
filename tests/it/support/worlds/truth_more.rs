//! The right answers to two faults, to losses at times, to names, and where whole documents are missing.

use crate::support::worlds::Case;
use crate::support::worlds::names::{ZONE, Zone};
use crate::support::worlds::net::View;
use crate::support::worlds::play::Played;
use crate::support::worlds::shapes::{At, Fault, Loss};
use crate::support::worlds::truth::{
    Answer, answer, behaviour, is_recorded, is_short, named_hop, of_fault, sent_nothing, silence,
    unrouted_and_repaired,
};
use crate::support::worlds::variant::Variant;

/// The right answers to faults of names, of public addresses, and at times.
pub(super) fn of_more(case: Case, fault: Fault, played: &Played) -> Vec<Answer> {
    let world = &played.world;
    let is_repaired = case.variant == Variant::Repaired;
    let caller = &world.enis[world.caller];
    let table = world.tables[world.table_at(At::Task)].id.clone();
    let is_shown = world.shows_unrouted && case.variant != Variant::RejectOnly;
    match fault {
        Fault::Sometimes(Loss::Ports) => behaviour(case, "nat-port-exhaustion", named_hop(played)),
        Fault::NoGateway if is_repaired && !world.shows_unrouted => sent_nothing(),
        Fault::NoPublic | Fault::NoGateway if is_repaired => silence(case),
        // An address that the gateway does not translate is sent like any other.
        Fault::NoPublic => {
            let is_seen = case.variant != Variant::RejectOnly;
            vec![answer("no-public-ip", vec![caller.id.clone()], is_seen)]
        }
        Fault::NoGateway => {
            let culprits = [Some(table.clone()), world.names.gateway.clone()].into_iter().flatten().collect();
            let missing = vec![answer("s3-gateway-missing", culprits, is_shown)];
            // Without endpoints the table alone speaks.
            let plain = (case.variant == Variant::NoEndpoints)
                .then(|| answer("no-route", vec![table], is_shown))
                .into_iter();
            missing.into_iter().chain(plain).collect()
        }
        Fault::Zone(zone) => zoned(case, zone),
        _ => silence(case),
    }
}

/// A name that went public past a central endpoint.
fn zoned(case: Case, zone: Zone) -> Vec<Answer> {
    let is_repaired = case.variant == Variant::Repaired;
    let culprits = match zone {
        Zone::Misnamed | Zone::Elsewhere if !is_repaired => vec![ZONE.to_owned()],
        _ => Vec::new(),
    };
    let mut answers = vec![answer("private-dns-off", culprits, false)];
    // The evidence of a central endpoint, or of a sibling's name that leads there, is missing.
    let is_hidden = matches!(
        case.variant,
        Variant::RejectOnly | Variant::NoEndpoints | Variant::NoInterfaces | Variant::NoRoutes
    );
    if is_repaired || is_hidden {
        answers.extend(silence(case));
    }
    answers
}

/// With a second fault: at the same interface either may be named, and elsewhere the first one that packets meet.
pub(super) fn with_second(case: Case, played: &Played, mut first: Vec<Answer>) -> Vec<Answer> {
    let is_same = matches!(
        (case.shape.fault, case.shape.second),
        (Fault::GroupOut(one), Fault::AclOut(other)) | (Fault::GroupIn(one), Fault::AclIn(other)) if one == other
    );
    if is_same
        || matches!(case.shape.fault, Fault::Unsent | Fault::Undelivered) && case.shape.second != Fault::None
    {
        first.extend(of_fault(case, case.shape.second, played));
    }
    first
}

/// The right answers where whole documents are missing.
pub(super) fn widened(case: Case, played: &Played, mut answers: Vec<Answer>) -> Vec<Answer> {
    let fault = case.shape.fault;
    let is_unseen = !is_recorded(played);
    let uncertain =
        |answers: &mut Vec<Answer>| answers.iter_mut().for_each(|one| one.may_be_confirmed = false);
    match (case.variant, fault) {
        (Variant::NoRoutes, Fault::NoRoute(At::Task) | Fault::Gone) => {
            let no_route = vec![answer("no-route", Vec::new(), false)];
            let mut others = unrouted_and_repaired(case, played);
            // The gateway is in no document any more, and the stopped reason shows that something was called.
            if fault == Fault::Gone && !is_short(played) {
                others.retain(|answer| answer.cause != "undetermined");
            }
            return [no_route, others].concat();
        }
        (Variant::NoRoutes, Fault::Policy(_) | Fault::Asymmetric) => {
            for one in &mut answers {
                one.culprits.clear();
            }
        }
        // No document shows the subnet of the instance; its records show that it sent the packets on.
        (Variant::NoInterfaces, Fault::NoRoute(At::Hop) | Fault::Loop) if played.world.nats.is_empty() => {
            uncertain(&mut answers);
            answers.extend(silence(case));
        }
        (
            Variant::NoRoutes,
            Fault::NoRoute(_)
            | Fault::Loop
            | Fault::NoReturn(_)
            | Fault::Check
            | Fault::NoPublic
            | Fault::NoGateway,
        )
        | (Variant::NoInterfaces, Fault::Check | Fault::NoReturn(_)) => {
            uncertain(&mut answers);
            answers.extend(silence(case));
        }
        (
            Variant::NoRoutes | Variant::NoInterfaces,
            Fault::GroupIn(_) | Fault::AclIn(_) | Fault::ReplyOut(_),
        ) if is_unseen => {
            answers.extend(silence(case));
        }
        (
            Variant::NoInterfaces | Variant::NoEndpoints,
            Fault::GroupIn(At::Endpoint | At::Storage) | Fault::AclIn(At::Endpoint),
        ) => {
            answers.push(answer("endpoint-ingress-rejected", Vec::new(), true));
        }
        (_, Fault::Unsent | Fault::Undelivered) if case.shape.second != Fault::None => {
            uncertain(&mut answers);
        }
        // A stranger's packet began the log of the interface, so NODATA shows that it was idle.
        (variant, Fault::Unsent)
            if played.world.view == View::Participant && variant != Variant::RejectOnly =>
        {
            return vec![answer("no-attempt-seen", Vec::new(), false)];
        }
        (_, Fault::Unsent | Fault::Undelivered | Fault::LastUndelivered) => return sent_nothing(),
        _ => {}
    }
    answers
}
