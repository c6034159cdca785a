//! A sample that repeats on several days, as scheduled runs see it.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;

use crate::support::scenarios;
use crate::support::write::{self, Files};

/// The number of days.
pub(crate) const DAYS: usize = 3;
const DAY: usize = 24 * 3600;

/// The files of a sample of text logs on three days, each day with tasks and interfaces of its own.
pub(crate) fn files(name: &str) -> Files {
    let all = scenarios::all();
    let incident = all.iter().find(|incident| incident.name == name).expect("a sample");
    let files = write::files(incident);
    let tasks = files.get("metadata/describe-tasks.json").expect("tasks");
    let ids = ids(&String::from_utf8_lossy(tasks));
    let mut days = Files::new();
    for day in 0..DAYS {
        for (name, bytes) in &files {
            let (name, bytes) = (moved(name, day, &ids), on_day(name, bytes, day, &ids));
            let name = if name.starts_with("metadata/describe-tasks") {
                format!("metadata/describe-tasks-{day}.json")
            } else {
                name
            };
            days.insert(name, bytes);
        }
    }
    days
}

/// The ids that belong to one task: its own, its interface's and its attachment's.
fn ids(tasks: &str) -> BTreeSet<String> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = tasks.split(|c| !is_id(c));
    let is_own = |word: &&str| {
        word.starts_with("eni-") || word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit())
    };
    words.filter(is_own).map(ToOwned::to_owned).collect()
}

fn on_day(name: &str, bytes: &[u8], day: usize, ids: &BTreeSet<String>) -> Vec<u8> {
    if name.starts_with("logs/") {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text).expect("a text log");
        return write::gzip(moved(&records_moved(&text, day), day, ids).as_bytes());
    }
    // Only tasks differ between days; the network stays the same.
    if name == "metadata/describe-tasks.json" {
        return moved(&String::from_utf8_lossy(bytes), day, ids).into_bytes();
    }
    bytes.to_vec()
}

/// Dates of the sample's day, and ids, as they are on another day.
fn moved(text: &str, day: usize, ids: &BTreeSet<String>) -> String {
    let date = 23 + day;
    let mut text = text
        .replace("2026-11-23", &format!("2026-11-{date}"))
        .replace("20261123T", &format!("202611{date}T"))
        .replace("2026/11/23", &format!("2026/11/{date}"));
    if day > 0 {
        for id in ids {
            let end = id.len() - 1;
            text = text.replace(id, &format!("{}{}", &id[..end], ["", "g", "h"][day]));
        }
    }
    text
}

/// The columns `start` and `end`, later by days.
fn records_moved(text: &str, day: usize) -> String {
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let times: Vec<usize> = header
        .split(' ')
        .enumerate()
        .filter(|(_, name)| ["start", "end"].contains(name))
        .map(|(place, _)| place)
        .collect();
    let mut moved = format!("{header}\n");
    for line in lines {
        let value = |(place, value): (usize, &str)| {
            if !times.contains(&place) {
                return value.to_owned();
            }
            (value.parse::<usize>().expect("a time") + DAY * day).to_string()
        };
        let values: Vec<String> = line.split(' ').enumerate().map(value).collect();
        moved.push_str(&values.join(" "));
        moved.push('\n');
    }
    moved
}
