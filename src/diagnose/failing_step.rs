//! The step that stopped a task, with the questions that causes have about it.

use std::collections::BTreeSet;

use crate::converse::Conversation;
use crate::diagnose::assessment::{Assessment, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome, ServiceStep};
use crate::diagnose::missing_data::needs_near;
use crate::diagnose::phrases::{any_row, destination, how_often, missing_data, near_request, proof};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::MissingData;
use crate::ingest::record::Direction;
use crate::model::field::Field;
use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;
use crate::path::is_private;

/// The failing step and its attempts.
pub(super) struct FailingStep<'c> {
    pub(super) step: &'c ServiceStep,
    attempts: Vec<&'c Attempt>,
    case: &'c Case<'c>,
}

impl<'c> FailingStep<'c> {
    /// Returns the failing step of a case, for any service.
    pub(super) fn of(case: &'c Case<'_>) -> Option<Self> {
        let step = case.failing_step()?;
        Some(Self { step, attempts: case.attempts_of(step).collect(), case })
    }

    /// Returns the failing step if it belongs to a service.
    pub(super) fn of_service(case: &'c Case<'_>) -> Option<Self> {
        Self::of(case).filter(|failing_step| failing_step.step.service != Service::Dns)
    }

    /// Returns the failing step if it is name resolution.
    pub(super) fn of_resolution(case: &'c Case<'_>) -> Option<Self> {
        Self::of(case).filter(|failing_step| failing_step.step.service == Service::Dns)
    }

    /// Returns why resolution did not stop the task, if the records show it.
    ///
    /// An attempt shows that the name of its own service was resolved, and no other name. Therefore it must be of the failing
    /// step, or of the service that the stopped reason names.
    pub(super) fn no_resolution_failure(case: &'c Case<'_>) -> Assessment {
        let names_lookup =
            case.reason.result == CallResult::NameNotResolved || case.reason.resolver.is_some();
        let named = case.reason.service.as_ref().filter(|_| !names_lookup);
        let is_own = |attempt: &&Attempt| named.is_none_or(|service| attempt.service == *service);
        let tried: Vec<&Attempt> = match Self::of(case) {
            _ if names_lookup => Vec::new(),
            Some(step) if step.step.service == Service::Dns => Vec::new(),
            Some(step) => step.attempts,
            None if has_tried_all(case) => case.attempts.iter().collect(),
            None => Vec::new(),
        };
        let is_dialled = |attempt: &&Attempt| case.reason.address == Some(attempt.destination);
        match tried
            .into_iter()
            .filter(|attempt| attempt.shows_request())
            .find(|one| is_own(one) || is_dialled(one))
        {
            Some(attempt) => Assessment::RuledOut {
                reason: format!("The task tried {}, so its name was resolved.", attempt.destination),
            },
            None => Assessment::NotApplicable,
        }
    }

