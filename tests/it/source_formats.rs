//! Every source format gives the same records, is recognised from its content, and has its damage reported.

use std::io::Read;

use flate2::read::GzDecoder;
use flowcause::ingest::file_kind::{Compression, FieldOrderSource, FileKind};
use flowcause::ingest::files::{LogFile, source_id};
use flowcause::ingest::options::{Formats, ReadOptions};
use flowcause::ingest::read_file;
use flowcause::ingest::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use flowcause::ingest::sink::Sink;
use flowcause::model::defect::Defects;
use flowcause::model::field::Field;
use flowcause::model::log_format::LogFormat;
use flowcause::model::source::RowRef;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::laws::{TABLES, described, reduce_with};
use crate::support::source_format_sample;
use crate::support::source_formats::{FormatSample, all, bzip2_of, zstd_of};
use crate::support::table::Table;
use crate::support::write::gzip;

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

    fn coverage(&mut self, _interface: NameId, _log_status: LogStatus, _span: TimeSpan, _row: RowRef) {
        self.0 += 1;
    }

    fn flow(&mut self, _record: &FlowRecord) {}
}

/// The kind of a file, the number of its records, and its defects.
fn read(bytes: Vec<u8>, options: &ReadOptions) -> (FileKind, u64, Defects) {
    let (mut count, mut defects) = (Count::default(), Defects::default());
    let file = LogFile::of_bytes("file", bytes);
    let kind = read_file(&file, source_id(0), options, &mut count, &mut defects, &|_| {});
    (kind, count.0, defects)
}

fn name(kind: FileKind) -> String {
    let layers = kind.layers.iter().map(Compression::name);
    layers.chain([kind.source_format.name()]).collect::<Vec<_>>().join(" ")
}

/// `--log-format` of a table.
fn given(table: &Table) -> ReadOptions {
    let given = LogFormat::parse(&table.header()).expect("header");
    ReadOptions { formats: Formats { given: Some(given), ..Formats::default() } }
}

#[test]
fn every_source_format_is_recognised() {
    let table = source_format_sample::table(&source_format_sample::incident());
    for one in all(&table) {
        let (kind, n_records, defects) = read(one.bytes, &given(&table));
        assert!(defects.is_empty(), "{}: {defects:?}", one.path);
        assert_eq!((name(kind).as_str(), n_records), (one.kind, table.rows.len() as u64), "{}", one.path);
        let by = if one.is_headerless { FieldOrderSource::LogFormat } else { FieldOrderSource::Header };
        assert_eq!(kind.field_order_source, Some(by), "{}", one.path);
    }
    let (kind, n_records, defects) = read(b"Permission Check Successful".to_vec(), &ReadOptions::default());
    assert_eq!((name(kind).as_str(), n_records), ("export-permission-check", 0));
    assert!(defects.is_empty(), "{defects:?}");
}

#[test]
fn common_field_orders_need_no_description() {
    for table in TABLES.iter() {
        let is_common = [14, 29, 39].contains(&table.fields.len());
        for one in all(table).into_iter().filter(|one| one.is_headerless) {
            let (kind, n_records, defects) = read(one.bytes, &ReadOptions::default());
            let expect = if is_common { table.rows.len() as u64 } else { 0 };
            assert_eq!((n_records, defects.is_empty()), (expect, is_common), "{}: {defects:?}", one.path);
            let by = if table.fields.len() == 14 {
                FieldOrderSource::DefaultFormat
            } else {
                FieldOrderSource::Inferred
            };
            assert_eq!(kind.field_order_source, is_common.then_some(by), "{}", one.path);
            let messages = defects.iter().map(|(kind, _, place)| format!("{} {}", kind.name(), place.text));
            let messages: Vec<String> = messages.collect();
            assert!(
                is_common || messages.len() == 1 && messages[0].contains("`--log-format"),
                "{messages:?}"
            );
        }
    }
}

/// The table with packet addresses, which Security Lake stores for every flow log. They are the interface's addresses if
/// the table has no others.
fn with_packets(table: &Table) -> Table {
    let mut table = table.clone();
    for (own, packet) in [(Field::SrcAddr, Field::PktSrcAddr), (Field::DstAddr, Field::PktDstAddr)] {
        if !table.fields.contains(&packet) {
            let at = table.fields.iter().position(|&field| field == own).expect("a flow's address");
            table.fields.push(packet);
            table.rows.iter_mut().for_each(|row| row.push(row[at].clone()));
        }
    }
    table
}

