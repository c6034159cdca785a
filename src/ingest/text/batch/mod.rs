//! Lines of text many at a time: what one column holds in each of them is read at once.
//!
//! Goes in: the places of blanks in a piece of text. Comes out: records to a [`Sink`](crate::ingest::sink::Sink). What is not plainly a
//! record of the usual form is left to whoever reads line by line, and so nothing is decided here that is not decided there.

mod addresses;
mod numbers;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub(super) use table::{LineBatch, LineTable};
pub(super) use values::BatchValues;
