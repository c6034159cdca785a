//! One case: its world is built and broken, the packets are played, and the files are written.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use crate::support::clock::{Ms, s};
use crate::support::rng::Rng;
use crate::support::worlds::Case;
use crate::support::worlds::build::build;
use crate::support::worlds::build_more::call;
use crate::support::worlds::calls::{Reason, Step, reason};
use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::documents::{documents, lacks_subnets, without_subnets};
use crate::support::worlds::launch::Launch;
use crate::support::worlds::log::{Setup, text};
use crate::support::worlds::net::{Kind, NatState, Policy, View, World};
use crate::support::worlds::packet::{Ends, Packet, Place, Sighting};
use crate::support::worlds::shapes::{At, Base, Fault, Loss, Shape};
use crate::support::worlds::variant::Variant;

/// A case that was played.
#[derive(Clone, Debug)]
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
    pub(crate) reason: Reason,
    /// The flow logs.
    pub(crate) setup: Setup,
}

/// Builds, breaks and plays.
pub(crate) fn play(case: Case) -> Played {
    play_as(case, Coins { is_repaired: case.variant == Variant::Repaired, ..Coins::default() })
}

/// Choices that a world is free in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coins {
    /// The documents show the network after its repair.
    pub(crate) is_repaired: bool,
    /// Packets without a route leave no record.
    pub(crate) hides_unrouted: bool,
    /// The stopped reason has no host.
    pub(crate) is_short: bool,
}

/// The same with other coins.
pub(crate) fn play_as(case: Case, coins: Coins) -> Played {
    let mut world = build(case.shape.base, case.seed);
    world.shows_unrouted &= !coins.hides_unrouted;
    let healthy = world.clone();
    world.rng = chance(case.seed, 1);
    world.breaks(case.shape.fault);
    world.breaks(case.shape.second);
    let saved = if coins.is_repaired || case.shape.is_mended { healthy.clone() } else { world.clone() };
    world.rng = chance(case.seed, 2);
    bystanders(&mut world, case.shape);
    world.rng = chance(case.seed, 3);
    if world.calls.is_empty() {
        world.calls = vec![call(Step::Secret, world.service)];
    }
    let (place, outcome) = start(&mut world, case.shape, &healthy);
    if case.shape.fault == Fault::Undelivered {
        let is_kept = |seen: &Sighting| {
            let ends = [seen.packet.ends.src, seen.packet.ends.dst];
            seen.packet.at < s(0) || ends.iter().all(|end| end.1 != 443) || ends.contains(&(STRANGER, 443))
        };
        world.sightings.retain(is_kept);
    }
    if case.shape.fault == Fault::LastUndelivered {
        let last = (world.service, 443);
        world.sightings.retain(|seen| seen.packet.ends.src != last && seen.packet.ends.dst != last);
    }
    world.rng = chance(case.seed, 4);
    let stopped = s(170) + world.rng.pause(0, 20_000);
    let task = world.rng.hex(32);
    let may_be_short =
        !matches!(case.shape.base, Base::Firewall | Base::Filtered(_) | Base::Central | Base::Local);
    let is_short = (world.rng.between(0, 2) == 0 || coins.is_short) && may_be_short || is_untold(case.shape);
    let reason = reason(world.launch, &world.image, &world.calls[place], (outcome, is_short));
    let mut setup = case.variant.setup(&mut world.rng);
    setup.task_only |= world.view == View::Participant;
    Played { world, saved, outcome, task, stopped, reason, setup }
}

/// Worlds whose stopped reason never has a host: nothing was sent, or the other fault would have left records.
fn is_untold(shape: Shape) -> bool {
    let is_undelivered = shape.fault == Fault::Undelivered;
    shape.fault == Fault::Unsent
        || is_undelivered && (shape.second != Fault::None || matches!(shape.base, Base::Shared(_)))
}

/// Chance of its own for each part of a case, so that worlds of one seed differ only where they must.
fn chance(seed: u64, part: u64) -> Rng {
    Rng::new(seed.wrapping_mul(31) ^ (part << 40) ^ 0x51C7)
}

/// The calls of the start, up to the first that fails: its place and how it ended.
fn start(world: &mut World, shape: Shape, repaired: &World) -> (usize, Outcome) {
    let mut at = s(4) + world.rng.pause(0, 3_000);
    if shape.is_mended {
        at = mended(world, repaired, at);
    }
    let calls: Vec<IpAddr> = world.calls.iter().map(|call| call.to).collect();
    let last = calls.len() - 1;
    if shape.fault == Fault::Unsent {
        return (0, Outcome::Unanswered);
    }
    for (place, to) in calls.into_iter().enumerate() {
        let outcome = attempts(world, to, at, if place == last { shape.fault } else { Fault::None });
        if outcome != Outcome::Complete || place == last {
            return (place, outcome);
        }
        at += s(2);
    }
    (last, Outcome::Complete)
}

/// Attempts that fail, and the repair, long enough before the next attempt for their windows to be apart.
fn mended(world: &mut World, repaired: &World, at: Ms) -> Ms {
    let to = world.service;
    for again in 0..2 {
        world.attempt(world.caller, to, at + s(again * 9));
    }
    world.groups.clone_from(&repaired.groups);
    world.acls.clone_from(&repaired.acls);
    world.tables.clone_from(&repaired.tables);
    at + s(151)
}

