//! `aws ssm get-automation-execution`: reads an execution of the runbook that looks for the reasons why a task did not start.
//!
//! Its text is under `Outputs`, and again in the outputs of its steps, with two sets of names: the older version of the runbook
//! wrote `04_Execution_Results.01_TaskFailureReason`, the present one `ExecutionResults.TaskFailureReason`. Executions of
//! other runbooks are named and not read.

use crate::inventory::documents::Inventory;
use crate::inventory::item::{DocumentItem, shorten};
use crate::model::runbook::{AutomationExecution, ExecutionPlace, START_RUNBOOK};

/// The names of the text in the outputs of the execution, in the order in which they count.
const OF_EXECUTION: [&str; 2] =
    ["ExecutionResults.TaskFailureReason", "04_Execution_Results.01_TaskFailureReason"];

/// The same in the outputs of a step: the formatted text, then the one of the step that looks for the reasons.
const OF_STEP: [&str; 4] =
    ["TaskFailureReason", "01_TaskFailureReason", "AnalysisMessage", "analysis_message"];

/// The same in the payload that a step returned.
const OF_PAYLOAD: [&str; 4] = ["FailureReason", "failure_reason", "AnalysisMessage", "analysis_message"];

/// The text that Systems Manager writes for an output of a step that did not succeed.
const NO_OUTPUT: &str = "No output available yet";

/// The longest text that is kept, bytes.
const LONGEST: usize = 256 * 1024;

/// Reads one execution; returns whether it is used.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let Some(name) = item.identifier("DocumentName") else { return false };
    if name != START_RUNBOOK {
        let name = shorten(&name);
        item.note(format!(
            "expected an execution of {START_RUNBOOK}, found one of `{name}`, which is not used"
        ));
        return false;
    }
    let Some(mut found) = execution(item) else { return false };
    // Of two documents of one execution, the one with a text and the later one counts, in any order of files; of two copies,
    // the one in the first file.
    match inventory.automation_executions.get_mut(&found.id) {
        Some(known) if *known < found => *known = found,
        Some(known) if *known == found => {
            let places = (&mut known.place, &mut found.place);
            if (&places.1.file, places.1.line) < (&places.0.file, places.0.line) {
                std::mem::swap(places.0, places.1);
            }
        }
        Some(_) => {}
        None => {
            item.keep(&found);
            inventory.automation_executions.insert(found.id.clone(), found);
        }
    }
    true
}

fn execution(item: DocumentItem<'_>) -> Option<AutomationExecution> {
    let id = item.identifier("AutomationExecutionId")?;
    let given = item.item("Parameters");
    let parameter = |key| given.and_then(|given| output(given, key));
    let last_part = |name: String| name.rsplit('/').next().unwrap_or_default().to_owned();
    let mut analysis = analysis(item);
    let lacks_steps = item.flag("StepExecutionsTruncated") == Some(true) && analysis.is_none();
    let is_cut = lacks_steps || analysis.as_mut().is_some_and(cut);
    Some(AutomationExecution {
        id,
        task_id: parameter("TaskId").map(last_part),
        cluster: parameter("ClusterName").map(last_part),
        started_at: item.time("ExecutionStartTime"),
        status: item.text("AutomationExecutionStatus"),
        analysis,
        is_cut,
        place: ExecutionPlace { file: item.file().to_string(), line: item.line() },
    })
}

/// Shortens a text that is longer than any runbook writes; returns whether it did.
fn cut(text: &mut String) -> bool {
    let is_too_long = text.len() > LONGEST;
    if is_too_long {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
    }
    is_too_long
}

fn analysis(item: DocumentItem<'_>) -> Option<String> {
    let outputs = item.item("Outputs");
    let whole = outputs.and_then(|outputs| first_output(outputs, &OF_EXECUTION));
    whole.or_else(|| {
        let steps = item.items("StepExecutions");
        let outputs = || steps.iter().filter_map(|step| step.item("Outputs"));
        let stated = OF_STEP.iter().find_map(|key| outputs().find_map(|outputs| output(outputs, key)));
        stated.or_else(|| outputs().find_map(payload))
    })
}

/// The text in the payload of a step: a text of JSON in the list of its outputs.
fn payload(outputs: DocumentItem<'_>) -> Option<String> {
    let text = output(outputs, "OutputPayload")?;
    let value = crate::inventory::json::OwnedValue::parse(text.into_bytes())?;
    let payload = outputs.over(value.root().fields()?.get("Payload")?.fields()?);
    first_output(payload, &OF_PAYLOAD)
}

fn first_output(outputs: DocumentItem<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| output(outputs, key))
}

