//! The findings of the runbook AWSSupport-TroubleshootECSTaskFailedToStart about a task, compared with the records and documents.
//!
//! Input: a case, its finding, the checked services of its start, and the saved executions of the runbook. Output: a
//! [`RunbookReview`] in which each finding of the runbook is borne out, refuted or not decidable. The runbook reports every
//! check that failed, so one fault gives many findings; it sees the configuration when it runs, not the packets of the task.
//!
//! Modules, from the lowest: `text` (the analysis to findings), `names` (the things that a text names), `claim` (what a text
//! states), `evidence`; `controls`, `reach`, `access` and `resources` assess the kinds of claims.

mod access;
mod claim;
mod controls;
mod evidence;
mod names;
mod reach;
mod resources;
mod text;

use crate::diagnose::case::{Case, Subject};
use crate::diagnose::finding::Finding;
use crate::finding::{CheckedService, RunbookFinding, RunbookReview};
use crate::inventory::Inventory;
use crate::model::arn::Arn;
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::runbook::{AutomationExecution, START_RUNBOOK};

use claim::{ClaimKind, RunbookClaim};
use evidence::{Assessed, TaskEvidence};
use text::{Analysis, ReportedFinding};

/// The executions about a task, the one that counts first: the latest that has findings.
#[must_use]
pub fn executions_of<'a>(inventory: &'a Inventory, subject: &Subject) -> Vec<&'a AutomationExecution> {
    let Some(task_id) = &subject.task_id else { return Vec::new() };
    let cluster = subject.task_arn.as_deref().and_then(cluster_of);
    let all = inventory.automation_executions.values();
    let mut own: Vec<&AutomationExecution> =
        all.filter(|one| one.is_about(task_id.as_str(), cluster)).collect();
    own.sort_by_key(|one| std::cmp::Reverse((one.analysis.is_some(), one.started_at, one.id.as_str())));
    own
}

/// The cluster in the ARN of a task; ARNs of the old form have none.
fn cluster_of(task_arn: &str) -> Option<&str> {
    let resource = Arn::parse(task_arn)?.resource;
    let mut parts = resource.strip_prefix("task/")?.split('/');
    let cluster = parts.next()?;
    parts.next().map(|_| cluster)
}

/// Compares the findings of the runbook with everything that is known about the task; none if no execution is about it.
#[must_use]
pub fn review(case: &Case<'_>, finding: &Finding, checked: &[CheckedService]) -> Option<RunbookReview> {
    let executions = executions_of(case.facts.inventory, &case.subject);
    let (execution, others) = executions.split_first()?;
    let analysis = Analysis::of(execution.analysis.as_deref().unwrap_or_default());
    let evidence = TaskEvidence { case, finding, checked };
    Some(RunbookReview {
        execution_id: execution.id.clone(),
        executed_at: execution.started_at,
        note: note(execution, &analysis, others.len()),
        findings: analysis.findings.into_iter().map(|one| assessed(&evidence, one)).collect(),
    })
}

fn note(execution: &AutomationExecution, analysis: &Analysis, n_others: usize) -> Option<String> {
    let mut notes: Vec<String> = Vec::new();
    if execution.is_cut || analysis.is_cut {
        notes.push("The saved execution is cut, so findings may be missing.".to_owned());
    } else if analysis.is_skipped {
        notes.push(
            "The runbook did not analyse the task, for example because it lacked permissions.".to_owned(),
        );
    } else if execution.analysis.is_none() {
        notes.push("The saved execution has no analysis, so it had not finished or it failed.".to_owned());
    }
    if n_others > 0 {
        let executions =
            if n_others == 1 { "1 other execution" } else { &format!("{n_others} other executions") };
        notes.push(format!("The documents have {executions} for this task."));
    }
    (!notes.is_empty()).then(|| notes.join(" "))
}

fn assessed(evidence: &TaskEvidence<'_>, reported: ReportedFinding) -> RunbookFinding {
    let claim = RunbookClaim::of(&reported.text);
    let Assessed { assessment, reason, would_decide } = assess(evidence, &claim);
    RunbookFinding {
        text: reported.text,
        section: reported.section,
        kind: claim.kind.name(),
        subjects: claim.names.subjects(),
        assessment,
        reason,
        would_decide,
    }
}

fn assess(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    match claim.kind {
        ClaimKind::ConnectionFailed => reach::connection(evidence, claim),
        ClaimKind::NameNotResolved => reach::name(evidence, claim),
        ClaimKind::GroupEgress | ClaimKind::GroupIngress | ClaimKind::Group | ClaimKind::NetworkAcl => {
            controls::filters(evidence, claim)
        }
        ClaimKind::RouteMissing => controls::route(evidence, claim),
        ClaimKind::NatGateway | ClaimKind::PublicAddress => controls::way_out(evidence, claim),
        ClaimKind::EndpointMissing => reach::endpoint(evidence, claim),
        ClaimKind::DnsSettings => reach::settings(evidence, claim),
        ClaimKind::PermissionMissing | ClaimKind::RepositoryPolicy | ClaimKind::EndpointPolicy => {
            access::permission(evidence, claim)
        }
        ClaimKind::RoleNotAssumable => access::role(evidence, claim),
        ClaimKind::SecretMissing
        | ClaimKind::ParameterMissing
        | ClaimKind::LogGroupMissing
        | ClaimKind::ImageMissing
        | ClaimKind::KeyState
        | ClaimKind::EnvironmentFile => resources::existence(evidence, claim),
        ClaimKind::RateLimit => reach::rate_limit(evidence),
        ClaimKind::FileSystem => reach::file_system(evidence),
        ClaimKind::Unknown => Assessed::open(
            "this version does not know the text of this finding",
            "a reader who compares the text with the verdict",
        ),
    }
}

/// Counts the executions that are about none of the tasks, so that a document that changes nothing is named. A task that the
/// documents describe, but that this run does not diagnose, needs no remark.
pub fn note_unused<'a>(
    inventory: &Inventory,
    subjects: impl Iterator<Item = &'a Subject>,
    defects: &mut Defects,
) {
    let mut unused: Vec<&AutomationExecution> = inventory.automation_executions.values().collect();
    for subject in subjects {
        let own = executions_of(inventory, subject);
        unused.retain(|one| !own.contains(one));
    }
    let is_of_known_task = |one: &&AutomationExecution| {
        let mut tasks = inventory.tasks.values();
        tasks.any(|task| one.is_about(task.id.as_str(), cluster_of(&task.arn)))
    };
    unused.retain(|one| !is_of_known_task(one));
    for one in unused {
        defects.record(DefectKind::UnknownDocument, || Place {
            file: one.place.file.clone(),
            line: Some(one.place.line),
            text: format!(
                "expected an execution of {START_RUNBOOK} about a task of this report, found one about the task `{}` of the \
                 cluster `{}`, which is not used",
                one.task_id.as_deref().unwrap_or("-"),
                one.cluster.as_deref().unwrap_or("-")
            ),
        });
    }
}
