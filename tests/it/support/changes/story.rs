//! A case as it happened: changes and tasks in the order of time.

use serde_json::Value;

use crate::support::changes::Case;
use crate::support::changes::access::{layer_refusal, refusal};
use crate::support::changes::api::{Call, Circumstances, HERE, record};
use crate::support::changes::edit::Edit;
use crate::support::changes::kind::Kind;
use crate::support::changes::network::{Network, network};
use crate::support::changes::noise::{Era, calls, changes, errors};
use crate::support::changes::plan::{Plan, plan};
use crate::support::changes::variant::Variant;
use crate::support::clock::{Ms, s};
use crate::support::rng::Rng;
use crate::support::worlds::calls::{Reason, reason};
use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::log::Setup;
use crate::support::worlds::packet::{Ends, Packet, Place};

/// The part of an event in the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It made what was changed later.
    Made,
    /// It broke the service.
    Broke,
    /// It repaired the service.
    Undone,
    /// It has nothing to do with it.
    Noise,
}

/// A recorded call.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// When.
    pub(crate) at: Ms,
    /// `eventID`.
    pub(crate) id: String,
    /// Its part.
    pub(crate) part: Part,
    /// Its record.
    pub(crate) record: Value,
}

/// The events and tasks of a case.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// The network when the documents were saved, with all that was seen of packets.
    pub(crate) network: Network,
    /// The network of the last success and of the failure.
    pub(crate) then: [Network; 2],
    /// Every event, in order of time.
    pub(crate) events: Vec<Event>,
    /// The tasks: the one that failed, the one that runs, the one that was stopped.
    pub(crate) tasks: [String; 3],
    /// When the tasks that started were created, in the same order as their ids.
    pub(crate) started: [Ms; 2],
    /// When the failed task was stopped, and why.
    pub(crate) stopped: (Ms, Reason),
    /// When the service broke.
    pub(crate) broke_at: Ms,
    /// When the documents were saved.
    pub(crate) saved_at: Ms,
    /// Whether the failed task would have started, had the first change that broke the service been undone alone.
    pub(crate) is_opened: bool,
    /// Whether events of long before are in the export.
    pub(crate) has_made: bool,
    /// The flow logs.
    pub(crate) setup: Setup,
}

/// An act at a time.
enum Act {
    Change(Part, Edit),
    Other(Call, Circumstances),
    Failed(Edit, usize),
    Start(usize),
    Snapshot,
    Failure,
}

/// Plays a case.
pub(crate) fn play(case: Case) -> Story {
    let mut network = network(case);
    let mut rng = case.chance(2);
    let worked = s(-60 * i64::try_from(rng.between(38, 50)).expect("minutes"));
    let started = [worked, s(-4_500)];
    let broke_at = worked + s(400) + rng.pause(0, s(-800) - worked - s(400));
    let coin = rng.between(0, 1) == 0;
    let is_repaired = case.variant == Variant::Repaired || case.kind == Kind::RouteRemade;
    let saved_at = if is_repaired || coin { s(3_600) } else { s(720) };
    let has_made = rng.between(0, 3) != 0 && case.variant != Variant::RuleById;
    let tasks = [rng.hex(32), rng.hex(32), rng.hex(32)];
    let innocent = changes(&network);
    let plan = plan(case, &mut network, &mut rng);
    let mut acts = noise(case, (worked, broke_at), innocent, &plan);
    acts.extend(main_acts(&plan, (started, broke_at), network.parts.started, is_repaired));
    acts.sort_by_key(|(at, _)| *at);
    let (mut events, mut then, mut outcome, mut is_opened) = (Vec::new(), Vec::new(), None, false);
    let mut envelope = case.chance(4);
    let sees_success = case.variant != Variant::NoSuccess;
    for (at, act) in acts {
        let mut write = |part, call: &Call, circumstances| {
            let id = envelope.uuid();
            let record = record(call, at, circumstances, &id, &mut envelope);
            events.push(Event { at, id, part, record });
        };
        match act {
            Act::Change(part, edit) => write(part, &network.carry_out(&edit, at), HERE),
            Act::Other(call, circumstances) => write(Part::Noise, &call, circumstances),
            Act::Failed(edit, error) => {
                let call = network.clone().carry_out(&edit, at);
                let error = Some(errors(&call)[error]);
                write(Part::Noise, &call, Circumstances { error, ..HERE });
            }
            Act::Start(eni) if sees_success => {
                assert_eq!(network.start(eni, at).1, Outcome::Complete, "{case}: a task does not start");
            }
            Act::Start(_) => {}
            Act::Snapshot => then.push(network.clone()),
            Act::Failure => {
                then.push(network.clone());
                is_opened = network.clone().opens(&plan.undone, at);
                outcome = Some(network.fail());
            }
        }
    }
    let (place, outcome) = outcome.expect("every case has a failure");
    assert_eq!(outcome == Outcome::Complete, case.kind.is_refusal(), "{case} ended as {outcome:?}");
    let reason = match outcome {
        Outcome::Complete if case.kind == Kind::EndpointPolicy => layer_refusal(),
        Outcome::Complete => refusal(&then[1], &tasks[0]),
        _ => {
            let (world, is_short) = (&network.world, rng.between(0, 3) == 0);
            reason(world.launch, &world.image, &world.calls[place], (outcome, is_short)).task
        }
    };
    let [at_success, at_failure] = then.try_into().expect("two snapshots");
    Story {
        setup: setup(case, saved_at, &mut network),
        then: [at_success, at_failure],
        network,
        events,
        tasks,
        started,
        stopped: (s(172) + rng.pause(0, 15_000), Reason { task: reason, container: None }),
        broke_at,
        saved_at,
        is_opened,
        has_made,
    }
}

