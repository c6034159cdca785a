//! An independent referee: cases whose truth is known because they were made, and a judge of what flowcause says of them.
//!
//! Read it in this order: `trouble` (what can be broken, and what is true then), `plan` (what chance decides), `scene`
//! (a network where everything works), `groups` and `edges` (its rules), `breakage` (the one thing that is not), `play`
//! (the packets), `reasons` (what ECS says of it), `variant` (how it was logged), `truth` and `exceptions` (what a right
//! answer is), `judge`, `table`; then `blockers` (what the configuration stops), `checked` (what `check` says of it) and
//! `disagreements` (where it is wrong today).
//! It shares no code with the evaluator: packets meet `support::filter` and `support::way`, never flowcause's own.

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

use crate::support::referee::trouble::Trouble;
use crate::support::referee::variant::Variant;

/// One case: what is broken, how it is logged, and the seed of everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    /// What is broken.
    pub(crate) trouble: Trouble,
    /// How it is logged and documented.
    pub(crate) variant: Variant,
    /// Chance.
    pub(crate) seed: u64,
}

/// As `REFEREE_ONLY` takes it.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.trouble.name(), self.variant.name(), self.seed)
    }
}

impl Case {
    /// The case of `trouble:variant:seed`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (trouble, variant, seed) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            trouble: Trouble::ALL.into_iter().find(|one| one.name() == trouble)?,
            variant: Variant::ALL.into_iter().find(|one| one.name() == variant)?,
            seed: seed.parse().ok()?,
        })
    }

    /// Every case of the first seeds.
    pub(crate) fn all(seeds: u64) -> Vec<Self> {
        let mut cases = Vec::new();
        for trouble in Trouble::ALL {
            let mends = |variant: &Variant| *variant != Variant::Repaired || trouble.can_be_mended();
            let endpoints = |variant: &Variant| *variant != Variant::NoVpcId || trouble.has_endpoints();
            for variant in Variant::ALL.into_iter().filter(mends).filter(endpoints) {
                cases.extend((0..seeds).map(|seed| Self { trouble, variant, seed }));
            }
        }
        cases
    }
}
