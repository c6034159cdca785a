//! Files to bytes: folders are walked, compressions removed, pipes spooled, and streams cut into lines.
//!
//! This stage knows nothing of flow logs.

pub(super) mod compression;
pub mod files;
pub(super) mod lines;
pub mod object_key;
pub(super) mod peek;
pub(super) mod seekable;
pub(super) mod spool;
