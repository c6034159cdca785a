//! A progress bar on standard error.
//!
//! It is drawn only if standard error is a terminal and the flags allow it. Standard output is reserved for the report.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::progress::{NoProgress, Progress};
use crate::render::sanitize::sanitize;

/// Template while files are read. The end of a line that is too long for the terminal is cut off.
const READING: &str = "{spinner} {bytes} of {total_bytes}, {eta} left, {wide_msg}";

/// Template after reading, for a short step without a measurable length.
fn after_reading(step: &str) -> String {
    format!("{{spinner}} {step}, {{bytes}} read, {{wide_msg}}")
}

/// Returns a progress bar if it is wanted and standard error is a terminal, otherwise an implementation that does nothing.
/// `next_step` names the step after reading.
#[must_use]
pub fn choose(wanted: bool, next_step: &'static str) -> Box<dyn Progress> {
    if wanted && io::stderr().is_terminal() { Box::new(Bar::new(next_step)) } else { Box::new(NoProgress) }
}

/// The bar counts bytes; its message shows files and records.
struct Bar {
    bar: ProgressBar,
    files: AtomicU64,
    files_done: AtomicU64,
    records: AtomicU64,
    /// The step after reading.
    next_step: &'static str,
}

impl Bar {
    fn new(next_step: &'static str) -> Self {
        let bar = ProgressBar::no_length().with_style(style(READING));
        let [files, files_done, records] = [(); 3].map(|()| AtomicU64::new(0));
        Self { bar, files, files_done, records, next_step }
    }

    fn update_message(&self) {
        let files = (self.files_done.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed));
        let records = self.records.load(Ordering::Relaxed);
        self.bar.set_message(counts(files, records, self.bar.elapsed()));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are tested")
}

/// The message: finished files of all files, records, and records per second. Records of a file are counted when it is
/// finished.
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
        // Metadata was read before, so rates are measured from here.
        self.bar.reset_elapsed();
        // The spinner keeps moving while the tables are joined, although no bytes are read.
        self.bar.enable_steady_tick(Duration::from_millis(200));
        self.update_message();
    }

    fn advance(&self, bytes: u64, records: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
        self.bar.inc(bytes);
        self.update_message();
    }

    fn finish_file(&self) {
        let done = self.files_done.fetch_add(1, Ordering::Relaxed) + 1;
        self.update_message();
        if done == self.files.load(Ordering::Relaxed) {
            self.bar.set_style(style(&after_reading(self.next_step)));
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
    fn the_bar_counts_and_its_templates_are_valid() {
        for template in [READING, &after_reading("joining")] {
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
    fn records_are_shown_with_their_rate() {
        let check = |records, milliseconds, expect| {
            assert_eq!(counts((1, 8), records, Duration::from_millis(milliseconds)), expect);
        };
        check(0, 0, "1 of 8 files");
        check(1_234_567, 2_000, "1 of 8 files, 1,234,567 records (617,283/s)");
        check(u64::MAX, 1, "1 of 8 files, 18,446,744,073,709,551,615 records (18,446,744,073,709,551,615/s)");
    }
}
