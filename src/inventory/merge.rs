//! The descriptions of a thing to one description of it.
//!
//! Goes in: descriptions with the files they stand in, in any order. Comes out: one of each thing, the same whatever the
//! order, because descriptions are sorted before they are combined. The first one wins field by field, and no field is
//! lost that only another one has. Where documents disagree on a thing that does not change by itself, that is a defect.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::time::Timestamp;

/// One description of a thing that may be described several times.
pub(super) trait Describe: Clone + PartialEq + fmt::Debug {
    /// What tells two things of a kind apart.
    type Id: Ord + fmt::Display;

    /// The thing this describes.
    fn id(&self) -> Self::Id;

    /// Takes what this description lacks from another one.
    fn complete(&mut self, other: &Self);

    /// Takes from the present what a state of the past cannot show.
    fn complete_from_present(&mut self, _present: &Self) {}

    /// The higher, the later: stage of life, count of changes, time.
    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, None)
    }

    /// Drops what must not be believed where descriptions differ and no time tells which one holds.
    fn invalidate(&mut self, _others: &[Self]) {}

    /// Whether descriptions differ in the ordinary course of things.
    fn may_change() -> bool {
        false
    }
}

/// Takes a value where there is none.
pub(super) fn complete_option<T: Clone>(mine: &mut Option<T>, other: Option<&T>) {
    if mine.is_none() {
        *mine = other.cloned();
    }
}

/// Takes a list where there is none.
pub(super) fn complete_list<T: Clone>(mine: &mut Vec<T>, other: &[T]) {
    if mine.is_empty() {
        mine.extend_from_slice(other);
    }
}

/// The descriptions of things, each with its file.
pub(super) type Descriptions<T> = BTreeMap<<T as Describe>::Id, Vec<(T, Rc<str>)>>;

/// Keeps a description, once; tells whether there is any: `None` is an item that describes nothing.
pub(super) fn add<T: Describe>(all: &mut Descriptions<T>, found: Option<T>, file: &Rc<str>) -> bool {
    let Some(found) = found else { return false };
    let descriptions = all.entry(found.id()).or_default();
    if !descriptions.iter().any(|(known, _)| *known == found) {
        descriptions.push((found, Rc::clone(file)));
    }
    true
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

/// The latest first; where no time tells, in an order of the contents alone.
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

/// Whether it makes no difference which description comes first.
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
