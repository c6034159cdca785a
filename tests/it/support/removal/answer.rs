//! An answer, and whether it may follow from another one by the removal of a part of the inputs.

use std::collections::BTreeSet;

use flowcause::finding::{CauseId, Confidence, Culprit};
use flowcause::report::{Report, TaskReport};

use crate::support::removal::change::Change;

/// Causes, and the same statement made less specific, about any culprit.
const LESS_SPECIFIC: [(&str, &str); 7] = [
    ("endpoint-sg-blocks-ingress", "endpoint-ingress-rejected"),
    ("endpoint-nacl-blocks-ingress", "endpoint-ingress-rejected"),
    ("transit-nacl-blocks", "endpoint-ingress-rejected"),
    ("task-sg-blocks-egress", "task-egress-rejected"),
    ("task-nacl-blocks-egress", "task-egress-rejected"),
    // The task sent nothing: this is a part of both statements.
    ("resolver-unusable", "no-attempt-seen"),
    // Queries over UDP or TCP are rejected.
    ("dns-tcp-blocked", "dns-blocked"),
];

/// Causes that contain the statement that the route table has no route.
const WITHOUT_ROUTE: [&str; 2] = ["s3-gateway-missing", "endpoint-missing"];

/// The causes of a control that denies together with another one, and of the other one alone.
const BOTH: [[&str; 2]; 2] = [
    ["task-sg-blocks-egress", "task-nacl-blocks-egress"],
    ["endpoint-nacl-blocks-ingress", "endpoint-sg-blocks-ingress"],
];

/// The parts of a verdict that matter to the laws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    task: Option<String>,
    interface: Option<String>,
    cause: CauseId,
    confidence: Confidence,
    /// The certain culprits, by kind and id.
    culprits: BTreeSet<String>,
    ruled_out: Vec<CauseId>,
}

/// The answers of a report.
pub(crate) fn answers(report: &Report) -> Vec<Answer> {
    report.tasks.iter().map(Answer::of).collect()
}

/// A breach of the laws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// `cause confidence -> cause confidence`.
    pub(crate) causes: String,
    /// The same with the culprits.
    pub(crate) words: String,
}

/// The first answer that may not follow from the answers before the change.
pub(crate) fn breach(before: &[Answer], after: &[Answer], change: &Change) -> Option<Breach> {
    let mut pairs = after.iter().filter_map(|new| Some((before.iter().find(|old| old.is_about(new))?, new)));
    let (old, new) = pairs.find(|(old, new)| !old.allows(new, change))?;
    Some(Breach {
        causes: format!("{} -> {}", old.causes(), new.causes()),
        words: format!("{} -> {}", old.words(), new.words()),
    })
}

impl Answer {
    fn of(task: &TaskReport) -> Self {
        let verdict = &task.verdict;
        let is_ruled_out = |confidence: Confidence| confidence == Confidence::RuledOut;
        let ruled_out = verdict.also_considered.iter().filter(|one| is_ruled_out(one.confidence));
        Self {
            task: task.task_id.as_ref().map(ToString::to_string),
            interface: task.interface_id.as_ref().map(ToString::to_string),
            cause: verdict.cause,
            confidence: verdict.confidence,
            culprits: verdict.culprits.iter().filter(|one| !one.is_likely).map(name).collect(),
            ruled_out: ruled_out.map(|one| one.cause).collect(),
        }
    }

    fn is_about(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.task, &other.task) || same(&self.interface, &other.interface)
    }

    /// `cause confidence`.
    fn causes(&self) -> String {
        format!("{} {}", self.cause, self.confidence.name())
    }

    /// The same with the culprits.
    fn words(&self) -> String {
        let culprits: Vec<&str> = self.culprits.iter().map(String::as_str).collect();
        format!("{} [{}]", self.causes(), culprits.join(", "))
    }

    /// Whether this answer contains the statement of `new`, if it names the same culprits.
    fn includes(&self, new: &Self) -> bool {
        let causes = [self.cause.name(), new.cause.name()];
        let is_one_of_two = self.culprits.len() > 1 && (causes == BOTH[0] || causes == BOTH[1]);
        let is_its_route = WITHOUT_ROUTE.contains(&causes[0]) && causes[1] == "no-route";
        self.cause == new.cause || is_one_of_two || is_its_route
    }

    /// Whether this answer names the culprit, or a part of it: the ACL of a subnet whose id is not known any more, or the
    /// interface of which the group or the ACL was at fault.
    fn names(&self, culprit: &str) -> bool {
        let (kind, id) = culprit.split_once(' ').unwrap_or((culprit, ""));
        let any_of =
            |kinds: &[&str]| self.culprits.iter().any(|own| kinds.iter().any(|kind| own.starts_with(kind)));
        let is_acl_of_subnet = kind == "network-acl" && (id.is_empty() || id.starts_with("subnet-"));
        self.culprits.contains(culprit)
            || is_acl_of_subnet && any_of(&["network-acl"])
            || kind == "interface" && any_of(&["security-group", "network-acl"])
    }

    /// Whether `new` may be the answer after the change: it states no more than this one does.
    fn allows(&self, new: &Self, change: &Change) -> bool {
        if new.confidence == Confidence::Undetermined {
            return true;
        }
        // A record that contradicted the new answer is gone.
        let is_known = self.ruled_out.contains(&new.cause) || self.cause == new.cause;
        if change.removes_record() && (is_known || self.confidence == Confidence::Undetermined) {
            return true;
        }
        let is_weaker = rank(new.confidence) <= rank(self.confidence);
        let is_less_specific = LESS_SPECIFIC.contains(&(self.cause.name(), new.cause.name()));
        match new.confidence {
            Confidence::Confirmed if self.includes(new) => {
                is_weaker && new.culprits.iter().all(|culprit| self.names(culprit))
            }
            // The rejection itself is certain, also where the control that rejected is only likely.
            Confidence::Confirmed => is_less_specific && self.confidence != Confidence::Undetermined,
            _ => is_weaker,
        }
    }
}

fn rank(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Confirmed => 2,
        Confidence::Likely => 1,
        Confidence::Undetermined | Confidence::RuledOut => 0,
    }
}

/// The name of a culprit: the kind, and the id or the subnet.
fn name(culprit: &Culprit) -> String {
    let subnet = culprit.subnet_id.as_ref().map(ToString::to_string);
    format!("{} {}", culprit.kind.name(), culprit.id.clone().or(subnet).unwrap_or_default())
}
