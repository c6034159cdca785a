//! Rejected requests of the failing step, at the task's interface or at the destination's, and which control it was.
//!
//! Three causes share each of the two places: the groups, the ACL, or "rejected, and which of them is not known".

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::elimination::Remaining;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::healthy_peer::{healthy_peer, younger_endpoint};
use crate::diagnose::missing_data::{needs_complete_records, needs_near};
use crate::diagnose::phrases::{
    destination, fix, how_often, interface_culprits, interface_name, listed, missing_data, near_request,
    plain_id, proof,
};
use crate::diagnose::redirected_host::redirected_host;
use crate::diagnose::rejection_point::{Explanation, RejectionPoint, explain};
use crate::finding::{Control, Culprit, Fix, Hop, MissingData};

/// Requests that an interface rejected.
pub(super) struct Rejection<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) failing_step: FailingStep<'c>,
    pub(super) attempts: Vec<&'c Attempt>,
    pub(super) point: RejectionPoint,
    /// The REJECT records.
    pub(super) rejected: Proof,
    /// The same packets leaving the task, where another interface rejected.
    pub(super) left: Option<Proof>,
    pub(super) explanation: Explanation<'c>,
}

impl<'c> Rejection<'c> {
    /// Requests rejected leaving the task; `Err` is why there are none.
    pub(super) fn near(case: &'c Case<'c>) -> Result<Self, Assessment> {
        let failing_step = FailingStep::of_service(case).ok_or(Assessment::NotApplicable)?;
        let attempts = failing_step.attempts_where(|attempt| {
            attempt.outcome == Outcome::RequestRejectedNear && reject_policy(case, attempt).is_none()
        });
        let explanation = explain(RejectionPoint::LeavingTask, &attempts);
        let statement = who_rejected("The task's interface", &explanation);
        match proof(statement, &attempts, |attempt| attempt.near.as_ref()?.request.rejected.as_ref()) {
            Some(rejected) => Ok(Self {
                case,
                failing_step,
                attempts,
                point: RejectionPoint::LeavingTask,
                rejected,
                left: None,
                explanation,
            }),
            None => Err(failing_step.not_near_request()),
        }
    }

    /// Requests rejected entering the destination's own interface; `Err` is why there are none.
    pub(super) fn far(case: &'c Case<'c>) -> Result<Self, Assessment> {
        let failing_step = FailingStep::of_service(case).ok_or(Assessment::NotApplicable)?;
        let attempts = failing_step.attempts_where(|attempt| {
            matches!(attempt.outcome, Outcome::RequestRejectedFar(_))
                && reject_policy(case, attempt).is_none()
                && attempt.ends_at_rejecting_mirror()
        });
        let explanation = explain(RejectionPoint::EnteringDestination, &attempts);
        let statement = who_rejected("The far interface", &explanation);
        let far = |attempt: &'c Attempt| attempt.rejecting_mirror()?.conversation.request.rejected.as_ref();
        match proof(statement, &attempts, far) {
            Some(rejected) => {
                let left = proof("The same packets were accepted leaving the task.", &attempts, near_request);
                Ok(Self {
                    case,
                    failing_step,
                    attempts,
                    point: RejectionPoint::EnteringDestination,
                    rejected,
                    left,
                    explanation,
                })
            }
            None => Err(failing_step
                .no_far_rejection(Outcome::is_far_request, |view| view.request.accepted.is_some())),
        }
    }

    /// Whether the rejecting interface is the task's own.
    pub(super) fn is_near(&self) -> bool {
        self.point == RejectionPoint::LeavingTask
    }

