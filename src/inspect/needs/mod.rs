//! Data that `flowcause explain` would use and that is missing here, the most important first.

mod documents;
mod fields;
mod records;
mod subjects;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::Inventory;
use crate::model::field::Field;
use crate::report::inspect::{Counts, LogCoverage, MissingItem};

/// The content of logs and documents, as far as it shows the missing data.
pub(super) struct InspectedData<'a> {
    pub(super) total: &'a Counts,
    pub(super) shown: &'a LogCoverage,
    /// The number of files that have each field.
    pub(super) files: &'a BTreeMap<Field, u64>,
    /// Files whose fields are known.
    pub(super) with_columns: u64,
    /// The number of records with a value, for some fields.
    pub(super) records_with_value: &'a BTreeMap<Field, u64>,
    /// The documents; none if none were given.
    pub(super) inventory: Option<&'a Inventory>,
    /// Interfaces with records.
    pub(super) interfaces: &'a BTreeSet<&'a str>,
}

/// The missing data, and whether a new flow log would contain it.
pub(super) fn missing(found: &InspectedData<'_>) -> (Vec<MissingItem>, bool) {
    let subjects = found.inventory.map(subjects::missing).unwrap_or_default();
    let documents = [documents::missing(found), subjects].concat();
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

/// How to get data that only a new flow log contains.
const NEW_FLOW_LOG: &str = "create a second flow log with the command below";
