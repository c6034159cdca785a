//! AWS documents as plain values, with look-ups by id, by address and by time.
//!
//! Goes in: files and folders of AWS CLI, EventBridge and Batfish JSON. Comes out: an [`Inventory`] and defects.
//! The content of a document determines its kind, never the name of the file. Pages may be concatenated, in one array, or one
//! per line. This module describes the configuration; it draws no conclusions.
//!
//! The parts in the order of the data: `file` (path to text), `foreign` (files that are no JSON), `json` (text to values, one at a time),
//! `recognise` (value to items of a kind), `envelope` (messages that contain documents), `documents` (item to model, one file per document, with `start_containers`, `denied_calls` and `resource_parts` for parts of them), `merge` (several descriptions
//! of one thing to one), `changes` (calls that change the configuration), `policy_text` (policies in their three forms), `origin` (the subject of documents that do not
//! name it), `changes` (calls of CloudTrail that change the configuration), `whole_lists` (lists that their content shows to be whole), `history` (earlier states), `index` and `lookups`.

mod changes;
mod denied_calls;
mod documents;
mod envelope;
mod file;
mod files_read;
mod foreign;
mod history;
mod index;
mod item;
mod json;
mod kept;
mod known_resources;
mod known_subjects;
mod load;
mod lookups;
mod merge;
mod origin;
mod policy_text;
mod recognise;
mod resource_parts;
mod start_containers;
mod subject_list;
mod subject_policy;
mod traffic;
mod whole_lists;

#[cfg(test)]
mod bounds_tests;
#[cfg(test)]
mod tests;

pub use changes::{Changes, EventSpan, SavedEvents, change_events};
pub use documents::Inventory;
pub use history::History;
pub use history::past::{Past, exactly_at};
pub use history::undo::without;
pub use index::Index;
pub use kept::TooMuch;
pub use load::{LoadedFiles, load, parse};

pub use crate::model::document::DocumentKind;
