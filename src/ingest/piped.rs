//! Decompresses on one thread while another thread reads the records.
//!
//! This is faster only if fewer files are left than threads. Otherwise each thread has a file of its own.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::file_kind::Layers;
use super::framing::detect::DetectedFormat;
use super::open::{OpenedContent, open};
use super::source::files::LogFile;

/// Bytes that are passed on at a time.
const PIECE: usize = 256 * 1024;
/// The largest number of pieces that may wait.
const MAX_WAITING: usize = 4;

/// The format that the decompressing thread detected.
pub(super) enum PipedContent {
    /// Text, which is sent in pieces.
    Text(Layers, DetectedFormat),
    /// Another format, which is not read this way.
    NoText,
}

/// Decompresses on one thread and reads on another. `take` gets the format and, for text, the bytes. Returns none if
/// the file cannot be opened; reading it in the usual way then reports the reason.
pub(super) fn piped<T>(
    log: &LogFile,
    advance: &(dyn Fn(u64) + Sync),
    take: impl FnOnce(PipedContent, &mut dyn Read) -> T,
) -> Option<T> {
    std::thread::scope(|scope| {
        let (found_to, found) = sync_channel(1);
        let (pieces_to, pieces) = sync_channel(MAX_WAITING);
        scope.spawn(move || pump(log, advance, &found_to, &pieces_to));
        let found = found.recv().ok()?;
        Some(take(found, &mut PieceReader { pieces, piece: Vec::new(), at: 0 }))
    })
}

/// Sends the format and then the pieces. It ends early if the receiver is gone, because the receiver then has what it
/// needs.
fn pump(
    log: &LogFile,
    advance: &(dyn Fn(u64) + Sync),
    found: &SyncSender<PipedContent>,
    pieces: &SyncSender<io::Result<Vec<u8>>>,
) {
    let Ok(opened) = open(log, advance) else { return };
    let OpenedContent::Text(content, mut reader) = opened.inner else {
        let _ = found.send(PipedContent::NoText);
        return;
    };
    let _ = found.send(PipedContent::Text(opened.layers, content));
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let outcome = reader.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        let is_end = piece.len() < PIECE;
        if !piece.is_empty() && pieces.send(Ok(piece)).is_err() {
            return;
        }
        if let Err(error) = outcome {
            let _ = pieces.send(Err(error));
            return;
        }
        if is_end {
            return;
        }
    }
}

/// The pieces as one stream.
struct PieceReader {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            let Ok(next) = self.pieces.recv() else { return Ok(0) };
            self.piece = next?;
            self.at = 0;
        }
        let rest = &self.piece[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}
