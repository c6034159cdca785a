//! The evidence about a task that findings are compared with: attempts of the records, hops of the configuration, the verdict.

use crate::attribution::obstacle::Obstacle;
use crate::converse::Conversation;
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::finding::Finding;
use crate::finding::{CauseId, CheckedService, Confidence, Culprit, Hop, RunbookAssessment};
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;

use super::names::NamedThings;

/// An assessment with its reason, and the data that would decide where it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assessed {
    pub(super) assessment: RunbookAssessment,
    pub(super) reason: String,
    pub(super) would_decide: Option<String>,
}

impl Assessed {
    pub(super) fn borne_out(reason: impl Into<String>) -> Self {
        Self { assessment: RunbookAssessment::BorneOut, reason: reason.into(), would_decide: None }
    }

    pub(super) fn refuted(reason: impl Into<String>) -> Self {
        Self { assessment: RunbookAssessment::Refuted, reason: reason.into(), would_decide: None }
    }

    pub(super) fn open(reason: impl Into<String>, would_decide: impl Into<String>) -> Self {
        Self {
            assessment: RunbookAssessment::NotDecidable,
            reason: reason.into(),
            would_decide: Some(would_decide.into()),
        }
    }
}

/// The known facts about one task.
#[derive(Clone, Copy)]
pub(super) struct TaskEvidence<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) finding: &'c Finding,
    /// The services of the start, as the saved configuration leads to them.
    pub(super) checked: &'c [CheckedService],
}

/// How the attempts to reach a service ended.
pub(super) enum Reach<'c> {
    /// The service answered, and no attempt failed.
    Reached(&'c Attempt),
    /// All attempts failed that have a known result.
    Failed(&'c Attempt, usize),
    /// Some attempts succeeded and some failed.
    Mixed,
    /// Attempts without a known result.
    Unclear,
    /// No attempt is recorded.
    NotTried,
}

impl<'c> TaskEvidence<'c> {
    /// The attempts that a finding is about: to its services and addresses; all attempts but name resolution if it names none.
    pub(super) fn attempts(&self, names: &NamedThings) -> Vec<&'c Attempt> {
        let is_any = names.services.is_empty() && names.addresses.is_empty() && names.hosts.is_empty();
        let is_meant = |attempt: &&Attempt| {
            is_any && attempt.service != Service::Dns
                || names.services.contains(&attempt.service)
                || names.addresses.contains(&attempt.destination.ip())
        };
        self.case.attempts.iter().filter(is_meant).collect()
    }

    /// The hops to the services of a finding in the saved configuration; to all services of the start if it names none.
    pub(super) fn hops(&self, names: &NamedThings) -> Vec<&'c Hop> {
        let is_meant = |service: &Service| {
            *service != Service::Dns && (names.services.is_empty() || names.services.contains(service))
        };
        let of_attempts = self.attempts(names).into_iter().flat_map(|attempt| &attempt.configured.hops);
        let checked = self.checked.iter().filter(|one| is_meant(&one.service));
        of_attempts.chain(checked.flat_map(|one| &one.paths).flat_map(|path| &path.hops)).collect()
    }

    /// How the task's attempts ended.
    pub(super) fn reach(&self, names: &NamedThings) -> Reach<'c> {
        let attempts = self.attempts(names);
        let completed: Vec<_> = attempts.iter().filter(|one| one.outcome == Outcome::Completed).collect();
        let failed: Vec<_> = attempts.iter().filter(|one| one.outcome.failed()).collect();
        match (completed.first(), failed.first()) {
            (Some(first), None) => Reach::Reached(first),
            (None, Some(first)) => Reach::Failed(first, failed.len()),
            (Some(_), Some(_)) => Reach::Mixed,
            (None, None) if attempts.is_empty() => Reach::NotTried,
            (None, None) => Reach::Unclear,
        }
    }

    /// Whether the verdict is one of these causes and not only a possibility.
    pub(super) fn is_verdict(&self, causes: &[CauseId]) -> bool {
        matches!(self.finding.confidence, Confidence::Confirmed | Confidence::Likely)
            && causes.contains(&self.finding.cause.id)
    }

    /// The service that the verdict is about.
    pub(super) fn service_of_verdict(&self) -> Option<&Service> {
        let of_step =
            self.case.failing_step().map(|step| &step.service).filter(|one| **one != Service::Unknown);
        of_step.or(self.finding.service.as_ref())
    }

    /// Whether the verdict is about one of the services of a finding; also if one of the two names none.
    pub(super) fn is_about(&self, names: &NamedThings) -> bool {
        names.services.is_empty()
            || self.service_of_verdict().is_none_or(|service| names.services.contains(service))
    }

    /// The culprit of the verdict that a finding names, if the verdict is one of these causes.
    pub(super) fn culprit(&self, causes: &[CauseId], ids: &[&str]) -> Option<&'c Culprit> {
        let is_named = |culprit: &&Culprit| {
            culprit.id.as_deref().is_some_and(|id| ids.iter().any(|named| is_same(id, named)))
        };
        self.finding.culprits.iter().find(is_named).filter(|_| self.is_verdict(causes))
    }

    /// `endpoint-sg-blocks-ingress (confirmed)`.
    pub(super) fn verdict(&self) -> String {
        format!("{} ({})", self.finding.cause.id.name(), self.finding.confidence.name())
    }

    /// Whether the records show a rejection or a failure that the saved configuration does not explain: then it was changed,
    /// and what it allows now proves nothing about the time of the failure.
    pub(super) fn is_changed(&self) -> bool {
        let unexplained =
            [CauseId::TaskEgressRejected, CauseId::EndpointIngressRejected, CauseId::PathUnanswered];
        !self.case.refuted.is_empty()
            || unexplained.contains(&self.finding.cause.id)
            || self.case.attempts.iter().any(is_unexplained)
    }
}

