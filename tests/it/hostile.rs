//! Hostile or random bytes: whatever a file contains, the library returns a report or the error "nothing usable".

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use flowcause::error::Error;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;

use crate::support::run::run;
use crate::support::scenarios;
use crate::support::table::{Codec, Table, Variant};
use crate::support::write::{self, Files};

/// The files of a sample, by their name below its folder.
static SAMPLE: LazyLock<Files> = LazyLock::new(|| {
    let all = scenarios::all();
    write::files(all.iter().find(|incident| incident.name == "endpoint-rejects").expect("it is there"))
});

/// Its records as Parquet. Pages are also stored uncompressed, because gzip detects most damage before the decoder does.
static PARQUET: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == "endpoint-rejects").expect("it is there");
    let table = Table::of(incident, &incident.records());
    let plain = Variant { codec: Codec::None, ..Variant::AWS };
    [Variant::AWS, plain, Variant { dictionary: false, ..plain }].map(|variant| table.parquet(&variant))
});

/// Its records as text.
static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == "endpoint-rejects").expect("it is there");
    Table::of(incident, &incident.records()).text().into_bytes()
});

/// The largest file of the sample whose name has this ending.
fn sample(end: &str) -> Vec<u8> {
    let files = SAMPLE.iter().filter(|(name, _)| name.ends_with(end));
    files.map(|(_, bytes)| bytes).max_by_key(|bytes| bytes.len()).expect("such a file").clone()
}

/// Explains a folder. The test fails for any other result than a report or "nothing usable", and for a panic.
fn survives(folder: &Path) {
    let options = Options {
        logs: vec![LogInput::Path(folder.join("logs"))],
        metadata: vec![folder.join("metadata")],
        ports: vec![53, 443],
        threads: Some(1),
        ..Options::default()
    };
    match explain(&options, &NoProgress) {
        Ok(_) | Err(Error::NoUsableInput { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// The folder of the sample with one of its files replaced by these bytes.
fn survives_with(part: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = SAMPLE.clone();
    files.retain(|name, _| !name.starts_with(part));
    files.insert(format!("{part}/spoilt"), bytes.to_vec());
    write::write(folder.path(), &files);
    survives(folder.path());
}

/// Positions, with the byte to xor there.
fn flips() -> impl Strategy<Value = Vec<(Index, u8)>> {
    prop::collection::vec((any::<Index>(), 1_u8..), 1..12)
}

fn flipped(mut bytes: Vec<u8>, flips: &[(Index, u8)]) -> Vec<u8> {
    for (place, mask) in flips {
        let at = place.index(bytes.len());
        bytes[at] ^= mask;
    }
    bytes
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// A value at or beyond the limits of a field.
fn edge() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "0",
        "1",
        "443",
        "53",
        "65535",
        "65536",
        "4294967295",
        "4294967296",
        "1795403520",
        "1795403520123",
        "4294967295999",
        "18446744073709551615",
        "99999999999999999999",
        "-1",
        "-",
        "",
        "None",
        "eni-1",
        "10.40.1.31",
        "10.40.12.36",
        "::1",
        "255.255.255.255",
        "ACCEPT",
        "REJECT",
        "OK",
        "NODATA",
        "SKIPDATA",
        "ingress",
        "\u{1b}[2J",
    ])
    .prop_map(ToOwned::to_owned)
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn any_bytes_as_a_log(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        survives_with("logs", &bytes);
    }

    #[test]
    fn any_bytes_after_a_magic(
        magic in prop::sample::select(vec![&b"PAR1"[..], b"\x1f\x8b\x08\x00", b"version srcaddr dstaddr\n", b"{", b"2 "]),
        bytes in prop::collection::vec(any::<u8>(), 0..500),
        ends in any::<bool>(),
    ) {
        let end: &[u8] = if ends { b"\x10\x00\x00\x00PAR1" } else { b"" };
        survives_with("logs", &[magic, &bytes, end].concat());
        survives_with("metadata", &[magic, &bytes].concat());
    }

    #[test]
    fn flips_in_gzip(flips in flips()) {
        survives_with("logs", &flipped(sample(".log.gz"), &flips));
    }

    #[test]
    fn flips_in_text(flips in flips()) {
        survives_with("logs", &flipped(TEXT.clone(), &flips));
    }

    #[test]
    fn flips_in_metadata(flips in flips()) {
        for document in ["describe-tasks.json", "describe-vpc-endpoints.json", "describe-network-interfaces.json"] {
            survives_with("metadata", &flipped(sample(document), &flips));
        }
    }

    #[test]
    fn edges_in_records(edges in prop::collection::vec((any::<Index>(), 0_usize..29, edge()), 1..40)) {
        let text = String::from_utf8(TEXT.clone()).expect("text");
        let mut lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split(' ').map(ToOwned::to_owned).collect()).collect();
        for (place, column, edge) in edges {
            let row = place.index(lines.len() - 1);
            lines[row + 1][column] = edge;
        }
        let lines: Vec<String> = lines.iter().map(|line| line.join(" ")).collect();
        survives_with("logs", lines.join("\n").as_bytes());
    }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn flips_in_parquet(stored in 0_usize..3, flips in flips()) {
        survives_with("logs", &flipped(PARQUET[stored].clone(), &flips));
    }
}

/// A report on logs alone, as a first run often is.
#[test]
fn logs_without_metadata_give_a_report() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.log"), TEXT.as_slice()).expect("a file");
    let logs = vec![LogInput::Path(PathBuf::from(folder.path()))];
    let options = Options { logs, ports: vec![53, 443], ..Options::default() };
    assert!(explain(&options, &NoProgress).is_ok_and(|report| !report.tasks.is_empty()));
}

/// Some damage makes the Parquet decoder panic. The panic becomes a defect, or the text of one record is lost.
#[test]
fn a_panic_of_the_decoder_prints_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = SAMPLE.clone();
    files.retain(|name, _| name.starts_with("metadata/"));
    // This bit of this file makes the decoder panic; another version of the decoder may need another bit.
    let mut spoilt = PARQUET[2].clone();
    let at = spoilt.len() * 878_957_155 / 1_000_000_000;
    spoilt[at] ^= 4;
    files.insert("logs/spoilt.parquet".into(), spoilt);
    write::write(folder.path(), &files);
    let ran = run(folder.path(), &["explain", "logs", "--metadata", "metadata"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}
