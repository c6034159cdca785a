//! An independent referee: simulated cases whose truth is known, and the judgement of flowcause's answers to them.
//!
//! Read it in this order: `trouble` (the faults and their causes), `plan` (the random choices), `scene` (a network where
//! everything works), `groups` and `edges` (its rules), `breakage` and `destinations` (the trouble), `play` (the packets),
//! `reasons` (the text of ECS), `variant` (flow log and documents), `truth` and `exceptions` (the right answers), `judge`,
//! `table`; then `blockers` (the resources that block packets), `checked` (the judgement of `check`) and `disagreements`
//! (the known wrong answers).
//! It shares no code with the evaluator: packets meet `support::filter` and `support::packet_path`, never flowcause's own.

mod blockers;
mod breakage;
pub(crate) mod checked;
mod destinations;
pub(crate) mod disagreements;
mod edges;
mod exceptions;
mod groups;
pub(crate) mod judge;
mod plan;
mod play;
mod reasons;
mod scene;
pub(crate) mod table;
pub(crate) mod trouble;
mod truth;
pub(crate) mod variant;

use std::fmt;

use crate::support::incident::Incident;
use crate::support::referee::trouble::Trouble;
use crate::support::referee::variant::Variant;

/// One case: its trouble, its variant, and the seed of all random choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    /// The trouble.
    pub(crate) trouble: Trouble,
    /// The variant.
    pub(crate) variant: Variant,
    /// The seed.
    pub(crate) seed: u64,
}

/// In the form of `REFEREE_ONLY`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.trouble.name(), self.variant.name(), self.seed)
    }
}

/// The network, tasks and flow log of a case.
pub(crate) fn incident_of(case: Case) -> Incident {
    play::play(case).incident
}

impl Case {
    /// Parses `trouble:variant:seed`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (trouble, variant, seed) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            trouble: Trouble::ALL.into_iter().find(|one| one.name() == trouble)?,
            variant: Variant::ALL.into_iter().find(|one| one.name() == variant)?,
            seed: seed.parse().ok()?,
        })
    }

    /// All cases of the first seeds.
    pub(crate) fn all(seeds: u64) -> Vec<Self> {
        let mut cases = Vec::new();
        for trouble in Trouble::ALL {
            let is_repairable =
                |variant: &Variant| *variant != Variant::Repaired || trouble.can_be_repaired();
            let endpoints = |variant: &Variant| *variant != Variant::NoVpcId || trouble.has_endpoints();
            for variant in Variant::ALL.into_iter().filter(is_repairable).filter(endpoints) {
                cases.extend((0..seeds).map(|seed| Self { trouble, variant, seed }));
            }
        }
        cases
    }
}
