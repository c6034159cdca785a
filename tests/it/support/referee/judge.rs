//! Runs flowcause on one case and judges its answer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use flowcause::finding::{CauseId, Confidence, Culprit, CulpritKind};
use flowcause::model::ids::{InterfaceId, TaskId};
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::report::{Report, TaskReport};

use crate::support::metadata;
use crate::support::referee::Case;
use crate::support::referee::checked::{CheckJudgement, judge_check};
use crate::support::referee::exceptions::answers;
use crate::support::referee::play::{Played, play};
use crate::support::referee::trouble::Trouble;
use crate::support::referee::truth::Answer;
use crate::support::referee::variant::Variant;
use crate::support::write;

/// Causes that are proved by the absence of records.
const MISSING_RETURN: &[&str] = &[
    "path-unanswered",
    "no-route",
    "no-public-ip",
    "nat-broken",
    "nat-port-exhaustion",
    "s3-gateway-missing",
    "endpoint-missing",
    "private-dns-off",
    "dns-unanswered",
    "connection-stalled",
    "no-attempt-seen",
    "resolver-unusable",
];

/// Causes that are confirmed only by the records of another interface than the task's.
const FAR_SIDE: &[&str] = &[
    "endpoint-sg-blocks-ingress",
    "endpoint-nacl-blocks-ingress",
    "endpoint-ingress-rejected",
    "endpoint-nacl-blocks-return",
];

/// The rule that a fix is verified only if it is made where the fault is.
pub(crate) const USELESS_FIX: &str = "a fix that does not help is verified";

/// How much of an answer is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rightness {
    /// Nothing.
    Nothing,
    /// The cause, but not the first culprit.
    Cause,
    /// The cause and the first culprit.
    Culprit,
}

/// The judgement of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The case.
    pub(crate) case: Case,
    /// How much of the answer is right.
    pub(crate) rightness: Rightness,
    /// The verdict's confidence; none where there is no verdict.
    pub(crate) confidence: Option<Confidence>,
    /// Whether the fix was verified.
    pub(crate) is_verified: bool,
    /// The broken rules, of those that hold for every cause.
    pub(crate) broken_rules: Vec<String>,
    /// The expected and the actual answer.
    pub(crate) words: String,
    /// The judgement of `check` on the same documents.
    pub(crate) check: CheckJudgement,
}

/// Writes the files of a case below `folder`, explains them and judges the answer.
pub(crate) fn judge(case: Case, folder: &Path) -> Judgement {
    let played = play(case);
    write_case(case, &played, folder);
    let explained = catch_unwind(AssertUnwindSafe(|| explain(&options(folder), &NoProgress)));
    let answers = answers(case, &played);
    match explained {
        Ok(Ok(report)) => judge_report(case, &played, &answers, &report, folder),
        // Without any record, explain reports that there is nothing to read.
        Ok(Err(_)) if played.incident.records().is_empty() => Judgement {
            rightness: Rightness::Culprit,
            ..lost(case, &answers, "no record", None, judge_check(case, &played, folder, None))
        },
        Ok(Err(error)) => {
            lost(case, &answers, &error.to_string(), None, judge_check(case, &played, folder, None))
        }
        Err(_) => {
            lost(case, &answers, "a panic", Some("it panicked"), judge_check(case, &played, folder, None))
        }
    }
}

/// Writes the logs and documents as `explain` reads them.
pub(super) fn write_case(case: Case, played: &Played, folder: &Path) {
    let mut files = write::Files::new();
    for (name, bytes) in write::log_files(&played.incident) {
        files.insert(format!("logs/{name}"), bytes);
    }
    let documents = metadata::documents(&played.incident).into_iter();
    for (name, document) in documents.filter(|(name, _)| case.variant.saves(name)) {
        let bytes = serde_json::to_vec_pretty(&document).expect("memory takes bytes");
        files.insert(format!("metadata/{name}"), bytes);
    }
    fs::create_dir_all(folder).expect("the folder can be made");
    write::write(folder, &files);
}

/// Options for all files below a case's folder, on one thread.
pub(crate) fn options(folder: &Path) -> Options {
    Options {
        logs: vec![LogInput::Path(folder.join("logs"))],
        metadata: vec![folder.join("metadata")],
        ports: vec![53, 443, 2049],
        threads: Some(1),
        ..Options::default()
    }
}

fn lost(case: Case, answers: &[Answer], found: &str, rule: Option<&str>, check: CheckJudgement) -> Judgement {
    Judgement {
        case,
        rightness: Rightness::Nothing,
        confidence: None,
        is_verified: false,
        broken_rules: rule.map(ToOwned::to_owned).into_iter().collect(),
        words: format!("expected {}, found {found}", expected(answers)),
        check,
    }
}

