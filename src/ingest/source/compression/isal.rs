//! Decompresses gzip with ISA-L, which is faster. Data that ISA-L rejects is read again by the other decoder.
//!
//! Both builds therefore report and use damaged data in the same way, although ISA-L may have returned a part of it.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use isal::Codec;
use isal::read::Decoder;

use super::{READ_SIZE, Reopen};

/// The members of a gzip file, one after the other.
pub(super) struct Gzip<'a> {
    /// Boxed, because it contains pointers to itself and must not move.
    decoder: Box<Decoder<BufReader<Box<dyn Read + 'a>>>>,
    given: u64,
    reopen: Reopen<'a>,
    other: Option<Box<dyn Read + 'a>>,
}

impl<'a> Gzip<'a> {
    pub(super) fn new(reader: BufReader<Box<dyn Read + 'a>>, reopen: Reopen<'a>) -> Self {
        Self { decoder: Box::new(Decoder::new(reader, Codec::Gzip)), given: 0, reopen, other: None }
    }

    fn read_again(&self) -> io::Result<Box<dyn Read + 'a>> {
        let mut other = MultiGzDecoder::new(BufReader::with_capacity(READ_SIZE, (self.reopen)()?));
        io::copy(&mut other.by_ref().take(self.given), &mut io::sink())?;
        Ok(Box::new(other))
    }
}

impl Read for Gzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.other.is_none() {
            if let Ok(length) = self.decoder.read(buffer) {
                self.given += length as u64;
                return Ok(length);
            }
            self.other = Some(self.read_again()?);
        }
        self.other.as_mut().map_or(Ok(0), |other| other.read(buffer))
    }
}