/// A value of a map of lists: its texts, which the AWS CLI writes as a list even where there is one.
fn output(outputs: DocumentItem<'_>, key: &str) -> Option<String> {
    let text = if outputs.is_list(key) { outputs.texts(key).join("\n") } else { outputs.text(key)? };
    Some(text).filter(|text| !text.trim().is_empty() && !text.starts_with(NO_OUTPUT))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;
    use crate::model::time::Timestamp;

    fn document(more: &Value) -> Value {
        let mut execution = json!({"AutomationExecutionId": "73c8eef8-f4ee-4a05-820c-e354f0a1b2c3", "DocumentName": START_RUNBOOK,
            "ExecutionStartTime": 1_795_404_000.748, "AutomationExecutionStatus": "Success", "StepExecutionsTruncated": false,
            "Parameters": {"ClusterName": ["shop"], "TaskId": ["82f6"], "AutomationAssumeRole": [""]},
            "Outputs": {"ExecutionResults.TaskFailureReason": ["the text"], "ExecutionResults.ExecutionLogs": ["logs"]}});
        execution.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"AutomationExecution": execution})
    }

    fn read_from(values: &[Value]) -> (Vec<AutomationExecution>, u64) {
        let texts: Vec<String> = values.iter().map(Value::to_string).collect();
        let files = texts.iter().map(|text| ("f.json", text.as_bytes()));
        let (inventory, defects, _) = parse(files);
        let found = inventory.automation_executions.into_values().collect();
        (found, defects.iter().map(|(_, count, _)| count).sum())
    }

    #[test]
    fn an_execution_is_read() {
        let (found, defects) = read_from(&[document(&json!({}))]);
        assert_eq!((found[0].analysis.as_deref(), defects), (Some("the text"), 0));
        assert_eq!((found[0].task_id.as_deref(), found[0].cluster.as_deref()), (Some("82f6"), Some("shop")));
        assert_eq!((found[0].started_at, found[0].is_cut), (Some(Timestamp(1_795_404_000)), false));
        // The same without its envelope, as `--query AutomationExecution` prints it.
        assert_eq!(read_from(&[document(&json!({}))["AutomationExecution"].clone()]), (found, 0));
    }

    #[test]
    fn the_text_is_found_in_either_version_and_in_the_steps() {
        let check = |more: Value, want: Option<&str>| {
            let (found, defects) = read_from(&[document(&more)]);
            assert_eq!((found[0].analysis.as_deref(), defects), (want, 0), "{more}");
        };
        let steps = |outputs: Value| json!({"Outputs": {}, "StepExecutions": [{"StepName": "x", "Outputs": outputs}]});
        check(json!({"Outputs": {"04_Execution_Results.01_TaskFailureReason": ["older"]}}), Some("older"));
        check(steps(json!({"AnalysisMessage": ["of a step"]})), Some("of a step"));
        check(
            steps(json!({"OutputPayload": ["{\"Payload\": {\"FailureReason\": \"payload\"}}"]})),
            Some("payload"),
        );
        check(steps(json!({"OutputPayload": ["{"]})), None);
        let failed = "No output available yet because the step is not successfully executed";
        check(json!({"Outputs": {"ExecutionResults.TaskFailureReason": [failed]}}), None);
        check(json!({"Outputs": {}}), None);
    }

    #[test]
    fn missing_steps_and_endless_texts_are_marked() {
        let (found, _) = read_from(&[document(&json!({"Outputs": {}, "StepExecutionsTruncated": true}))]);
        assert!(found[0].is_cut && found[0].analysis.is_none());
        let long = "ä".repeat(LONGEST);
        let (found, _) =
            read_from(&[document(&json!({"Outputs": {"ExecutionResults.TaskFailureReason": [long]}}))]);
        assert!(found[0].is_cut && found[0].analysis.as_ref().is_some_and(|text| text.len() == LONGEST));
    }

    #[test]
    fn the_document_with_a_text_counts_in_any_order() {
        let begun = document(&json!({"Outputs": {}, "AutomationExecutionStatus": "InProgress"}));
        let ended = document(&json!({}));
        let (found, defects) = read_from(&[begun.clone(), ended.clone()]);
        assert_eq!((found.len(), found[0].analysis.as_deref(), defects), (1, Some("the text"), 0));
        assert_eq!(read_from(&[ended, begun]).0[0].analysis.as_deref(), Some("the text"));
    }

    #[test]
    fn other_runbooks_and_damage_are_named() {
        let check = |more: Value, count: usize, defects: u64| {
            let (found, noted) = read_from(&[document(&more)]);
            assert_eq!((found.len(), noted), (count, defects), "{more}");
        };
        check(json!({"DocumentName": "AWS-StartEC2Instance"}), 0, 1);
        check(json!({"DocumentName": null}), 0, 1);
        check(json!({"AutomationExecutionId": null}), 0, 1);
        check(json!({"Parameters": 7, "Outputs": []}), 1, 2);
        check(json!({"Parameters": {"TaskId": {}}}), 1, 1);
    }
}