    /// The only control that can have rejected, if documents are missing and all other controls are known to allow.
    pub(super) fn remaining(&self) -> Option<Remaining<'c>> {
        match self.explanation {
            Explanation::Unknown(_) => Remaining::of_rejection(self.case, self.point, &self.attempts),
            Explanation::Denied(..) | Explanation::Allowed(_) => None,
        }
    }

    /// Returns the certainty of the rejection itself: confirmed if no missing record could contradict it.
    pub(super) fn recorded(&self) -> Certainty {
        let seen = self.is_near() || self.left.is_some();
        let may_have_succeeded = self.failing_step.has_reply_of_unknown_size();
        Certainty::confirmed_if(
            seen && self.case.visibility.is_complete() && !self.changed_meanwhile() && !may_have_succeeded,
        )
    }

    /// Whether the same interface let a part of one connection's openings pass: what rejected the others was changed in that
    /// time, and may not be the reason of the failure.
    fn changed_meanwhile(&self) -> bool {
        self.attempts.iter().any(|attempt| {
            let near = attempt.near.as_ref().filter(|_| self.is_near());
            let view = near.or_else(|| attempt.rejecting_mirror().map(|mirror| &mirror.conversation));
            view.is_some_and(|view| view.request.accepted.is_some())
        })
    }

    /// `eni-0a1b (endpoint vpce-0c2d)`, of every interface that rejected.
    pub(super) fn interfaces(&self) -> String {
        if self.is_near() {
            let own = self.case.subject.interface_id.as_ref();
            let name = if self.case.subject.start.is_of_instance() {
                "the container instance's interface"
            } else {
                "its own interface"
            };
            return own.map_or(name.to_owned(), |id| format!("{name} {id}"));
        }
        let far = self.attempts.iter().filter_map(|attempt| attempt.rejecting_mirror());
        listed(far.map(|mirror| interface_name(self.case, &mirror.interface_id)).collect::<BTreeSet<_>>())
    }

    /// The interfaces that rejected, as culprits.
    pub(super) fn rejecting_interfaces(&self) -> Vec<Culprit> {
        let own = self.case.subject.interface_id.iter().filter(|_| self.is_near());
        let far = self.attempts.iter().filter_map(|attempt| Some(&attempt.rejecting_mirror()?.interface_id));
        interface_culprits(own.chain(far))
    }

    /// `Task x could not reach y: … rejected …`.
    pub(super) fn summary(&self, reason: &str) -> String {
        let where_to = destination(&self.attempts);
        let (name, often) = (self.case.subject.name(), how_often(&self.attempts));
        let interfaces = self.interfaces();
        let redirected_host = redirected_host(self.case, &self.attempts);
        if self.is_near() {
            format!(
                "{name} could not reach {where_to}: {interfaces} rejected the packets on the way out{reason} \
                 ({often}).{redirected_host}"
            )
        } else {
            let left = if self.left.is_some() { "left the task and " } else { "" };
            format!(
                "{name} could not reach {where_to}: the packets {left}were rejected entering {interfaces}{reason} \
                 ({often}).{redirected_host}"
            )
        }
    }

    /// The missing records that would raise the certainty.
    pub(super) fn missing(&self) -> impl Iterator<Item = MissingData> {
        let needs_near = (!self.is_near() && self.left.is_none()).then(|| needs_near(self.case));
        let needs_changes = self.changed_meanwhile().then(|| {
            missing_data(
                "the configuration changes in that time: the interface let other packets of the same connections pass",
                "whether the rejections lasted until the task was stopped",
            )
        });
        needs_near.into_iter().chain(needs_changes).chain(needs_complete_records(self.case))
    }

    /// The other recorded facts, and a healthy peer.
    pub(super) fn more_proofs(&self) -> Vec<Proof> {
        let younger = younger_endpoint(self.case, &self.attempts);
        self.left.iter().cloned().chain(younger).chain(healthy_peer(self.case, &self.attempts)).collect()
    }
}

/// The statement of REJECT records. It lists the possible controls only if no document names the control.
fn who_rejected(interface: &str, explanation: &Explanation<'_>) -> String {
    let which = match explanation {
        Explanation::Denied(..) => "",
        Explanation::Allowed(_) | Explanation::Unknown(_) => {
            ": its security groups or its subnet's network ACL"
        }
    };
    format!("{interface} rejected the opening packets{which}.")
}

/// A sentence about a rejection that the saved configuration does not explain.
pub(super) fn allowed_now(hops: &[&Hop]) -> String {
    let allows: Vec<&str> = hops.iter().map(|hop| hop.reason.as_str()).collect();
    format!(
        " The saved configuration allows these packets ({}), so it was changed since, or another layer rejected them.",
        allows.join("; ")
    )
}

/// The fix of such a rejection: the documents show nothing to change.
pub(super) fn restart_fix(rejection: &Rejection<'_>, looks: impl IntoIterator<Item = String>) -> Fix {
    let Rejection { case, explanation, attempts, .. } = rejection;
    let hops: &[&Hop] = if let Explanation::Allowed(hops) = explanation { hops } else { &[] };
    let groups = hops.iter().flat_map(|hop| match &hop.control {
        Control::SecurityGroups { ids, .. } => ids.as_slice(),
        _ => &[],
    });
    let history = groups.filter_map(|id| history(plain_id(id.as_str())?, attempts));
    let again = case
        .subject
        .service_name
        .as_deref()
        .map_or("Start the task again".to_owned(), |service| format!("Start a task of {service} again"));
    fix(
        format!(
            "{again}: the saved configuration allows its packets, so there is nothing to change. If they are rejected \
             again, save the documents again and rerun flowcause. CloudTrail shows the changes and their authors. AWS \
             Config shows the configuration at that time, and its documents can be given with the others."
        ),
        looks.into_iter().chain(history),
    )
}

/// The changes of a resource since the first attempt.
fn history(id: &str, attempts: &[&Attempt]) -> Option<String> {
    let since = attempts.iter().map(|attempt| attempt.first).min()?;
    Some(format!(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue={id} --start-time {since}"
    ))
}

/// The documents that would name the control; where none is named, those of both.
pub(super) fn needs_documents(needs: &BTreeSet<&str>, whose: &str) -> Vec<MissingData> {
    let would_show = "which of the two rejected the packets, and by which rule";
    if needs.is_empty() {
        let both = format!("{whose} security groups and its subnet's network ACL as they were at that time");
        return vec![missing_data(both, would_show)];
    }
    needs.iter().map(|need| missing_data(*need, would_show)).collect()
}
