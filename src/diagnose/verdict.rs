//! One verdict from all assessments: the claim with the highest certainty, ties by the registry's order; without a claim,
//! undetermined.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Case, Origin};
use crate::diagnose::cause::Cause;
use crate::diagnose::causes::CAUSES;
use crate::diagnose::finding::Finding;
use crate::diagnose::missing_data::needs_origin;
use crate::diagnose::other_family;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::refusal;
use crate::finding::{Confidence, Considered, Culprit, Fix, MissingData};
use crate::model::container_instance::StartInterface;
use crate::model::service::Service;

/// Assesses every cause and takes the claim with the highest certainty.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Finding {
    let mut finding = other_family::conclude(case, assess(case));
    finding.denied = refusal::denied(case);
    let Some(source) = &case.groups_from else { return finding };
    if !source.is_own {
        finding = without_certainty(finding, &assess(&case.without_groups()));
    }
    let own = case.sender.group_ids.as_deref().unwrap_or_default();
    let is_own = |culprit: &Culprit| own.iter().any(|id| culprit.id.as_deref() == Some(id.as_str()));
    if finding.culprits.iter().any(is_own) {
        let _ = write!(finding.summary, " The security groups of the task are from {}.", source.name);
    }
    finding
}

/// A finding that rests on assumed security groups is as certain as the one without them, if that has the same cause.
fn without_certainty(mut finding: Finding, firm: &Finding) -> Finding {
    let most = if finding.cause.id == firm.cause.id { firm.confidence } else { Confidence::Likely };
    if finding.confidence < most && finding.confidence != Confidence::Undetermined {
        finding.confidence = most.min(Confidence::Likely);
        finding.missing.push(missing_data(
            "the security groups of the task itself: its interface in AWS Config or CloudTrail, or its deployment in \
             describe-services",
            "that the task had the groups of its siblings",
        ));
    }
    finding
}

