//! The description of one cause.

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::finding::CauseId;

/// A cause: data and one pure function.
#[derive(Debug)]
pub struct Cause {
    /// Stable, kebab-case, never reused.
    pub id: CauseId,
    /// The failure in one phrase, without a final period.
    pub title: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// Earlier ids of the same cause.
    pub aliases: &'static [&'static str],
    /// Its page in Markdown: what it means, what proves it, what rules it out, what to do.
    pub page: &'static str,
    /// Looks at a case.
    pub assess: fn(&Case<'_>) -> Assessment,
}

impl Cause {
    /// Returns the failure in one sentence: the first line of the section "What happens".
    #[must_use]
    pub fn summary(&self) -> &'static str {
        let after = self.page.split_once("\n## What happens\n").map_or("", |(_, after)| after);
        after.lines().find(|line| !line.is_empty()).unwrap_or_default()
    }
}
