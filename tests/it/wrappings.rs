//! Every wrapping: the same records come out of each, each is known for what it is, and damage is told.

use std::path::Path;

use flowcause::ingest::files::{LogFile, source_id};
use flowcause::ingest::options::{Formats, ReadOptions};
use flowcause::ingest::read_file;
use flowcause::ingest::sink::{Description, DescriptionId, FlowRecord, NameId, Sighting, Sink, Span};
use flowcause::ingest::wrapping::{ColumnsBy, Compression, FileKind};
use flowcause::model::defect::Defects;
use flowcause::model::log_format::LogFormat;
use flowcause::model::source::RowRef;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

use crate::laws::{TABLES, reduce_with, told};
use crate::support::every_wrapping;
use crate::support::run::{defects, finish, first_verdict, flowcause, run};
use crate::support::table::Table;
use crate::support::wrappings::{Wrapped, all, bzip2_of, zstd_of};
use crate::support::write::{self, gzip};

/// Counts records.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn name(&mut self, _text: &[u8]) -> NameId {
        NameId(0)
    }

    fn description(&mut self, _values: &Description<'_>) -> DescriptionId {
        DescriptionId(0)
    }

    fn wants_ports(&self, _src_port: u16, _dst_port: u16) -> bool {
        true
    }

    fn sighting(&mut self, _interface: NameId, _sighting: Sighting, _span: Span, _row: RowRef) {
        self.0 += 1;
    }

    fn flow(&mut self, _record: &FlowRecord) {}
}

/// What a file is, how many records it has, and what is wrong with it.
fn read(bytes: Vec<u8>, options: &ReadOptions) -> (FileKind, u64, Defects) {
    let (mut count, mut defects) = (Count::default(), Defects::default());
    let file = LogFile::of_bytes("file", bytes);
    let kind = read_file(&file, source_id(0), options, &mut count, &mut defects, &|_| {});
    (kind, count.0, defects)
}

fn name(kind: FileKind) -> String {
    let layers = kind.layers.iter().map(Compression::name);
    layers.chain([kind.wrapping.name()]).collect::<Vec<_>>().join(" ")
}

/// `--log-format` of a table.
fn given(table: &Table) -> ReadOptions {
    let given = LogFormat::parse(&table.header()).expect("names");
    ReadOptions { formats: Formats { given: Some(given), ..Formats::default() } }
}

#[test]
fn every_wrapping_is_known_for_what_it_is() {
    let table = every_wrapping::table(&every_wrapping::incident());
    for one in all(&table) {
        let (kind, n_records, defects) = read(one.bytes, &given(&table));
        assert!(defects.is_empty(), "{}: {defects:?}", one.path);
        assert_eq!((name(kind).as_str(), n_records), (one.kind, table.rows.len() as u64), "{}", one.path);
        let by = if one.is_headerless { ColumnsBy::Given } else { ColumnsBy::Names };
        assert_eq!(kind.columns, Some(by), "{}", one.path);
    }
    let (kind, n_records, defects) = read(b"Permission Check Successful".to_vec(), &ReadOptions::default());
    assert_eq!((name(kind).as_str(), n_records), ("export-permission-check", 0));
    assert!(defects.is_empty(), "{defects:?}");
}

