//! A fix in words, and where the configuration is known the commands that mend it, tried on a copy of it.

use std::mem::discriminant;

use crate::diagnose::case::{Attempt, Case};
use crate::model::service::Service;
use crate::path::{Remedy, Request, evaluate, remedy};
use crate::report::Fix;

/// Attempts whose packets a remedy is tried on; more of them differ in the source port only.
const MOST_TRIED: usize = 64;

/// The remedy of these attempts and of what else failed of their step; `words` and `looks` are what remains to say where the
/// configuration gives none.
pub(super) fn mend(
    case: &Case<'_>,
    attempts: &[&Attempt],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let others = others(case, attempts);
    let tried = attempts.iter().copied().chain(others).take(MOST_TRIED);
    let requests: Vec<Request> = tried.map(Attempt::request).collect();
    let is_open = |inventory| requests.iter().all(|one| evaluate(inventory, &case.sender, one).is_open());
    if is_open(case.facts.latest) && !is_open(case.facts.inventory) {
        let text =
            "The configuration was mended since: as saved last it lets these packets through and back.";
        return Fix { text: text.to_owned(), commands: looks.into_iter().collect(), verified: false };
    }
    as_fix(&remedy(case.facts.latest, &case.sender, &requests), words, looks)
}

/// The other failed attempts of the leading step that go the same way. What no document names may be several services.
fn others<'c>(case: &'c Case<'_>, attempts: &[&'c Attempt]) -> Vec<&'c Attempt> {
    let Some(step) = case.lead().filter(|step| step.service != Service::Unknown) else { return Vec::new() };
    let Some(first) = attempts.first() else { return Vec::new() };
    let goes_alike =
        |other: &&Attempt| discriminant(&other.configured.way) == discriminant(&first.configured.way);
    let is_given = |other: &&Attempt| attempts.iter().any(|given| std::ptr::eq(*given, *other));
    let failed = case.attempts_of(step).filter(|attempt| attempt.outcome.failed());
    failed.filter(|other| goes_alike(other) && !is_given(other)).collect()
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
