//! The context of a run: values that every step after the reading of the documents needs.

use std::collections::BTreeSet;

use rayon::ThreadPool;

use crate::converse::Conversation;
use crate::diagnose::case::{Facts, Subject};
use crate::inventory::Inventory;
use crate::model::ids::FlowLogId;
use crate::reduce::{Limits, Reduced};

/// The limits of a run, and everything that is known before its records are examined.
pub(super) struct RunContext<'a> {
    /// Limits of everything but the documents.
    pub(super) limits: Limits,
    /// The ports whose records are retained, sorted.
    pub(super) ports: &'a [u16],
    pub(super) inventory: &'a Inventory,
    pub(super) pool: &'a ThreadPool,
    pub(super) flow_logs: &'a BTreeSet<FlowLogId>,
}

impl<'a> RunContext<'a> {
    pub(super) fn facts(
        &self,
        reduced: &'a Reduced,
        conversations: &'a [Conversation],
        neighbours: &'a [Subject],
    ) -> Facts<'a> {
        Facts {
            reduced,
            conversations,
            inventory: self.inventory,
            latest: self.inventory,
            flow_logs: self.flow_logs,
            ports: self.ports,
            neighbours,
        }
    }
}
