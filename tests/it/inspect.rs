//! `flowcause inspect`, run on the command line.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::run::{Ran, run};
use crate::support::scenarios;
use crate::support::write;

/// A folder with `logs/` and `metadata/` of a sample.
fn sample(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == name).expect("a sample");
    write::write(folder.path(), &write::files(incident));
    folder
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn inspect(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["inspect", "logs"], more].concat())
}

fn json(folder: &Path, more: &[&str]) -> Value {
    inspect(folder, &[more, &["--format", "json"]].concat()).json()
}

/// The ids of what is missing.
fn missing(answer: &Value) -> Vec<&str> {
    let all = answer["missing"].as_array().expect("a list").iter();
    all.map(|lack| lack["id"].as_str().expect("a name")).collect()
}

const RECORDS: &str = "\
2 123456789010 eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1795403520 1795403550 ACCEPT OK
2 123456789010 eni-2 10.0.0.2 10.0.0.1 443 4000 6 2 120 1795403520 1795403550 REJECT OK
2 123456789010 eni-1 - - - - - - - 1795403580 1795403610 - NODATA
";

/// `INSTA_UPDATE=always cargo test --test it inspect` rewrites them.
#[test]
fn answers_and_help_are_as_reviewed() {
    let scrubbed = |text: String| text.replace(env!("CARGO_PKG_VERSION"), "@@VERSION@@");
    for name in ["task-egress-rejected-v2", "ecs-fields-v7"] {
        let folder = sample(name);
        let alone = inspect(folder.path(), &[]);
        assert_eq!((alone.code, alone.stderr.as_str()), (Some(0), ""));
        insta::assert_snapshot!(format!("inspect_{name}"), alone.stdout);
        let with_metadata = inspect(folder.path(), &["-m", "metadata"]);
        insta::assert_snapshot!(format!("inspect_{name}_metadata"), with_metadata.stdout);
        let json = inspect(folder.path(), &["-m", "metadata", "--format", "json"]);
        insta::assert_snapshot!(format!("inspect_{name}_json"), scrubbed(json.stdout));
    }
    let help = run(Path::new("."), &["inspect", "--help"]);
    insta::assert_snapshot!("inspect_help", help.stdout.replace("flowcause.exe", "flowcause"));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let folder = folder(&[("logs/a.log", RECORDS), ("other/notes.txt", "nothing of use here\n")]);
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    let check = |words: &[&str], code| {
        let ran = run(folder.path(), &[&["inspect"], words].concat());
        assert_eq!(ran.code, Some(code), "{words:?}: {}", ran.stderr);
    };
    check(&["logs"], 0);
    check(&["logs", "other"], 0);
    check(&["empty"], 3);
    check(&["other"], 3);
    check(&[], 2);
    check(&["gone"], 2);
    check(&["logs", "--output", "none/answer.json"], 2);
    check(&["logs", "--format", "html"], 2);
    check(&["logs", "--threads", "0"], 2);
}

#[test]
fn unusable_files_are_reported() {
    let folder = folder(&[
        ("logs/notes.txt", "nothing of use here\n"),
        ("logs/empty.log", ""),
        ("logs/tasks.json", "{\"tasks\": []}"),
    ]);
    let ran = inspect(folder.path(), &[]);
    assert!(ran.stdout.starts_with("UNUSABLE No flow record in 3 files"), "{}", ran.stdout);
    for told in ["unrecognised-file x2", "empty-file x1", "logs/empty.log"] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("create-flow-logs"), "{}", ran.stdout);
    fs::remove_dir_all(folder.path().join("logs")).expect("a folder");
    fs::create_dir(folder.path().join("logs")).expect("a folder");
    let ran = inspect(folder.path(), &[]);
    assert!(ran.stdout.starts_with("UNUSABLE No flow record in 0 files"), "{}", ran.stdout);
}

