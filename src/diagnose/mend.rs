//! A fix in words, and where the configuration is known the commands that mend it, tried on a copy of it.

use std::collections::BTreeSet;

use crate::diagnose::case::{Attempt, Case};
use crate::path::{Remedy, Request, remedy};
use crate::report::Fix;

/// Attempts whose packets a remedy is tried on, beside one for each destination.
const MOST_TRIED: usize = 64;

/// The remedy of these attempts; `words` and `looks` are what remains to say where the configuration gives none.
pub(super) fn mend(
    case: &Case<'_>,
    attempts: &[&Attempt],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let mut destinations = BTreeSet::new();
    let is_tried = |(place, attempt): &(usize, &&Attempt)| {
        destinations.insert((attempt.destination, attempt.protocol())) || *place < MOST_TRIED
    };
    let tried = attempts.iter().enumerate().filter(is_tried);
    let requests: Vec<Request> = tried.map(|(_, attempt)| attempt.request()).collect();
    as_fix(&remedy(case.facts.inventory, &case.sender, &requests), words, looks)
}

/// A remedy as a fix: the changes first, then the words.
pub(super) fn as_fix(
    remedy: &Remedy,
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let changes = remedy.changes.iter().map(|change| format!("{}.", change.text()));
    let text: Vec<String> = changes.chain([words.into()]).filter(|text| !text.is_empty()).collect();
    let commands = remedy.changes.iter().filter_map(|change| change.command());
    Fix {
        text: text.join(" "),
        commands: looks.into_iter().chain(commands).collect(),
        verified: remedy.is_verified,
    }
}
