//! Defects of the input: counted by kind, with the location of the first one.
//!
//! Bad data never stops a run and never disappears: it is counted here, and every report shows the counts.

use std::collections::BTreeMap;

/// A kind of defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefectKind {
    /// The file could not be opened or read.
    UnreadableFile,
    /// The file is empty.
    EmptyFile,
    /// The file is neither a flow log nor a known document.
    UnrecognisedFile,
    /// A compressed stream ends early or cannot be decompressed; the data before the damage was used.
    DamagedCompression,
    /// The footer or pages of a Parquet file cannot be decoded; earlier row groups were used.
    DamagedParquet,
    /// A Parquet column has a type that its field cannot have.
    WrongColumnType,
    /// Records without a header whose field order is unknown.
    UnknownFieldOrder,
    /// A header, or a set of columns, without the fields that a flow needs.
    MissingFields,
    /// A header names fields that this version does not know; they are ignored.
    UnknownFields,
    /// A record has more or fewer fields than its header.
    WrongFieldCount,
    /// A value is not valid for its field.
    BadValue,
    /// A line is longer than any record.
    LineTooLong,
    /// A record of a transit gateway, which is ignored.
    TransitGatewayRecord,
    /// JSON ends early or is malformed. The data before the damage was used, and in a log also the data after it.
    DamagedJson,
    /// A JSON document of a kind that this version does not use.
    UnknownDocument,
    /// An item of a document lacks its id or has an invalid value, or an object among the records of a log is not a record.
    BadItem,
}

impl DefectKind {
    /// The stable, kebab-case name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnreadableFile => "unreadable-file",
            Self::EmptyFile => "empty-file",
            Self::UnrecognisedFile => "unrecognised-file",
            Self::DamagedCompression => "damaged-compression",
            Self::DamagedParquet => "damaged-parquet",
            Self::WrongColumnType => "wrong-column-type",
            Self::UnknownFieldOrder => "unknown-field-order",
            Self::MissingFields => "missing-fields",
            Self::UnknownFields => "unknown-fields",
            Self::WrongFieldCount => "wrong-field-count",
            Self::BadValue => "bad-value",
            Self::LineTooLong => "line-too-long",
            Self::TransitGatewayRecord => "transit-gateway-record",
            Self::DamagedJson => "damaged-json",
            Self::UnknownDocument => "unknown-document",
            Self::BadItem => "bad-item",
        }
    }
}

/// The location of a defect, with the expected and the found content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// Line of a text file or a document, row of a Parquet file, or event of a log in JSON, from 1; none for the whole file.
    pub line: Option<u64>,
    /// The expected and the actual content.
    pub text: String,
}

impl Place {
    /// The file and the line, such as `logs/a.log:17`.
    #[must_use]
    pub fn location(&self) -> String {
        self.line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file))
    }
}

/// The most folders of a kind that keep their first place.
const MOST_FOLDERS: usize = 8;

/// Defects counted by kind. Merging is commutative, so that the order of files and threads does not change the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    kinds: BTreeMap<DefectKind, OfKind>,
}

/// The defects of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OfKind {
    count: u64,
    first: Place,
    /// The first place of each folder; of the first folders, if there are many.
    folders: BTreeMap<String, Place>,
}

impl OfKind {
    fn new(count: u64, first: Place) -> Self {
        let folders = BTreeMap::from([(folder_of(&first.file).to_owned(), first.clone())]);
        Self { count, first, folders }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        if other.first < self.first {
            self.first = other.first;
        }
        for (folder, place) in other.folders {
            match self.folders.get_mut(&folder) {
                Some(first) if place < *first => *first = place,
                Some(_) => {}
                None => drop(self.folders.insert(folder, place)),
            }
        }
        while self.folders.len() > MOST_FOLDERS {
            self.folders.pop_last();
        }
    }

    /// Whether a place cannot change what is kept.
    fn is_behind(&self, file: &str, line: Option<u64>) -> bool {
        let is_later = |first: &Place| (first.file.as_str(), first.line) < (file, line);
        is_later(&self.first) && self.folders.get(folder_of(file)).is_some_and(is_later)
    }
}

