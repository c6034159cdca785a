//! Merges several descriptions of a thing into one.
//!
//! Goes in: descriptions with their files, in any order. Comes out: one description of each thing. It does not depend on the
//! order, because descriptions are sorted before they are combined. The first one wins field by field; fields that it lacks
//! come from the others. It is a defect if documents disagree on a thing that does not change by itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::inventory::kept;
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::time::Timestamp;

/// One description of a thing that may be described several times.
pub(super) trait Describe: Clone + PartialEq + fmt::Debug {
    /// The type of the identifier.
    type Id: Ord + fmt::Display;

    /// The identifier of the described thing.
    fn id(&self) -> Self::Id;

    /// Completes missing fields from another description.
    fn complete(&mut self, other: &Self);

    /// Completes a past state with values of the present that the source of the past never shows.
    fn complete_from_present(&mut self, _present: &Self) {}

    /// The age of the description: stage of life, count of changes, time. A higher rank is later.
    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, None)
    }

    /// Drops values that are not reliable because descriptions differ and no time shows which one is current.
    fn invalidate(&mut self, _others: &[Self]) {}

    /// Whether differences between descriptions are normal.
    fn may_change() -> bool {
        false
    }
}

/// Takes a value if there is none yet.
pub(super) fn complete_option<T: Clone>(mine: &mut Option<T>, other: Option<&T>) {
    if mine.is_none() {
        *mine = other.cloned();
    }
}

/// Takes a list if there is none yet.
pub(super) fn complete_list<T: Clone>(mine: &mut Vec<T>, other: &[T]) {
    if mine.is_empty() {
        mine.extend_from_slice(other);
    }
}

/// The descriptions of things, each with its file.
pub(super) type Descriptions<T> = BTreeMap<<T as Describe>::Id, Vec<(T, Rc<str>)>>;

/// Keeps a description, without duplicates. Returns the bytes that this takes, or none if there is no description: `None`
/// comes from an item without one.
pub(super) fn add<T: Describe>(all: &mut Descriptions<T>, found: Option<T>, file: &Rc<str>) -> Option<u64> {
    let found = found?;
    // Most things have one description, and a list grows to four with its first one.
    let descriptions = all.entry(found.id()).or_insert_with(|| Vec::with_capacity(1));
    if descriptions.iter().any(|(known, _)| *known == found) {
        return Some(0);
    }
    let size = kept::size_of(&found);
    descriptions.push((found, Rc::clone(file)));
    Some(size)
}

pub(super) fn merge_all<T: Describe>(all: Descriptions<T>, defects: &mut Defects) -> BTreeMap<T::Id, T> {
    let mut merged = BTreeMap::new();
    for (id, descriptions) in all {
        let files: Vec<Rc<str>> = descriptions.iter().map(|(_, file)| Rc::clone(file)).collect();
        let ordered = latest_first(descriptions);
        let Some(mut one) = combine(&ordered) else { continue };
        if !T::may_change() && !agree(&ordered) {
            report_disagreement(&id, &files, defects);
            one.invalidate(&ordered);
        }
        merged.insert(id, one);
    }
    merged
}

/// Sorts the latest description first; without times, by content.
fn latest_first<T: Describe>(descriptions: Vec<(T, Rc<str>)>) -> Vec<T> {
    let mut ordered: Vec<T> = descriptions.into_iter().map(|(found, _)| found).collect();
    if ordered.len() > 1 {
        ordered.sort_by_cached_key(|found| Reverse((found.rank(), format!("{found:?}"))));
    }
    ordered
}

fn combine<T: Describe>(ordered: &[T]) -> Option<T> {
    let (first, rest) = ordered.split_first()?;
    let mut one = first.clone();
    for other in rest {
        one.complete(other);
    }
    Some(one)
}

/// Whether the result is the same whichever description comes first.
fn agree<T: Describe>(ordered: &[T]) -> bool {
    let Some(one) = combine(ordered) else { return true };
    ordered.iter().all(|first| {
        let mut other = first.clone();
        other.complete(&one);
        other == one
    })
}

fn report_disagreement(id: &impl fmt::Display, files: &[Rc<str>], defects: &mut Defects) {
    let file = files.iter().max().map_or_else(String::new, ToString::to_string);
    let text = format!("expected one description of `{id}`, found {} that differ", files.len());
    defects.record(DefectKind::BadItem, || Place { file, line: None, text });
}
