//! Lists of a subject that their document does not name: pages of one file, several files of one subject.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::rc::Rc;

use crate::inventory::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::inventory::origin::{FileContract, KnownSubject};
use crate::model::access::{SavedCall, UnplacedReason};
use crate::model::time::Timestamp;

/// The pages of a list in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SubjectList<T> {
    file: Rc<str>,
    /// The subject that the document itself names.
    within: Option<String>,
    /// Each page, with whether it announces no further one.
    pages: BTreeSet<(bool, Vec<T>)>,
}

/// A list with its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlacedList<T> {
    pub(super) subject: String,
    /// Sorted, each once.
    pub(super) entries: Vec<T>,
    pub(super) is_whole: bool,
    pub(super) saved_at: Option<Timestamp>,
    /// Whether a manifest shows that it is whole.
    pub(super) is_recorded: bool,
}

impl<T: Clone + Ord + Debug> SubjectList<T> {
    /// A page; `entries` are none if one of them cannot be read.
    pub(super) fn page(item: DocumentItem<'_>, within: Option<String>, entries: Option<Vec<T>>) -> Self {
        // A damaged flag may be of a page that is not the last one.
        let is_cut = |key: &&str| item.has_key(key) && item.flag(key) != Some(false);
        let is_truncated = ["IsTruncated", "Truncated"].iter().any(is_cut);
        let has_next = ["Marker", "NextMarker", "NextToken", "nextToken"].iter().any(|key| item.has(key));
        let is_last = entries.is_some() && !is_truncated && !has_next;
        let pages = BTreeSet::from([(is_last, entries.unwrap_or_default())]);
        Self { file: Rc::clone(item.file()), within, pages }
    }

    /// Finds the subject; a list without one is listed as such.
    pub(super) fn place(
        self,
        inventory: &mut Inventory,
        contract: &FileContract,
        known: &BTreeSet<KnownSubject>,
    ) -> Option<PlacedList<T>> {
        let last = self.pages.iter().filter(|(is_last, _)| *is_last).count();
        if last > 1 && self.within.is_none() {
            // Two whole lists in one file are lists of two subjects.
            inventory.leave(contract, &self.file, UnplacedReason::Contradiction);
            return None;
        }
        let subject = inventory.subject_of(contract, &self.file, self.within.as_deref(), known)?;
        let entry = inventory.entry_of(&self.file).ok().flatten();
        let is_whole = last == 1 && entry.is_none_or(|entry| entry.has_all_pages && entry.filters.is_empty());
        let saved_at = entry.and_then(|entry| entry.saved_at);
        let is_recorded = is_whole && entry.is_some_and(SavedCall::is_whole_list);
        let entries: BTreeSet<T> = self.pages.into_iter().flat_map(|(_, entries)| entries).collect();
        Some(PlacedList { subject, entries: entries.into_iter().collect(), is_whole, saved_at, is_recorded })
    }
}

impl<T: Clone + Ord + Debug> Describe for SubjectList<T> {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{} {}", self.file, self.within.as_deref().unwrap_or_default())
    }

    /// Adds the pages of another document of the same file.
    fn complete(&mut self, other: &Self) {
        self.pages.extend(other.pages.iter().cloned());
    }

    fn may_change() -> bool {
        true
    }
}

/// The lists of each subject.
pub(super) fn by_subject<T: Clone + Ord + Debug>(
    lists: impl Iterator<Item = SubjectList<T>>,
    inventory: &mut Inventory,
    contract: &FileContract,
    known: &BTreeSet<KnownSubject>,
) -> BTreeMap<String, Vec<PlacedList<T>>> {
    let mut of_subjects: BTreeMap<String, Vec<PlacedList<T>>> = BTreeMap::new();
    for placed in lists.filter_map(|list| list.place(inventory, contract, known)) {
        of_subjects.entry(placed.subject.clone()).or_default().push(placed);
    }
    of_subjects
}

/// All lists of one subject as one: the whole list, or the entries of lists that are not whole. Whole lists that differ give
/// none, unless all have a date: then the latest one counts.
pub(super) fn united<T: Clone + Ord>(lists: &[PlacedList<T>]) -> (Option<Vec<T>>, Vec<T>) {
    let whole: Vec<&PlacedList<T>> = lists.iter().filter(|list| list.is_whole).collect();
    let is_same = whole.windows(2).all(|two| two[0].entries == two[1].entries);
    let latest = whole.iter().max_by_key(|list| list.saved_at).filter(|latest| {
        let is_clear =
            |other: &&PlacedList<T>| other.saved_at < latest.saved_at || other.entries == latest.entries;
        is_same
            || whole.iter().all(|one| one.saved_at.is_some())
                && whole.iter().copied().all(|one| is_clear(&one))
    });
    if let Some(list) = latest {
        return (Some(list.entries.clone()), Vec::new());
    }
    let all: BTreeSet<&T> = lists.iter().flat_map(|list| &list.entries).collect();
    (None, all.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[u8], is_whole: bool, saved_at: Option<i64>) -> PlacedList<u8> {
        PlacedList {
            subject: "s".to_owned(),
            entries: entries.to_vec(),
            is_whole,
            saved_at: saved_at.map(Timestamp),
            is_recorded: false,
        }
    }

    #[test]
    fn whole_lists_that_differ_need_dates() {
        let check = |lists: &[PlacedList<u8>], want: (Option<&[u8]>, &[u8])| {
            let (whole, partly) = united(lists);
            assert_eq!((whole.as_deref(), partly.as_slice()), want, "{lists:?}");
        };
        check(&[], (None, &[]));
        check(&[list(&[], true, None)], (Some(&[]), &[]));
        check(&[list(&[1], false, None)], (None, &[1]));
        check(&[list(&[1], true, None), list(&[1], true, Some(5))], (Some(&[1]), &[]));
        check(&[list(&[1], true, None), list(&[2], true, Some(5))], (None, &[1, 2]));
        check(&[list(&[1], true, Some(9)), list(&[2], true, Some(5))], (Some(&[1]), &[]));
        check(&[list(&[1], true, Some(5)), list(&[2], true, Some(5))], (None, &[1, 2]));
        check(&[list(&[1], true, None), list(&[2], false, None)], (Some(&[1]), &[]));
    }
}
