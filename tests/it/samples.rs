//! The folders of `sample-data/`: the committed files are those of the simulator, and every README states its cause.
//!
//! `BLESS=1 cargo test --test it samples` writes them.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flowcause::model::time::Timestamp;

use crate::support::flow_log::Storage;
use crate::support::readme;
use crate::support::scenarios;
use crate::support::source_format_sample;
use crate::support::write::{self, Files};

/// The cause ids a README may name.
const CAUSES: &[&str] = &[
    "dns-unanswered",
    "endpoint-ingress-rejected",
    "endpoint-nacl-blocks-return",
    "endpoint-sg-blocks-ingress",
    "key-unusable",
    "nat-broken",
    "permission-missing",
    "network-healthy",
    "no-public-ip",
    "path-unanswered",
    "private-dns-off",
    "s3-endpoint-policy-lacks-layer-bucket",
    "secret-not-found",
    "task-egress-rejected",
    "task-nacl-blocks-return",
    "task-sg-blocks-egress",
    "undetermined",
];

/// `sample-data/`.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

/// Every file that belongs to it.
fn expected() -> Files {
    let incidents = scenarios::all();
    let mut files = Files::new();
    files.insert("README.md".into(), readme::index(&incidents).into_bytes());
    for incident in &incidents {
        for (name, bytes) in write::files(incident) {
            files.insert(format!("{}/{name}", incident.name), bytes);
        }
    }
    for (name, bytes) in source_format_sample::files() {
        files.insert(format!("{}/{name}", source_format_sample::FOLDER), bytes);
    }
    files
}

/// The cause and confidence a README states in its third line.
pub(crate) fn stated_cause(readme: &str) -> Option<(&str, &str)> {
    let line = readme.lines().nth(2)?.strip_prefix("Cause: ")?;
    line.strip_suffix(')')?.split_once(" (")
}

#[test]
fn the_folders_are_those_of_the_simulator() {
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
        let stated = stated_cause(&page).expect("a README has a line `Cause: id (confidence)`");
        assert_eq!(stated, (incident.story.cause, incident.story.confidence));
        assert!(CAUSES.contains(&stated.0), "{}", stated.0);
        assert!(["confirmed", "likely", "undetermined"].contains(&stated.1), "{}", stated.1);
    }
}

#[test]
fn no_folder_is_large() {
    for incident in scenarios::all() {
        let size: usize = write::files(&incident).values().map(Vec::len).sum();
        // Roles and policies come in many small files, one for each call.
        let limit = if incident.access.is_some() { 90_000 } else { 70_000 };
        assert!(size < limit, "{} has {size} bytes", incident.name);
    }
}

/// The name of an object contains the start of five minutes, and the object holds the records that ended in them. Its gzip
/// header has no time.
#[test]
fn objects_hold_the_five_minutes_of_their_names() {
    let texts = scenarios::all().into_iter().filter(|incident| incident.log.storage == Storage::Text);
    for incident in texts {
        for (name, bytes) in write::log_files(&incident) {
            assert_eq!(bytes[4..8], [0; 4], "{name}");
            let slot = slot(&name);
            for end in ends(&bytes) {
                assert_eq!(end.div_euclid(300) * 300, slot, "{name}");
            }
        }
    }
}

/// The time in the name of an object, `20261123T0310Z`.
fn slot(name: &str) -> i64 {
    let stamp = name.rsplit('_').nth(1).expect("account_vpcflowlogs_region_id_stamp_hash");
    let (day, clock) = (&stamp[..8], &stamp[9..13]);
    let time = format!("{}-{}-{}T{}:{}:00Z", &day[..4], &day[4..6], &day[6..], &clock[..2], &clock[2..]);
    Timestamp::parse(&time).expect("a time").0
}

/// The column `end` of a text object.
fn ends(bytes: &[u8]) -> Vec<i64> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let place = header.split(' ').position(|name| name == "end").expect("a column `end`");
    lines
        .map(|line| line.split(' ').nth(place).expect("as many values as names"))
        .map(|end| end.parse().expect("a number"))
        .collect()
}
