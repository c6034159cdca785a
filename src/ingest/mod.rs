//! Bytes to records: flow-log files in any of their wrappings, handed record by record to a [`Sink`](sink::Sink).
//!
//! Goes in: files. Comes out: records and defects. Formats are told apart by content, never by name.
//! Bad data never stops a file's neighbours and is never silent. What matters is the sink's business, not this module's;
//! where the sink says beforehand what can matter at all, the rest is counted and not read.
//!
//! [`read_file`] reads any file whole. A Parquet file can be shared by several threads instead: [`parquet_parts`] reads its
//! footer once, and each part is read by whoever takes it, with a sink and defects of its own. Merged, these are those of
//! the whole file, in whatever order.

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
pub use self::read::{parquet_parts, read_file, read_file_piped};
pub use self::source::{files, object_key};
pub use self::text::parts::TextParts;
