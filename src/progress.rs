//! Progress of a long run.
//!
//! The pipeline calls a [`Progress`] from its worker threads and does not depend on what the implementation does. The
//! command line draws a progress bar; the library itself prints nothing.

/// Receives the progress of a run. Calls come from several threads.
pub trait Progress: Sync {
    /// Reports the number and the total size in bytes of the input files.
    fn start(&self, files: u64, bytes: u64);
    /// Reports that more bytes (as stored on disk) and records have been read.
    fn advance(&self, bytes: u64, records: u64);
    /// Reports that one more file is finished.
    fn finish_file(&self);
    /// Shows a note of one sentence to the user.
    fn note(&self, text: &str);
    /// Reports the end of the run.
    fn finish(&self);
}

/// Ignores all progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: u64, _bytes: u64) {}
    fn advance(&self, _bytes: u64, _records: u64) {}
    fn finish_file(&self) {}
    fn note(&self, _text: &str) {}
    fn finish(&self) {}
}