/// The finding from all assessments.
fn assess(case: &Case<'_>) -> Finding {
    let assessed: Vec<(&'static Cause, Assessment)> =
        CAUSES.iter().map(|cause| (*cause, downgraded(case, (cause.assess)(case)))).collect();
    let claimed = assessed
        .iter()
        .enumerate()
        .filter_map(|(place, (_, assessment))| match assessment {
            Assessment::Holds(claim) => Some((claim.certainty, place)),
            _ => None,
        })
        .min();
    let chosen = claimed.map_or_else(|| first_inconclusive(&assessed), |(_, place)| place);
    let also_considered = considered(&assessed, chosen);
    let (cause, assessment) = assessed.into_iter().nth(chosen).unwrap_or((last(), Assessment::NotApplicable));
    let mut finding = match assessment {
        Assessment::Holds(claim) => from_claim(cause, *claim, also_considered),
        Assessment::Inconclusive { summary, proofs, missing } => {
            inconclusive(summary, proofs, missing, also_considered)
        }
        Assessment::Beside { .. } | Assessment::RuledOut { .. } | Assessment::NotApplicable => {
            inconclusive("The data is inconclusive.".to_owned(), Vec::new(), Vec::new(), also_considered)
        }
    };
    state_unreadable(case, &mut finding);
    name_once(&mut finding.missing);
    finding.summary.extend(named_host(case));
    finding.summary.extend(start_on_instance(case));
    finding
}

/// Keeps the first of several entries that name the same missing data.
fn name_once(missing: &mut Vec<MissingData>) {
    let mut named = BTreeSet::new();
    missing.retain(|one| named.insert(one.what.clone()));
}

/// Adds the records that could not be read, unless the cause names them already.
fn state_unreadable(case: &Case<'_>, finding: &mut Finding) {
    let Some(unreadable) = case.visibility.unreadable("what else happened at the task's interface") else {
        return;
    };
    if finding.missing.iter().all(|missing| missing.what != unreadable.what) {
        finding.missing.push(unreadable);
    }
}

/// A sentence on the host that the stopped reason names, if nothing names the service of the failing step.
fn named_host(case: &Case<'_>) -> Option<String> {
    let host = case.reason.host.as_ref()?;
    let is_unnamed = case.failing_step().is_some_and(|step| step.service == Service::Unknown);
    is_unnamed.then(|| format!(" The stopped reason names the host {host}."))
}

/// A sentence on the interface from which a start on an instance sends.
fn start_on_instance(case: &Case<'_>) -> Option<String> {
    let StartInterface::OfInstance { instance_id, is_stated } = &case.subject.start else { return None };
    let interface = case.subject.interface_id.as_ref()?;
    let verb = if *is_stated { "starts" } else { "is assumed to start" };
    Some(format!(
        " The agent {verb} tasks over the primary interface of the instance {instance_id}, {interface}."
    ))
}

/// Lowers a claim about a step that may belong to a container to likely, because that step may not be the reason why the
/// task stopped.
///
/// A claim about a start over an interface that AWS does not state is likely too.
fn downgraded(case: &Case<'_>, assessment: Assessment) -> Assessment {
    match assessment {
        Assessment::Holds(mut claim)
            if matches!(case.subject.start, StartInterface::OfInstance { is_stated: false, .. }) =>
        {
            claim.certainty = Certainty::Likely;
            claim.missing.push(missing_data(
                "a source for the interface over which Managed Instances start tasks: AWS does not state it, and the \
                 primary interface of the instance is assumed",
                "that the start sent these packets",
            ));
            Assessment::Holds(claim)
        }
        Assessment::Holds(mut claim)
            if case.failing_step().is_some_and(|failing_step| failing_step.origin == Origin::Either) =>
        {
            claim.certainty = Certainty::Likely;
            claim.missing.push(needs_origin(case));
            Assessment::Holds(claim)
        }
        Assessment::Holds(mut claim) if lacks_reason(case) => {
            claim.certainty = Certainty::Likely;
            claim.missing.push(missing_data(
                "the stopped reason of the task, which its document lacks",
                "that this failure stopped the task",
            ));
            Assessment::Holds(claim)
        }
        Assessment::Holds(mut claim)
            if case.failing_step().is_some_and(|failing_step| failing_step.may_be_passed) =>
        {
            claim.certainty = Certainty::Likely;
            claim.missing.push(missing_data(
                "describe-vpc-endpoints, or Route 53 Resolver query logs: the service behind an address that the task \
                 reached after this failure",
                "whether a later step of the start got through, so that this failure did not stop it",
            ));
            Assessment::Holds(claim)
        }
        other => other,
    }
}

/// Whether a document of the stopped task lacks its stopped reason, which ECS always writes: another failure may be in it.
pub(super) fn lacks_reason(case: &Case<'_>) -> bool {
    let task = case.subject.task_arn.as_ref().and_then(|arn| case.facts.inventory.tasks.get(arn));
    case.subject.stopped_reason.is_none()
        && task.is_some_and(|task| task.stop_code.is_some() || task.stopped_at.is_some())
}

/// The index of the first inconclusive cause: the last cause always has an assessment.
fn first_inconclusive(assessed: &[(&'static Cause, Assessment)]) -> usize {
    let is_inconclusive = |assessment: &Assessment| matches!(assessment, Assessment::Inconclusive { .. });
    assessed.iter().position(|(_, assessment)| is_inconclusive(assessment)).unwrap_or(assessed.len() - 1)
}

/// `undetermined`, which is the last of the registry; a test ensures it.
fn last() -> &'static Cause {
    CAUSES[CAUSES.len() - 1]
}

fn considered(assessed: &[(&'static Cause, Assessment)], chosen: usize) -> Vec<Considered> {
    let others =
        assessed.iter().enumerate().filter(|(place, (cause, _))| *place != chosen && cause.id != last().id);
    let entry = |(_, (cause, assessment)): (usize, &(&'static Cause, Assessment))| {
        let (confidence, reason) = match assessment {
            Assessment::Holds(claim) => (claim.certainty.confidence(), claim.summary.clone()),
            Assessment::Inconclusive { summary, .. } => (Confidence::Undetermined, summary.clone()),
            Assessment::Beside { reason } => (Confidence::Likely, reason.clone()),
            Assessment::RuledOut { reason } => (Confidence::RuledOut, reason.clone()),
            Assessment::NotApplicable => return None,
        };
        Some(Considered { cause: cause.id, confidence, reason })
    };
    others.filter_map(entry).collect()
}

fn from_claim(cause: &'static Cause, claim: Claim, also_considered: Vec<Considered>) -> Finding {
    Finding {
        cause,
        confidence: claim.certainty.confidence(),
        service: claim.service,
        culprits: claim.culprits,
        summary: claim.summary,
        proofs: std::iter::once(claim.proof).chain(claim.more_proofs).collect(),
        also_considered,
        denied: Vec::new(),
        changes: None,
        missing: claim.missing,
        fix: claim.fix,
    }
}

fn inconclusive(
    summary: String,
    proofs: Vec<Proof>,
    missing: Vec<MissingData>,
    also_considered: Vec<Considered>,
) -> Finding {
    Finding {
        cause: last(),
        confidence: Confidence::Undetermined,
        service: None,
        culprits: Vec::new(),
        summary,
        proofs,
        also_considered,
        denied: Vec::new(),
        changes: None,
        missing,
        fix: Fix {
            text: "Get the missing data and run flowcause again.".to_owned(),
            commands: Vec::new(),
            verified: false,
        },
    }
}
