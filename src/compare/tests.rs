//! Comparisons of modified copies of the renderers' sample reports.

use serde_json::Value;

use super::{ChangeKind, Comparison, compare};
use crate::compare::parsed::ParsedReport;
use crate::finding::Confidence;
use crate::report::json_v1::ReportV1;
use crate::report::{Report, sample};

fn parsed(report: &Report) -> ParsedReport {
    let text = serde_json::to_vec(&ReportV1::from(report)).expect("plain values serialize");
    ParsedReport::from_json(&text).expect("a report")
}

fn compared(old: &Report, new: &Report) -> Comparison {
    compare(("old.json", &parsed(old)), ("new.json", &parsed(new)))
}

/// Returns the change of each incident, with its cause and its numbers of tasks.
fn changes(old: &Report, new: &Report) -> Vec<(ChangeKind, String)> {
    let size = |extent: &Option<super::IncidentExtent>| extent.as_ref().map_or(0, |extent| extent.tasks);
    let summary = |one: &super::IncidentChange| {
        (one.change, format!("{} {}>{}", one.cause, size(&one.old), size(&one.new)))
    };
    compared(old, new).incidents.iter().map(summary).collect()
}

fn without_tasks(mut report: Report, cause: &str, keep: usize) -> Report {
    let mut left = keep;
    report.tasks.retain(|task| {
        let is_kept = task.verdict.cause.name() != cause || left > 0;
        left -= usize::from(task.verdict.cause.name() == cause && left > 0);
        is_kept
    });
    report
}

#[test]
fn incidents_are_new_gone_grown_or_shrunk() {
    const BLOCKED: &str = "endpoint-sg-blocks-ingress";
    let rich = sample::rich();
    let check = |old: &Report, new: &Report, change: ChangeKind, text: &str| {
        let changes = changes(old, new);
        assert!(changes.contains(&(change, text.to_owned())), "{change:?} {text}: {changes:?}");
    };
    let (some, none) = (without_tasks(sample::rich(), BLOCKED, 2), without_tasks(sample::rich(), BLOCKED, 0));
    check(&rich, &rich, ChangeKind::Unchanged, "endpoint-sg-blocks-ingress 5>5");
    check(&none, &rich, ChangeKind::New, "endpoint-sg-blocks-ingress 0>5");
    check(&rich, &none, ChangeKind::Gone, "endpoint-sg-blocks-ingress 5>0");
    check(&some, &rich, ChangeKind::Grown, "endpoint-sg-blocks-ingress 2>5");
    check(&rich, &some, ChangeKind::Shrunk, "endpoint-sg-blocks-ingress 5>2");
    let mut doubtful = sample::rich();
    doubtful.tasks[1].verdict.confidence = Confidence::Likely;
    check(&rich, &doubtful, ChangeKind::ConfidenceChanged, "endpoint-sg-blocks-ingress 5>5");
    assert!(compared(&none, &rich).has_new() && !compared(&rich, &none).has_new());
    assert_eq!(compared(&some, &rich).incidents[0].new_tasks, 3);
}

#[test]
fn times_tasks_and_rules_do_not_change_an_incident() {
    let mut later = sample::rich();
    for (index, task) in later.tasks.iter_mut().enumerate() {
        task.task_arn = Some(format!("arn:{index}"));
        task.created_at = task.created_at.map(|at| at.plus(86_400));
        for culprit in &mut task.verdict.culprits {
            culprit.rule = Some("another".into());
        }
    }
    let changes = changes(&sample::rich(), &later);
    assert!(changes.iter().all(|(change, _)| *change == ChangeKind::Unchanged), "{changes:?}");
}

#[test]
fn coverage_and_defects_are_compared() {
    let mut worse = sample::rich();
    worse.coverage.traffic_type = "REJECT";
    worse.coverage.interfaces[0].minutes_seen -= 1;
    worse.inputs.defects = crate::model::defect::Defects::default();
    let comparison = compared(&sample::rich(), &worse);
    assert_eq!(comparison.coverage.traffic_type, Some(["ALL".to_owned(), "REJECT".to_owned()]));
    assert_eq!(comparison.coverage.interfaces.len(), 1);
    assert_eq!(comparison.defects.len(), 2);
    assert!(comparison.defects.iter().all(|defect| defect.new == 0 && defect.old > 0));
    let same = compared(&sample::rich(), &sample::rich());
    assert!(same.coverage.interfaces.is_empty() && same.defects.is_empty());
}

#[test]
fn comparisons_follow_the_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/compare-v1.schema.json")).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let reports = [sample::rich(), sample::empty(), sample::hostile(), sample::continued()];
    for (old, new) in reports.iter().flat_map(|old| reports.iter().map(move |new| (old, new))) {
        let comparison = serde_json::to_value(compared(old, new)).expect("plain values serialize");
        let errors: Vec<String> = schema.iter_errors(&comparison).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let mut report = serde_json::to_value(ReportV1::from(&sample::rich())).expect("plain values serialize");
    report["added_later"] = 1.into();
    report["tasks"][0]["verdict"]["added_later"] = 1.into();
    assert!(ParsedReport::from_json(report.to_string().as_bytes()).is_ok());
}
