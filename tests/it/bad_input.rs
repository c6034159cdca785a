//! Damaged input: everything usable is used, every defect is reported, and nothing panics.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use crate::support::bad::{Odd, damaged, sound};
use crate::support::incident::Incident;
use crate::support::run::{Ran, defects, first_verdict, run};
use crate::support::scenarios;
use crate::support::table::Table;
use crate::support::write;

/// The sample whose files are damaged. It has the default format, so that it needs no header.
fn incident() -> Incident {
    let name = "task-egress-rejected-v2";
    scenarios::all().into_iter().find(|incident| incident.name == name).expect("it is there")
}

/// A folder with the sample's `metadata/` and an empty `logs/`.
fn folder(incident: &Incident) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = write::files(incident);
    files.retain(|name, _| name.starts_with("metadata/"));
    write::write(folder.path(), &files);
    fs::create_dir(folder.path().join("logs")).expect("a folder");
    folder
}

fn put(folder: &Path, odd: &Odd) {
    fs::write(folder.join("logs").join(odd.name), &odd.bytes).expect("a file");
}

fn explain(folder: &Path, logs: &str) -> Ran {
    run(folder, &["explain", logs, "--metadata", "metadata", "--format", "json"])
}

fn truth(incident: &Incident) -> (String, String) {
    (incident.story.cause.to_owned(), incident.story.confidence.to_owned())
}

#[test]
fn the_cause_is_found_among_all_bad_inputs_and_each_defect_is_listed() {
    let incident = incident();
    let folder = folder(&incident);
    for (name, bytes) in write::log_files(&incident) {
        let name = name.rsplit('/').next().expect("a name");
        fs::write(folder.path().join("logs").join(name), bytes).expect("a file");
    }
    let table = Table::of(&incident, &incident.records());
    for odd in damaged(&table).iter().chain(&sound(&table)) {
        put(folder.path(), odd);
    }
    symlink("gone.log", folder.path().join("logs/dangling.log")).expect("a link");
    symlink(".", folder.path().join("logs/loop")).expect("a link");
    spoil_metadata(&folder.path().join("metadata"));

    let ran = explain(folder.path(), "logs");
    let report = ran.json();
    assert_eq!(defects(&report), DEFECTS);
    // A later success may be among the records that could not be read.
    assert_eq!(first_verdict(&report), (truth(&incident).0, "likely".to_owned()));
    assert_eq!(ran.stderr, "");
}

/// A truncated page, a document of an unknown kind, a file that is not a document, and a broken link.
fn spoil_metadata(metadata: &Path) {
    let whole = fs::read(metadata.join("describe-subnets.json")).expect("the subnets");
    fs::write(metadata.join("cut.json"), &whole[..whole.len() / 2]).expect("a file");
    fs::write(metadata.join("other.json"), "{\"Buckets\": [{\"Name\": \"b\"}]}").expect("a file");
    fs::write(metadata.join("notes.txt"), "saved on Monday").expect("a file");
    symlink("gone.json", metadata.join("dangling.json")).expect("a link");
}

/// Each kind with its count, its first location and the text there.
const DEFECTS: &str = "\
unreadable-file x3 metadata/dangling.json found `IO error for operation on metadata/dangling.json: No such file or directory (os error 2)`
empty-file x4 logs/empty.log expected flow-log records, found nothing
unrecognised-file x4 logs/garbage.bin expected text, gzip or Parquet, found other bytes
damaged-compression x2 logs/cut.log.gz:199 incomplete deflate stream; the lines before it were used
damaged-parquet x2 logs/footer.log.parquet Parquet error: Unexpected struct field type 15
wrong-column-type x2 logs/types.log.parquet `srcaddr`: expected text, found List(Utf8)
unknown-field-order x1 logs/order.log:1 expected a header line or a common format, found 5 fields; `--log-format '${a} ${b}'` names the fields in their order
missing-fields x2 logs/incomplete.log:2 the header lacks `srcport`, `dstport`, `protocol`, `start`, `end`, `action`, which a flow must have
unknown-fields x1 logs/unknown.log:1 `my-field`: not a field of versions 2 to 11; ignored
wrong-field-count x3 logs/fields.log:2 expected 14 fields, found 6
bad-value x4 logs/bad-action.log:2 action: expected `ACCEPT` or `REJECT`, found `DENY`
line-too-long x1 logs/long-line.log:2 expected a record, found more than 65536 bytes without a line end
transit-gateway-record x2 logs/transit.log:2 transit gateway records are not read
damaged-json x1 metadata/cut.json:62 expected JSON, found EOF while parsing an object
unknown-document x1 metadata/other.json:1 expected a known document, found the keys `Buckets`
";

