//! The step that stopped a task, as the causes ask about it.

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome, ServiceStep, Traffic};
use crate::diagnose::words::{destination, how_often, lack};
use crate::model::field::Field;
use crate::model::service::Service;
use crate::report::MissingData;

/// The leading step and its attempts.
pub(super) struct Lead<'c> {
    pub(super) step: &'c ServiceStep,
    attempts: Vec<&'c Attempt>,
    case: &'c Case<'c>,
}

impl<'c> Lead<'c> {
    /// The first unfinished step, whatever it is.
    pub(super) fn of(case: &'c Case<'_>) -> Option<Self> {
        let step = case.lead()?;
        Some(Self { step, attempts: case.attempts_of(step).collect(), case })
    }

    /// The first unfinished step if it is a service's.
    pub(super) fn of_service(case: &'c Case<'_>) -> Option<Self> {
        Self::of(case).filter(|lead| lead.step.service != Service::Dns)
    }

    /// The first unfinished step if it is the resolution of names.
    pub(super) fn of_resolution(case: &'c Case<'_>) -> Option<Self> {
        Self::of(case).filter(|lead| lead.step.service == Service::Dns)
    }

    /// Why resolution is not what stopped the task, where that can be said.
    pub(super) fn no_resolution_failure(case: &Case<'_>) -> Assessment {
        let mut services = case.attempts.iter().filter(|attempt| attempt.service != Service::Dns);
        match services.next() {
            Some(attempt) => Assessment::RuledOut {
                because: format!("The task tried {}: names were resolved.", attempt.destination),
            },
            None => Assessment::NotConcerned,
        }
    }

    /// All attempts of the step.
    pub(super) fn all(&self) -> Vec<&'c Attempt> {
        self.attempts.clone()
    }

    /// The attempts of the step for which the condition holds.
    pub(super) fn failing(&self, wanted: impl Fn(&Attempt) -> bool) -> Vec<&'c Attempt> {
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
                let by_address = || {
                    let inventory = self.case.facts.inventory;
                    let vpc = self.case.subject.vpc_id.as_ref();
                    inventory.subnet_of_address(attempt.destination.ip(), vpc).map(|subnet| subnet.id.clone())
                };
                far.or_else(by_address).as_ref() == Some(own)
            })
    }

    /// Why the task's own interface did not reject the requests.
    pub(super) fn not_near_request(&self) -> Assessment {
        let passed = self.attempts.iter().any(|attempt| super::words::near_request(attempt).is_some());
        if passed {
            Assessment::RuledOut {
                because: format!(
                    "The task's interface accepted its packets to {}.",
                    destination(&self.attempts)
                ),
            }
        } else {
            Assessment::NotConcerned
        }
    }

    /// Why another interface did not reject: ruled out only if it was watched, or something else was rejected first.
    pub(super) fn no_far_rejection(&self, is_this_kind: impl Fn(Outcome) -> bool) -> Assessment {
        let mirrored = self.attempts.iter().any(|attempt| !attempt.mirrors.is_empty());
        if self.attempts.iter().any(|attempt| is_this_kind(attempt.outcome)) {
            Assessment::NotConcerned
        } else if self.attempts.iter().any(|attempt| attempt.outcome == Outcome::RequestRejectedNear) {
            Assessment::RuledOut {
                because: "The packets were rejected before they left the task.".to_owned(),
            }
        } else if self.attempts.iter().all(|attempt| {
            matches!(attempt.outcome, Outcome::ReplyRejectedNear | Outcome::Reset | Outcome::Stalled)
        }) {
            Assessment::RuledOut { because: "A reply came back as far as the task's interface.".to_owned() }
        } else if mirrored {
            Assessment::RuledOut {
                because: "The far interface's own records show no such REJECT.".to_owned(),
            }
        } else {
            Assessment::NotConcerned
        }
    }

    /// Attempts that only other interfaces recorded prove nothing about what came back to the task.
    pub(super) fn not_seen_leaving(&self, attempts: &[&Attempt]) -> Assessment {
        Assessment::CannotTell {
            summary: format!(
                "Packets of {} to {} are recorded at another interface only ({}).",
                self.case.subject.name().replacen("Task ", "task ", 1),
                destination(attempts),
                how_often(attempts)
            ),
            proofs: super::words::proof("Recorded at another interface.", attempts, super::words::any_row)
                .into_iter()
                .collect(),
            missing: vec![needs_near(self.case)],
        }
    }

    /// What would tell, where no cause has a question of its own.
    pub(super) fn what_would_tell(&self, case: &Case<'_>) -> Vec<MissingData> {
        let lacks_flags = self.attempts.iter().flat_map(|attempt| attempt.views()).any(|view| {
            [view.request, view.reply]
                .iter()
                .flat_map(|half| [half.accepted, half.rejected])
                .flatten()
                .any(|sums| sums.tcp_flags.is_none())
        });
        let mut missing = Vec::new();
        if lacks_flags {
            missing.push(lack(
                "the field tcp-flags in the log format",
                "whether connections were opened, refused, reset or left without data",
            ));
        }
        missing.extend(case.watch.against_absence(&self.attempts));
        if missing.is_empty() {
            missing.push(lack(
                "the flow logs of the interfaces on the way (endpoint, NAT gateway, appliance) in that time",
                "where the packets stopped",
            ));
        }
        missing
    }
}

/// `BPA` or `EC` where a VPC-wide policy rejected, and neither a security group nor a network ACL.
pub(super) fn reject_policy<'c>(case: &Case<'c>, attempt: &Attempt) -> Option<&'c str> {
    let reason = attempt.views().find_map(|view| case.facts.described(view, Field::RejectReason))?;
    matches!(reason, "BPA" | "EC").then_some(reason)
}

/// What the task's own side would add.
pub(super) fn needs_near(case: &Case<'_>) -> MissingData {
    let name =
        case.subject.interface_id.as_ref().map_or("the task's interface".to_owned(), ToString::to_string);
    lack(format!("the flow log of {name} in that time"), "what left the task, and what came back to it")
}

/// What a log that leaves traffic out would add to a rejection.
pub(super) fn needs_everything(case: &Case<'_>) -> Option<MissingData> {
    match case.watch.traffic {
        traffic if traffic.is_all() => None,
        Traffic::Unknown => None,
        traffic => Some(lack(
            format!("a flow log with TrafficType ALL; this one records {} traffic only", traffic.name()),
            "whether the task got through another way",
        )),
    }
}

/// Two interfaces of one subnet have no network ACL between them: the records and the rules of AWS do not agree.
pub(super) fn same_subnet_contradiction(proof: Proof) -> Assessment {
    Assessment::CannotTell {
        summary: "A reply was rejected between two interfaces of one subnet, where no network ACL acts and security groups let \
                  replies through."
            .to_owned(),
        proofs: vec![proof],
        missing: vec![lack(
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

/// Roles of interfaces that pass packets on and own no destination.
const PASSING_ON: [&str; 3] = ["nat-gateway", "transit-gateway", "gateway-load-balancer-endpoint"];

impl Attempt {
    /// Whether the interface that rejected is the destination's own, and not one on the way to it.
    pub(super) fn ends_at_rejecting_mirror(&self) -> bool {
        self.rejecting_mirror().is_some_and(|mirror| {
            let passes_on: BTreeSet<&str> = PASSING_ON.into();
            mirror.conversation.far.is_none() && !passes_on.contains(mirror.role.as_str())
        })
    }
}
