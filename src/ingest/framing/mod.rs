//! Detects the source format of decompressed bytes and takes the records out of it: timestamps, labels, tables and JSON
//! are removed.
//!
//! Input: a stream of bytes. Output: [`FramedItem`]s with the numbers by which evidence refers to them, in bounded
//! memory. This stage does not know the fields of a record; [`text`](super::text) reads them.
//!
//! A source format may contain another one: a base64 payload in JSON contains lines or JSON again.

pub(super) mod aws_cli_text;
pub(super) mod delimited;
pub(super) mod detect;
mod item;
pub(super) mod json;
pub(super) mod tab_joined;
pub(super) mod timestamp_prefix;

pub(super) use item::FramedItem;