proptest! {
    #![proptest_config(Config { cases: 12, ..Config::default() })]

    #[test]
    fn every_source_format_gives_the_same_records(number in 0_usize..100, from in 0_usize..40, length in 1_usize..60) {
        let whole = &TABLES[number % TABLES.len()];
        let rows = whole.rows.iter().skip(from).take(length).cloned().collect();
        let table = Table { rows, fields: whole.fields.clone() };
        let options = given(&table);
        let records_of = |bytes: Vec<u8>| described(&reduce_with(vec![bytes], &options));
        let (plain, of_packets) = (records_of(table.text().into()), records_of(with_packets(&table).text().into()));
        for one in all(&table) {
            let expect = if one.kind == "security-lake" { &of_packets } else { &plain };
            prop_assert_eq!(&records_of(one.bytes), expect, "{}", one.path);
        }
    }

    /// A file that is cut off anywhere is read up to that point and reported; nothing panics.
    #[test]
    fn a_file_that_is_cut_off_is_reported(number in 0_usize..100, part in 0.0..1.0_f64) {
        let table = &TABLES[number % TABLES.len()];
        let some = Table { rows: table.rows[..40].to_vec(), fields: table.fields.clone() };
        for one in all(&some) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within")]
            let at = (one.bytes.len() as f64 * part) as usize;
            let (_, n_records, defects) = read(one.bytes[..at].to_vec(), &given(&some));
            prop_assert!(n_records <= 40, "{}", one.path);
            // A cut between two lines, rows or events is not visible if the format has no end marker.
            prop_assert!(n_records > 0 || !defects.is_empty(), "{}", one.path);
        }
    }

    #[test]
    fn any_changed_byte_can_be_read(number in 0_usize..100, at in 0.0..1.0_f64, byte: u8) {
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

/// The text of every file that is gzip around text, by path.
fn texts(table: &Table) -> Vec<(&'static str, String)> {
    let text = |one: FormatSample| {
        let mut text = String::new();
        GzDecoder::new(&one.bytes[..]).read_to_string(&mut text).ok().map(|_| (one.path, text))
    };
    all(table).into_iter().filter(|one| one.kind.starts_with("gzip")).filter_map(text).collect()
}

/// The number of records, and the defects by name.
fn records_and_defects(bytes: Vec<u8>, options: &ReadOptions) -> (u64, Vec<String>) {
    let (_, n_records, defects) = read(bytes, options);
    (n_records, defects.iter().map(|(kind, count, _)| format!("{} x{count}", kind.name())).collect())
}

#[test]
fn changes_by_editors_and_cat_do_not_matter() {
    let table = source_format_sample::table(&source_format_sample::incident());
    let (options, n) = (given(&table), table.rows.len() as u64);
    for (path, text) in texts(&table) {
        let check = |text: String, expect: u64| {
            assert_eq!(records_and_defects(text.into_bytes(), &options), (expect, Vec::new()), "{path}");
        };
        check(text.clone(), n);
        check(text.replace('\n', "\r\n"), n);
        check(format!("\u{feff}{text}"), n);
        check(format!("\n \n{text}"), n);
        check(text.trim_end().to_owned(), n);
        check(format!("{text}{text}"), 2 * n);
    }
}

#[test]
fn a_line_that_is_too_long_or_not_text_affects_only_itself() {
    let table = source_format_sample::table(&source_format_sample::incident());
    let (options, n) = (given(&table), table.rows.len() as u64);
    for (path, text) in texts(&table).into_iter().filter(|(path, _)| !path.contains("json")) {
        let with = |line: &[u8]| [text.as_bytes(), line, b"\n", text.as_bytes()].concat();
        let long = records_and_defects(with(&b"x".repeat(70 * 1024)), &options);
        assert_eq!(long, (2 * n, vec!["line-too-long x1".to_owned()]), "{path}");
        let (n_records, defects) = records_and_defects(with(b"\xff\xfe\x00 ACCEPT \x1b[2J"), &options);
        assert!(n_records == 2 * n && defects.len() == 1, "{path}: {n_records} {defects:?}");
    }
}

#[test]
fn a_message_that_only_tests_the_connection_is_not_a_defect() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: x"}]}"#;
    let (kind, n_records, defects) = read(gzip(control.as_bytes()), &ReadOptions::default());
    assert_eq!((name(kind).as_str(), n_records, defects.is_empty()), ("gzip subscription", 0, true));
}

