//! A file that can be read out of order.

use std::path::PathBuf;

use super::spool::Spool;

/// A file on disk, in memory or copied from a stream, which can be read in any order.
#[derive(Clone)]
pub(in crate::ingest) enum SeekableFile {
    File(PathBuf),
    Bytes(bytes::Bytes),
    Spool(Spool),
}
