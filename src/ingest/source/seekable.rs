//! A file that can be read out of order.

use std::path::PathBuf;

use super::spool::Spool;

/// A Parquet file on disk, in memory or spooled from a stream.
#[derive(Clone)]
pub(in crate::ingest) enum SeekableFile {
    File(PathBuf),
    Bytes(bytes::Bytes),
    Spool(Spool),
}
