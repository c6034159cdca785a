//! A progress bar on the standard error, for a person who waits.
//!
//! Drawn only if the standard error is a terminal and nobody asked for quiet; the standard output is the report's.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::progress::{NoProgress, Progress};
use crate::render::sanitize::sanitize;

/// What the line shows while files are read; what does not fit the terminal is cut off at its end.
const READING: &str = "{spinner} {bytes} of {total_bytes}, {eta} left, {wide_msg}";

/// What it shows afterwards, while something is done that is short and has no measure.
fn afterwards(what: &str) -> String {
    format!("{{spinner}} {what}, {{bytes}} read, {{wide_msg}}")
}

/// The bar, or none. `next` is what is done once the files are read.
#[must_use]
pub fn choose(wanted: bool, next: &'static str) -> Box<dyn Progress> {
    if wanted && io::stderr().is_terminal() { Box::new(Bar::new(next)) } else { Box::new(NoProgress) }
}

/// Bytes drive the bar; files and records are told beside it.
struct Bar {
    bar: ProgressBar,
    files: AtomicU64,
    files_done: AtomicU64,
    records: AtomicU64,
    /// What is done once the files are read.
    next: &'static str,
}

impl Bar {
    fn new(next: &'static str) -> Self {
        let bar = ProgressBar::no_length().with_style(style(READING));
        let [files, files_done, records] = [(); 3].map(|()| AtomicU64::new(0));
        Self { bar, files, files_done, records, next }
    }

    fn tell(&self) {
        let files = (self.files_done.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed));
        let records = self.records.load(Ordering::Relaxed);
        self.bar.set_message(counts(files, records, self.bar.elapsed()));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are tested")
}

/// Files done and in all; records, and how many a second. Records are known when their file is done.
fn counts((done, all): (u64, u64), records: u64, elapsed: Duration) -> String {
    let files = format!("{done} of {all} files");
    if records == 0 {
        return files;
    }
    let rate = u128::from(records) * 1000 / elapsed.as_millis().max(1);
    let rate = HumanCount(u64::try_from(rate).unwrap_or(u64::MAX));
    format!("{files}, {} records ({rate}/s)", HumanCount(records))
}

impl Progress for Bar {
    fn start(&self, files: u64, bytes: u64) {
        self.files.store(files, Ordering::Relaxed);
        self.bar.set_length(bytes);
        // Rates count from here: before, metadata were read.
        self.bar.reset_elapsed();
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
        let done = self.files_done.fetch_add(1, Ordering::Relaxed) + 1;
        self.tell();
        if done == self.files.load(Ordering::Relaxed) {
            self.bar.set_style(style(&afterwards(self.next)));
        }
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
    fn the_bar_counts_and_its_templates_are_sound() {
        for template in [READING, &afterwards("joining")] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
        let bar = Bar::new("joining");
        bar.bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        bar.start(2, 100);
        bar.advance(60, 7);
        bar.finish_file();
        bar.finish_file();
        assert_eq!((bar.bar.position(), bar.bar.length()), (60, Some(100)));
        assert!(bar.bar.message().starts_with("2 of 2 files, 7 records ("), "{}", bar.bar.message());
        bar.finish();
    }

    #[test]
    fn records_are_told_with_their_rate() {
        let check = |records, milliseconds, expect| {
            assert_eq!(counts((1, 8), records, Duration::from_millis(milliseconds)), expect);
        };
        check(0, 0, "1 of 8 files");
        check(1_234_567, 2_000, "1 of 8 files, 1,234,567 records (617,283/s)");
        check(u64::MAX, 1, "1 of 8 files, 18,446,744,073,709,551,615 records (18,446,744,073,709,551,615/s)");
    }
}
