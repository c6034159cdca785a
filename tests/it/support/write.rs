//! The files of an incident, and how they get to disk and back.
//!
//! Bytes depend on the incident and the versions of the crates alone: gzip with no time in its header and a fixed level.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, GzBuilder};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::support::clock::calendar;
use crate::support::flow_log::{Record, Storage};
use crate::support::format;
use crate::support::incident::Incident;
use crate::support::metadata;
use crate::support::readme;
use crate::support::rng::Rng;
use crate::support::vpc::{ACCOUNT, REGION};

/// Files by their path below the folder.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Every file of an incident's folder.
pub(crate) fn files(incident: &Incident) -> Files {
    let mut files = Files::new();
    files.insert("README.md".into(), readme::page(incident).into_bytes());
    for (name, document) in metadata::documents(incident) {
        let is_manifest = name == "manifest.json";
        let bytes = if is_manifest { manifest(&document) } else { pretty(&document) };
        files.insert(format!("metadata/{name}"), bytes);
    }
    for (name, bytes) in log_files(incident) {
        files.insert(format!("logs/{name}"), bytes);
    }
    files
}

/// The flow log's objects: five minutes of records by their `end` in each, in no order.
pub(crate) fn log_files(incident: &Incident) -> Files {
    let mut slots: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    for record in incident.records() {
        slots.entry(record.end.div_euclid(300) * 300).or_default().push(record);
    }
    let mut rng = Rng::new(incident.seed ^ 0x0F1E);
    slots
        .into_iter()
        .map(|(slot, mut records)| {
            rng.shuffle(&mut records);
            (object_name(incident, slot, &rng.hex(8)), object(incident, &records))
        })
        .collect()
}

/// As AWS names it.
fn object_name(incident: &Incident, slot: i64, hash: &str) -> String {
    let log = &incident.log;
    let extension = match log.storage {
        Storage::Text => "log.gz",
        Storage::Parquet => "log.parquet",
    };
    let (day, stamp) = (calendar(slot, "%Y/%m/%d"), calendar(slot, "%Y%m%dT%H%MZ"));
    format!(
        "AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/{day}/{ACCOUNT}_vpcflowlogs_{REGION}_{}_{stamp}_{hash}.{extension}",
        log.id
    )
}

fn object(incident: &Incident, records: &[Record]) -> Vec<u8> {
    match incident.log.storage {
        Storage::Text => gzip(format::text(incident, records).as_bytes()),
        Storage::Parquet => format::parquet(incident, records),
    }
}

/// One gzip member without a time.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).expect("memory takes bytes");
    encoder.finish().expect("memory takes bytes")
}

/// Four blanks of indentation, as the CLI prints.
pub(crate) fn pretty(document: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    document.serialize(&mut serializer).expect("memory takes bytes");
    bytes.push(b'\n');
    bytes
}

/// A line for each call, as the script of `flowcause collect` writes them.
fn manifest(document: &Value) -> Vec<u8> {
    let calls = document["files"].as_array().expect("a list");
    let lines: Vec<String> = calls.iter().map(|call| format!("    {call}")).collect();
    let version = &document["flowcause_manifest"];
    let text =
        format!("{{\n  \"flowcause_manifest\": {version},\n  \"files\": [\n{}\n  ]\n}}\n", lines.join(",\n"));
    text.into_bytes()
}

/// Makes a folder hold exactly these files. Files that are equal already are not touched, because other tests read them.
pub(crate) fn write(folder: &Path, files: &Files) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let have = read(folder);
    for name in have.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name)).expect("the file can be removed");
    }
    for (name, bytes) in files.iter().filter(|(name, bytes)| have.get(*name) != Some(*bytes)) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder can be made");
        fs::write(&path, bytes).expect("the file can be written");
    }
}

/// Every file below a folder.
pub(crate) fn read(folder: &Path) -> Files {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("the folder can be read"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).expect("below the folder");
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            (parts.join("/"), fs::read(entry.path()).expect("the file can be read"))
        })
        .collect()
}
