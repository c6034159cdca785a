//! A finished scenario: the network, its packets, its flow log, and its true cause.

use crate::support::access::Access;
use crate::support::clock::Ms;
use crate::support::flow_log::{self, FlowLog, Record};
use crate::support::metadata::Forms;
use crate::support::packets::Sim;
use crate::support::startup::DOCKER_HUB;
use crate::support::vpc::{ACCOUNT, Eni, REGION};

/// The state of a task at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It runs.
    Running {
        /// Since when.
        started: Ms,
    },
    /// It ran, and was stopped because the service needed fewer tasks.
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

impl End {
    /// The same; in the reason, `{task}` is the id of the task.
    pub(crate) fn with_task_id(self, id: &str) -> Self {
        match self {
            Self::Stopped { at, reason } => Self::Stopped { at, reason: reason.replace("{task}", id) },
            other => other,
        }
    }
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
    /// Its state at the end.
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

/// The content of the README of the folder.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// Heading.
    pub(crate) title: &'static str,
    /// Cause id.
    pub(crate) cause: &'static str,
    /// Confidence: `confirmed`, `likely`, `undetermined`.
    pub(crate) confidence: &'static str,
    /// The content of the logs, in one phrase.
    pub(crate) logs: &'static str,
    /// The true fault.
    pub(crate) truth: &'static str,
    /// The verdict that flowcause can reach, and the reason for its limits.
    pub(crate) verdict: &'static str,
}

/// A finished scenario.
#[derive(Clone, Debug)]
pub(crate) struct Incident {
    /// Folder.
    pub(crate) name: &'static str,
    /// The seed of its random numbers.
    pub(crate) seed: u64,
    /// The network, and all packets at its interfaces.
    pub(crate) sim: Sim,
    /// Its tasks, those that failed first.
    pub(crate) tasks: Vec<Task>,
    /// How it was logged.
    pub(crate) log: FlowLog,
    /// The forms of the configuration documents, which show its state at the end of the script; `None` writes none.
    pub(crate) configuration: Option<Forms>,
    /// Roles, policies, keys and secrets, if they are saved; the folder is then that of one run of `flowcause collect`.
    pub(crate) access: Option<Access>,
    /// The services its task definitions need.
    pub(crate) needs: Vec<&'static str>,
    /// Its true cause.
    pub(crate) story: Story,
}

impl Incident {
    /// Adds the documents of its configuration, as it is at the end of the script, even if packets met an earlier one.
    pub(crate) fn configured(self, forms: Forms) -> Self {
        Self { configuration: Some(forms), ..self }
    }

    /// Adds the documents about permissions and names.
    pub(crate) fn permitted(self, access: Access) -> Self {
        Self { access: Some(access), ..self }
    }

    /// The image of a service's tasks: from ECR, or from Docker Hub if the tasks need that.
    pub(crate) fn image(&self, service: &str) -> String {
        if self.needs.contains(&DOCKER_HUB) {
            return format!("example/{service}:2026.11.3");
        }
        let region = self.sim.vpc.config.names.region("ecr.dkr");
        format!("{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{service}:2026.11.3")
    }

    /// Every record of the flow log, by interface and time.
    pub(crate) fn records(&self) -> Vec<Record> {
        flow_log::records(&self.sim.vpc, &self.sim.interfaces, &self.log)
    }

    /// The task of an interface.
    pub(crate) fn task_of(&self, eni: Eni) -> Option<&Task> {
        self.tasks.iter().find(|task| task.eni == eni)
    }
}