    /// All attempts of the step.
    pub(super) fn all(&self) -> Vec<&'c Attempt> {
        self.attempts.clone()
    }

    /// The attempts of the step for which the condition holds.
    pub(super) fn attempts_where(&self, wanted: impl Fn(&Attempt) -> bool) -> Vec<&'c Attempt> {
        self.attempts.iter().copied().filter(|attempt| wanted(attempt)).collect()
    }

    /// Whether all these destinations are in the task's own subnet, where no network ACL acts.
    pub(super) fn is_in_subnet_of_task(&self, attempts: &[&Attempt]) -> bool {
        let Some(own) = &self.case.subject.subnet_id else { return false };
        !attempts.is_empty()
            && attempts.iter().all(|attempt| {
                let far = attempt
                    .rejecting_mirror()
                    .and_then(|mirror| self.case.facts.subnet_of(&mirror.interface_id));
                far.or_else(|| self.subnet_of_destination(attempt)).as_ref() == Some(own)
            })
    }

    /// The subnet of the interface that has the destination's address, else of the blocks that hold it.
    fn subnet_of_destination(&self, attempt: &Attempt) -> Option<SubnetId> {
        let inventory = self.case.facts.inventory;
        let (address, vpc) = (attempt.destination.ip(), self.case.subject.vpc_id.as_ref());
        let of_interface =
            inventory.interface_at(address, vpc).and_then(|interface| interface.subnet_id.clone());
        of_interface.or_else(|| inventory.subnet_of_address(address, vpc).map(|subnet| subnet.id.clone()))
    }

    /// Whether every attempt was recorded at the task's own interface, and no reply to it can have been missed there.
    pub(super) fn sees_replies(&self) -> bool {
        self.case.visibility.is_complete() && self.attempts.iter().all(|attempt| attempt.near.is_some())
    }

    /// Whether a reply passed whose size is not recorded: it may be the useful data of an attempt that succeeded.
    pub(super) fn has_reply_of_unknown_size(&self) -> bool {
        let is_unclear = |attempt: &&&Attempt| attempt.outcome == Outcome::Unclear;
        let mut views = self.attempts.iter().filter(is_unclear).flat_map(|attempt| attempt.views());
        views.any(|view| view.reply.accepted.is_some_and(|sums| sums.sizes().is_none()))
    }

    /// Whether, in addition, the flags of every recorded packet are known.
    pub(super) fn sees_reply_flags(&self) -> bool {
        self.sees_replies() && self.attempts.iter().flat_map(|attempt| attempt.views()).all(has_flags)
    }

    /// Why the task's own interface did not reject the requests.
    pub(super) fn not_near_request(&self) -> Assessment {
        let passed = self.attempts_where(|attempt| near_request(attempt).is_some());
        if passed.is_empty() {
            Assessment::NotApplicable
        } else {
            let reason = format!("The task's interface accepted its packets to {}.", destination(&passed));
            Assessment::RuledOut { reason }
        }
    }

    /// Why another interface did not reject: ruled out only if its records show that the packets passed, or that they never
    /// arrived there, or that a reply came back. `passed` checks for accepted packets of this kind.
    pub(super) fn no_far_rejection(
        &self,
        is_this_kind: impl Fn(Outcome) -> bool,
        passed: impl Fn(&Conversation) -> bool,
    ) -> Assessment {
        let passed_far =
            |attempt: &&Attempt| attempt.mirrors.iter().any(|mirror| passed(&mirror.conversation));
        let is_near_rejection = |attempt: &&Attempt| attempt.outcome == Outcome::RequestRejectedNear;
        if self.attempts.iter().any(|attempt| is_this_kind(attempt.outcome)) {
            Assessment::NotApplicable
        } else if self.attempts.iter().all(is_near_rejection) {
            Assessment::RuledOut { reason: "The packets were rejected before they left the task.".to_owned() }
        } else if self.attempts.iter().all(|attempt| {
            matches!(attempt.outcome, Outcome::ReplyRejectedNear | Outcome::Reset | Outcome::Stalled)
        }) {
            Assessment::RuledOut { reason: "A reply came back as far as the task's interface.".to_owned() }
        } else if self.attempts.iter().all(passed_far) {
            Assessment::RuledOut {
                reason: "The far interface's own records show that it let them pass.".to_owned(),
            }
        } else {
            Assessment::NotApplicable
        }
    }

    /// Attempts that only other interfaces recorded prove nothing about what came back to the task.
    pub(super) fn not_seen_leaving(&self, attempts: &[&Attempt]) -> Assessment {
        Assessment::Inconclusive {
            summary: format!(
                "Packets of {} to {} are recorded at another interface only ({}).",
                self.case.subject.name_within(),
                destination(attempts),
                how_often(attempts)
            ),
            proofs: proof("Recorded at another interface.", attempts, any_row).into_iter().collect(),
            missing: vec![needs_near(self.case)],
        }
    }

    /// Interfaces that rejected and that are not the destination's own, each once.
    fn rejecting_on_the_way(&self) -> impl Iterator<Item = &InterfaceId> {
        let passing = self.attempts.iter().filter(|attempt| !attempt.ends_at_rejecting_mirror());
        let interfaces = passing.filter_map(|attempt| Some(&attempt.rejecting_mirror()?.interface_id));
        interfaces.collect::<BTreeSet<_>>().into_iter()
    }

    /// Returns the data that would decide the case, if no cause names missing data.
    pub(super) fn needed_data(&self, case: &Case<'_>) -> Vec<MissingData> {
        let mut missing = Vec::new();
        if self.attempts.iter().flat_map(|attempt| attempt.views()).any(|view| !has_flags(view)) {
            missing.push(missing_data(
                "the field tcp-flags in the log format",
                "whether connections were opened, refused, reset or left without data",
            ));
        }
        if self.has_reply_of_unknown_size() {
            missing.push(missing_data(
                "the fields packets and bytes in the log format",
                "whether useful data came back",
            ));
        }
        if self.attempts.iter().any(|attempt| attempt.near.is_none()) {
            missing.push(needs_near(case));
        }
        missing.extend(self.rejecting_on_the_way().map(|interface| {
            missing_data(
                format!("the security groups and the network ACL of {interface} as they were at that time"),
                "which rule rejected the packets on their way",
            )
        }));
        let unanswered =
            self.attempts_where(|attempt| matches!(attempt.outcome, Outcome::Unanswered | Outcome::Stalled));
        if !unanswered.is_empty() {
            missing.extend(case.visibility.needed_for_proof(&unanswered));
        }
        if missing.is_empty() && self.attempts.iter().any(|attempt| attempt.outcome == Outcome::Unclear) {
            missing.push(missing_data(
                "the records before and after these, of the same connections",
                "how they began and how they ended",
            ));
        }
        if missing.is_empty() {
            missing.push(missing_data(
                "the flow logs of the interfaces on the way (endpoint, NAT gateway, appliance) in that time",
                "where the packets stopped",
            ));
        }
        missing
    }
}

