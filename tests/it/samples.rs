//! The folders of `sample-data/`: what the simulator makes is what is committed, and every README states its cause.
//!
//! `BLESS=1 cargo test --test it samples` writes them.

use std::env;
use std::path::{Path, PathBuf};

use crate::support::readme;
use crate::support::scenarios;
use crate::support::write::{self, Files};

/// The cause ids a README may name.
const CAUSES: &[&str] = &[
    "dns-unanswered",
    "endpoint-ingress-rejected",
    "endpoint-nacl-blocks-return",
    "network-healthy",
    "path-unanswered",
    "task-egress-rejected",
    "task-nacl-blocks-return",
    "undetermined",
];

/// `sample-data/`.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

/// Everything that belongs below it.
fn expected() -> Files {
    let incidents = scenarios::all();
    let mut files = Files::new();
    files.insert("README.md".into(), readme::index(&incidents).into_bytes());
    for incident in &incidents {
        for (name, bytes) in write::files(incident) {
            files.insert(format!("{}/{name}", incident.name), bytes);
        }
    }
    files
}

/// The cause and standing a README states in its third line.
pub(crate) fn stated_cause(readme: &str) -> Option<(&str, &str)> {
    let line = readme.lines().nth(2)?.strip_prefix("Cause: ")?;
    line.strip_suffix(')')?.split_once(" (")
}

#[test]
fn the_folders_are_what_the_simulator_makes() {
    let expected = expected();
    if env::var_os("BLESS").is_some() {
        write::write(&root(), &expected);
    }
    let committed = write::read(&root());
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&expected), "write them with BLESS=1");
    for (name, bytes) in &expected {
        assert!(committed[name] == *bytes, "{name} differs: write it with BLESS=1");
    }
}

#[test]
fn every_readme_states_its_cause() {
    for incident in scenarios::all() {
        let page = readme::page(&incident);
        let stated = stated_cause(&page).expect("a README has a line `Cause: id (standing)`");
        assert_eq!(stated, (incident.telling.cause, incident.telling.standing));
        assert!(CAUSES.contains(&stated.0), "{}", stated.0);
        assert!(["confirmed", "supported", "undetermined"].contains(&stated.1), "{}", stated.1);
    }
}

#[test]
fn no_folder_is_large() {
    for incident in scenarios::all() {
        let size: usize = write::files(&incident).values().map(Vec::len).sum();
        assert!(size < 60_000, "{} has {size} bytes", incident.name);
    }
}
