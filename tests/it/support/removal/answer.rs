//! An answer, and whether it may follow from another one by the removal of a part of the inputs.

use std::collections::BTreeSet;

use flowcause::finding::{CauseId, Confidence, Culprit, CulpritKind, DeniedRequest};
use flowcause::report::{Report, TaskReport};

use crate::support::removal::change::{Action, LostRecord};

/// Causes, and the same statement made less specific, about any culprit.
///
/// A REJECT at an interface is certain, whichever of its two controls it was. Each pair has a control on the left, and on the
/// right only the interface that rejected: without the control's document, the rest is still confirmed.
const LESS_SPECIFIC: [(&str, &str); 5] = [
    // The group of the endpoint, or something at its interface.
    ("endpoint-sg-blocks-ingress", "endpoint-ingress-rejected"),
    // The ACL of the endpoint's subnet, or something at its interface.
    ("endpoint-nacl-blocks-ingress", "endpoint-ingress-rejected"),
    // An attachment has no groups; without its type, its interface is one at the far end that has.
    ("transit-nacl-blocks", "endpoint-ingress-rejected"),
    // The group of the task, or something at its interface.
    ("task-sg-blocks-egress", "task-egress-rejected"),
    // The ACL of the task's subnet, or something at its interface.
    ("task-nacl-blocks-egress", "task-egress-rejected"),
];

/// The causes of a control that denies together with another one, and of the other one alone: each of them denies in its
/// document, and AWS does not document which is evaluated first. An answer that names both includes each of them.
const BOTH: [[&str; 2]; 2] = [
    // Group and ACL at the task's interface; the group is named first.
    ["task-sg-blocks-egress", "task-nacl-blocks-egress"],
    // Group and ACL at the endpoint's interface; without the group's document the ACL is named alone.
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
    /// Whether a security group or a network ACL is a likely culprit: the interface it belongs to did reject.
    has_likely_control: bool,
    /// The requests that are listed as denied.
    denied: Vec<DeniedRequest>,
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
pub(crate) fn breach(before: &[Answer], after: &[Answer], lost: &[LostRecord]) -> Option<Breach> {
    let pairs = || after.iter().filter_map(|new| Some((before.iter().find(|old| old.is_about(new))?, new)));
    let added = |(old, new): (&Answer, &Answer)| {
        let is_known = |one: &DeniedRequest| old.denied.iter().any(|known| includes_denial(known, one));
        let more: Vec<&DeniedRequest> = new.denied.iter().filter(|one| !is_known(one)).collect();
        (!more.is_empty()).then(|| Breach {
            causes: "more is denied".to_owned(),
            words: format!("{} -> {}: {more:?}", old.words(), new.words()),
        })
    };
    if let Some(breach) = pairs().find_map(added) {
        return Some(breach);
    }
    let (old, new) = pairs().find(|(old, new)| !old.allows(new, lost))?;
    Some(Breach {
        causes: format!("{} -> {}", old.causes(), new.causes()),
        words: format!("{} -> {}", old.words(), new.words()),
    })
}

impl Answer {
    fn of(task: &TaskReport) -> Self {
        let verdict = &task.verdict;
        Self {
            task: task.task_id.as_ref().map(ToString::to_string),
            interface: task.interface_id.as_ref().map(ToString::to_string),
            cause: verdict.cause,
            confidence: verdict.confidence,
            culprits: verdict.culprits.iter().filter(|one| !one.is_likely).map(name).collect(),
            has_likely_control: verdict.culprits.iter().any(|one| {
                one.is_likely && matches!(one.kind, CulpritKind::SecurityGroup | CulpritKind::NetworkAcl)
            }),
            denied: verdict.findings.clone(),
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
        self.cause == new.cause || is_one_of_two
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
            || kind == "interface" && (self.has_likely_control || any_of(&["security-group", "network-acl"]))
    }

    /// Whether a record contradicted this answer: packets passed, or packets were rejected that this answer does not name.
    ///
    /// The rest of a damaged record is counted, so nothing is confirmed without it.
    fn is_contradicted_by(&self, lost: LostRecord) -> bool {
        const OF_NOTHING_REJECTED: [&str; 6] = [
            "network-healthy",
            "no-attempt-seen",
            "path-unanswered",
            "slow-transfer",
            "connection-stalled",
            "connection-reset",
        ];
        let is_bearable = lost.is_gone || self.confidence != Confidence::Confirmed;
        is_bearable
            && match lost.action {
                Some(Action::Passed) => {
                    self.cause != CauseId::NetworkHealthy && !is_after_network(self.cause)
                }
                Some(Action::Rejected) => {
                    OF_NOTHING_REJECTED.contains(&self.cause.name()) || is_after_network(self.cause)
                }
                Some(Action::Skipped) | None => false,
            }
    }

    /// Whether `new` may be the answer after the change: it states no more than this one does.
    fn allows(&self, new: &Self, lost: &[LostRecord]) -> bool {
        if new.confidence == Confidence::Undetermined {
            return true;
        }
        // Records that AWS lost contradict that the others show everything.
        let is_whole =
            lost.iter().any(|lost| lost.action == Some(Action::Skipped)) && self.cause == new.cause;
        if is_whole || lost.iter().any(|lost| new.is_contradicted_by(*lost)) {
            return true;
        }
        let is_weaker = rank(new.confidence) <= rank(self.confidence);
        let is_less_specific = LESS_SPECIFIC.contains(&(self.cause.name(), new.cause.name()));
        match new.confidence {
            // A likely refusal rests on a network that may be certain, and only this part of it is left.
            Confidence::Confirmed
                if is_after_network(self.cause)
                    && new.cause == CauseId::NetworkHealthy
                    && self.confidence != Confidence::Undetermined =>
            {
                new.culprits.is_empty()
            }
            Confidence::Confirmed if self.includes(new) => {
                is_weaker && new.culprits.iter().all(|culprit| self.names(culprit))
            }
            // The rejection itself is certain, also where the control that rejected is only likely.
            Confidence::Confirmed => is_less_specific && self.confidence != Confidence::Undetermined,
            _ => is_weaker,
        }
    }
}

/// Whether a denied request is a known one, or the same with fewer fields: without the document that agreed, only the fields of
/// the text are left, and the text may name an object where the document names all of them.
fn includes_denial(known: &DeniedRequest, one: &DeniedRequest) -> bool {
    let is_resource = match (&known.resource, &one.resource) {
        (Some(known), Some(one)) => {
            known == one || known.strip_suffix('*').is_some_and(|start| one.starts_with(start))
        }
        (None, Some(_)) => false,
        (_, None) => true,
    };
    known.action == one.action
        && is_resource
        && (one.policy_type.is_none() || one.policy_type == known.policy_type)
        && (one.effect.is_none() || one.effect == known.effect)
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

/// Whether a cause lies after the network: a permission, a policy, a key or a name.
fn is_after_network(cause: CauseId) -> bool {
    let place = |wanted| CauseId::ALL.iter().position(|one| *one == wanted);
    place(cause) > place(CauseId::SlowTransfer) && place(cause) < place(CauseId::NetworkHealthy)
}
