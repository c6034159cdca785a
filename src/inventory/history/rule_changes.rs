//! Changes of the rules of security groups that CloudTrail shows.
//!
//! Goes in: a group as a document without a date shows it, and the changes. Comes out: the group at an earlier time, with the
//! later changes undone. A saved export may be filtered, so that no change in it does not show that there was none.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::ids::SecurityGroupId;
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};
use crate::model::time::Timestamp;

/// A task's packets may be this much older than its stop, seconds: they met the rules before or after a change in that time.
const MEANWHILE: i64 = 600;

/// The changes of each group.
pub(super) type RuleChanges = BTreeMap<SecurityGroupId, BTreeSet<RuleChange>>;

/// One call that changed the rules of one direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::inventory) struct RuleChange {
    /// The time of the call.
    pub(in crate::inventory) at: Timestamp,
    /// Whether egress rules changed.
    pub(in crate::inventory) is_egress: bool,
    /// The effect.
    pub(in crate::inventory) effect: RuleEffect,
}

/// The effect of a call on the rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::inventory) enum RuleEffect {
    /// It added these rules.
    Added(Vec<SecurityGroupRule>),
    /// It removed these rules.
    Removed(Vec<SecurityGroupRule>),
    /// The event does not show the rules.
    Unknown,
}

impl RuleEffect {
    /// The rules before the call; none if they do not follow from those after it.
    fn undone(&self, mut rules: Vec<SecurityGroupRule>) -> Option<Vec<SecurityGroupRule>> {
        let is_same = |one: &SecurityGroupRule, other: &SecurityGroupRule| {
            one.traffic == other.traffic && one.peer == other.peer
        };
        match self {
            Self::Added(added) => {
                for rule in added {
                    let place = rules.iter().position(|known| is_same(known, rule))?;
                    rules.remove(place);
                }
            }
            Self::Removed(removed) => {
                rules.extend(removed.iter().cloned());
                rules.sort();
                rules.dedup();
            }
            Self::Unknown => return None,
        }
        Some(rules)
    }
}

/// The group as it was at a time. A direction that changed shortly before is unknown, because the packets may be older.
pub(super) fn undone(group: &SecurityGroup, changes: &BTreeSet<RuleChange>, at: Timestamp) -> SecurityGroup {
    let mut then = group.clone();
    for change in changes.iter().rev().take_while(|change| change.at > at.plus(-MEANWHILE)) {
        let rules = if change.is_egress { &mut then.egress } else { &mut then.ingress };
        let is_later = change.at > at;
        *rules = rules.take().filter(|_| is_later).and_then(|rules| change.effect.undone(rules));
    }
    then
}
