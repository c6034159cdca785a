//! What records are wrapped in once they are out of their compression: times, labels, tables, JSON.
//!
//! Goes in: a stream of bytes. Comes out: [`Item`]s with the numbers by which evidence refers to them, in bounded memory.
//! What the fields of a record are is not known here; that is the business of [`text`](super::text).

pub(super) mod aws_cli_text;
pub(super) mod delimited;
pub(super) mod detect;
mod item;
pub(super) mod json;
pub(super) mod tab_joined;
pub(super) mod timestamp_prefix;

pub(super) use item::FramedItem;
