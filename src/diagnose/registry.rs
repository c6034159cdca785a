//! The causes: one line each, in the order in which equal claims win and docs list them.

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;

/// A cause: data and one pure function.
#[derive(Debug)]
pub struct Cause {
    /// Stable, kebab-case, never reused.
    pub id: &'static str,
    /// What happened, without a final period.
    pub title: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// Earlier ids of the same cause.
    pub aliases: &'static [&'static str],
    /// Its page: what it means, what proves it, what rules it out, what to do; scenarios that are tests.
    pub page: &'static str,
    /// Looks at a case.
    pub assess: fn(&Case<'_>) -> Assessment,
}

/// The cause with this id or alias.
#[must_use]
pub fn find(id: &str) -> Option<&'static Cause> {
    crate::diagnose::causes::CAUSES
        .iter()
        .copied()
        .find(|cause| cause.id == id || cause.aliases.contains(&id))
}
