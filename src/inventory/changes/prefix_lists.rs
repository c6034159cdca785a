//! Calls that change managed prefix lists. A call that adds a block that is there fails, and so does the removal of another one.

use ipnet::IpNet;

use crate::inventory::changes::call::{Found, RecordedCall, objects};
use crate::model::configuration_change::{Part, PartChange, PartState, PartValue, SubjectKind};

/// `ModifyManagedPrefixList`.
pub(super) fn modified(call: &RecordedCall<'_>) -> Vec<Found> {
    let request = call.parameters();
    let Some(id) = request.text("PrefixListId") else { return Vec::new() };
    let blocks = |key: &str| {
        let entries = [objects(request, key), objects(request, &plural(key))].concat();
        let blocks = entries.iter().map(|entry| {
            let text = entry.text("Cidr")?;
            Some(text.trim().parse::<IpNet>().ok()?.trunc().to_string())
        });
        blocks.collect::<Option<Vec<String>>>()
    };
    let parts = blocks("AddEntry").zip(blocks("RemoveEntry")).map(|(added, removed)| {
        // An entry in both lists gets another description.
        let is_in = |list: &[String], block: &String| list.contains(block);
        let new = added.iter().filter(|block| !is_in(&removed, block));
        let gone = removed.iter().filter(|block| !is_in(&added, block));
        let there = || PartState::Present(PartValue::There);
        new.map(|block| PartChange::added(Part::Block(block.clone()), PartValue::There))
            .chain(gone.map(|block| PartChange::removed(Part::Block(block.clone()), there())))
            .collect()
    });
    vec![Found::new(SubjectKind::PrefixList, id, parts)]
}

/// `AddEntry` is `AddEntries` in other exports.
fn plural(key: &str) -> String {
    format!("{}ies", key.strip_suffix('y').unwrap_or(key))
}

/// `RestoreManagedPrefixListVersion`, `CreateManagedPrefixList`, `DeleteManagedPrefixList`.
pub(super) fn whole(call: &RecordedCall<'_>) -> Vec<Found> {
    let answer = call.answered();
    let made = answer.is_object("PrefixList").then(|| answer.item("PrefixList")).flatten();
    let id = call.parameters().text("PrefixListId").or_else(|| made?.text("PrefixListId"));
    vec![Found::new(SubjectKind::PrefixList, id.unwrap_or_default(), None)]
}
