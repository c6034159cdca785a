//! The source of a fact: an input file in a fixed order of files, and a line or row of it.

/// An input file, by its position in the sorted list of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// One record: a line of a text file, a row of a Parquet file or an event of a JSON file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    /// The file.
    pub source: SourceId,
    /// Line, row or event, from 1.
    pub line: u64,
}
