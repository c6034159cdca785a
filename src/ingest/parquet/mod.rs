//! Reads Parquet flow logs, as AWS writes them and as other programs save them. Columns are found by name.
//!
//! Each row group is read separately, so that damage affects only one row group, and threads can share a file. Rows are
//! numbered from 1 through the file.

mod addresses;
mod batch;
mod chunks;
mod columns;
mod counts;
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

/// A Parquet file whose footer was read. Its parts, the row groups, can be read in any order and by any thread.
///
/// Parts are counted from 0. The defects and totals of a part do not depend on other parts. Merged in any order, they
/// are those of the whole file; the reported position of a kind of defect is the one with the smallest row.
pub struct ParquetParts {
    name: String,
    source: SourceId,
    content: SeekableFile,
    footer: Option<Footer>,
}

impl ParquetParts {
    /// Reads the footer. Defects of the file as a whole are reported here; such a file has no parts.
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

    /// Whether the file as a whole has records that cannot be read, or records without their interface.
    fn lacks_records(&self, file: &FileContext<'_>) -> bool {
        let is_damaged = [DefectKind::DamagedParquet, DefectKind::UnreadableFile, DefectKind::MissingFields]
            .into_iter()
            .any(|kind| file.defects.count(kind) > 0);
        let has_interface = self.footer.as_ref().is_some_and(|footer| footer.layout.has_interface());
        let is_wrong_type = file.defects.count(DefectKind::WrongColumnType) > 0;
        (self.footer.is_none() && (is_damaged || is_wrong_type)) || (is_wrong_type && !has_interface)
    }

    /// The number of parts.
    #[must_use]
    pub fn count(&self) -> usize {
        self.footer.as_ref().map_or(0, Footer::count)
    }

    /// The size of a part in the file, in bytes, for distributing work.
    #[must_use]
    pub fn size(&self, part: usize) -> u64 {
        let size = |footer: &Footer| footer.group(part).compressed_size();
        self.footer.as_ref().map_or(0, |footer| u64::try_from(size(footer)).unwrap_or(0))
    }

    /// The number of rows in a part, according to the footer.
    #[must_use]
    pub fn rows(&self, part: usize) -> u64 {
        self.footer.as_ref().map_or(0, |footer| counts::rows(footer.group(part)))
    }

    /// The number of rows before a part.
    #[must_use]
    pub fn rows_before(&self, part: usize) -> u64 {
        self.footer.as_ref().map_or(0, |footer| footer.rows_before(part))
    }

    /// Reads one part into the sink, independently of the other parts.
    pub fn read<S: Sink>(&self, part: usize, sink: &mut S, defects: &mut Defects) {
        let Some(footer) = &self.footer else { return };
        // The defects of the part are collected separately, so that the first of a kind is the first in the part.
        let mut of_part = Defects::default();
        let mut file = FileContext::new(&self.name, self.source, &mut of_part);
        let open = || Chunks::open(&self.content);
        RowGroup { footer, number: part, open: &open }.read(&mut file, sink);
        defects.merge(of_part);
    }
}

/// Reads a whole Parquet file into the sink and returns its source format.
pub(super) fn read_parquet<S: Sink>(
    content: SeekableFile,
    file: &mut FileContext<'_>,
    sink: &mut S,
) -> SourceFormat {
    let parts = ParquetParts::of(content, file);
    let source_format = match &parts.footer {
        Some(footer) => footer.layout.pass_columns(sink),
        None => SourceFormat::Parquet,
    };
    if parts.lacks_records(file) {
        file.discard_part(None, None, None, sink);
    }
    if let Some(stated) = parts.footer.as_ref().and_then(|footer| footer.contradiction) {
        stated.discard_lost(file, sink);
    }
    for part in 0..parts.count() {
        parts.read(part, sink, file.defects);
    }
    source_format
}
