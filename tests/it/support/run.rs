//! The program itself, run as a person runs it, and reports made comparable.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// Exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Ran {
    /// The report, of a run that ended well.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        serde_json::from_str(&self.stdout).expect("a report in JSON")
    }
}

/// The variables that the program reads from the environment, in addition to every `FLOWCAUSE_*`.
const ENVIRONMENT: [&str; 4] = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"];

/// `flowcause` in a folder, without the variables that it would read.
pub(crate) fn flowcause(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("flowcause"));
    command.current_dir(folder);
    let own = std::env::vars_os().map(|(name, _)| name);
    let own = own.filter(|name| name.to_string_lossy().starts_with("FLOWCAUSE_"));
    for name in own.chain(ENVIRONMENT.map(Into::into)) {
        command.env_remove(name);
    }
    command
}

/// Runs a command line in a folder.
pub(crate) fn run(folder: &Path, words: &[&str]) -> Ran {
    finish(flowcause(folder).args(words))
}

/// Runs a command and captures its output.
pub(crate) fn finish(command: &mut Command) -> Ran {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// `(cause, confidence)` of the first task of a report.
pub(crate) fn first_verdict(report: &Value) -> (String, String) {
    let verdict = &report["tasks"][0]["verdict"];
    let text = |name: &str| verdict[name].as_str().unwrap_or_default().to_owned();
    (text("cause"), text("confidence"))
}

/// The defects of a report, a line each: kind, count, place and words.
pub(crate) fn defects(report: &Value) -> String {
    let told = report["inputs"]["defects"].as_array().expect("a list").iter().map(|defect| {
        let (first, text) = (&defect["first"], |value: &Value| value.as_str().unwrap_or_default().to_owned());
        let line = first["line"].as_u64().map_or_else(String::new, |line| format!(":{line}"));
        let (kind, file, words) = (text(&defect["kind"]), text(&first["file"]), text(&first["text"]));
        format!("{kind} x{} {file}{line} {words}\n", defect["count"])
    });
    told.collect::<Vec<_>>().concat()
}

/// Calls `change` with every object below a value.
pub(crate) fn for_each_object(
    value: &mut Value,
    change: &mut impl FnMut(&mut serde_json::Map<String, Value>),
) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| for_each_object(value, change));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| for_each_object(value, change)),
        _ => {}
    }
}
