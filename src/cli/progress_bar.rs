//! A progress bar on the standard error, for a person who waits.
//!
//! Drawn only if the standard error is a terminal and nobody asked for quiet; the standard output is the report's.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::{NoProgress, Progress};
use crate::render::sanitize::sanitize;

/// What the line shows, from left to right.
const TEMPLATE: &str = "{spinner} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left) {msg}";

/// The bar, or none.
#[must_use]
pub fn choose(wanted: bool) -> Box<dyn Progress> {
    if wanted && io::stderr().is_terminal() { Box::new(Bar::new()) } else { Box::new(NoProgress) }
}

/// Bytes drive the bar; files and records are told beside it.
struct Bar {
    bar: ProgressBar,
    files: AtomicU64,
    files_done: AtomicU64,
    records: AtomicU64,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self { bar, files: AtomicU64::new(0), files_done: AtomicU64::new(0), records: AtomicU64::new(0) }
    }

    fn tell(&self) {
        let of = self.files.load(Ordering::Relaxed);
        let done = self.files_done.load(Ordering::Relaxed);
        let records = self.records.load(Ordering::Relaxed);
        self.bar.set_message(format!("files: {done} of {of}, records: {records}"));
    }
}

impl Progress for Bar {
    fn start(&self, files: u64, bytes: u64) {
        self.files.store(files, Ordering::Relaxed);
        self.bar.set_length(bytes);
        // Keeps turning while the tables are joined, when no bytes are read.
        self.bar.enable_steady_tick(Duration::from_millis(200));
        self.tell();
    }

    fn advance(&self, bytes: u64, records: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
        self.bar.inc(bytes);
        self.tell();
    }

    fn finish_file(&self) {
        self.files_done.fetch_add(1, Ordering::Relaxed);
        self.tell();
    }

    fn note(&self, text: &str) {
        self.bar.println(sanitize(text));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_counts_and_its_template_is_sound() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
        let bar = Bar::new();
        bar.bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        bar.start(2, 100);
        bar.advance(60, 7);
        bar.finish_file();
        assert_eq!((bar.bar.position(), bar.bar.length()), (60, Some(100)));
        assert_eq!(bar.bar.message(), "files: 1 of 2, records: 7");
        bar.finish();
    }
}