fn judge_report(
    case: Case,
    played: &Played,
    answers: &[Answer],
    report: &Report,
    folder: &Path,
) -> Judgement {
    let is_it = |task: &&TaskReport| task.task_id.as_ref().is_some_and(|id| id.as_str() == played.task);
    let Some(task) = report.tasks.iter().find(is_it) else {
        let check = judge_check(case, played, folder, None);
        return lost(case, answers, "the task is not in the report", None, check);
    };
    let verdict = &task.verdict;
    let right = |answer: &&Answer| answer.cause == verdict.cause.name();
    let fix_of = |id: &String| *id == played.task;
    let incident = report.incidents.iter().find(|incident| incident.tasks.iter().any(fix_of));
    let of_cause: Vec<&Answer> = answers.iter().filter(right).collect();
    let rightness = if of_cause.iter().any(|answer| answer.blamed.is(&verdict.culprits)) {
        Rightness::Culprit
    } else if of_cause.is_empty() {
        Rightness::Nothing
    } else {
        Rightness::Cause
    };
    let is_verified = incident.is_some_and(|incident| incident.fix.verified);
    let mut broken_rules = broken_rules(case, task);
    broken_rules.extend(blamed_innocents(played, report));
    if is_verified && rightness != Rightness::Culprit {
        broken_rules.push(USELESS_FIX.to_owned());
    }
    Judgement {
        case,
        rightness,
        confidence: Some(verdict.confidence),
        is_verified,
        broken_rules,
        words: format!(
            "expected {}, found {} ({}) {}",
            expected(answers),
            verdict.cause,
            verdict.confidence.name(),
            named(&verdict.culprits)
        ),
        check: judge_check(case, played, folder, Some(verdict)),
    }
}

/// The broken rules, of those that hold for every cause.
fn broken_rules(case: Case, task: &TaskReport) -> Vec<String> {
    let verdict = &task.verdict;
    let mut broken = Vec::new();
    if verdict.cause == CauseId::NetworkHealthy && case.trouble != Trouble::Refused {
        broken.push("healthy, although a step failed".to_owned());
    }
    let blind = matches!(case.variant, Variant::SkipData | Variant::RejectOnly);
    if blind && verdict.confidence == Confidence::Confirmed && MISSING_RETURN.contains(&verdict.cause.name())
    {
        broken.push(format!("{} is confirmed, although records are missing", verdict.cause));
    }
    if case.variant == Variant::TaskSide
        && verdict.confidence == Confidence::Confirmed
        && FAR_SIDE.contains(&verdict.cause.name())
    {
        broken.push(format!("{} is confirmed, although the far side is not recorded", verdict.cause));
    }
    // Documents of a repaired network show that its controls allow the packets, so no control may be named.
    if matches!(case.variant, Variant::NoConfiguration | Variant::Repaired) {
        let not_shown = verdict.culprits.iter().filter(|culprit| !may_be_shown(case.trouble, culprit));
        broken.extend(
            not_shown
                .map(|culprit| format!("a {} is named, which the data cannot show", culprit.kind.name())),
        );
    }
    broken
}

/// Whether records alone can show a culprit of this kind.
fn may_be_shown(trouble: Trouble, culprit: &Culprit) -> bool {
    match culprit.kind {
        CulpritKind::SecurityGroup | CulpritKind::RouteTable => false,
        // The records show that packets arrive at the gateway and none leaves it.
        CulpritKind::NatGateway => matches!(trouble, Trouble::NatPorts | Trouble::NatNoWayOut),
        CulpritKind::NetworkAcl => matches!(
            trouble,
            Trouble::TaskAclReturn
                | Trouble::EndpointAclReturn
                | Trouble::NatAclOut
                | Trouble::NatAclReturn
                | Trouble::NatAclIn
        ),
        _ => true,
    }
}

/// Healthy tasks that are reported as failed or as culprits.
fn blamed_innocents(played: &Played, report: &Report) -> Vec<String> {
    let mut named: Vec<&str> = Vec::new();
    for task in &report.tasks {
        named.extend(task.task_id.as_ref().map(TaskId::as_str));
        named.extend(task.interface_id.as_ref().map(InterfaceId::as_str));
        named.extend(task.verdict.culprits.iter().filter_map(|culprit| culprit.id.as_deref()));
    }
    for incident in &report.incidents {
        named.extend(incident.tasks.iter().map(String::as_str));
        named.extend(incident.culprits.iter().filter_map(|culprit| culprit.id.as_deref()));
    }
    let innocents = played.innocent.iter().filter(|id| named.contains(&id.as_str()));
    innocents.map(|id| format!("{id} is healthy and is named as a culprit")).collect()
}

fn expected(answers: &[Answer]) -> String {
    let texts: Vec<String> =
        answers.iter().map(|answer| format!("{} {:?}", answer.cause, answer.blamed)).collect();
    texts.join(" or ")
}

fn named(culprits: &[Culprit]) -> String {
    let name = |culprit: &Culprit| {
        let subnet = culprit.subnet_id.as_ref().map_or("", |id| id.as_str());
        format!("{} {}{subnet}", culprit.kind.name(), culprit.id.as_deref().unwrap_or("of "))
    };
    let names: Vec<String> = culprits.iter().map(name).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
