//! The variants of a case: its flow log and its documents.

use flowcause::model::network::TrafficType;

use crate::support::clock::{Ms, s};
use crate::support::flow_log::{FlowLog, Habits, Storage, Watched, window_of};
use crate::support::referee::plan::pick;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::Trouble;
use crate::support::stage::{default_format, fields_up_to};

/// A flow log and a set of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// All fields, the whole VPC, all configuration.
    Full,
    /// The 14 default fields.
    DefaultV2,
    /// The task's subnet alone.
    TaskSide,
    /// No document of groups, ACLs, routes, gateways, names, services and definitions.
    NoConfiguration,
    /// Some of the task's records lost.
    SkipData,
    /// REJECT records only.
    RejectOnly,
    /// As the first, but `describe-vpc-endpoints` does not name the VPC of an endpoint.
    NoVpcId,
    /// As the first, but the fault was repaired before the documents were saved.
    Repaired,
    /// As the first, but without `describe-services` and without the task definitions.
    NoServices,
}

impl Variant {
    /// All variants, in the order of the table.
    pub(crate) const ALL: [Self; 9] = [
        Self::Full,
        Self::DefaultV2,
        Self::TaskSide,
        Self::NoConfiguration,
        Self::SkipData,
        Self::RejectOnly,
        Self::Repaired,
        Self::NoVpcId,
        Self::NoServices,
    ];

    /// The name in the table and in `REFEREE_ONLY`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::DefaultV2 => "default-v2",
            Self::TaskSide => "task-side",
            Self::NoConfiguration => "no-configuration",
            Self::SkipData => "skipdata",
            Self::RejectOnly => "reject-only",
            Self::Repaired => "repaired",
            Self::NoVpcId => "no-vpc-id",
            Self::NoServices => "no-services",
        }
    }

    /// Whether a document is saved, by the name of its file.
    pub(super) fn saves(self, file: &str) -> bool {
        let is_of_services = ["describe-services", "describe-task-definition"];
        self != Self::NoServices || !is_of_services.iter().any(|name| file.starts_with(name))
    }

    /// Whether the configuration is documented.
    pub(crate) fn has_configuration(self) -> bool {
        self != Self::NoConfiguration
    }

    /// Whether the documents show the configuration as it was at the time of the incident.
    pub(super) fn shows_fault(self) -> bool {
        !matches!(self, Self::NoConfiguration | Self::Repaired)
    }
}

impl Scene {
    /// The flow log of the variant.
    pub(super) fn flow_log(&mut self) -> FlowLog {
        let rng = &mut self.plan.rng;
        // Only version 8 has the reason of a rejection.
        let version = match self.case.trouble {
            Trouble::PublicAccess => 8,
            _ => [5, 7, 8][pick(rng, 3)],
        };
        let storage = if rng.between(1, 2) == 1 { Storage::Text } else { Storage::Parquet };
        let fields =
            if self.case.variant == Variant::DefaultV2 { default_format() } else { fields_up_to(version) };
        let habits = Habits::of(self.case.seed + self.case.trouble as u64);
        let mut log = FlowLog { storage, habits, ..self.stage.log(&fields) };
        match self.case.variant {
            Variant::TaskSide => log.watched = Watched::Subnet(self.stage.sim.vpc.get(self.task).subnet),
            Variant::RejectOnly => log.traffic = TrafficType::Reject,
            Variant::SkipData => log.skipped = self.lost(),
            _ => {}
        }
        if self.case.variant == Variant::TaskSide {
            // Only records of a logged interface can be lost.
            log.skipped.clear();
        }
        log
    }

    /// One window of the task's interface: a window with packets if there are several, otherwise the next one.
    fn lost(&mut self) -> Vec<(crate::support::vpc::Eni, Ms)> {
        let task = self.task;
        let window = |at: Ms| window_of(task, crate::support::clock::epoch_second(at));
        let mut moments: Vec<Ms> = Vec::new();
        let mut seen = self.stage.sim.interfaces.iter().filter(|sighting| sighting.hop.eni == task);
        let mut times: Vec<Ms> = seen.by_ref().map(|sighting| sighting.at).collect();
        times.sort_unstable();
        for at in times {
            if moments.last().is_none_or(|&last| window(last) != window(at)) {
                moments.push(at);
            }
        }
        let at = match moments.as_slice() {
            [] => s(40),
            [only] => only + s(60),
            several => several[pick(&mut self.plan.rng, several.len())],
        };
        vec![(task, at)]
    }
}
