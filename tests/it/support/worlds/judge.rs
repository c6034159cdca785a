//! Runs flowcause on one case and judges its answer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use flowcause::finding::{Confidence, Culprit, CulpritKind};
use flowcause::model::ids::SubnetId;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::report::{Report, TaskReport};

use crate::support::worlds::Case;
use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::play::{play, write};
use crate::support::worlds::truth::{Answer, answers};
use crate::support::worlds::twins::twin;

/// How much of an answer is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rightness {
    /// Nothing.
    Nothing,
    /// The cause.
    Cause,
    /// The cause and the first culprit.
    Culprit,
}

/// How far a confirmed answer goes beyond the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    /// Not at all.
    None,
    /// It is right, and the facts bear less.
    TooCertain,
    /// It is wrong.
    Wrong,
}

/// The judgement of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The case.
    pub(crate) case: Case,
    /// How much of the answer is right.
    pub(crate) rightness: Rightness,
    /// Whether it is confirmed and should not be.
    pub(crate) excess: Excess,
    /// The answer is `undetermined`.
    pub(crate) is_undetermined: bool,
    /// The expected and the found answer, as kinds.
    pub(crate) kind: String,
    /// The same with the ids.
    pub(crate) words: String,
}

/// Options for all files below a folder.
pub(crate) fn options(folder: &Path) -> Options {
    Options {
        logs: vec![LogInput::Path(folder.join("logs"))],
        metadata: vec![folder.join("metadata")],
        ports: vec![53, 443],
        threads: Some(1),
        ..Options::default()
    }
}

/// Plays a case below `folder` and judges the answer.
pub(crate) fn judge(case: Case, folder: &Path) -> Judgement {
    let played = play(case);
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
    write(case, &played, folder);
    let is_complete = played.outcome == Outcome::Complete;
    assert_eq!(is_complete, case.shape.is_healthy(), "{case} ended as {:?}", played.outcome);
    let mut right = answers(case, &played);
    let report = match catch_unwind(AssertUnwindSafe(|| explain(&options(folder), &NoProgress))) {
        Ok(Ok(report)) => report,
        Ok(Err(error)) => return lost(case, &right, &error.to_string()),
        Err(_) => return lost(case, &right, "a panic"),
    };
    let is_it = |task: &&TaskReport| task.task_id.as_ref().is_some_and(|id| id.as_str() == played.task);
    match report.tasks.iter().find(is_it) {
        Some(task) => {
            let says_nothing = task.verdict.cause.name() == "undetermined";
            let twin = if says_nothing { twin(case, &played).map(|twin| twin.to_string()) } else { None };
            // It is right only beside a world that looks the same and has another cause.
            right.retain(|answer| answer.cause != "undetermined" || twin.is_some());
            compare(case, &right, task, twin.as_deref())
        }
        None => lost(case, &right, &absent(&report)),
    }
}

fn absent(report: &Report) -> String {
    format!("the task is not in the report of {} tasks", report.tasks.len())
}

fn lost(case: Case, right: &[Answer], found: &str) -> Judgement {
    let words = format!("expected {}, found {found}", expected(right));
    let (rightness, excess, kind) = (Rightness::Nothing, Excess::None, words.clone());
    Judgement { case, rightness, excess, is_undetermined: false, kind, words }
}

fn compare(case: Case, right: &[Answer], task: &TaskReport, pair: Option<&str>) -> Judgement {
    let verdict = &task.verdict;
    let of_cause: Vec<&Answer> = right.iter().filter(|answer| answer.cause == verdict.cause.name()).collect();
    let names =
        |answer: &&&Answer| answer.culprits.is_empty() || is_named(&verdict.culprits, &answer.culprits);
    let rightness = match of_cause.iter().any(|answer| names(&answer)) {
        true => Rightness::Culprit,
        false if of_cause.is_empty() => Rightness::Nothing,
        false => Rightness::Cause,
    };
    let is_confirmed = verdict.confidence == Confidence::Confirmed;
    let blames = verdict.culprits.first().is_some_and(|culprit| culprit.kind != CulpritKind::Path);
    let is_near = of_cause.iter().any(|answer| is_named(&verdict.culprits, &answer.related));
    let confidence = verdict.confidence.name();
    let because = pair.map_or_else(String::new, |pair| format!(" (identical: {pair})"));
    let is_wrong = of_cause.is_empty() || (blames && rightness != Rightness::Culprit && !is_near);
    let excess = match is_confirmed {
        true if is_wrong => Excess::Wrong,
        true if of_cause.iter().all(|answer| !answer.may_be_confirmed) => Excess::TooCertain,
        _ => Excess::None,
    };
    Judgement {
        case,
        rightness,
        excess,
        is_undetermined: verdict.cause.name() == "undetermined",
        kind: format!(
            "expected {}, found {} ({confidence}){}",
            causes(right),
            verdict.cause,
            kinds(&verdict.culprits)
        ),
        words: format!(
            "expected {}{because}, found {} ({confidence}) {}",
            expected(right),
            verdict.cause,
            named(&verdict.culprits)
        ),
    }
}

/// Whether the first culprit is one of these ids.
fn is_named(culprits: &[Culprit], ids: &[String]) -> bool {
    culprits.first().is_some_and(|culprit| {
        let subnet = culprit.subnet_id.as_ref().map(SubnetId::as_str);
        ids.iter().any(|id| {
            culprit.id.as_deref() == Some(id.as_str()) || (culprit.id.is_none() && subnet == Some(id))
        })
    })
}

fn causes(right: &[Answer]) -> String {
    right.iter().map(|answer| answer.cause).collect::<Vec<_>>().join(" or ")
}

fn expected(right: &[Answer]) -> String {
    let one = |answer: &Answer| format!("{} {:?}", answer.cause, answer.culprits);
    right.iter().map(one).collect::<Vec<_>>().join(" or ")
}

fn kinds(culprits: &[Culprit]) -> String {
    culprits.first().map_or_else(String::new, |culprit| format!(" {}", culprit.kind.name()))
}

fn named(culprits: &[Culprit]) -> String {
    let name = |culprit: &Culprit| {
        let subnet = culprit.subnet_id.as_ref().map_or("?", |id| id.as_str());
        format!("{} {}", culprit.kind.name(), culprit.id.as_deref().unwrap_or(subnet))
    };
    culprits.iter().map(name).collect::<Vec<_>>().join(", ")
}