#[test]
fn each_damaged_file_alone_is_reported() {
    let incident = incident();
    let folder = folder(&incident);
    for odd in damaged(&Table::of(&incident, &incident.records())) {
        put(folder.path(), &odd);
        let ran = explain(folder.path(), &format!("logs/{}", odd.name));
        let reported = match ran.code {
            Some(0) => defects(&ran.json()),
            Some(3) => ran.stderr.clone(),
            other => panic!("{}: {other:?} {}", odd.name, ran.stderr),
        };
        assert!(reported.contains(odd.defect), "{}: {reported}", odd.name);
        assert!(!ran.stderr.contains("panicked"), "{}: {}", odd.name, ran.stderr);
    }
}

#[test]
fn each_unusual_but_sound_file_gives_the_cause_and_no_defect() {
    let incident = incident();
    let folder = folder(&incident);
    for odd in sound(&Table::of(&incident, &incident.records())) {
        put(folder.path(), &odd);
        let report = explain(folder.path(), &format!("logs/{}", odd.name)).json();
        assert_eq!(defects(&report), "", "{}", odd.name);
        assert_eq!(first_verdict(&report), truth(&incident), "{}", odd.name);
    }
}

/// Lines are counted from the first line of the file, with or without a header.
#[test]
fn the_first_line_is_line_one() {
    let incident = incident();
    let folder = folder(&incident);
    let table = Table::of(&incident, &incident.records());
    let mut lines = table.lines();
    let address = incident.sim.vpc.get(incident.tasks[0].eni).address;
    let sent = format!(" {address} 10.40.12.52 ");
    lines.sort_by_key(|line| !(line.contains(&sent) && line.contains("REJECT")));
    for text in [lines.concat(), format!("\u{feff}{}", lines.concat())] {
        fs::write(folder.path().join("logs/a.log"), text).expect("a file");
        let report = explain(folder.path(), "logs").json();
        let row = &report["tasks"][0]["verdict"]["evidence"][0]["rows"][0];
        assert_eq!((row["line"].as_u64(), row["record"].as_str()), (Some(1), Some(lines[0].trim_end())));
    }
}

#[test]
fn without_usable_input_the_error_names_the_expected_input() {
    let folder = folder(&incident());
    let path = folder.path().join("logs");
    let check = |words: &[&str], reported: &[&str]| {
        let ran = run(folder.path(), &[&["explain"], words].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{words:?}: {}", ran.stderr);
        for text in reported {
            assert!(ran.stderr.contains(text), "{words:?}: no `{text}` in {}", ran.stderr);
        }
    };
    check(&["logs"], &["error: no flow record found in `logs`", "hint: pass the files"]);
    fs::write(path.join("empty.log"), "").expect("a file");
    fs::write(path.join("notes.txt"), "nothing here").expect("a file");
    check(&["logs"], &["empty-file x1, first in `logs/empty.log`", "first in `logs/notes.txt:1`"]);
    check(&["metadata/describe-vpcs.json"], &["found an AWS document; pass metadata with `--metadata`"]);
    check(&["logs", "metadata"], &["found in `logs`, `metadata`", "unrecognised-file x7"]);
}

#[test]
fn missing_input_is_a_usage_error() {
    let folder = folder(&incident());
    let check = |words: &[&str], reported: &[&str]| {
        let ran = run(folder.path(), &[&["explain"], words].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{words:?}: {}", ran.stderr);
        for text in reported {
            assert!(ran.stderr.contains(text), "{words:?}: no `{text}` in {}", ran.stderr);
        }
    };
    check(&["gone"], &["error: `gone` does not exist", "hint: "]);
    check(&["logs/gone.log"], &["`logs/gone.log` does not exist", "hint: `logs` exists"]);
    check(&["logs", "--metadata", "gone"], &["`gone` does not exist", "hint: "]);
    check(&["logs", "--prot", "443"], &["'--prot'", "similar argument exists: '--port'"]);
    check(&["logs", "--port", "99999"], &["99999", "--port"]);
    check(&["logs", "--at", "noon"], &["`noon` is not a time", "hint: write RFC 3339"]);
    check(&["logs/*.zip"], &["no file matches the pattern", "hint: "]);
}

/// A metadata file that is named must be a document; a file in a folder need not be.
#[test]
fn a_named_file_that_is_no_metadata_is_reported() {
    let incident = incident();
    let folder = folder(&incident);
    put(folder.path(), &sound(&Table::of(&incident, &incident.records()))[0]);
    spoil_metadata(&folder.path().join("metadata"));
    let words =
        ["explain", "logs", "-m", "metadata/notes.txt", "-m", "metadata/cut.json", "--format", "json"];
    let report = run(folder.path(), &words).json();
    let reported = defects(&report);
    assert!(reported.contains("unrecognised-file x1 metadata/notes.txt expected JSON"), "{reported}");
    assert!(reported.contains("damaged-json x1 metadata/cut.json:"), "{reported}");
}
