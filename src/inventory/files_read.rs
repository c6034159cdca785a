//! The files that were read: which pages each holds, and whether it is damaged.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::recognise::PageExtent;
use crate::model::document::DocumentKind;
use crate::model::time::Timestamp;

/// A document may show the state of this much earlier than it was saved, seconds.
const SETTLING: i64 = 60;

/// When the documents of a kind were saved, if all of them have a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SavedAt {
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
}

impl SavedAt {
    /// One document.
    pub(super) fn at(time: Timestamp) -> Self {
        Self { first: Some(time), last: Some(time) }
    }

    /// Also a document of this time.
    pub(super) fn extended(self, time: Timestamp) -> Self {
        let first = self.first.map_or(time, |first| first.min(time));
        Self { first: Some(first), last: self.last.max(Some(time)) }
    }

    /// Whether all of them were saved after a change.
    pub(super) fn is_after(self, change: Timestamp) -> bool {
        self.first.is_some_and(|first| first > change.plus(SETTLING))
    }

    /// Whether all of them were saved before a change.
    pub(super) fn is_before(self, change: Timestamp) -> bool {
        self.last.is_some_and(|last| last < change)
    }
}

/// The pages and the damage of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FileState {
    is_damaged: bool,
    ended: BTreeSet<DocumentKind>,
    continued: BTreeSet<DocumentKind>,
    /// The kinds of its items, in pages or alone.
    kinds: BTreeSet<DocumentKind>,
}

/// The files that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FilesRead(BTreeMap<String, FileState>);

impl FilesRead {
    /// Notes a page of a file.
    pub(super) fn page(&mut self, file: &str, kind: DocumentKind, extent: PageExtent) {
        let state = self.state(file);
        match extent {
            PageExtent::Last => _ = state.ended.insert(kind),
            PageExtent::Continued => _ = state.continued.insert(kind),
            PageExtent::Damaged => state.is_damaged = true,
        }
    }

    /// Notes an item of a file.
    pub(super) fn item(&mut self, file: &str, kind: DocumentKind) {
        self.state(file).kinds.insert(kind);
    }

    /// Notes that a part of a file could not be used.
    pub(super) fn damage(&mut self, file: &str) {
        self.state(file).is_damaged = true;
    }

    fn state(&mut self, file: &str) -> &mut FileState {
        self.0.entry(file_key(file).to_owned()).or_default()
    }

    /// Whether a file holds a list of this kind to its end.
    pub(super) fn is_whole(&self, file: &str, kind: DocumentKind) -> bool {
        let state = self.0.get(file_key(file));
        state.is_some_and(|state| {
            !state.is_damaged && state.ended.contains(&kind) && !state.continued.contains(&kind)
        })
    }

    /// The folders in which the file of this name is damaged.
    pub(super) fn folders_with_damaged(&self, name: &str) -> impl Iterator<Item = String> {
        let damaged = self.0.iter().filter(|(_, state)| state.is_damaged);
        let folders = damaged.filter_map(move |(file, _)| file.strip_suffix(name));
        folders.filter(|folder| folder_of(folder) == *folder).map(str::to_owned)
    }

    /// When the documents of each kind were saved; `date` is that of a file. Without a date of one of its files, a kind is not
    /// in the result.
    pub(super) fn saved(&self, date: impl Fn(&str) -> Option<Timestamp>) -> BTreeMap<DocumentKind, SavedAt> {
        let mut all: BTreeMap<DocumentKind, Option<SavedAt>> = BTreeMap::new();
        for (file, state) in &self.0 {
            let at = date(file);
            let kinds: BTreeSet<DocumentKind> =
                [&state.ended, &state.continued, &state.kinds].into_iter().flatten().copied().collect();
            for kind in &kinds {
                let known = all.entry(*kind).or_insert_with(|| at.map(SavedAt::at));
                *known = known.take().zip(at).map(|(known, at)| known.extended(at));
            }
        }
        all.into_iter().filter_map(|(kind, saved)| Some((kind, saved?))).collect()
    }

    /// Whether a page of this kind in the folder of a file announces another one.
    pub(super) fn is_continued_beside(&self, file: &str, kind: DocumentKind) -> bool {
        let mut files = self.0.iter().filter(|(other, _)| folder_of(other) == folder_of(file));
        files.any(|(_, state)| state.continued.contains(&kind))
    }

    /// Whether the pages of this kind in a file announce others that are in no file of its folder.
    pub(super) fn is_cut(&self, file: &str, kind: DocumentKind) -> bool {
        let is_continued = self.0.get(file_key(file)).is_some_and(|state| state.continued.contains(&kind));
        let folder = folder_of(file);
        let mut others = self.0.iter().filter(|(other, _)| folder_of(other) == folder);
        is_continued && !others.any(|(_, state)| state.ended.contains(&kind))
    }
}

/// The folder of a path, with the separator at its end; empty if the path has none.
pub(super) fn folder_of(path: &str) -> &str {
    path.rfind(['/', '\\']).map_or("", |end| &path[..=end])
}

/// The path of a file without `.gz`: a compressed document is the same document.
pub(super) fn file_key(path: &str) -> &str {
    path.strip_suffix(".gz").unwrap_or(path)
}