/// One byte in the middle of each payload in turn is damaged. The other payloads are used, and the position is reported.
#[test]
fn a_damaged_payload_affects_only_itself() {
    let table = source_format_sample::table(&source_format_sample::incident());
    let (options, n) = (given(&table), table.rows.len() as u64);
    let is_carried = |path: &str| path.contains("kinesis") || path.contains("lambda");
    let carried: Vec<_> = texts(&table).into_iter().filter(|(path, _)| is_carried(path)).collect();
    assert_eq!(carried.len(), 3);
    for (path, text) in carried {
        for (start, _) in text.match_indices("H4sI") {
            let mut text = text.clone().into_bytes();
            text[start + 60] = b'?';
            let (_, n_records, defects) = read(text, &options);
            let reported: Vec<_> =
                defects.iter().map(|(kind, count, place)| (kind.name(), count, place.line)).collect();
            // The first payload has no record.
            assert!((n - 7..=n).contains(&n_records), "{path}: {n_records}");
            assert!(matches!(reported[..], [("damaged-compression", 1, Some(_))]), "{path}: {reported:?}");
        }
    }
}

#[test]
fn a_log_format_without_required_fields_is_reported() {
    let given = LogFormat::parse("${srcaddr} ${dstaddr} ${action}").expect("a format");
    let options = ReadOptions { formats: Formats { given: Some(given), ..Formats::default() } };
    let (kind, n_records, defects) = read(b"10.0.0.1 10.0.0.2 ACCEPT\n".to_vec(), &options);
    let reported: Vec<String> = defects.iter().map(|(_, _, place)| place.text.clone()).collect();
    assert_eq!((n_records, kind.field_order_source), (0, Some(FieldOrderSource::LogFormat)));
    assert!(reported[0].starts_with("`--log-format` lacks `srcport`"), "{reported:?}");
}

#[test]
fn lines_of_several_kinds_and_formats_may_be_mixed() {
    let table_of = |n_fields: usize| {
        TABLES.iter().find(|table| table.fields.len() == n_fields).expect("a sample of each")
    };
    let own = source_format_sample::table(&source_format_sample::incident());
    let tables = [table_of(14), &own, table_of(29), table_of(39)];
    let lines_of = |path: &str| -> Vec<String> {
        let of = |table| {
            let (_, text) = texts(table).into_iter().find(|(have, _)| *have == path).expect("it is there");
            text.lines().take(50).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let lines: Vec<Vec<String>> = tables.iter().map(|table| of(table)).collect();
        // Records of several flow logs that share a stream alternate.
        (0..50).flat_map(|n| lines.iter().map(move |of| format!("{}\n", of[n]))).collect()
    };
    let mut paths =
        ["cloudwatch-export/000000.gz", "tail.log.gz", "firehose/records.log.gz", "filter-log-events.txt.gz"];
    for _ in 0..paths.len() {
        let text = paths.iter().flat_map(|path| lines_of(path)).chain([own.text()]).collect::<String>();
        let (n_records, defects) = records_and_defects(text.into_bytes(), &given(&own));
        // One line of the last kind has no record.
        let expect = (3 * 50 + 49) * 4 + own.rows.len() as u64;
        assert_eq!((n_records, defects), (expect, Vec::new()), "{paths:?}");
        paths.rotate_left(1);
    }
}

#[test]
fn the_number_of_compressions_is_limited() {
    let text = b"version account-id\n";
    let around = |n: usize| (0..n).fold(text.to_vec(), |inner, _| gzip(&inner));
    for n in 0..=4 {
        let (kind, _, defects) = read(around(n), &ReadOptions::default());
        assert_eq!((kind.layers.iter().count(), name(kind).ends_with("s3-text")), (n, true), "{defects:?}");
    }
    let (_, _, defects) = read(around(5), &ReadOptions::default());
    let reported: Vec<String> =
        defects.iter().map(|(kind, _, place)| format!("{} {}", kind.name(), place.text)).collect();
    assert_eq!(reported, ["unrecognised-file expected records, found more than 4 nested compressions"]);
    for bytes in [zstd_of(text), bzip2_of(text)] {
        let (_, _, defects) = read(bytes[..bytes.len() - 3].to_vec(), &ReadOptions::default());
        assert!(defects.iter().any(|(kind, ..)| kind.name() == "damaged-compression"), "{defects:?}");
    }
}

/// A few kilobytes that expand to terabytes are read up to a limit and reported.
#[test]
fn a_decompression_bomb_is_reported() {
    let zeros = vec![b'x'; 1 << 24];
    let frame = zstd_of(&zeros);
    let bomb = zstd_of(&frame.repeat(20_000));
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let (_, _, defects) = read(bomb, &ReadOptions::default());
    let reported: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
    assert!(reported.iter().any(|text| text.contains("more than 1100 times its size")), "{reported:?}");
    let mut parquet = b"PAR1".to_vec();
    parquet.resize(80 << 20, 0);
    let (_, _, defects) = read(gzip(&parquet), &ReadOptions::default());
    let reported: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
    assert_eq!(reported, ["a Parquet file of more than 200 times its compressed size"]);
}
