//! Parquet flow logs: AWS's own and the re-saved, columns found by name.
//!
//! Each row group is read on its own, so that a damaged one costs no other, and threads may share a file. Rows are
//! numbered from 1 through the file.

mod addresses;
mod batch;
mod chunks;
mod columns;
mod decoder;
mod descriptions;
mod flat;
mod footer;
mod group;
mod guard;
mod lake;
mod layout;
mod mapped_column;
mod numbers;
mod page_header;
mod pages;
mod pending;
mod projection;
pub(super) mod quote;
mod read_ahead;
mod row;
mod row_filter;
mod spool;
mod statistics;
#[cfg(test)]
mod tests;

use chunks::Chunks;
use decoder::RowGroup;
use footer::Footer;

pub use self::guard::is_decoding;

use super::sink::Sink;
use crate::ingest::defects::FileContext;
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::source::seekable::SeekableFile;
use crate::model::defect::{DefectKind, Defects};
use crate::model::source::SourceId;

/// A Parquet file whose footer was read: its parts, the row groups, can be read one by one, in any order, by any thread.
///
/// Parts are counted from 0. A part's defects and totals do not depend on the other parts. Merged, they are those of the whole file in whatever order:
/// the first place of a kind is the one of the smallest row.
pub struct ParquetParts {
    name: String,
    source: SourceId,
    content: SeekableFile,
    footer: Option<Footer>,
}

impl ParquetParts {
    /// Reads the footer. What is wrong with the file as a whole is told here, and such a file has no parts.
    pub(super) fn of(content: SeekableFile, file: &mut FileContext<'_>) -> Self {
        let footer = match Chunks::open(&content) {
            Ok(chunks) => Footer::read(&chunks, file),
            Err(error) => {
                file.defect(DefectKind::UnreadableFile, None, || error);
                None
            }
        };
        Self { name: file.name.to_owned(), source: file.source, content, footer }
    }

    /// How many parts there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.footer.as_ref().map_or(0, Footer::count)
    }

    /// Bytes a part has in the file, for sharing work out.
    #[must_use]
    pub fn size(&self, part: usize) -> u64 {
        let size = |footer: &Footer| footer.group(part).compressed_size();
        self.footer.as_ref().map_or(0, |footer| u64::try_from(size(footer)).unwrap_or(0))
    }

    /// Rows of a part, by the footer.
    #[must_use]
    pub fn rows(&self, part: usize) -> u64 {
        self.footer.as_ref().map_or(0, |footer| footer::rows(footer.group(part)))
    }

    /// Rows of the file before a part.
    #[must_use]
    pub fn rows_before(&self, part: usize) -> u64 {
        self.footer.as_ref().map_or(0, |footer| footer.rows_before(part))
    }

    /// Reads one part into the sink, wherever the others are read.
    pub fn read<S: Sink>(&self, part: usize, sink: &mut S, defects: &mut Defects) {
        let Some(footer) = &self.footer else { return };
        // Collected apart: the first defect of a kind is the first in its part.
        let mut of_part = Defects::default();
        let mut file = FileContext { name: &self.name, source: self.source, defects: &mut of_part };
        let open = || Chunks::open(&self.content);
        RowGroup { footer, number: part, open: &open }.read(&mut file, sink);
        defects.merge(of_part);
    }
}

/// Reads a whole Parquet file into the sink, and says what it was.
pub(super) fn read_parquet<S: Sink>(
    content: SeekableFile,
    file: &mut FileContext<'_>,
    sink: &mut S,
) -> SourceFormat {
    let parts = ParquetParts::of(content, file);
    let source_format = match &parts.footer {
        Some(footer) => footer.layout.tell(sink),
        None => SourceFormat::Parquet,
    };
    for part in 0..parts.count() {
        parts.read(part, sink, file.defects);
    }
    source_format
}
