//! Reads many lines of text at a time, column by column.
//!
//! Input: the positions of the separators in a block of text. Output: records to a [`Sink`](crate::ingest::sink::Sink).
//! Only records in the usual form are read here. All others are read line by line, so the two ways cannot disagree
//! about them.

mod addresses;
mod numbers;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub(super) use table::{LineBatch, LineTable};
pub(super) use values::BatchValues;
