//! The bytes of a Parquet file, wherever the file lies.
//!
//! The footer is checked here, because the decoder would reserve memory for any length that a footer claims.

use std::fs::File;
use std::io::{self, BufReader, Read};

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::{Buf, Bytes};

use crate::ingest::source::seekable::SeekableFile;
use crate::ingest::source::spool::{Spool, SpoolReader};

/// The most bytes of a footer. A few hundred bytes per column and row group are usual.
const MAX_FOOTER: u64 = 64 << 20;

/// The size of the last part of a file: the length of its footer, then `PAR1`.
const TAIL: usize = 8;

/// An open Parquet file on disk, in memory or in a temporary file.
pub(super) enum Chunks {
    File(File),
    Bytes(Bytes),
    Spool(Spool),
}

impl Chunks {
    /// Opens the file for one decoder, because two decoders cannot share the position in an open file.
    pub(super) fn open(source: &SeekableFile) -> std::result::Result<Self, String> {
        match source {
            SeekableFile::File(path) => File::open(path).map(Self::File).map_err(|error| error.to_string()),
            SeekableFile::Spool(spool) => Ok(Self::Spool(spool.clone())),
            SeekableFile::Bytes(bytes) => Ok(Self::Bytes(bytes.clone())),
        }
    }

    /// Rejects a file that does not end like a Parquet file, or whose footer has an impossible length, before it is
    /// decoded.
    pub(super) fn check_footer(&self) -> Result<()> {
        let length = self.len();
        let Some(at) = length.checked_sub(TAIL as u64) else { return Err(general("the file is cut off")) };
        let tail = self.get_bytes(at, TAIL)?;
        let (size, magic) = tail.split_at(4);
        if magic != b"PAR1" {
            return Err(general(
                "the file does not end like a Parquet file: it is cut off, or was not written completely",
            ));
        }
        let size = size.iter().rev().fold(0, |size, &byte| size << 8 | u64::from(byte));
        if size > at {
            return Err(general(&format!("a footer of {size} bytes in a file of {length}")));
        }
        if size > MAX_FOOTER {
            return Err(general(&format!("a footer of {size} bytes")));
        }
        Ok(())
    }
}

pub(super) fn general(message: &str) -> ParquetError {
    ParquetError::General(message.to_owned())
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => file.len(),
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Spool(spool) => spool.length(),
        }
    }
}

/// A reader of the bytes from an offset on.
pub(super) enum OffsetReader {
    File(BufReader<File>),
    Bytes(Bytes),
    Spool(BufReader<SpoolReader>),
}

impl Read for OffsetReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Spool(spool) => spool.read(buffer),
            Self::Bytes(bytes) => {
                let taken = bytes.len().min(buffer.len());
                bytes.copy_to_slice(&mut buffer[..taken]);
                Ok(taken)
            }
        }
    }
}

impl ChunkReader for Chunks {
    type T = OffsetReader;

    fn get_read(&self, start: u64) -> Result<OffsetReader> {
        match self {
            Self::File(file) => Ok(OffsetReader::File(file.get_read(start)?)),
            Self::Spool(spool) => Ok(OffsetReader::Spool(spool.get_read(start)?)),
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                Ok(OffsetReader::Bytes(if start < bytes.len() { bytes.slice(start..) } else { Bytes::new() }))
            }
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self {
            // No memory is reserved for a length beyond the end of the file.
            _ if start.saturating_add(length as u64) > self.len() => {
                Err(general("a page lies beyond the file's end"))
            }
            Self::File(file) => file.get_bytes(start, length),
            Self::Spool(spool) => spool.get_bytes(start, length),
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                Ok(bytes.slice(start..start + length))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_another_end_are_rejected() {
        let check = |bytes: &[u8], message: &str| {
            let outcome = Chunks::Bytes(Bytes::copy_from_slice(bytes)).check_footer();
            assert!(outcome.is_err_and(|error| error.to_string().contains(message)), "{message}");
        };
        check(b"PAR1", "cut off");
        check(b"PAR1........PAR2", "does not end");
        check(b"PAR1\xff\xff\xff\x7fPAR1", "a footer of 2147483647 bytes");
    }
}