#[test]
fn common_formats_need_no_description() {
    for table in TABLES.iter() {
        let is_common = [14, 29, 39].contains(&table.fields.len());
        for one in all(table).into_iter().filter(|one| one.is_headerless) {
            let (kind, n_records, defects) = read(one.bytes, &ReadOptions::default());
            let expect = if is_common { table.rows.len() as u64 } else { 0 };
            assert_eq!((n_records, defects.is_empty()), (expect, is_common), "{}: {defects:?}", one.path);
            let by = if table.fields.len() == 14 { ColumnsBy::Default } else { ColumnsBy::Guessed };
            assert_eq!(kind.columns, is_common.then_some(by), "{}", one.path);
            let says = defects.iter().map(|(kind, _, place)| format!("{} {}", kind.name(), place.text));
            let says: Vec<String> = says.collect();
            assert!(is_common || says.len() == 1 && says[0].contains("`--log-format"), "{says:?}");
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 12, ..Config::default() })]

    #[test]
    fn the_same_records_come_out_of_every_wrapping(number in 0_usize..100, from in 0_usize..40, length in 1_usize..60) {
        let whole = &TABLES[number % TABLES.len()];
        let rows = whole.rows.iter().skip(from).take(length).cloned().collect();
        let table = Table { rows, fields: whole.fields.clone() };
        let options = given(&table);
        let plain = told(&reduce_with(vec![table.text().into()], &options));
        for one in all(&table) {
            prop_assert_eq!(&told(&reduce_with(vec![one.bytes], &options)), &plain, "{}", one.path);
        }
    }

    /// Cut anywhere, each is read as far as it goes, and says so; nothing panics.
    #[test]
    fn what_is_cut_is_told(number in 0_usize..100, part in 0.0..1.0_f64) {
        let table = &TABLES[number % TABLES.len()];
        let some = Table { rows: table.rows[..40].to_vec(), fields: table.fields.clone() };
        for one in all(&some) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within")]
            let at = (one.bytes.len() as f64 * part) as usize;
            let (_, n_records, defects) = read(one.bytes[..at].to_vec(), &given(&some));
            prop_assert!(n_records <= 40, "{}", one.path);
            // A cut between two lines, rows or events of a file that has no end of its own does not show.
            prop_assert!(n_records > 0 || !defects.is_empty(), "{}", one.path);
        }
    }

    #[test]
    fn what_is_changed_does_no_harm(number in 0_usize..100, at in 0.0..1.0_f64, byte: u8) {
        let table = &TABLES[number % TABLES.len()];
        let some = Table { rows: table.rows[..20].to_vec(), fields: table.fields.clone() };
        for mut one in all(&some) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within")]
            let at = (one.bytes.len() as f64 * at) as usize;
            one.bytes[at] = byte;
            read(one.bytes, &given(&some));
        }
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn wrapped() -> Vec<Wrapped> {
    all(&every_wrapping::table(&every_wrapping::incident()))
}

/// The kept records, and the verdict.
fn outcome(report: &Value) -> (u64, (String, String)) {
    (report["inputs"]["kept"].as_u64().expect("a number"), first_verdict(report))
}

const METADATA: &str = "sample-data/wrappings/metadata";

#[test]
fn each_file_of_the_sample_alone_gives_the_verdict_and_quotes_records() {
    let incident = every_wrapping::incident();
    let table = every_wrapping::table(&incident);
    let lines: Vec<String> = table.lines().iter().map(|line| line.trim_end().to_owned()).collect();
    let mut outcomes = Vec::new();
    for one in wrapped() {
        let log = format!("sample-data/wrappings/logs/{}", one.path);
        let ran = run(repository(), &["explain", &log, "--metadata", METADATA, "--format", "json"]);
        let report = ran.json();
        assert_eq!((defects(&report).as_str(), ran.stderr.as_str()), ("", ""), "{log}");
        outcomes.push(outcome(&report));
        let rows = report["tasks"][0]["verdict"]["evidence"][0]["rows"].as_array().expect("rows");
        assert!(!rows.is_empty(), "{log}");
        for row in rows {
            let record = row["record"].as_str().expect("a text");
            let is_own = ["parquet", "csv", "tsv", "json-rows"].iter().any(|kind| one.kind.ends_with(kind))
                && !one.path.starts_with("insights.")
                && !one.path.starts_with("console");
            assert!(is_own || lines.iter().any(|line| line == record), "{log}: {record}");
            assert!(record.contains("eni-"), "{log}: {record}");
        }
    }
    let verdict = (incident.telling.cause.to_owned(), incident.telling.standing.to_owned());
    assert!(outcomes[0].0 > 0);
    let expect = (outcomes[0].0, verdict);
    assert!(outcomes.iter().all(|one| *one == expect), "{outcomes:?}");
}

