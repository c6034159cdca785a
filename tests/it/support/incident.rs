//! A finished scenario: the network, what happened, how it was logged, and what is true of it.

use crate::support::clock::Ms;
use crate::support::flow_log::{self, FlowLog, Record};
use crate::support::metadata::Forms;
use crate::support::packets::Sim;
use crate::support::vpc::{ACCOUNT, Eni, REGION};

/// How a task ended up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It runs.
    Running {
        /// Since when.
        started: Ms,
    },
    /// It ran, and was stopped because fewer were wanted.
    Finished {
        /// Since when it ran.
        started: Ms,
        /// When it stopped.
        at: Ms,
    },
    /// It never started.
    Stopped {
        /// When.
        at: Ms,
        /// `stoppedReason`.
        reason: String,
    },
}

/// A task.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Its interface.
    pub(crate) eni: Eni,
    /// The last part of its ARN.
    pub(crate) id: String,
    /// Its service.
    pub(crate) service: &'static str,
    /// `createdAt`.
    pub(crate) created: Ms,
    /// How it ended up.
    pub(crate) end: End,
}

impl Task {
    /// `taskArn`.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task/{CLUSTER}/{}", self.id)
    }

    /// `taskDefinitionArn`.
    pub(crate) fn definition(&self) -> String {
        format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{}:14", self.service)
    }

    /// `runtimeId` of its container, once it has one.
    pub(crate) fn runtime(&self) -> Option<String> {
        (!matches!(self.end, End::Stopped { .. })).then(|| format!("{}-2621879312", self.id))
    }
}

/// The cluster's name.
pub(crate) const CLUSTER: &str = "production";

/// The cluster's ARN.
pub(crate) fn cluster_arn() -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{CLUSTER}")
}

/// What the folder's README says.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    /// Heading.
    pub(crate) title: &'static str,
    /// Cause id.
    pub(crate) cause: &'static str,
    /// Confidence: `confirmed`, `supported`, `undetermined`.
    pub(crate) standing: &'static str,
    /// What is in the logs, in one phrase.
    pub(crate) logs: &'static str,
    /// What is really broken.
    pub(crate) truth: &'static str,
    /// What flowcause can say of it, and why no more.
    pub(crate) verdict: &'static str,
}

/// A finished scenario.
#[derive(Clone, Debug)]
pub(crate) struct Incident {
    /// Folder.
    pub(crate) name: &'static str,
    /// What all its chance came from.
    pub(crate) seed: u64,
    /// The network and everything its interfaces saw.
    pub(crate) sim: Sim,
    /// Its tasks, those that failed first.
    pub(crate) tasks: Vec<Task>,
    /// How it was logged.
    pub(crate) log: FlowLog,
    /// How the documents of its configuration are written, as it stands when the script ends; without, none are.
    pub(crate) configuration: Option<Forms>,
    /// The services its task definitions need.
    pub(crate) needs: Vec<&'static str>,
    /// What is true of it.
    pub(crate) telling: Telling,
}

impl Incident {
    /// With the documents of its configuration: as the script left it, whatever its packets met before.
    pub(crate) fn configured(self, forms: Forms) -> Self {
        Self { configuration: Some(forms), ..self }
    }

    /// Every record of the flow log, by interface and time.
    pub(crate) fn records(&self) -> Vec<Record> {
        flow_log::records(&self.sim.vpc, &self.sim.sightings, &self.log)
    }

    /// The task of an interface.
    pub(crate) fn task_of(&self, eni: Eni) -> Option<&Task> {
        self.tasks.iter().find(|task| task.eni == eni)
    }
}
