//! A fix in words, and where the configuration is known the commands that mend it, tried on a copy of it.

use crate::diagnose::case::{Attempt, Case};
use crate::path::{Remedy, Request, remedy};
use crate::report::Fix;

/// Attempts whose packets a remedy is tried on; more of them differ in the source port only.
const MOST_TRIED: usize = 64;

/// The remedy of these attempts; `words` and `looks` are what remains to say where the configuration gives none.
pub(super) fn mend(
    case: &Case<'_>,
    attempts: &[&Attempt],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let requests: Vec<Request> = attempts.iter().take(MOST_TRIED).map(|attempt| attempt.request()).collect();
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