#[test]
fn the_standard_input_may_be_of_any_wrapping() {
    let expect = {
        let log = "sample-data/wrappings/logs/s3/records.log.gz";
        outcome(&run(repository(), &["explain", log, "--metadata", METADATA, "--format", "json"]).json())
    };
    for one in wrapped() {
        let mut command = flowcause(repository());
        command.args(["explain", "-", "--metadata", METADATA, "--format", "json"]).write_stdin(one.bytes);
        assert_eq!(outcome(&finish(&mut command).json()), expect, "{}", one.path);
    }
}

/// A folder with the incident's records without a header, and with metadata that says nothing of its flow log.
fn undescribed() -> (tempfile::TempDir, String) {
    let incident = every_wrapping::incident();
    let table = every_wrapping::table(&incident);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = write::files(&incident);
    files.retain(|name, _| name.starts_with("metadata/") && !name.contains("flow-logs"));
    files.insert("records.log".to_owned(), table.lines().concat().into_bytes());
    write::write(folder.path(), &files);
    let names: Vec<String> = table.fields.iter().map(|field| format!("${{{}}}", field.name())).collect();
    (folder, names.join(" "))
}

#[test]
fn the_order_of_fields_may_be_given_as_flag_variable_and_setting() {
    let (folder, format) = undescribed();
    let explain = ["explain", "records.log", "--metadata", "metadata", "--format", "json"];
    let missing = run(folder.path(), &explain);
    assert_eq!(missing.code, Some(3), "{}", missing.stderr);
    assert!(missing.stderr.contains("--log-format '${a} ${b}'"), "{}", missing.stderr);

    let flag = run(folder.path(), &[&explain[..], &["--log-format", &format]].concat());
    let expect = outcome(&flag.json());
    assert_eq!(expect.1.0, every_wrapping::incident().telling.cause);
    let mut variable = flowcause(folder.path());
    variable.args(explain).env("FLOWCAUSE_LOG_FORMAT", &format);
    assert_eq!(outcome(&finish(&mut variable).json()), expect);
    std::fs::write(folder.path().join("flowcause.toml"), format!("log-format = '{format}'\n"))
        .expect("a file");
    assert_eq!(outcome(&run(folder.path(), &explain).json()), expect);

    let wrong = run(folder.path(), &[&explain[..], &["--log-format", "${srcaddr} ${"]].concat());
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("expected names of fields"), "{}", wrong.stderr);
}

#[test]
fn compressions_are_bounded_in_number() {
    let text = b"version account-id\n";
    let around = |n: usize| (0..n).fold(text.to_vec(), |inner, _| gzip(&inner));
    for n in 0..=4 {
        let (kind, _, defects) = read(around(n), &ReadOptions::default());
        assert_eq!((kind.layers.iter().count(), name(kind).ends_with("s3-text")), (n, true), "{defects:?}");
    }
    let (_, _, defects) = read(around(5), &ReadOptions::default());
    let told: Vec<String> =
        defects.iter().map(|(kind, _, place)| format!("{} {}", kind.name(), place.text)).collect();
    assert_eq!(
        told,
        ["unrecognised-file expected records, found more than 4 compressions around each other"]
    );
    for bytes in [zstd_of(text), bzip2_of(text)] {
        let (_, _, defects) = read(bytes[..bytes.len() - 3].to_vec(), &ReadOptions::default());
        assert!(defects.iter().any(|(kind, ..)| kind.name() == "damaged-compression"), "{defects:?}");
    }
}

/// A few kilobytes that would be terabytes: read for a while, then told and left.
#[test]
fn a_bomb_is_told_and_left() {
    let zeros = vec![b'x'; 1 << 24];
    let frame = zstd_of(&zeros);
    let bomb = zstd_of(&frame.repeat(20_000));
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let (_, _, defects) = read(bomb, &ReadOptions::default());
    let told: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("more than 1100 times its size")), "{told:?}");
    let mut parquet = b"PAR1".to_vec();
    parquet.resize(80 << 20, 0);
    let (_, _, defects) = read(gzip(&parquet), &ReadOptions::default());
    let told: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
    assert_eq!(told, ["a Parquet file of more than 200 times its compressed size"]);
}
