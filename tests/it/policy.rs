//! The evaluator of policies against cases that were written by hand from AWS's pages.
//!
//! `tests/fixtures/policy/README.md` describes the format of a case. `POLICY_CASES=file cargo test --test it policy::listed --
//! --nocapture` prints the answers to the cases of another file, one line of JSON each.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

use crate::support::policy_cases::PolicyCase;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/policy");
    let entries =
        fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Value> {
    let bytes = fs::read(file).expect("a file of cases");
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn every_case_has_the_answer_of_its_page() {
    let (mut wrong, mut names) = (String::new(), BTreeSet::new());
    for case in files().iter().flat_map(|file| cases(file)) {
        let read = PolicyCase::read(&case);
        for difference in read.differences() {
            let _ = writeln!(wrong, "{} ({}): {difference}", read.name, case["source"]);
        }
        assert!(names.insert(read.name.clone()), "two cases have the name {}", read.name);
        assert!(
            case["source"].as_str().is_some_and(|page| page.contains(':')),
            "{} has no source",
            read.name
        );
    }
    assert!(wrong.is_empty(), "{} cases, wrong ones:\n{wrong}", names.len());
    assert!(names.len() >= 100, "only {} cases", names.len());
}

#[test]
fn listed_cases_are_answered() {
    let Some(file) = env::var_os("POLICY_CASES") else { return };
    for case in cases(Path::new(&file)) {
        println!("{}", PolicyCase::read(&case).line());
    }
}
