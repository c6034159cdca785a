//! Lets the Parquet decoder read a spooled file.

use std::io::{self, Read};

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use crate::ingest::source::spool::{Spool, SpoolReader};

impl Length for Spool {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for Spool {
    type T = io::BufReader<SpoolReader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(io::BufReader::new(self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged footer may request any length. No more is read than exists.
        let mut bytes = Vec::new();
        self.from(start).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF(format!(
                "expected {length} bytes from byte {start} on, found {}",
                bytes.len()
            )));
        }
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::spool::Spooled;

    #[test]
    fn bytes_beyond_the_end_are_an_error() {
        let Spooled::Whole(spool) = Spool::of(&b"0123456789"[..], 100).unwrap() else { panic!("whole") };
        assert_eq!(spool.get_bytes(8, 2).unwrap().as_ref(), b"89");
        assert!(spool.get_bytes(8, usize::MAX).is_err());
    }
}