/// The planned changes and the tasks.
fn main_acts(
    plan: &Plan,
    (started, broke_at): ([Ms; 2], Ms),
    interfaces: [usize; 2],
    is_repaired: bool,
) -> Vec<(Ms, Act)> {
    let mut acts = vec![(s(0), Act::Failure), (started[0] + s(30), Act::Snapshot)];
    acts.extend(started.into_iter().zip(interfaces).map(|(at, eni)| (at + s(15), Act::Start(eni))));
    let spread = |edits: &[Edit], part, from: Ms, apart: Ms| {
        let list = (0..)
            .zip(edits)
            .map(move |(place, edit)| (from + place * apart, Act::Change(part, edit.clone())));
        list.collect::<Vec<_>>()
    };
    acts.extend(spread(&plan.made, Part::Made, s(-18_000), s(60)));
    acts.extend(spread(&plan.broke, Part::Broke, broke_at, s(40)));
    if is_repaired {
        acts.extend(spread(&plan.undone, Part::Undone, s(1_700), s(60)));
    }
    acts
}

/// Innocent changes before the last success, between it and the failure, and after the failure.
fn noise(
    case: Case,
    (worked, broke_at): (Ms, Ms),
    innocent: Vec<(Era, Edit)>,
    plan: &Plan,
) -> Vec<(Ms, Act)> {
    let mut rng = case.chance(3);
    let mut acts = Vec::new();
    for (era, edit) in innocent {
        let last = if era == Era::Before { 0 } else { 2 };
        if rng.between(0, 2) != 0 {
            acts.push((time(&mut rng, worked, last), Act::Change(Part::Noise, edit)));
        }
    }
    for (call, circumstances) in calls(&mut rng) {
        if rng.between(0, 1) == 0 {
            acts.push((time(&mut rng, worked, 2), Act::Other(call, circumstances)));
        }
    }
    // The change that broke it was tried before, and failed.
    for (error, at) in [(0, broke_at - s(150)), (1, broke_at - s(90))] {
        if rng.between(0, 1) == 0 {
            acts.push((at, Act::Failed(plan.broke[0].clone(), error)));
        }
    }
    acts
}

/// A time of one of the eras, up to a given one, never within ten minutes before the stop.
fn time(rng: &mut Rng, worked: Ms, last: u64) -> Ms {
    match rng.between(0, last) {
        0 => rng.pause(s(-14_000), worked - s(120)),
        1 => rng.pause(worked + s(120), s(-720)),
        _ => rng.pause(s(330), s(640)),
    }
}

/// The flow logs of a case, and the traffic of others in them.
fn setup(case: Case, saved_at: Ms, network: &mut Network) -> Setup {
    let first = if case.variant == Variant::NoSuccess { s(-600) } else { s(-5_100) };
    let last = if case.variant == Variant::NoRecordsAfter { s(-90) } else { saved_at.min(s(1_000)) - s(60) };
    for minute in first.div_euclid(s(60))..last.div_euclid(s(60)) {
        network.query(s(60 * minute + 3));
    }
    Setup { is_default: false, rejects_only: false, task_only: false, ecs: None, span: (first, last) }
}

impl Network {
    /// The calls of a start; the place of the last one, and how it ended.
    fn start(&mut self, eni: usize, mut at: Ms) -> (usize, Outcome) {
        let calls: Vec<_> = self.world.calls.iter().map(|call| call.to).collect();
        for (place, to) in calls.iter().enumerate() {
            let outcome = self.world.attempt(eni, *to, at);
            if outcome != Outcome::Complete {
                return (place, outcome);
            }
            at += s(2);
        }
        (calls.len() - 1, Outcome::Complete)
    }

    /// The start that fails: its last call is tried again.
    fn fail(&mut self) -> (usize, Outcome) {
        let (group, subnet) = self.service;
        self.world.enis[0].groups = vec![group];
        if self.world.enis[0].subnet != subnet {
            let moved = [10, 40, 2, 31].into();
            (self.world.enis[0].subnet, self.world.enis[0].v4) = (subnet, moved);
        }
        let (place, outcome) = self.start(0, s(5));
        let to = self.world.calls[place].to;
        let again = if outcome == Outcome::Complete { 0 } else { 3 };
        for turn in 1..=again {
            self.world.attempt(0, to, s(5 + turn * 22));
        }
        (place, outcome)
    }

    /// Whether a task starts once changes are made.
    fn opens(mut self, edits: &[Edit], at: Ms) -> bool {
        for edit in edits {
            self.carry_out(edit, at);
        }
        let access = &self.access;
        let is_allowed = access.version == "v1" && access.is_attached;
        let is_granted = is_allowed && access.deleted.is_none() && access.is_enabled;
        self.fail().1 == Outcome::Complete && is_granted
    }

    /// The database answers a client of its subnet, which no control of the case can stop.
    fn query(&mut self, at: Ms) {
        let others = self.world.enis.iter().enumerate().filter(|(_, eni)| eni.subnet == 1);
        let ends: Vec<_> = others.map(|(place, eni)| (place, eni.v4)).take(2).collect();
        let [(server, own), (client, peer)] = ends[..] else { return };
        let ends = Ends { src: (own.into(), 5_432), dst: (peer.into(), self.world.rng.port()) };
        let packet = Packet { ends, at, flags: 0, count: 11, bytes: 9_100 };
        let back = Packet { ends: ends.reversed(), ..packet };
        for (eni, egress) in [(server, true), (client, false)] {
            self.world.see(Place::Eni(eni), egress, ends, packet, false);
            self.world.see(Place::Eni(eni), !egress, back.ends, back, false);
        }
    }
}
