//! Worlds: networks of more than one hop, played packet by packet, whose right answer is known.
//!
//! Read it in this order: `net` and `packet` (what a world consists of), `build` and
//! `build_more` (networks in which everything works), `calls`, `launch` and `names` (the start), `shapes` and `shape_list` (what is wrong),
//! `walk` (a packet from interface to interface), `dialogue` and `play` (who sends what), `log`,
//! `rules`, `documents` and `view` (the files), `variant` (which of them there are), `truth` and `truth_more` (the right
//! answers), `twins` (worlds that nothing distinguishes), `judge`, `table`.
//! It shares no code with the evaluator. A case is a shape, a variant and a seed.

pub(crate) mod build;
pub(crate) mod build_more;
pub(crate) mod calls;
pub(crate) mod dialogue;
pub(crate) mod documents;
pub(crate) mod judge;
mod launch;
pub(crate) mod log;
pub(crate) mod names;
pub(crate) mod net;
pub(crate) mod packet;
pub(crate) mod play;
mod rules;
pub(crate) mod shape_list;
pub(crate) mod shapes;
pub(crate) mod table;
pub(crate) mod truth;
mod truth_more;
pub(crate) mod twins;
pub(crate) mod variant;
mod view;
mod walk;

use std::fmt;

use crate::support::worlds::shape_list::SHAPES;
use crate::support::worlds::shapes::Shape;
use crate::support::worlds::variant::Variant;

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The shape.
    pub(crate) shape: Shape,
    /// The variant.
    pub(crate) variant: Variant,
    /// The seed.
    pub(crate) seed: u64,
}

/// In the form of `WORLDS_ONLY`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.shape.name, self.variant.name(), self.seed)
    }
}

impl Case {
    /// Parses `shape:variant:seed`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (shape, variant, seed) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            shape: *SHAPES.iter().find(|one| one.name == shape)?,
            variant: Variant::ALL.into_iter().find(|one| one.name() == variant)?,
            seed: seed.parse().ok()?,
        })
    }

    /// One or two variants of every shape, for a quick run.
    pub(crate) fn some() -> Vec<Self> {
        let places = SHAPES.iter().enumerate();
        let pairs = places.flat_map(|(place, &shape)| {
            let own = Variant::ALL.into_iter().enumerate().filter(move |(other, _)| (place + other) % 8 == 0);
            own.map(move |(_, variant)| Self { shape, variant, seed: 0 })
        });
        pairs.collect()
    }

    /// All cases of these seeds.
    pub(crate) fn all(seeds: std::ops::Range<u64>) -> Vec<Self> {
        let mut cases = Vec::new();
        for &shape in SHAPES {
            for variant in Variant::ALL {
                cases.extend(seeds.clone().map(|seed| Self { shape, variant, seed }));
            }
        }
        cases
    }
}
