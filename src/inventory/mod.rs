//! AWS documents to plain values, with look-ups by id, by address and by time.
//!
//! Goes in: files and folders of AWS CLI, EventBridge and Batfish JSON. Comes out: an [`Inventory`] and defects.
//! A document's kind is known by its content, never by its file's name. Pages may be concatenated, in one array, or one a line.
//! Diagnosis is not done here: this module says what was configured, not what it means.
//!
//! Inside, in the order of the data: `file` (path to text), `json` (text to values), `document` (value to items of a kind),
//! one module for each kind of document (item to model), `gather` (which module reads which kind), `settle` (descriptions of
//! one thing to one), `index` and `lookups`.

mod documents;
mod file;
mod history;
mod index;
mod item;
mod json;
mod load;
mod lookups;
mod merge;
mod recognise;
mod salvage;
mod traffic;

#[cfg(test)]
mod tests;

pub use documents::Inventory;
pub use history::History;
pub use history::past::Past;
pub use index::Index;
pub use load::{LoadedFiles, load, parse};

pub use crate::model::document::DocumentKind;
