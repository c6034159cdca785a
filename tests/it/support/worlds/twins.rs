//! Worlds that nothing distinguishes: byte by byte the same inputs, and another cause.
//!
//! The coins of a world are free: whether its documents were saved after a repair, whether packets without a route leave a
//! record, and whether the stopped reason has a host.

use std::fmt;

use crate::support::worlds::Case;
use crate::support::worlds::net::View;
use crate::support::worlds::play::{Coins, Played, files, play_as};
use crate::support::worlds::shape_list::SHAPES;
use crate::support::worlds::shapes::Fault;
use crate::support::worlds::truth::{answers, of_fault};
use crate::support::worlds::variant::Variant;

/// A world that looks like another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    /// Its shape.
    pub(crate) shape: &'static str,
    /// Its coins.
    pub(crate) coins: Coins,
    /// Its cause.
    pub(crate) cause: &'static str,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repaired = if self.coins.is_repaired { ", repaired" } else { "" };
        write!(f, "{}{repaired}: {}", self.shape, self.cause)
    }
}

/// Every way in which the coins fall.
fn coins() -> impl Iterator<Item = Coins> {
    (0..8).map(|bits| Coins {
        is_repaired: bits & 1 != 0,
        hides_unrouted: bits & 2 != 0,
        is_short: bits & 4 != 0,
    })
}

/// A world whose inputs, in the same variant and with the same seed, are those of the case, and whose cause is another one.
pub(crate) fn twin(case: Case, played: &Played) -> Option<Twin> {
    let (own, cause) = (files(case, played), cause(case, played));
    let others = SHAPES.iter().filter(|one| one.base == case.shape.base && one.name != case.shape.name);
    others.copied().find_map(|shape| {
        let other = Case { shape, ..case };
        coins().find_map(|coins| {
            let its = play_as(other, coins);
            let other_cause = self::cause(other, &its);
            let is_twin =
                its.reason.task == played.reason.task && other_cause != cause && files(other, &its) == own;
            is_twin.then_some(Twin { shape: shape.name, coins, cause: other_cause })
        })
    })
}

/// The cause, as one who sees every record and document knows it.
fn cause(case: Case, played: &Played) -> &'static str {
    let mut played = played.clone();
    played.world.view = View::All;
    played.setup.task_only = false;
    let whole = Case { variant: Variant::Full, ..case };
    match case.shape.fault {
        Fault::Unsent => "no-attempt-seen",
        // With another fault, that one stopped the task, and its records are not delivered.
        Fault::Undelivered if case.shape.second != Fault::None => {
            of_fault(whole, case.shape.second, &played).first().map_or("", |answer| answer.cause)
        }
        Fault::Undelivered | Fault::LastUndelivered => "path-unanswered",
        _ => answers(whole, &played).first().map_or("", |answer| answer.cause),
    }
}