/// Whether no name of the start can have stayed unresolved: a service answered, or each needed one was tried.
fn has_tried_all(case: &Case<'_>) -> bool {
    let is_tried = |service: &Service| case.attempts.iter().any(|attempt| attempt.service == *service);
    case.reason.result == CallResult::Answered || case.needs.services.iter().all(is_tried)
}

/// Whether the flags of all its packets are recorded.
fn has_flags(view: &Conversation) -> bool {
    let halves = [view.request, view.reply];
    let mut sums = halves.iter().flat_map(|half| [half.accepted, half.rejected]).flatten();
    sums.all(|sums| sums.tcp_flags.is_some())
}

/// `BPA` or `EC` where a VPC-wide policy rejected, and neither a security group nor a network ACL.
pub(super) fn reject_policy<'c>(case: &Case<'c>, attempt: &Attempt) -> Option<&'c str> {
    let reason = attempt.views().find_map(|view| case.facts.described(view, Field::RejectReason))?;
    matches!(reason, "BPA" | "EC").then_some(reason)
}

/// Two interfaces of one subnet have no network ACL between them: the records and the rules of AWS do not agree.
pub(super) fn same_subnet_contradiction(proof: Proof) -> Assessment {
    Assessment::Inconclusive {
        summary: "A reply was rejected between two interfaces of one subnet, where no network ACL acts and security \
                  groups let replies through."
            .to_owned(),
        proofs: vec![proof],
        missing: vec![missing_data(
            "the subnets of both interfaces as they were at that time, and the records before",
            "whether the request itself was accepted, or the connection was closed before",
        )],
    }
}

impl Outcome {
    /// The request was rejected at another interface.
    pub(super) fn is_far_request(self) -> bool {
        matches!(self, Self::RequestRejectedFar(_))
    }

    /// The reply was rejected at another interface.
    pub(super) fn is_far_reply(self) -> bool {
        matches!(self, Self::ReplyRejectedFar(_))
    }
}

impl Attempt {
    /// Whether the interface that rejected is the destination's own, and not one before it on the path.
    pub(super) fn ends_at_rejecting_mirror(&self) -> bool {
        self.rejecting_mirror().is_some_and(|mirror| {
            // An interface of which documents show neither an address nor its owner does not have a public address of a service.
            let is_unknown = matches!(mirror.role, InterfaceRole::Unknown | InterfaceRole::Other);
            let may_have_address =
                mirror.has_address.unwrap_or(!is_unknown || is_private(self.destination.ip()));
            // Packets that leave an interface towards the destination are not at the end of their path.
            may_have_address
                && mirror.conversation.far.is_none()
                && mirror.conversation.request_direction != Some(Direction::Egress)
                && (!mirror.role.forwards() || self.is_its_own(mirror))
        })
    }
}
