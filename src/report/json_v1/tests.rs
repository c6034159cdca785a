//! The wire format against its schema.

use serde_json::Value;

use crate::model::time::Window;
use crate::report::json_v1::ReportV1;
use crate::report::{Report, sample};

fn to_json(report: &Report) -> Value {
    serde_json::to_value(ReportV1::from(report)).expect("plain values serialize")
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../docs/report-v1.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

fn problems(schema: &jsonschema::Validator, report: &Value) -> Vec<String> {
    schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn reports_follow_the_schema() {
    let schema = schema();
    let unbounded = Report { window: Some(Window::ALWAYS), ..sample::empty() };
    for report in [sample::rich(), sample::empty(), sample::hostile(), sample::continued(), unbounded] {
        assert_eq!(problems(&schema, &to_json(&report)), Vec::<String>::new());
    }
}

/// Returns the paths of every field of every object. Only fields of culprits and hops are optional.
fn fields(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                found.push((path.to_owned(), name.clone()));
                fields(inner, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fields(item, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_is_required() {
    let schema = schema();
    let report = to_json(&sample::rich());
    let mut found = Vec::new();
    fields(&report, "", &mut found);
    assert!(found.len() > 200, "{}", found.len());
    for (path, name) in found {
        let of_culprit =
            path.contains("/culprits/") && ["id", "subnet_id", "rule", "confidence"].contains(&name.as_str());
        // Reports of earlier versions lack the key.
        let of_later_version = path.ends_with("/verdict") && ["findings", "changes"].contains(&name.as_str());
        let optional = of_culprit || of_later_version || path.contains("/path/") && name == "rule";
        let mut broken = report.clone();
        broken.pointer_mut(&path).and_then(Value::as_object_mut).expect("an object").remove(&name);
        assert_eq!(schema.is_valid(&broken), optional, "{path}/{name}");
    }
}

#[test]
fn fields_of_runs_with_a_state_are_absent_from_other_reports() {
    let alone = to_json(&sample::rich());
    assert_eq!((alone.get("run"), alone["incidents"][0].get("status")), (None, None));
    let continued = to_json(&sample::continued());
    assert_eq!(continued["incidents"][0]["status"], "ongoing");
    assert_eq!(continued["incidents"][0]["since"], "2026-11-22T03:12:00Z");
    assert_eq!(continued["run"]["resolved"][0]["resolved_by"]["started_at"], "2026-11-23T02:12:00Z");
    assert_eq!(continued["run"]["not_seen"][0]["resolved_by"], Value::Null);
}

#[test]
fn unknown_values_fail_and_unknown_fields_pass() {
    let schema = schema();
    let check = |path: &str, value: Value, valid: bool| {
        let mut report = to_json(&sample::rich());
        *report.pointer_mut(path).expect("the path exists") = value;
        assert_eq!(schema.is_valid(&report), valid, "{path}");
    };
    check("/incidents/0/cause", "gremlins".into(), false);
    check("/incidents/0/confidence", "ruled-out".into(), false);
    check("/tasks/0/verdict/also_considered/0/confidence", "undetermined".into(), true);
    check("/tasks/0/verdict/evidence", Value::Array(Vec::new()), false);
    check("/tasks/0/steps/0/state", "fine".into(), false);
    check("/incidents/0/first", "yesterday".into(), false);
    check("/incidents/0/culprits/0/kind", "printer".into(), false);
    check("/schema_version", "2".into(), false);
    let mut report = to_json(&sample::rich());
    report["added_later"] = 1.into();
    report["tasks"][0]["added_later"] = 1.into();
    assert!(schema.is_valid(&report));
}

#[test]
fn fields_have_the_documented_order() {
    let text = serde_json::to_string(&ReportV1::from(&sample::rich())).expect("plain values serialize");
    let names = [
        "\"schema_version\":\"1\"",
        "\"generated_by\":",
        "\"window\":{\"from\":\"2026-11-23T03:00:00Z\"",
        "\"inputs\":{\"files\":8,\"records\":616,\"records_in_scope\":480,\"bytes_read\":40960,\"defects\":[{\"kind\":",
        "\"coverage\":{\"traffic_type\":\"ALL\",\"interfaces\":[{\"id\":\"eni-0a31\",\"role\":\"task\"",
        "\"incidents\":[{\"cause\":\"endpoint-sg-blocks-ingress\",\"confidence\":\"confirmed\",\"culprits\":[{\"kind\"",
        "\"tasks\":[{\"task_id\":\"82f6c1d04a\",\"task_arn\":",
        "\"healthy_tasks\":1",
    ];
    let places: Vec<usize> = names.iter().map(|name| text.find(name).expect(name)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_culprit_omits_unknown_fields() {
    let report = to_json(&sample::rich());
    let culprit = serde_json::to_string(&report["incidents"][1]["culprits"][0]).expect("JSON");
    assert_eq!(culprit, r#"{"kind":"route-table","subnet_id":"subnet-0b29"}"#);
}
