//! The table of AWS documents, compared with everything that follows from it.
//!
//! `BLESS=1 cargo test --test it document_table` writes the calls of `src/collect/script.sh` and the permissions of the
//! example `docs/examples/ecs/task-role-policy.json`.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use flowcause::model::document::{Call, Collect, DOCUMENTS, Scope, calls};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Names of the files of a folder, without their ending.
fn file_names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(path(folder)).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_row_has_a_file_and_an_example_and_every_file_has_a_row() {
    let rows: BTreeSet<String> = DOCUMENTS.iter().map(|document| document.file.to_owned()).collect();
    let mut files = file_names("src/inventory/documents");
    assert!(files.remove("mod"));
    assert_eq!(files, rows);
    assert_eq!(file_names("tests/fixtures/documents"), rows);
}

/// Compares the lines between two texts of a file with the lines that follow from the table, or writes them.
fn check_block(name: &str, begin: &str, end: &str, expected: &str) {
    let text = fs::read_to_string(path(name)).expect("text");
    let (before, rest) = text.split_once(begin).expect(begin);
    let (block, after) = rest.split_once(end).expect(end);
    if env::var_os("BLESS").is_some() {
        fs::write(path(name), [before, begin, expected, end, after].concat())
            .expect("the file can be written");
    } else {
        assert_eq!(block, expected, "{name}: write it with BLESS=1");
    }
}

/// The line of the script that makes a call; none if a function makes it.
fn line_of(call: &Call) -> Option<String> {
    let Call { service, command, scope } = call;
    let name = command.trim_start_matches("describe-");
    match scope {
        Scope::Region => Some(format!("    save {name} {service} {command}\n")),
        Scope::Vpc { option, filter } => {
            Some(format!("    save_of_vpc {name} {option} {filter} {service} {command}\n"))
        }
        Scope::EveryCluster | Scope::Cluster | Scope::Each => None,
    }
}

#[test]
fn the_script_has_the_calls_and_the_other_sources_of_the_table() {
    let lines: String = calls().filter_map(line_of).collect();
    let begin = "    # begin: calls for a whole region or VPC\n";
    check_block("src/collect/script.sh", begin, "    # end\n", &lines);
    let sources = DOCUMENTS.iter().filter_map(|document| match document.collect {
        Collect::Elsewhere(source) => Some(format!("# - {source}\n")),
        Collect::Calls(_) => None,
    });
    check_block("src/collect/script.sh", "# begin: other sources\n", "# end\n", &sources.collect::<String>());
}

#[test]
fn the_example_policy_grants_the_calls_of_the_table() {
    let calls = calls().filter(|call| call.scope != Scope::EveryCluster);
    let mut permissions: Vec<String> =
        calls.map(|call| format!("                {:?}", call.permission())).collect();
    permissions.sort();
    let begin =
        "            \"Sid\": \"Metadata\",\n            \"Effect\": \"Allow\",\n            \"Action\": [\n";
    let name = "docs/examples/ecs/task-role-policy.json";
    check_block(name, begin, "            ],\n", &(permissions.join(",\n") + "\n"));
}
