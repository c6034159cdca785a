//! Bytes to records: flow-log files in any of their wrappings, handed record by record to a [`Sink`](sink::Sink).
//!
//! Goes in: files. Comes out: records and defects. Formats are told apart by content, never by name.
//! Bad data never stops a file's neighbours and is never silent. What matters is the sink's business, not this module's.

mod blanks;
mod compression;
mod detect;
mod envelope;
pub mod files;
pub mod guard;
mod header;
mod lines;
mod number;
mod open;
pub mod options;
mod order;
mod parquet;
mod parquet_columns;
mod parquet_descriptions;
mod parquet_layout;
pub mod prefilter;
pub mod quote;
mod read;
mod record;
mod shape;
pub mod sink;
mod text;
mod tokens;
pub mod totals;
pub mod wrapping;

pub use read::read_file;
