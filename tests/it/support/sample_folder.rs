//! A sample in a temporary folder, and runs of `explain` on it.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, run};
use crate::support::scenarios;
use crate::support::write;

/// The folder of the logs.
pub(crate) const LOGS: &str = "logs";

/// A folder with `logs/` and `metadata/` of a sample.
pub(crate) fn folder(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == name).expect("a sample");
    write::write(folder.path(), &write::files(incident));
    folder
}

/// Runs `explain` on its logs and metadata.
pub(crate) fn explain(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["explain", LOGS, "--metadata", "metadata"], more].concat())
}

/// The JSON report of `explain`.
pub(crate) fn json(folder: &Path, more: &[&str]) -> Value {
    explain(folder, &[more, &["--format", "json"]].concat()).json()
}
