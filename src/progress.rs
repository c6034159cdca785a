//! How a long run tells what it is doing.
//!
//! The pipeline calls a [`Progress`] from its worker threads; it neither knows nor cares whether anyone looks.
//! Drawing is the command line's business: the library is quiet.

/// Told what is being done. Calls come from several threads.
pub trait Progress: Sync {
    /// The inputs are known: so many files and bytes.
    fn start(&self, files: u64, bytes: u64);
    /// So many more bytes, on disk, and records have been read.
    fn advance(&self, bytes: u64, records: u64);
    /// One more file is done.
    fn finish_file(&self);
    /// Something a waiting person should know; one sentence.
    fn note(&self, text: &str);
    /// Nothing more will come.
    fn finish(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: u64, _bytes: u64) {}
    fn advance(&self, _bytes: u64, _records: u64) {}
    fn finish_file(&self) {}
    fn note(&self, _text: &str) {}
    fn finish(&self) {}
}
