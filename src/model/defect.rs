//! What was wrong with the input: counted by kind, with the first place of each.
//!
//! Bad data never stops a run and never disappears: it ends here, and from here in every report.

use std::collections::BTreeMap;

/// A kind of defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefectKind {
    /// The file could not be opened or read.
    UnreadableFile,
    /// The file holds nothing.
    EmptyFile,
    /// The file is neither a flow log nor a known document.
    UnrecognisedFile,
    /// A compressed stream ends early or does not decompress; what came before was used.
    DamagedCompression,
    /// A Parquet file's footer or pages cannot be decoded; row groups before were used.
    DamagedParquet,
    /// A Parquet column holds a type that its field cannot have.
    WrongColumnType,
    /// Records without a header whose order of fields nothing tells.
    UnknownFieldOrder,
    /// A header, or a column set, without the fields a flow needs.
    MissingFields,
    /// A header names fields this version does not know; they are left aside.
    UnknownFields,
    /// A record has more or fewer fields than its header.
    WrongFieldCount,
    /// A value cannot be what its field says.
    BadValue,
    /// A line is longer than any record.
    LineTooLong,
    /// A transit gateway record, set aside.
    TransitGatewayRecord,
    /// JSON ends early or is malformed; what came before was used, and of a log what comes after.
    DamagedJson,
    /// A JSON document of a kind this version does not use.
    UnknownDocument,
    /// An item of a document lacks what identifies it, or holds a value that cannot be; or something among the records of
    /// a log is none.
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

/// Where a defect is and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line of a text file or a document, row of a Parquet file, or event of a log in JSON, from 1; none if the whole file
    /// is meant.
    pub line: Option<u64>,
    /// What was expected and what was found.
    pub text: String,
}

/// Defects counted by kind. Merging is commutative, so that the order of files and threads does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    kinds: BTreeMap<DefectKind, (u64, Place)>,
}

impl Defects {
    /// Counts one defect; `place` is only made when it may be the first.
    pub fn record(&mut self, kind: DefectKind, place: impl FnOnce() -> Place) {
        match self.kinds.get_mut(&kind) {
            // Within one file lines come in order, so the first one recorded stays the first.
            Some((count, _)) => *count += 1,
            None => {
                self.kinds.insert(kind, (1, place()));
            }
        }
    }

    /// Takes in the defects of another file.
    pub fn merge(&mut self, other: Self) {
        for (kind, (count, place)) in other.kinds {
            match self.kinds.get_mut(&kind) {
                Some((total, first)) => {
                    *total += count;
                    if place < *first {
                        *first = place;
                    }
                }
                None => {
                    self.kinds.insert(kind, (count, place));
                }
            }
        }
    }

    /// Each kind with its count and first place, in the order of [`DefectKind`].
    pub fn iter(&self) -> impl Iterator<Item = (DefectKind, u64, &Place)> {
        self.kinds.iter().map(|(kind, (count, place))| (*kind, *count, place))
    }

    /// How many of one kind.
    #[must_use]
    pub fn count(&self, kind: DefectKind) -> u64 {
        self.kinds.get(&kind).map_or(0, |(count, _)| *count)
    }

    /// Whether nothing was wrong.
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
    fn merging_ignores_the_order() {
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
