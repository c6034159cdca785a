//! Bytes to records: flow-log files in any of their wrappings, handed record by record to a [`Sink`](sink::Sink).
//!
//! Goes in: files. Comes out: records and defects. Formats are told apart by content, never by name.
//! Bad data never stops a file's neighbours and is never silent. What matters is the sink's business, not this module's.

mod blanks;
mod detect;
pub mod files;
pub mod guard;
mod header;
mod lines;
mod number;
mod parquet;
pub mod quote;
mod record;
pub mod sink;
mod text;
mod tokens;
pub mod totals;

pub use detect::{parquet_parts, read_file};
pub use parquet::ParquetParts;