/// Whether the records show that an attempt was rejected and every control of its configured path is open.
fn is_unexplained(attempt: &Attempt) -> bool {
    let path = &attempt.configured;
    attempt.outcome.is_rejection() && !path.hops.is_empty() && path.is_open()
}

/// Whether two names of a thing are the same: an ARN, or its name.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let last = |text: &str| text.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    let is_arn = |text: &str| text.starts_with("arn:");
    match (is_arn(one), is_arn(other)) {
        (true, false) => {
            one.ends_with(other)
                && (last(one) == last(other)
                    || one.ends_with(&format!("/{other}"))
                    || one.ends_with(&format!(":{other}")))
        }
        (false, true) => is_same(other, one),
        _ => one == other,
    }
}

/// Whether the records show that an attempt passed an obstacle; none if they show neither.
pub(super) fn passed(attempt: &Attempt, obstacle: Obstacle) -> Option<bool> {
    if attempt.outcome == Outcome::Completed {
        return Some(true);
    }
    let near = attempt.near.as_ref();
    let far = || {
        attempt.mirrors.iter().filter(|mirror| !is_forwarder(mirror.role)).map(|mirror| &mirror.conversation)
    };
    match obstacle {
        Obstacle::TaskGroups | Obstacle::TaskAclOut => {
            let is_rejected = attempt.outcome == Outcome::RequestRejectedNear;
            let is_out =
                near.is_some_and(|one| one.request.accepted.is_some() && one.request.rejected.is_none());
            shown(is_rejected, is_out || far().any(Conversation::shows_request))
        }
        Obstacle::TaskAclIn => {
            let is_in = near.is_some_and(|one| one.reply.accepted.is_some() && one.reply.rejected.is_none());
            shown(attempt.outcome == Outcome::ReplyRejectedNear, is_in)
        }
        Obstacle::FarGroups | Obstacle::FarAclIn => {
            let is_rejected = matches!(attempt.outcome, Outcome::RequestRejectedFar(_));
            let is_in = far().any(|one| one.request.accepted.is_some() && one.request.rejected.is_none());
            shown(is_rejected, is_in || near.is_some_and(|one| one.reply.accepted.is_some()))
        }
        Obstacle::FarAclOut => {
            let is_rejected = matches!(attempt.outcome, Outcome::ReplyRejectedFar(_));
            shown(is_rejected, near.is_some_and(|one| one.reply.accepted.is_some()))
        }
        _ => None,
    }
}

fn is_forwarder(role: InterfaceRole) -> bool {
    matches!(role, InterfaceRole::NatGateway | InterfaceRole::Appliance | InterfaceRole::TransitGateway)
}

fn shown(is_rejected: bool, is_passed: bool) -> Option<bool> {
    (is_rejected || is_passed).then_some(!is_rejected)
}
