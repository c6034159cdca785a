//! Simulates a case: the tasks that started before, the trouble, and the start that fails.

use crate::support::clock::{Ms, s};
use crate::support::dialogue::{Exchange, Outcome};
use crate::support::incident::{End, Incident, Story};
use crate::support::metadata::Forms;
use crate::support::packets::TCP;
use crate::support::referee::Case;
use crate::support::referee::plan::pick;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::Trouble;
use crate::support::referee::truth::{AclPlace, Blamed, CaseResources};
use crate::support::referee::variant::Variant;
use crate::support::startup::Start;
use crate::support::vpc::{Eni, Party, Vpc};

/// The failing task's service.
pub(super) const SERVICE: &str = "orders";

/// A simulated case.
#[derive(Clone, Debug)]
pub(super) struct Played {
    /// Its network, tasks and flow log.
    pub(super) incident: Incident,
    /// The resource at fault.
    pub(super) blamed: Blamed,
    /// Other resources that an answer may name.
    pub(super) resources: CaseResources,
    /// The failed task's id.
    pub(super) task: String,
    /// The failed task's interface.
    pub(super) eni: Eni,
    /// The step that failed; none where the task tried nothing.
    pub(super) failed: Option<&'static str>,
    /// Ids of tasks and interfaces that are not at fault: no answer may name them.
    pub(super) innocent: Vec<String>,
}

impl Played {
    /// Whether the stopped reason of the failed task has the host that was called.
    pub(super) fn names_host(&self) -> bool {
        let failed = self.incident.tasks.iter().find(|task| task.id == self.task);
        failed.is_some_and(
            |task| matches!(&task.end, End::Stopped { reason, .. } if reason.contains(".amazonaws.com")),
        )
    }
}

/// Simulates a case, logged as its variant describes.
pub(super) fn play(case: Case) -> Played {
    let mut scene = Scene::of(case);
    scene.start_others();
    let before = scene.stage.sim.vpc.clone();
    let blamed = scene.apply_trouble();
    let at = s(scene.plan.rng.pause(0, 20));
    let failed = scene.start_failing(at);
    let log = scene.flow_log();
    if case.variant == Variant::Repaired {
        scene.repair(before);
    }
    let resources = scene.resources(failed);
    let forms = scene.forms();
    let (task, others) = (scene.task, [scene.neighbour, scene.predecessor]);
    // A predecessor that failed is rightly reported.
    let innocent_predecessor = scene.plan.predecessor == Some(true);
    let mut incident = scene.stage.finish("case", log, NO_DESCRIPTION);
    if case.variant.has_configuration() {
        incident = incident.configured(forms);
    }
    let id = |eni: Eni| incident.task_of(eni).expect("every task ended somehow").id.clone();
    let mut innocent = Vec::new();
    for (eni, is_innocent) in others.into_iter().zip([true, innocent_predecessor]) {
        if let Some(eni) = eni.filter(|_| is_innocent) {
            innocent.extend([id(eni), incident.sim.vpc.get(eni).id.clone()]);
        }
    }
    Played { task: id(task), eni: task, failed, blamed, resources, innocent, incident }
}

/// Cases have no page.
const NO_DESCRIPTION: Story =
    Story { title: "", cause: "", confidence: "", logs: "", truth: "", verdict: "" };

impl Scene {
    /// Starts the task that had the address before, and the neighbour.
    fn start_others(&mut self) {
        if let (Some(eni), Some(succeeded)) = (self.predecessor, self.plan.predecessor) {
            let at = s(-352);
            let steps = self.plan.steps.clone();
            if succeeded {
                let start = self.stage.sim.start(eni, at, &steps, self.resolver);
                assert_eq!(start.completed, steps.len(), "the predecessor is healthy");
                self.stage.scale_in(eni, SERVICE, at, start.ended + 1700);
            } else {
                let until = steps.iter().position(|step| *step == "logs").expect("always needed") + 1;
                let start = self.stage.sim.start(eni, at, &steps[..until], self.resolver);
                let denied = crate::support::messages::LOG_STREAM_DENIED;
                self.stage.stop(eni, SERVICE, (at, start.ended), denied, false);
            }
        }
        match (self.neighbour, self.plan.neighbour) {
            (Some(eni), Some(plan)) => {
                let service = if plan.same_service { SERVICE } else { "billing" };
                self.stage.neighbour(eni, service, self.resolver);
            }
            _ => self.stage.background(),
        }
    }