/// The attempts of one call; one that completes is the last.
fn attempts(world: &mut World, to: IpAddr, mut at: Ms, fault: Fault) -> Outcome {
    let pace = world.firewalls.first().map_or(Policy::Pass, |one| one.policy);
    if let Fault::Sometimes(loss) = fault {
        for is_lost in [false, true, false, true, true] {
            world.loses(loss, is_lost);
            world.attempt(world.caller, to, at);
            at += s(20) + world.rng.pause(0, 4_000);
        }
        return Outcome::Unanswered;
    }
    if fault == Fault::LastUndelivered {
        world.is_answered = false;
    }
    for _ in 0..world.rng.between(3, 5) {
        let outcome = world.attempt(world.caller, to, at);
        if outcome == Outcome::Complete {
            return outcome;
        }
        if pace == Policy::Pass || outcome == Outcome::Unanswered {
            at += s(20) + world.rng.pause(0, 4_000);
        } else {
            at += s(12);
        }
    }
    // Every attempt of such a world ends in the same way, so one more gives the outcome.
    world.attempt(world.caller, to, at)
}

impl World {
    /// Switches a loss on or off.
    fn loses(&mut self, loss: Loss, is_lost: bool) {
        match loss {
            Loss::Far => self.is_answered = !is_lost,
            Loss::Ports => self.nats[0].state = if is_lost { NatState::NoPorts } else { NatState::Works },
        }
    }
}

/// A host that bystanders call.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(52, 31, 9, 7));

/// Traffic that is not the task's.
fn bystanders(world: &mut World, shape: Shape) {
    let fault = shape.fault;
    let answered = std::mem::replace(&mut world.is_answered, true);
    database(world);
    // A log of rejected traffic in which nothing was rejected has no file. The scan comes before what only some worlds have, so
    // that it is the same in all of them.
    if world.view == View::Participant {
        scan(world, 0, s(33));
    }
    let host = STRANGER;
    let nat_is_tried = world.rng.between(0, 2) == 0 || matches!(fault, Fault::Nat(NatState::NoPorts));
    // One that got through would show that the route was there.
    let is_alone = matches!(fault, Fault::Undelivered | Fault::Unsent) && shape.second == Fault::None;
    // On EC2 the task's subnet has no way out.
    let nat_is_tried = nat_is_tried && !is_alone && world.launch == Launch::Fargate;
    if nat_is_tried && !world.nats.is_empty() && world.transit.is_none() && world.firewalls.is_empty() {
        neighbour(world, host);
    }
    // An instance that translates talks to AWS for itself.
    if let Some(eni) = world.at(At::Hop)
        && matches!(world.enis[eni].kind, Kind::Appliance(..))
        && (world.rng.between(0, 1) == 0 || fault == Fault::Idle)
    {
        for minute in [-9, -4, 1, 3] {
            world.attempt(eni, host, s(60 * minute + 20));
        }
    }
    world.is_answered = answered;
}

/// A stranger inside tries the SSH port of an interface.
fn scan(world: &mut World, eni: usize, at: Ms) {
    let ends =
        Ends { src: ([10, 40, 9, 200].into(), world.rng.port()), dst: (IpAddr::V4(world.enis[eni].v4), 22) };
    let packet = Packet { ends, at, flags: 2, count: 1, bytes: 60 };
    world.see(Place::Eni(eni), false, ends, packet, true);
}

/// Clients and their database, and a stranger who tries the database's SSH.
fn database(world: &mut World) {
    let others = (0..world.enis.len()).filter(|&eni| world.enis[eni].kind == Kind::Other);
    let others: Vec<usize> = others.collect();
    for client in others.iter().skip(1) {
        queries(world, others[0], *client);
    }
}

fn queries(world: &mut World, server: usize, client: usize) {
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
            scan(world, server, s(60 * minute + 7));
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

/// The files of a case: logs and documents, by their name.
pub(crate) fn files(case: Case, played: &Played) -> Vec<(String, Vec<u8>)> {
    let log = text(&played.world, &played.setup, &played.task, played.stopped);
    let mut files = vec![("logs/flows.log".to_owned(), log.into_bytes())];
    for (name, document) in documents(played).into_iter().filter(|(name, _)| case.variant.saves(name)) {
        let is_general = case.variant != Variant::NoInterfaces && lacks_subnets(&played.saved);
        let document = if is_general { without_subnets(document) } else { document };
        let bytes = serde_json::to_vec_pretty(&document).expect("memory takes bytes");
        files.push((format!("metadata/{name}"), bytes));
    }
    files
}

/// Writes logs and documents below a folder.
pub(crate) fn write(case: Case, played: &Played, folder: &Path) {
    for part in ["logs", "metadata"] {
        fs::create_dir_all(folder.join(part)).expect("the folder can be made");
    }
    for (name, bytes) in files(case, played) {
        fs::write(folder.join(name), bytes).expect("the file can be written");
    }
}
