//! The structure of the source: the names that each layer may use, the first line of every file, and generated pages.
//!
//! `BLESS=1 cargo test --test it tidy` writes `docs/fields.md`.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use flowcause::diagnose::registry;
use flowcause::model::defect::DefectKind;
use flowcause::model::field::{FIELDS, FieldKind};
use serde_json::Value;

/// The names that a layer must not use, with the reason. A layer is a folder or file of `src/`, or one file of a folder; `!`
/// before it means all other layers.
const RULES: &[(&str, &[&str], &str)] = &[
    ("model", &["crate::{not model}"], "every layer uses the model, so it uses no other layer"),
    ("disk", &["crate::{not disk}"], "files are below everything"),
    ("inventory", &["crate::{not inventory,model,disk}"], "metadata is read without logs"),
    ("finding", &["crate::{not finding,model}"], "the parts of a conclusion are plain values"),
    (
        "path",
        &["crate::{not path,finding,inventory,model}"],
        "a path follows from the configuration, not from records",
    ),
    ("path", &["polars", "parquet::", "arrow::", "std::fs", "std::env"], "an evaluation is a pure function"),
    (
        "policy",
        &["crate::{not policy,model}", "polars", "parquet::", "arrow::", "std::fs", "std::env"],
        "an evaluation of policies is a pure function of its arguments",
    ),
    (
        "authorization",
        &[
            "crate::{not authorization,policy,finding,inventory,model}",
            "polars",
            "parquet::",
            "arrow::",
            "std::fs",
            "std::env",
        ],
        "what a start may do follows from documents, for every command",
    ),
    ("!frame", &["polars"], "only frame sorts and joins tables"),
    (
        "!ingest/parquet,render/parquet.rs",
        &["parquet::", "arrow::"],
        "Parquet is read in one folder and written in one file",
    ),
    ("diagnose", &["polars", "parquet::", "arrow::", "std::fs", "std::env"], "a cause is a pure function"),
    (
        "runbook",
        &[
            "crate::{not runbook,diagnose,converse,authorization,attribution,policy,path,finding,inventory,model}",
            "polars",
            "std::fs",
        ],
        "a finding of the runbook is compared with a case and its verdict",
    ),
    ("schedule", &["polars", "parquet::", "arrow::", "std::fs", "std::env"], "a state is a value"),
    ("compare", &["polars", "parquet::", "arrow::", "std::fs", "std::env"], "a comparison is a value"),
    ("report", &["polars", "parquet::", "arrow::", "std::fs", "std::env"], "a report is a value"),
    ("render", &["polars", "std::fs", "std::env"], "a renderer writes to its argument"),
    (
        "!cli,main.rs",
        &[
            "println!",
            "eprintln!",
            "print!(",
            "eprint!(",
            "env::var",
            "env::args",
            "io::stdout",
            "io::stderr",
        ],
        "only the command line prints and reads the environment",
    ),
    (
        "ingest",
        &["crate::reduce", "crate::converse", "crate::diagnose", "crate::inventory", "crate::path"],
        "ingest knows formats, not their meaning",
    ),
    (
        "ingest/source",
        &["crate::ingest::schema", "crate::ingest::framing", "crate::ingest::text", "crate::ingest::parquet"],
        "bytes come before records",
    ),
    (
        "ingest/schema",
        &["crate::ingest::source", "crate::ingest::framing", "crate::ingest::text", "crate::ingest::parquet"],
        "fields are independent of files and formats",
    ),
    (
        "ingest/framing",
        &["crate::ingest::text", "crate::ingest::parquet"],
        "records come before their fields",
    ),
    ("ingest/text", &["crate::ingest::parquet"], "text and Parquet are independent"),
    (
        "ingest/parquet",
        &["crate::ingest::framing", "crate::ingest::text"],
        "text and Parquet are independent",
    ),
    (
        "collect",
        &["crate::{not collect,model}", "std::fs", "std::env", "std::process"],
        "collect makes texts; it reads and runs nothing",
    ),
    (
        "reduce",
        &["crate::converse", "crate::diagnose", "crate::inventory", "crate::path", "crate::report"],
        "a stage does not use later stages",
    ),
    (
        "converse",
        &["crate::diagnose", "crate::inventory", "crate::path", "crate::report"],
        "a stage does not use later stages",
    ),
    (
        "attribution",
        &["crate::{not attribution,finding,inventory,model,path}"],
        "a conclusion follows from documents and paths, for every command",
    ),
    (
        "check",
        &[
            "crate::{not check,attribution,authorization,finding,inventory,model,path,policy,report}",
            "std::fs",
            "std::env",
        ],
        "a check reads documents only",
    ),
    (
        "inspect",
        &["crate::reduce", "crate::converse", "crate::assemble", "crate::check", "crate::render", "std::fs"],
        "an inspection counts the records of the readers",
    ),
    ("diagnose", &["crate::assemble", "crate::check", "crate::render"], "a stage does not use later stages"),
    ("!pipeline.rs,schedule,cli,main.rs", &["crate::pipeline"], "only the command line starts a whole run"),
    ("!cli,main.rs", &["crate::cli"], "no layer depends on the command line"),
    ("!", &["SystemTime::now", "Instant::now", "process::exit"], "same inputs, same bytes"),
];

fn source() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<_> = walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect();
    files.sort();
    files
}

/// The layer of a file: the folder, or the file itself.
fn layer(name: &str) -> &str {
    name.split('/').next().expect("a part")
}

