//! Judges the answer of a report: `changes` of the verdict of the failed task, as JSON.

use std::path::Path;

use flowcause::finding::Confidence;
use flowcause::pipeline::explain;
use flowcause::progress::NoProgress;
use flowcause::render::{Format, RenderOptions, render};
use flowcause::report::Report;
use serde_json::Value;

use crate::support::changes::Case;
use crate::support::changes::files::{exported, write};
use crate::support::changes::story::{Story, play};
use crate::support::changes::truth::{Truth, is_right, truth};
use crate::support::worlds::judge::options;

/// The words of `effect`.
const EFFECTS: [&str; 4] = ["broke-it", "opens", "none", "unknown"];
/// The keys that every event has.
const KEYS: [&str; 7] = ["at", "event_id", "event_name", "principal", "source", "subject", "effect"];

/// The judgement of an answer.
#[expect(clippy::struct_excessive_bools, reason = "each is one count of the table, and they are independent")]
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The case.
    pub(crate) case: Case,
    /// The answer must name the event that broke the service.
    pub(crate) is_required: bool,
    /// The answer names it, or names nothing where it cannot be known.
    pub(crate) is_right: bool,
    /// An innocent event is named as the one that broke the service.
    pub(crate) names_innocent: bool,
    /// The same, confirmed.
    pub(crate) confirms_innocent: bool,
    /// The confidence is above what the facts bear.
    pub(crate) is_too_certain: bool,
    /// The cause is confirmed and wrong.
    pub(crate) has_wrong_cause: bool,
    /// Parts that do not fit the contract.
    pub(crate) faults: Vec<String>,
    /// Truth and answer, in words.
    pub(crate) words: String,
}

/// Plays a case below a folder, runs flowcause on it and judges the answer.
pub(crate) fn judge(case: Case, folder: &Path) -> Judgement {
    let story = play(case);
    let (verdict, cause) = answer(case, &story, folder, true);
    let mut judgement = compare(case, &truth(case, &story), &verdict["changes"]);
    if exported(case, &story).is_empty() {
        // No event is saved, so that there is no answer.
        judgement.faults.clear();
    }
    judgement.has_wrong_cause = cause.1 && !is_right(case, &cause.0);
    judgement.words = format!("{}; cause {} {}", judgement.words, cause.0, verdict["confidence"]);
    judgement
}

/// The verdict of the failed task as JSON, its cause, and whether it is confirmed.
pub(crate) fn answer(case: Case, story: &Story, folder: &Path, has_exports: bool) -> (Value, (String, bool)) {
    write(case, story, folder, has_exports);
    let report = explain(&options(folder), &NoProgress).expect("a report");
    let task = report
        .tasks
        .iter()
        .find(|task| task.task_id.as_ref().is_some_and(|id| id.as_str() == story.tasks[0]));
    let cause = task
        .map(|task| (task.verdict.cause.name().to_owned(), task.verdict.confidence == Confidence::Confirmed));
    let verdict = as_json(&report)["tasks"]
        .as_array()
        .and_then(|tasks| tasks.iter().find(|task| task["task_id"] == story.tasks[0].as_str()).cloned())
        .map_or(Value::Null, |task| task["verdict"].clone());
    (verdict, cause.unwrap_or_else(|| ("no task".to_owned(), false)))
}

fn as_json(report: &Report) -> Value {
    let mut text = Vec::new();
    render(report, Format::Json, &RenderOptions::default(), &mut text).expect("memory takes bytes");
    serde_json::from_slice(&text).expect("the report is JSON")
}

/// Compares `changes` with the truth.
pub(crate) fn compare(case: Case, truth: &Truth, changes: &Value) -> Judgement {
    let events = changes["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let blamed = events.iter().filter(|event| event["effect"] == "broke-it");
    let named: Vec<&str> = blamed.filter_map(|event| event["event_id"].as_str()).collect();
    let is_innocent = |id: &&&str| !truth.broke.contains(**id);
    let names_innocent = named.iter().any(|id| is_innocent(&id));
    let confidence = changes["confidence"].as_str();
    let is_right = !names_innocent && (named.len() == 1 || !truth.must_name);
    let is_too_certain = match confidence {
        Some("confirmed") => !truth.may_be_confirmed || named.len() != 1,
        Some(_) => !truth.may_be_likely,
        None => false,
    };
    Judgement {
        case,
        is_required: truth.must_name,
        is_right,
        names_innocent,
        confirms_innocent: names_innocent && confidence == Some("confirmed"),
        is_too_certain,
        has_wrong_cause: false,
        faults: faults(changes),
        words: format!(
            "expected {:?}, found {named:?} {}",
            truth.broke,
            confidence.unwrap_or("without confidence")
        ),
    }
}

/// The parts that do not fit the contract of `changes`.
fn faults(changes: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let Some(members) = changes.as_object() else { return vec!["no changes".to_owned()] };
    for key in ["between", "covered", "events", "confidence"] {
        if !members.contains_key(key) {
            faults.push(format!("no {key}"));
        }
    }
    for (key, ends) in [("between", ["last_success", "first_failure"]), ("covered", ["from", "to"])] {
        for end in ends {
            if changes[key].is_object() && changes[key].get(end).is_none() {
                faults.push(format!("{key} has no {end}"));
            }
        }
    }
    if !matches!(changes["confidence"].as_str(), None | Some("confirmed" | "likely")) {
        faults.push(format!("confidence {}", changes["confidence"]));
    }
    for event in changes["events"].as_array().into_iter().flatten() {
        faults.extend(
            KEYS.iter().filter(|key| event.get(**key).is_none()).map(|key| format!("an event has no {key}")),
        );
        if !event["effect"].as_str().is_some_and(|effect| EFFECTS.contains(&effect)) {
            faults.push(format!("effect {}", event["effect"]));
        }
        if !event["subject"]["kind"].is_string() || event["subject"].get("id").is_none() {
            faults.push(format!("subject {}", event["subject"]));
        }
    }
    faults.extend(outside(changes));
    let ids = || changes["events"].as_array().into_iter().flatten().map(|event| event["event_id"].as_str());
    let mut sorted: Vec<_> = ids().collect();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != ids().count() {
        faults.push("an event is listed twice".to_owned());
    }
    faults
}

/// An event that is named as the one that broke the service, before the last success or after the first failure.
fn outside(changes: &Value) -> Option<String> {
    let second = |time: &Value| time.as_str().and_then(|time| time.get(..19)).map(str::to_owned);
    let between = &changes["between"];
    let (last, first) = (second(&between["last_success"]), second(&between["first_failure"]));
    let mut named = changes["events"].as_array()?.iter().filter(|event| event["effect"] == "broke-it");
    named.find_map(|event| {
        let at = second(&event["at"])?;
        let is_outside =
            last.as_ref().is_some_and(|last| at < *last) || first.as_ref().is_some_and(|first| at > *first);
        is_outside.then(|| format!("{at} is not between {last:?} and {first:?}"))
    })
}
