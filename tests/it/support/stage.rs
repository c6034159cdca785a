//! The usual set of a scenario: endpoints, tasks, a healthy neighbour, bystanders; and the making of an [`Incident`].
//!
//! A scenario adds its interfaces and faults, starts its tasks and selects its flow log. This module adds all other traffic of
//! a VPC.

use std::net::Ipv4Addr;

use flowcause::model::field::{DEFAULT_FORMAT, FIELDS, Field};
use flowcause::model::network::TrafficType;

use crate::support::bystanders::Bystanders;
use crate::support::clock::{Ms, s};
use crate::support::config::Target;
use crate::support::fault::Fault;
use crate::support::filter::Tracked;
use crate::support::flow_log::{FlowLog, Habits, Storage, Watched};
use crate::support::incident::{End, Incident, Story, Task};
use crate::support::packets::{Direction, Sim};
use crate::support::rng::Rng;
use crate::support::startup::{ALL_STEPS, Start};
use crate::support::vpc::{Eni, Role, Vpc};

/// The time of the traffic in the sample logs: 03:06 to 03:19.
pub(crate) const SPAN: (Ms, Ms) = (s(-360), s(418));

/// The end of the sample logs, 03:27: more than 11 minutes after the last stop, so that every record was delivered.
const END_OF_LOGS: Ms = s(900);

/// A scenario being made.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// The simulation.
    pub(crate) sim: Sim,
    seed: u64,
    tasks: Vec<Task>,
    bystanders: Bystanders,
    /// The services that the task definitions need.
    pub(crate) needs: Vec<&'static str>,
}

