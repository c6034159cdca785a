//! The files of a case: records, documents and exports of CloudTrail.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::changes::Case;
use crate::support::changes::exports::Form;
use crate::support::changes::papers::{documents, manifest};
use crate::support::changes::story::{Event, Part, Story};
use crate::support::changes::variant::Variant;
use crate::support::clock::{Ms, s};
use crate::support::worlds::log::text;
use crate::support::worlds::packet::Sighting;

/// The events that are in the export.
pub(crate) fn exported(case: Case, story: &Story) -> Vec<&Event> {
    let broke = || story.events.iter().filter(|event| event.part == Part::Broke).map(|event| event.at);
    let (first, last) = (broke().min().unwrap_or_default(), broke().max().unwrap_or_default());
    let begins_later = case.variant == Variant::Cut && case.seed.is_multiple_of(2);
    let is_kept = |event: &&Event| match case.variant {
        _ if event.part == Part::Made && !story.has_made => false,
        Variant::Cut if begins_later => event.at > last,
        Variant::Cut | Variant::Late => event.at < first,
        _ => true,
    };
    story.events.iter().filter(is_kept).collect()
}

/// The saved documents, with their names.
pub(crate) fn saved(case: Case, story: &Story) -> Vec<(&'static str, Value)> {
    let mut saved = documents(story, &story.network, case.variant != Variant::NoSuccess);
    let mut rng = case.chance(5);
    if rng.between(0, 1) == 0 {
        saved.retain(|(name, _)| *name != "security-group-rules.json");
    }
    if rng.between(0, 1) == 0 {
        let manifest = manifest(story, &saved);
        saved.push(("manifest.json", manifest));
    }
    saved
}

/// The exports: one file, and in half of the cases a second one of another form that repeats some events of the first.
pub(crate) fn exports(case: Case, story: &Story) -> Vec<(&'static str, Vec<u8>)> {
    let events = exported(case, story);
    let mut files = vec![Form::of(case.seed).file(&events)];
    if case.chance(6).between(0, 1) == 0 {
        let again: Vec<&Event> = events.into_iter().filter(|event| event.at > s(-4_000)).collect();
        files.push(Form::of(case.seed + 1).file(&again));
    }
    // An archive of no objects has no file.
    files.retain(|(_, bytes)| !bytes.is_empty());
    files
}

/// The flow log.
pub(crate) fn log(story: &Story) -> String {
    let mut world = story.network.world.clone();
    let (first, last): (Ms, Ms) = story.setup.span;
    let is_logged = |seen: &Sighting| seen.packet.at >= first && seen.packet.at <= last;
    world.sightings.retain(is_logged);
    text(&world, &story.setup, &story.tasks[0], story.stopped.0)
}

/// Writes the files of a case below a folder; the exports only on demand.
pub(crate) fn write(case: Case, story: &Story, folder: &Path, has_exports: bool) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
    for part in ["logs", "metadata"] {
        fs::create_dir_all(folder.join(part)).expect("the folder can be made");
    }
    let put =
        |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("the file can be written");
    put("logs/flows.log", log(story).as_bytes());
    for (name, document) in saved(case, story) {
        put(&format!("metadata/{name}"), &serde_json::to_vec_pretty(&document).expect("memory takes bytes"));
    }
    for (name, bytes) in exports(case, story).iter().filter(|_| has_exports) {
        put(&format!("metadata/{name}"), bytes);
    }
}