#[test]
fn explain_points_here_when_it_finds_nothing() {
    let folder = folder(&[("logs/notes.txt", "nothing of use here\n")]);
    let ran = run(folder.path(), &["explain", "logs"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("`flowcause inspect`"), "{}", ran.stderr);
}

#[test]
fn a_file_appears_whole() {
    let folder = sample("endpoint-rejects");
    let stdout = inspect(folder.path(), &["--format", "json"]).stdout;
    let ran = inspect(folder.path(), &["--format", "json", "-o", "answer.json"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(fs::read_to_string(folder.path().join("answer.json")).expect("the answer"), stdout);
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON")
}

#[test]
fn json_follows_its_schema() {
    let schema = schema("inspect-v1.schema.json");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let valid = |answer: &Value| {
        let problems: Vec<String> = validator
            .iter_errors(answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, Vec::<String>::new());
    };
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    for entry in fs::read_dir(&samples).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            valid(&json(&path, &[]));
            valid(&json(&path, &["--metadata", "metadata"]));
        }
    }
    let twice = folder(&[("logs/a.log", RECORDS), ("logs/b.log", RECORDS), ("logs/c.txt", "prose")]);
    let answer = json(twice.path(), &[]);
    valid(&answer);
    assert!(answer["duplicates"]["first"].is_array(), "{answer}");
    let empty = folder(&[("logs/c.txt", "prose")]);
    let ran = inspect(empty.path(), &["--format", "json"]);
    valid(&serde_json::from_str(&ran.stdout).expect("JSON"));
    let mut wrong = answer.clone();
    wrong["missing"][0]["id"] = "luck".into();
    assert!(!validator.is_valid(&wrong));
    wrong = answer;
    wrong["kinds"][0]["kind"] = "papyrus".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn defects_are_those_of_reports() {
    let (inspect, report) = (schema("inspect-v1.schema.json"), schema("report-v1.schema.json"));
    for name in ["defect", "defectKind"] {
        assert_eq!(inspect["$defs"][name], report["$defs"][name], "{name}");
    }
}

#[test]
fn a_sample_of_rejected_traffic_says_so() {
    let folder = sample("reject-only");
    let answer = json(folder.path(), &["-m", "metadata"]);
    assert!(missing(&answer).contains(&"accepted-traffic"), "{answer}");
    let command = answer["commands"][0].as_str().expect("a command");
    assert!(command.contains(" --traffic-type ALL "), "{command}");
}

#[test]
fn records_given_twice_are_counted() {
    let folder = folder(&[("logs/a.log", RECORDS), ("logs/b.log", RECORDS), ("logs/c.log", RECORDS)]);
    let answer = json(folder.path(), &[]);
    assert_eq!((&answer["total"]["records"], &answer["duplicates"]["records"]), (&9.into(), &6.into()));
    assert_eq!(answer["duplicates"]["files"], 2);
    let first: Vec<&str> =
        answer["duplicates"]["first"].as_array().expect("two").iter().filter_map(Value::as_str).collect();
    assert_eq!(
        first.iter().map(|name| name.replace('\\', "/")).collect::<Vec<_>>(),
        ["logs/a.log", "logs/b.log"]
    );
}

#[test]
fn transit_gateway_rows_are_no_defects_of_the_files() {
    let header = "version resource-type account-id tgw-id srcaddr dstaddr\n";
    let row = "6 TransitGateway 123456789010 tgw-1 10.0.0.1 10.0.0.2\n";
    let folder = folder(&[("logs/a.log", RECORDS), ("logs/t.log", &[header, row, row].concat())]);
    let answer = json(folder.path(), &[]);
    let total = &answer["total"];
    assert_eq!(
        (&total["transit_gateway"], &total["defects"], &total["records"]),
        (&2.into(), &0.into(), &3.into())
    );
}

#[test]
fn threads_and_the_split_into_files_say_nothing() {
    let folder = sample("ecs-fields-v7");
    let by = |threads: &str| json(folder.path(), &["-m", "metadata", "--threads", threads]);
    let one = by("1");
    assert_eq!(one, by("8"));
    let split = self::folder(&[("logs/1.log", &RECORDS[..88]), ("logs/2.log", &RECORDS[88..])]);
    let whole = self::folder(&[("logs/1.log", RECORDS)]);
    assert_eq!(RECORDS[88..].matches("123456789010").count(), 2, "cut at a line's end");
    let (mut split, mut whole) = (json(split.path(), &[]), json(whole.path(), &[]));
    for answer in [&mut split, &mut whole] {
        for counts in ["/total/files", "/kinds/0/files"] {
            *answer.pointer_mut(counts).expect("a count") = Value::Null;
        }
        let fields = answer["fields"].as_array_mut().expect("a list");
        for field in fields {
            field["files"] = Value::Null;
        }
    }
    assert_eq!(split, whole);
}

#[test]
fn names_from_logs_do_no_harm() {
    let header =
        "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action vpc-id\n";
    let row = |interface: &str, at: u32, vpc: &str| {
        format!("{interface} 10.0.0.1 10.0.0.2 4000 443 6 2 120 {at} {at} ACCEPT {vpc}\n")
    };
    let hostile = [
        header.to_owned(),
        row("eni-\u{1b}[2J\u{202e}", 1_795_403_520, "vpc-1;reboot"),
        row("eni-\u{1b}[2J\u{202e}", 1_795_410_000, "$(reboot)"),
        row("eni-2", 1_795_406_000, "--endpoint-url=x"),
        row("eni-2", 4_000_000_000, "vpc-0a1b"),
        row("eni-3", 0, "-"),
        row("eni-\u{1b}]8;;x\u{7}", 1_795_410_000, "`id`").replace("120", "x\u{1b}c"),
    ];
    let folder = folder(&[("logs/\u{1b}[2Ja.log", &hostile.concat())]);
    let ran = inspect(folder.path(), &["--color", "never"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let moves = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!ran.stdout.contains(moves), "{:?}", ran.stdout);
    let answer = json(folder.path(), &[]);
    let commands = answer["commands"].as_array().expect("a list");
    assert_eq!(commands.len(), 1);
    let command = commands[0].as_str().expect("a text");
    assert!(command.contains(" --resource-ids vpc-0a1b --traffic-type "), "{command}");
    for harmful in ["reboot", "endpoint-url", "`", "$("] {
        assert!(!command.contains(harmful), "{command}");
    }
}

#[test]
fn the_format_to_ask_for_is_that_of_the_readme() {
    let folder = folder(&[("logs/a.log", RECORDS)]);
    let answer = json(folder.path(), &[]);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("the page").replace(" \\\n ", "");
    let command = answer["commands"][0].as_str().expect("a command");
    assert!(readme.contains(command), "{command}");
    assert!(command.contains(answer["log_format"].as_str().expect("a format")));
}
