//! Where a fact came from: the input files in one fixed order, and a line or row of one of them.

/// An input file, by its place in the sorted list of inputs.
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
