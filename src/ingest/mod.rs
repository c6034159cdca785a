//! Reads flow-log files in any source format and passes each record to a [`Sink`](sink::Sink).
//!
//! Input: files. Output: records and defects. The format is detected from the content, never from the name. Bad data
//! does not stop the run and is always reported. The sink decides which records matter. If the sink names bounds in
//! advance, records outside them are counted but not read.
//!
//! The stages, each in a folder of its own, from the bytes of a file to its records: `source` opens files, `framing`
//! detects the source format and takes the records out of it, `schema` determines which fields a record has, `text`
//! reads lines, and `parquet` reads Parquet files. A stage imports only stages that come before it.
//!
//! [`read_file`] reads a whole file. Several threads can share a Parquet file: [`parquet_parts`] reads its footer once,
//! and each thread reads some of the parts with a sink and defects of its own. Merged in any order, the results are
//! those of the whole file.

mod defects;
pub mod file_kind;
mod framing;
mod open;
pub mod options;
mod parquet;
mod piped;
pub mod prefilter;
pub mod quote;
mod read;
pub mod record;
#[cfg(test)]
mod recorder;
mod schema;
pub mod sink;
mod source;
mod text;
pub mod totals;

pub use self::parquet::{ParquetParts, is_decoding};
pub use self::read::{parquet_parts, read_file, read_file_piped, report_change};
pub use self::source::{files, object_key};
pub use self::text::parts::TextParts;
