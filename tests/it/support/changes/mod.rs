//! Worlds in which one change broke a service: what changed is known, and so is which event shows it.
//!
//! A world is a network of `worlds` with a service whose tasks started before a time and failed after it, the records of
//! both, the documents of afterwards and an export of CloudTrail. Read it in this order: `kind` and `variant` (what broke
//! it, and what is saved), `network` and `edit` (what can be changed), `api_…` (each change, and the event it leaves),
//! `plan` and `noise` (the changes of a world), `story` (changes and tasks in the order of time), `access`, `papers`,
//! `exports` and `files` (what is saved), `facts`, `shown` and `replay` (a small account of what events undo, from the files alone),
//! `truth`, `judge`, `table`.
//! It shares no code with the evaluator. A case is a kind, a variant and a seed; the same case gives the same bytes.

mod access;
mod api;
mod api_access;
mod api_acls;
mod api_endpoints;
mod api_groups;
mod api_routes;
mod edit;
mod exports;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod judge;
pub(crate) mod kind;
mod network;
mod noise;
pub(crate) mod papers;
mod plan;
pub(crate) mod replay;
mod shown;
pub(crate) mod story;
pub(crate) mod table;
pub(crate) mod truth;
pub(crate) mod variant;

use std::fmt;
use std::ops::Range;

use crate::support::changes::kind::Kind;
use crate::support::changes::variant::Variant;
use crate::support::rng::Rng;

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The change that broke the service.
    pub(crate) kind: Kind,
    /// The files that are saved.
    pub(crate) variant: Variant,
    /// The seed.
    pub(crate) seed: u64,
}

/// In the form of `CHANGES_ONLY`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind.name(), self.variant.name(), self.seed)
    }
}

impl Case {
    /// Parses `kind:variant:seed`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (kind, variant, seed) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            kind: Kind::ALL.into_iter().find(|one| one.name() == kind)?,
            variant: Variant::ALL.into_iter().find(|one| one.name() == variant)?,
            seed: seed.parse().ok()?,
        })
    }

    /// All cases of these seeds.
    pub(crate) fn all(seeds: &Range<u64>) -> Vec<Self> {
        let mut cases = Vec::new();
        for kind in Kind::ALL {
            for variant in Variant::ALL.into_iter().filter(|variant| variant.applies(kind)) {
                cases.extend(seeds.clone().map(|seed| Self { kind, variant, seed }));
            }
        }
        cases
    }

    /// Chance of its own for each part of a case. The variant has no part in it, so that the worlds of a seed are the same.
    pub(crate) fn chance(self, part: u64) -> Rng {
        Rng::new(self.seed.wrapping_mul(131) ^ (part << 40) ^ ((self.kind as u64) << 20) ^ 0xC4A6)
    }
}