    /// Makes the start that fails; returns the step that failed.
    fn start_failing(&mut self, at: Ms) -> Option<&'static str> {
        let steps = self.plan.steps.clone();
        let trouble = self.case.trouble;
        let until = match trouble {
            Trouble::Refused => pick(&mut self.plan.rng, steps.len()) + 1,
            Trouble::SlowLayers => steps.len() - 1,
            Trouble::SendsNothing => 0,
            _ => steps.len(),
        };
        let mut start = self.stage.sim.start(self.task, at, &steps[..until], self.resolver);
        match trouble {
            Trouble::SlowLayers => start.ended = self.pull_slowly(start),
            Trouble::SendsNothing => start.ended += s(175),
            Trouble::Refused => assert_eq!(start.completed, until, "{}", self.case),
            _ => assert!(start.completed < until, "{}: nothing failed", self.case),
        }
        if trouble == Trouble::NatPorts {
            self.others_pass(at);
        }
        let refused = trouble == Trouble::Refused;
        let failed = steps.get(start.completed - usize::from(refused)).copied();
        let reason = self.reason(failed.filter(|_| trouble != Trouble::SendsNothing));
        let scanned = self.plan.scanned;
        let task = self.task;
        self.stage.stop(task, SERVICE, (at, start.ended), reason, scanned);
        if self.plan.late_packets && start.completed > 0 && trouble != Trouble::NatPorts {
            let service = self.stage.sim.service(steps[0]);
            self.stage.sim.late_packets(task, service, at + s(2), s(12));
        }
        failed
    }

    /// Pulls layers slowly until the task's time is over.
    fn pull_slowly(&mut self, start: Start) -> Ms {
        let until = start.ended + s(self.plan.rng.pause(180, 260));
        let bytes = self.plan.rng.between(4_000_000, 40_000_000);
        let pulls = self.stage.sim.pull_without_end(self.task, start.ended, until, bytes, self.resolver);
        assert!(pulls, "{}", self.case);
        until
    }

    /// Other connections pass the NAT gateway at the same time.
    fn others_pass(&mut self, at: Ms) {
        let application = self.stage.bystanders().application;
        let exchange = Exchange { tls: true, request: 700, reply: 5200, lasts: 400 };
        for nth in 0..12 {
            let host = Party::Outside(std::net::Ipv4Addr::new(140, 82, 121, 3));
            let sim = &mut self.stage.sim;
            let talk = sim.conversation(Party::Eni(application), host, 443, TCP);
            let (outcome, _) = sim.call(&talk, at + s(2 + nth * 13), &exchange);
            assert_eq!(outcome, Outcome::Completed, "{}", self.case);
        }
    }

    /// Other resources that answers may name.
    fn resources(&self, failed: Option<&'static str>) -> CaseResources {
        let vpc = &self.stage.sim.vpc;
        let of_names =
            matches!(self.case.trouble.cause(), "dns-blocked" | "dns-unanswered" | "dns-tcp-blocked");
        let far = match failed.map(|step| self.stage.sim.service(step)) {
            _ if of_names => self.resolver,
            Some(Party::Eni(far)) => Some(far),
            _ => None,
        };
        let acl_at = match self.case.trouble {
            Trouble::TaskAclReturn => Some(self.task),
            Trouble::EndpointAclReturn => far,
            Trouble::NatAclOut | Trouble::NatAclReturn | Trouble::NatAclIn => self.nat,
            _ => None,
        };
        let acl = acl_at.map(|eni| AclPlace {
            subnet: vpc.subnet_of(eni).id.clone(),
            documented: self.case.variant.has_configuration().then(|| vpc.acl_of(eni).id.clone()),
        });
        CaseResources {
            near: vpc.get(self.task).id.clone(),
            far: far.map(|eni| vpc.get(eni).id.clone()),
            acl,
        }
    }

    /// Restores the configuration from before the trouble. The packets stay as they are.
    fn repair(&mut self, before: Vpc) {
        let vpc = &mut self.stage.sim.vpc;
        vpc.config = before.config;
        vpc.subnets = before.subnets;
        vpc.get_mut(self.task).public = before.interfaces[self.task.0].public;
    }

    fn forms(&mut self) -> Forms {
        let rng = &mut self.plan.rng;
        Forms {
            rules_apart: rng.between(1, 2) == 1,
            managed_lists: rng.between(1, 2) == 1,
            endpoints_without_vpc: self.case.variant == Variant::NoVpcId,
        }
    }
}

/// Each case has one trouble: without it, everything works.
#[test]
fn without_its_trouble_every_case_starts() {
    for case in Case::all(3).into_iter().filter(|case| case.variant == Variant::Full) {
        let mut scene = Scene::of(case);
        scene.start_others();
        let steps = scene.plan.steps.clone();
        let start = scene.stage.sim.start(scene.task, 0, &steps, scene.resolver);
        assert_eq!(start.completed, steps.len(), "{case}: {:?}", steps.get(start.completed));
    }
}
