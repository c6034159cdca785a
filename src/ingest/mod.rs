//! Bytes to records: flow-log files in any of their wrappings, handed record by record to a [`Sink`](sink::Sink).
//!
//! Goes in: files. Comes out: records and defects. Formats are told apart by content, never by name.
//! Bad data never stops a file's neighbours and is never silent. What matters is the sink's business, not this module's;
//! where the sink says beforehand what can matter at all, the rest is counted and not read.
//!
//! [`read_file`] reads any file whole. A Parquet file can be shared by several threads instead: [`parquet_parts`] reads its
//! footer once, and each part is read by whoever takes it, with a sink and defects of its own. Merged, these are those of
//! the whole file, in whatever order.

mod address;
mod compression;
mod detect;
mod envelope;
mod fields;
pub mod files;
pub mod guard;
mod header;
pub mod key;
mod lines;
mod marks;
mod number;
mod open;
pub mod options;
mod order;
mod parquet;
mod piped;
pub mod prefilter;
pub mod quote;
mod read;
mod record;
#[cfg(test)]
mod recorder;
mod rows;
mod shape;
pub mod sink;
mod text;
mod text_parts;
pub mod totals;
mod value;
pub mod wrapping;

pub use parquet::ParquetParts;
pub use read::{parquet_parts, read_file, read_file_piped};
pub use text_parts::TextParts;
