//! The configured path that a verdict shows: of the attempt that tells most.

use crate::diagnose::case::{Attempt, Case};
use crate::path::Passage;
use crate::report::PathHop;

/// The path of the leading step's first failed attempt, one with a denial before one without; empty where nothing is known.
pub(super) fn shown(case: &Case<'_>) -> Vec<PathHop> {
    let Some(step) = case.lead() else { return Vec::new() };
    let failed: Vec<&Attempt> = case.attempts_of(step).filter(|attempt| attempt.outcome.failed()).collect();
    let has_denial = |attempt: &&&Attempt| attempt.configured.denials().next().is_some();
    let Some(attempt) = failed.iter().find(has_denial).or_else(|| failed.first()) else { return Vec::new() };
    let hops = &attempt.configured.hops;
    let is_unknown = |passage: &Passage| matches!(passage, Passage::Unknown { .. });
    if hops.iter().all(|hop| is_unknown(&hop.passage)) {
        return Vec::new();
    }
    hops.iter().map(PathHop::from).collect()
}