/// The folder of a file; empty if the name has none.
fn folder_of(file: &str) -> &str {
    file.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

impl Defects {
    /// Counts one defect; `place` is only called for the first defect of a kind. Therefore the defects of each file are
    /// counted on their own, and then merged.
    pub fn record(&mut self, kind: DefectKind, place: impl FnOnce() -> Place) {
        self.record_all(kind, 1, place);
    }

    /// Counts several defects of one kind; `place` is the place of the first of them.
    pub fn record_all(&mut self, kind: DefectKind, added: u64, place: impl FnOnce() -> Place) {
        match self.kinds.get_mut(&kind) {
            // Lines of one file come in order, so the first recorded defect stays the first.
            Some(known) => known.count += added,
            None => drop(self.kinds.insert(kind, OfKind::new(added, place()))),
        }
    }

    /// Counts some defects of one place, in any order of the places; `text` is only called if the place may be the first.
    pub fn record_at(
        &mut self,
        kind: DefectKind,
        defects: u64,
        (file, line): (&str, Option<u64>),
        text: impl FnOnce() -> String,
    ) {
        if let Some(known) = self.kinds.get_mut(&kind).filter(|known| known.is_behind(file, line)) {
            known.count += defects;
            return;
        }
        let place = Place { file: file.to_owned(), line, text: text() };
        self.merge(Self { kinds: BTreeMap::from([(kind, OfKind::new(defects, place))]) });
    }

    /// Adds the defects of another file.
    pub fn merge(&mut self, other: Self) {
        for (kind, defects) in other.kinds {
            match self.kinds.get_mut(&kind) {
                Some(known) => known.merge(defects),
                None => drop(self.kinds.insert(kind, defects)),
            }
        }
    }

    /// Each kind with its count and first place, in the order of [`DefectKind`].
    pub fn iter(&self) -> impl Iterator<Item = (DefectKind, u64, &Place)> {
        self.kinds.iter().map(|(kind, known)| (*kind, known.count, &known.first))
    }

    /// The first places of a kind in other folders than that of its first place, by folder.
    pub fn elsewhere(&self, kind: DefectKind) -> impl Iterator<Item = &Place> {
        let known = self.kinds.get(&kind).into_iter();
        known.flat_map(|known| {
            let folder = folder_of(&known.first.file);
            let others = known.folders.iter().filter(move |(other, _)| *other != folder);
            others.map(|(_, place)| place)
        })
    }

    /// The number of defects of one kind.
    #[must_use]
    pub fn count(&self, kind: DefectKind) -> u64 {
        self.kinds.get(&kind).map_or(0, |known| known.count)
    }

    /// Whether there are no defects.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(file: &str, line: u64) -> Defects {
        let mut defects = Defects::default();
        let place = || Place { file: file.into(), line: Some(line), text: "x".into() };
        defects.record(DefectKind::BadValue, place);
        defects.record(DefectKind::BadValue, place);
        defects
    }

    #[test]
    fn each_folder_keeps_its_first_place() {
        let files = ["logs/b", "logs/a", "saved/z", "saved/more/y", "c"];
        let mut all = Defects::default();
        for file in files {
            all.merge(one(file, 3));
        }
        let mut backwards = Defects::default();
        for file in files.iter().rev() {
            backwards.merge(one(file, 3));
        }
        assert_eq!(all, backwards);
        let (kind, count, first) = all.iter().next().expect("one kind");
        assert_eq!((count, first.file.as_str()), (10, "c"));
        let elsewhere: Vec<&str> = all.elsewhere(kind).map(|place| place.file.as_str()).collect();
        assert_eq!(elsewhere, ["logs/a", "saved/z", "saved/more/y"]);
        let mut many = Defects::default();
        for number in 0..100 {
            let file = format!("day-{}/a", number * 37 % 100);
            many.record_at(DefectKind::BadValue, 1, (&file, Some(1)), || "x".into());
        }
        let first: Vec<&str> = many.elsewhere(kind).map(|place| place.file.as_str()).collect();
        assert_eq!((first.len(), first[0], many.count(kind)), (MOST_FOLDERS - 1, "day-1/a", 100));
    }

    #[test]
    fn merging_does_not_depend_on_the_order() {
        let merged = |parts: [Defects; 2]| {
            let mut all = Defects::default();
            for part in parts {
                all.merge(part);
            }
            all
        };
        let all = merged([one("b", 1), one("a", 9)]);
        assert_eq!(all, merged([one("a", 9), one("b", 1)]));
        let (kind, count, first) = all.iter().next().expect("one kind");
        assert_eq!((kind, count, first.file.as_str(), first.line), (DefectKind::BadValue, 4, "a", Some(9)));
    }
}
