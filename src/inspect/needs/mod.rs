//! What `flowcause explain` would use and does not find here: the gravest first.

mod documents;
mod fields;
mod records;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::Inventory;
use crate::model::field::Field;
use crate::report::inspect::{Counts, Lack, Shown};

/// What was found, as far as it tells what is missing.
pub(super) struct Found<'a> {
    pub(super) total: &'a Counts,
    pub(super) shown: &'a Shown,
    /// By field: the files that have it.
    pub(super) files: &'a BTreeMap<Field, u64>,
    /// Files whose fields are known.
    pub(super) with_columns: u64,
    /// By field: the records in which it holds something. Only of some fields.
    pub(super) filled: &'a BTreeMap<Field, u64>,
    /// The documents; none if none were given.
    pub(super) inventory: Option<&'a Inventory>,
    /// Interfaces with records.
    pub(super) interfaces: &'a BTreeSet<&'a str>,
}

/// What is missing, and whether a new flow log would have it.
pub(super) fn missing(found: &Found<'_>) -> (Vec<Lack>, bool) {
    let documents = documents::missing(found);
    if found.total.records == 0 {
        return (documents, false);
    }
    let traffic = records::traffic(found);
    let (of_fields, interval) = (fields::missing(found), records::interval(found));
    let is_for_flow_log = !traffic.is_empty() || !of_fields.is_empty() || !interval.is_empty();
    let mut missing = [documents, traffic, records::time(found), of_fields, interval].concat();
    missing.sort_by_key(|lack| lack.importance);
    (missing, is_for_flow_log)
}

/// What a new flow log brings.
const NEW_FLOW_LOG: &str = "make a second flow log, with the command below";