impl Stage {
    /// An empty VPC with its bystanders; all chance comes from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let vpc = Vpc::new(&mut rng);
        let mut sim = Sim { vpc, faults: Vec::new(), rng, interfaces: Vec::new(), tracked: Tracked::new() };
        let bystanders = sim.add_bystanders();
        Self { sim, seed, tasks: Vec::new(), bystanders, needs: ALL_STEPS.to_vec() }
    }

    /// Interface endpoints for these services.
    pub(crate) fn endpoints<const N: usize>(&mut self, services: [&'static str; N]) -> [Eni; N] {
        services.map(|service| self.sim.vpc.endpoint(&mut self.sim.rng, service))
    }

    /// The S3 gateway endpoint, on the main route table.
    pub(crate) fn s3_gateway(&mut self) {
        let config = &mut self.sim.vpc.config;
        config.s3_gateway = Some(self.sim.rng.id("vpce"));
        config.tables[0].id = self.sim.rng.id("rtb");
        self.sim.vpc.route_s3(0);
    }

    /// A NAT gateway in the public subnet of the bystanders, and the way out through it.
    pub(crate) fn nat(&mut self) -> Eni {
        self.nat_at(101, 9)
    }

    /// A NAT gateway at 10.40.`third`.`fourth` in a public subnet, and by the main table the way out through it.
    pub(crate) fn nat_at(&mut self, third: u8, fourth: u8) -> Eni {
        let role = Role::Nat { gateway: self.sim.rng.id("nat"), public: Ipv4Addr::new(203, 0, 113, 10) };
        let vpc = &mut self.sim.vpc;
        let nat = vpc.add(&mut self.sim.rng, third, fourth, role);
        vpc.make_public(nat);
        vpc.config.tables[0].default_route(Some(Target::Nat(nat)));
        nat
    }

    /// A server at 10.40.`third`.`fourth`.
    pub(crate) fn server(&mut self, third: u8, fourth: u8, purpose: &'static str) -> Eni {
        let instance = self.sim.rng.id("i");
        self.sim.vpc.add(&mut self.sim.rng, third, fourth, Role::Instance { instance, purpose })
    }

    /// A task at 10.40.`third`.`fourth`, before it starts.
    pub(crate) fn task(&mut self, third: u8, fourth: u8) -> Eni {
        let attachment = self.sim.rng.uuid();
        self.sim.vpc.add(&mut self.sim.rng, third, fourth, Role::Task { attachment })
    }

    /// Something breaks.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.sim.faults.push(fault);
    }

    /// Starts a task that will be stopped with `reason`; how far it came.
    pub(crate) fn fail(
        &mut self,
        eni: Eni,
        service: &'static str,
        at: Ms,
        steps: &[&str],
        resolver: Option<Eni>,
        reason: impl Into<String>,
    ) -> Start {
        let start = self.sim.start(eni, at, steps, resolver);
        self.stop(eni, service, (at, start.ended), reason, true);
        start
    }

    /// The same, if S3 answers the last step, the request for a layer, with an error.
    pub(crate) fn fail_at_layer(&mut self, eni: Eni, service: &'static str, reason: impl Into<String>) {
        let (before, at) = (&ALL_STEPS[..ALL_STEPS.len() - 1], 0);
        let start = self.sim.start(eni, at, before, None);
        let ended = self.sim.refuse_layer(eni, start.ended);
        self.stop(eni, service, (at, ended), reason, true);
    }

    /// A task that started and ended at these times is stopped with `reason`; whether it was scanned before.
    pub(crate) fn stop(
        &mut self,
        eni: Eni,
        service: &'static str,
        (at, ended): (Ms, Ms),
        reason: impl Into<String>,
        scanned: bool,
    ) {
        let reason = self.with_source_port(eni, &reason.into());
        let stopped = ended + self.sim.rng.pause(11_000, 14_000);
        self.sim.vpc.get_mut(eni).life = Some((at - 6000, stopped + 9000));
        if scanned {
            let bystanders = self.bystanders;
            self.sim.scan(&bystanders, eni, at + s(3));
        }
        self.add_task(eni, service, at, End::Stopped { at: stopped, reason });
    }

    /// A task that came up is stopped after some seconds of work, as fewer are wanted.
    pub(crate) fn scale_in(&mut self, eni: Eni, service: &'static str, at: Ms, started: Ms) {
        let stopped = started + self.sim.rng.pause(15_000, 25_000);
        self.sim.vpc.get_mut(eni).life = Some((at - 6000, stopped + 9000));
        self.add_task(eni, service, at, End::Finished { started, at: stopped });
    }

    /// Adds the other traffic of an incident without a neighbour.
    pub(crate) fn background(&mut self) {
        let bystanders = self.bystanders;
        self.sim.carry_on(&bystanders, None, SPAN);
    }

    /// Those who have nothing to do with the incident.
    pub(crate) fn bystanders(&self) -> Bystanders {
        self.bystanders
    }

    /// Starts a task that comes up, does its work and is left alone by the incident.
    pub(crate) fn neighbour(&mut self, eni: Eni, service: &'static str, resolver: Option<Eni>) -> Start {
        let at = s(-320);
        let steps = self.needs.clone();
        let start = self.sim.start(eni, at, &steps, resolver);
        assert_eq!(start.completed, steps.len(), "the neighbour is healthy");
        self.sim.vpc.get_mut(eni).life = Some((at - 6000, SPAN.1));
        self.add_task(eni, service, at, End::Running { started: start.ended + 1700 });
        let (bystanders, logs) = (self.bystanders, self.sim.service("logs"));
        self.sim.late_packets(eni, logs, s(-60), s(23));
        self.sim.scan(&bystanders, eni, s(20));
        self.sim.carry_on(&bystanders, Some((eni, start.ended + 1700)), SPAN);
        start
    }

    /// The finished incident.
    pub(crate) fn finish(mut self, name: &'static str, log: FlowLog, story: Story) -> Incident {
        self.tasks.sort_by_key(|task| !matches!(task.end, End::Stopped { .. }));
        let (seed, sim, tasks, needs) = (self.seed, self.sim, self.tasks, self.needs);
        Incident { name, seed, sim, tasks, log, configuration: None, access: None, needs, story }
    }

    /// A flow log of these fields over the whole VPC; scenarios change what differs.
    pub(crate) fn log(&mut self, fields: &[Field]) -> FlowLog {
        FlowLog {
            id: self.sim.rng.id("fl"),
            fields: fields.to_vec(),
            storage: Storage::Text,
            traffic: TrafficType::All,
            watched: Watched::Vpc,
            span: (SPAN.0, END_OF_LOGS),
            // Lost records of an interface that does not matter.
            skipped: vec![(self.bystanders.application, s(95))],
            habits: Habits::OF_SAMPLES,
        }
    }

    /// A message as the agent writes it: `{port}` is the source port of the task's last attempt.
    fn with_source_port(&self, eni: Eni, reason: &str) -> String {
        let mut leaving = self.sim.interfaces.iter().rev().map(|sighting| sighting.hop);
        let last = leaving.find(|hop| hop.eni == eni && hop.direction == Direction::Egress);
        let port = last.map_or(0, |hop| hop.src.1);
        reason.replace("{port}", &port.to_string())
    }

    fn add_task(&mut self, eni: Eni, service: &'static str, at: Ms, end: End) {
        let created = at - self.sim.rng.pause(16_000, 18_000);
        let id = self.sim.rng.hex(32);
        let end = end.with_task_id(&id);
        self.tasks.push(Task { eni, id, service, created, end });
    }
}

/// Every field up to a version, in AWS's order.
pub(crate) fn fields_up_to(version: u8) -> Vec<Field> {
    FIELDS.iter().filter(|spec| spec.version <= version).map(|spec| spec.field).collect()
}

/// The default format.
pub(crate) fn default_format() -> Vec<Field> {
    DEFAULT_FORMAT.to_vec()
}
