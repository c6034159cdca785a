//! From files to bytes: this stage walks folders, removes compressions, stores streams in temporary files, and splits
//! bytes into lines.
//!
//! It knows nothing about flow logs.

pub(super) mod compression;
pub mod files;
pub(super) mod lines;
pub mod object_key;
pub(super) mod peek;
pub(super) mod seekable;
pub(super) mod spool;
