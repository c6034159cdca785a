//! One case: its world is built and broken, the packets are played, and the files are written.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use crate::support::clock::{Ms, s};
use crate::support::worlds::Case;
use crate::support::worlds::build::build;
use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::documents::documents;
use crate::support::worlds::log::{Setup, text};
use crate::support::worlds::net::{Kind, NatState, World};
use crate::support::worlds::packet::{Ends, Packet, Place};
use crate::support::worlds::shapes::{At, Base, Fault};
use crate::support::worlds::variant::Variant;

/// A case that was played.
#[derive(Debug)]
pub(crate) struct Played {
    /// The world as it was.
    pub(crate) world: World,
    /// The world that the documents show.
    pub(crate) saved: World,
    /// How the task's attempts ended.
    pub(crate) outcome: Outcome,
    /// The task's id.
    pub(crate) task: String,
    /// When it stopped.
    pub(crate) stopped: Ms,
    /// The stopped reason.
    pub(crate) reason: String,
    /// The flow logs.
    pub(crate) setup: Setup,
}

/// Builds, breaks and plays.
pub(crate) fn play(case: Case) -> Played {
    let mut world = build(case.shape.base, case.seed);
    let healthy = world.clone();
    world.breaks(case.shape.fault);
    let saved = if case.variant == Variant::Repaired { healthy } else { world.clone() };
    bystanders(&mut world, case.shape.fault);
    let outcome = start(&mut world);
    let stopped = s(170) + world.rng.pause(0, 20_000);
    let task = world.rng.hex(32);
    let reason = reason(&mut world, case, outcome);
    let setup = case.variant.setup(&mut world.rng);
    Played { world, saved, outcome, task, stopped, reason, setup }
}

/// The attempts of the task.
fn start(world: &mut World) -> Outcome {
    let mut at = s(4) + world.rng.pause(0, 3_000);
    for _ in 0..world.rng.between(3, 5) {
        let outcome = world.attempt(0, world.service, at);
        if outcome == Outcome::Complete {
            return outcome;
        }
        if world.firewalls.first().is_none_or(|one| one.policy == super::net::Policy::Pass)
            || outcome == Outcome::Unanswered
        {
            at += s(20) + world.rng.pause(0, 4_000);
        } else {
            at += s(12);
        }
    }
    // Every attempt of a world ends in the same way, so one more gives the outcome.
    world.attempt(0, world.service, at)
}

/// Traffic that is not the task's.
fn bystanders(world: &mut World, fault: Fault) {
    let answered = std::mem::replace(&mut world.is_answered, true);
    database(world);
    let host = IpAddr::from([52, 31, 9, 7]);
    let nat_is_tried = matches!(fault, Fault::Nat(NatState::NoPorts)) || world.rng.between(0, 2) == 0;
    if nat_is_tried && !world.nats.is_empty() && world.transit.is_none() && world.firewalls.is_empty() {
        neighbour(world, host);
    }
    // An instance that translates talks to AWS for itself.
    if let Some(eni) = world.at(At::Hop)
        && matches!(world.enis[eni].kind, Kind::Appliance(..))
        && (fault == Fault::Idle || world.rng.between(0, 1) == 0)
    {
        for minute in [-9, -4, 1, 3] {
            world.attempt(eni, host, s(60 * minute + 20));
        }
    }
    world.is_answered = answered;
}

/// A client in the task's subnet and its database, and a stranger who tries the database's SSH.
fn database(world: &mut World) {
    let others = (0..world.enis.len()).filter(|&eni| world.enis[eni].kind == Kind::Other);
    let [server, client] = others.collect::<Vec<_>>()[..] else { return };
    let address = |eni: usize| IpAddr::V4(world.enis[eni].v4);
    let (own, peer) = (address(server), address(client));
    for minute in -14..25 {
        let ends = Ends { src: (own, 5_432), dst: (peer, world.rng.port()) };
        let packet = Packet { ends, at: s(60 * minute), flags: 0, count: 11, bytes: 9_100 };
        let back = Packet { ends: ends.reversed(), ..packet };
        for (eni, egress) in [(server, true), (client, false)] {
            world.see(Place::Eni(eni), egress, ends, packet, false);
            world.see(Place::Eni(eni), !egress, back.ends, back, false);
        }
        if minute % 5 == 0 {
            let ends = Ends { src: ([10, 40, 9, 200].into(), world.rng.port()), dst: (own, 22) };
            let scan = Packet { ends, at: s(60 * minute + 7), flags: 2, count: 1, bytes: 60 };
            world.see(Place::Eni(server), false, ends, scan, true);
        }
    }
}

/// Another client in the task's subnet that uses the NAT gateway.
fn neighbour(world: &mut World, host: IpAddr) {
    let group = world.enis[0].groups[0];
    if world.service.is_ipv6() {
        return;
    }
    let eni = world.add_eni(0, 66, Kind::Other, vec![group]);
    for second in [-200, 10, 45, 80, 120] {
        world.attempt(eni, host, s(second));
    }
}

/// The stopped reason after the attempts; without the address in some cases.
fn reason(world: &mut World, case: Case, outcome: Outcome) -> String {
    let start = "ResourceInitializationError: unable to pull secrets or registry auth: ";
    let call = "execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 3 time(s): ";
    let host = "https://secretsmanager.eu-west-1.amazonaws.com/";
    let address = match world.service {
        IpAddr::V6(one) => format!("[{one}]:443"),
        IpAddr::V4(one) => format!("{one}:443"),
    };
    let is_short = world.rng.between(0, 2) == 0 && case.shape.base != Base::Firewall;
    match outcome {
        Outcome::Complete => format!(
            "{start}{call}AccessDeniedException: User is not authorized to perform secretsmanager:GetSecretValue: status code: 400, request id: 1f3c9a2e-0b77-4c1d-9d0e-5a3f2b6c7d81"
        ),
        _ if is_short => format!("{start}pull command failed: : signal: killed"),
        Outcome::Unanswered => format!(
            "{start}{call}RequestError: send request failed caused by: Post \"{host}\": dial tcp {address}: i/o timeout"
        ),
        Outcome::Stalled => format!(
            "{start}{call}RequestError: send request failed caused by: Post \"{host}\": net/http: TLS handshake timeout"
        ),
        Outcome::Reset => format!(
            "{start}{call}RequestError: send request failed caused by: Post \"{host}\": read tcp: connection reset by peer"
        ),
    }
}

/// Writes logs and documents below a folder.
pub(crate) fn write(case: Case, played: &Played, folder: &Path) {
    let log = text(&played.world, &played.setup, &played.task, played.stopped);
    for part in ["logs", "metadata"] {
        fs::create_dir_all(folder.join(part)).expect("the folder can be made");
    }
    fs::write(folder.join("logs/flows.log"), log).expect("the file can be written");
    for (name, document) in documents(played).into_iter().filter(|(name, _)| case.variant.saves(name)) {
        let bytes = serde_json::to_vec_pretty(&document).expect("memory takes bytes");
        fs::write(folder.join("metadata").join(name), bytes).expect("the file can be written");
    }
}
