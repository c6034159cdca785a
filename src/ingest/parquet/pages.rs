//! Pages of a Parquet file, checked before the decoder sees them.
//!
//! The decoder reserves the memory that a page's header claims before it reads the page, and inflates gzip without a limit.
//! Therefore each header is checked here first, and a page that would exceed [`MAX_PAGE`] is an ordinary error.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use super::chunks::{Chunks, OffsetReader, general};
use super::page_header::PageClaims;
use super::read_ahead::ReadAhead;

/// The most bytes that a page may have after decompression. Writers limit pages to between one and a hundred MiB.
const MAX_PAGE: u64 = 256 << 20;
/// The most values that a page may have. Run-length encoding can claim any number of values in a few bytes.
const MAX_VALUES: u64 = 1 << 26;
/// Larger gzip pages are inflated once to check their size. One byte of gzip expands to at most 1032 bytes, so smaller
/// pages stay within four times [`MAX_PAGE`]; usual pages are therefore not inflated twice.
const MAX_UNCHECKED_GZIP: u64 = MAX_PAGE / 1032 * 4;
/// A page's header ends within this many bytes, because it contains at most two values.
const MAX_HEADER: u64 = 16 << 10;

/// The pages of a file. Every header is checked before the decoder reads it.
pub(super) struct CheckedPages {
    chunks: Chunks,
    /// None if the file is in memory.
    ahead: Option<ReadAhead>,
}

impl CheckedPages {
    pub(super) fn new(chunks: Chunks) -> Self {
        Self { chunks, ahead: None }
    }

    /// Pages of columns in these byte ranges, which are read ahead in large pieces.
    pub(super) fn of_columns(chunks: Chunks, ranges: impl IntoIterator<Item = Range<u64>>) -> Self {
        if matches!(chunks, Chunks::Bytes(_)) {
            return Self::new(chunks);
        }
        let length = chunks.len();
        let in_file = ranges.into_iter().map(|range| range.start..range.end.min(length));
        Self { ahead: Some(ReadAhead::new(in_file.collect())), chunks }
    }

    fn ahead(&self, start: u64, least: u64) -> Result<Option<Bytes>> {
        self.ahead.as_ref().map_or(Ok(None), |ahead| ahead.get(&self.chunks, start, least))
    }

    fn bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self.ahead(start, length as u64)? {
            Some(bytes) if bytes.len() >= length => Ok(bytes.slice(..length)),
            _ => self.chunks.get_bytes(start, length),
        }
    }
}

impl Length for CheckedPages {
    fn len(&self) -> u64 {
        self.chunks.len()
    }
}

impl ChunkReader for CheckedPages {
    type T = OffsetReader;

    fn get_read(&self, start: u64) -> Result<OffsetReader> {
        let mut rest = match self.ahead(start, MAX_HEADER)? {
            Some(bytes) => OffsetReader::Bytes(bytes),
            None => self.chunks.get_read(start)?,
        };
        let claims = match &mut rest {
            OffsetReader::File(file) => PageClaims::read(file.fill_buf()?),
            OffsetReader::Spool(spool) => PageClaims::read(spool.fill_buf()?),
            OffsetReader::Bytes(bytes) => PageClaims::read(bytes),
        };
        check(claims)?;
        Ok(rest)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.bytes(start, length)?;
        if length as u64 > MAX_UNCHECKED_GZIP && bytes.starts_with(&[0x1f, 0x8b, 8]) {
            let inflated = MultiGzDecoder::new(&bytes[..]).take(MAX_PAGE + 1);
            // The decoder reports damage itself.
            if io::copy(&mut { inflated }, &mut io::sink()).is_ok_and(|length| length > MAX_PAGE) {
                return Err(too_large("inflates to more than", MAX_PAGE));
            }
        }
        Ok(bytes)
    }
}

fn too_large(what: &str, bytes: u64) -> ParquetError {
    general(&format!("a page {what} {bytes} bytes"))
}

/// Checks the claims of a header. Bytes that are not a header claim nothing; the decoder reports them.
fn check(claims: Option<PageClaims>) -> Result<()> {
    let Some(claims) = claims else { return Ok(()) };
    if claims.uncompressed > MAX_PAGE {
        return Err(too_large("claims", claims.uncompressed));
    }
    if claims.values > MAX_VALUES || claims.is_dictionary && claims.values > claims.uncompressed {
        return Err(general(&format!(
            "a page of {} bytes claims {} values",
            claims.uncompressed, claims.values
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn claims_are_limited() {
        let check = |uncompressed, values, is_dictionary, fine| {
            let claims = PageClaims { uncompressed, values, is_dictionary };
            assert_eq!(super::check(Some(claims)).is_ok(), fine, "{uncompressed} {values} {is_dictionary}");
        };
        check(1 << 20, 20_000, false, true);
        check(12, 1_000_000, false, true);
        check(1 << 20, 100_000, true, true);
        check(12, 1_000_000, true, false);
        check((1 << 31) - 1, 1, false, false);
        check(12, (1 << 31) - 1, false, false);
    }

    #[test]
    fn a_page_that_expands_too_much_is_rejected() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![0; 1 << 20];
        for _ in 0..300 {
            encoder.write_all(&zeros).unwrap();
        }
        let bytes = Bytes::from(encoder.finish().unwrap());
        let pages = CheckedPages::new(Chunks::Bytes(bytes.clone()));
        assert!(pages.get_bytes(0, bytes.len()).is_err());
        assert!(pages.get_bytes(0, 1000).is_ok());
        assert!(pages.get_bytes(1, bytes.len()).is_err());
    }
}
