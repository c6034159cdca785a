//! How far a long run is; shown by the command line, ignored by everyone else.

/// Told of the work as it goes, from any thread.
pub trait Progress: Sync {
    /// What is to be done.
    fn start(&self, files: u64, bytes: u64);
    /// Bytes taken from disk and records read since the last call.
    fn advance(&self, bytes: u64, records: u64);
    /// One file is done.
    fn finish_file(&self);
    /// Something to tell the person watching.
    fn note(&self, text: &str);
    /// All is done.
    fn finish(&self);
}

/// Tells no one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: u64, _bytes: u64) {}
    fn advance(&self, _bytes: u64, _records: u64) {}
    fn finish_file(&self) {}
    fn note(&self, _text: &str) {}
    fn finish(&self) {}
}