/// Whether the file is in the folder, at any depth.
fn is_below(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn applies(to: &str, name: &str) -> bool {
    match to.strip_prefix('!') {
        Some(but) => !but.split(',').any(|one| one == layer(name) || one == name || is_below(one, name)),
        None => to == layer(name) || is_below(to, name),
    }
}

/// The lines of code before the tests at the end of a file, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().zip(1..).map(|(line, number)| (number, line.trim()));
    lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.starts_with("//"))
}

fn breaks(line: &str, what: &str) -> bool {
    let is_word_char = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let Some(allowed) = what.strip_prefix("crate::{not ").and_then(|rest| rest.strip_suffix('}')) {
        let layer = |at: usize| line[at..].split(|c: char| !is_word_char(c)).next().unwrap_or_default();
        let named = line.match_indices("crate::").map(|(at, found)| layer(at + found.len()));
        return named.into_iter().any(|layer| !allowed.split(',').any(|one| one == layer));
    }
    // A whole name that is not a module of this crate: `super::parquet::` is not the crate `parquet`.
    line.match_indices(what).any(|(at, _)| {
        let before = &line[..at];
        let of_ours =
            before.ends_with("super::") || before.ends_with("crate::") || before.ends_with("self::");
        !of_ours && !before.ends_with(is_word_char)
    })
}

#[test]
fn layers_use_only_allowed_names() {
    let mut broken = String::new();
    for (name, text) in source() {
        // Tests in separate files may print and read files.
        if name.ends_with("tests.rs") {
            continue;
        }
        for (to, what, why) in RULES.iter().filter(|(to, ..)| applies(to, &name)) {
            for (number, line) in code(&text) {
                if let Some(what) = what.iter().find(|what| breaks(line, what)) {
                    let _ = writeln!(broken, "src/{name}:{number} names `{what}` (rule `{to}`: {why})");
                }
            }
        }
    }
    assert_eq!(broken, "");
}

#[test]
fn every_file_begins_with_its_description() {
    for (name, text) in source() {
        let is_cause = name.starts_with("diagnose/causes/") && !name.ends_with("mod.rs");
        let begins = text.starts_with("//!") || is_cause && text.starts_with("#![doc = include_str!(");
        assert!(begins, "src/{name} begins with {:?}", text.lines().next());
    }
}

#[test]
fn rules_distinguish_names() {
    let check = |line, what, expect| assert_eq!(breaks(line, what), expect, "{line}");
    check("use ::parquet::errors::E;", "parquet::", true);
    check("use super::parquet::read;", "parquet::", false);
    check("use crate::model::ids::X;", "crate::{not model}", false);
    check("use crate::report::X;", "crate::{not model}", true);
    check("use crate::report::X;", "crate::{not model,report}", false);
    check("use crate::reports::X;", "crate::{not model,report}", true);
    check("eprintln!(1)", "println!", false);
}

fn document(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

/// `docs/fields.md`, from the field table.
fn fields_page() -> String {
    let mut page = String::from(
        "# Fields of a flow log\n\n\
         Every field of versions 2 to 11, in the order AWS documents them.\n\
         Names are matched without case and with `-` or `_`; fields may stand in any order, and all may be\n\
         missing except those that identify a flow.\n\n\
         This page is generated from `src/model/field.rs`: `BLESS=1 cargo test --test it tidy`.\n\n\
         | field | since version | in Parquet | what it holds |\n|---|---|---|---|\n",
    );
    for spec in FIELDS {
        let kind = match spec.kind {
            FieldKind::Text => "text",
            FieldKind::Int32 => "INT32",
            FieldKind::Int64 => "INT64",
        };
        let _ = writeln!(page, "| `{}` | {} | {kind} | {} |", spec.name, spec.version, spec.meaning);
    }
    page
}

#[test]
fn the_page_of_fields_is_current() {
    let (path, page) = (document("fields.md"), fields_page());
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    assert!(fs::read_to_string(&path).is_ok_and(|have| have == page), "write it with BLESS=1");
}

/// Every text of every `enum` of the schema that holds this one.
fn enumerated(value: &Value, with: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Array(texts)) = object.get("enum")
                && texts.iter().any(|text| text == with)
            {
                found.extend(texts.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
            }
            object.values().for_each(|value| enumerated(value, with, found));
        }
        Value::Array(values) => values.iter().for_each(|value| enumerated(value, with, found)),
        _ => {}
    }
}

#[test]
fn the_schema_knows_every_cause_and_defect() {
    let schema = fs::read(document("report-v1.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("JSON");
    let (mut causes, mut defects) = (Vec::new(), Vec::new());
    enumerated(&schema, "network-healthy", &mut causes);
    enumerated(&schema, "empty-file", &mut defects);
    for (name, _) in source() {
        let cause = name.strip_prefix("diagnose/causes/").and_then(|name| name.strip_suffix(".rs"));
        let Some(id) = cause.filter(|&name| name != "mod").map(|name| name.replace('_', "-")) else {
            continue;
        };
        assert!(registry::find(&id).is_some_and(|cause| cause.id.name() == id), "{id} is not registered");
        assert!(causes.contains(&id), "{id} is not in the schema");
    }
    for kind in [DefectKind::UnreadableFile, DefectKind::DamagedParquet, DefectKind::BadItem] {
        assert!(defects.iter().any(|name| name == kind.name()), "{}", kind.name());
    }
}
