//! Discarded records that follow each other with the same interface and time. They are added together, because a file
//! may have millions of them.

use super::discards::Discards;
use crate::ingest::sink::Discarded;
use crate::model::time::Window;

/// Discarded records of one worker.
#[derive(Default)]
pub(super) struct PendingDiscards {
    added: Discards,
    pending: Option<Pending>,
}

struct Pending {
    records: u64,
    interface: Option<Box<[u8]>>,
    window: Window,
    file: Box<str>,
    /// The position of the first of the records.
    line: Option<u64>,
}

impl Pending {
    fn is_followed_by(&self, next: &Discarded<'_>) -> bool {
        self.window == next.window
            && self.interface.as_deref() == next.interface
            && self.line.is_some()
            && self.line <= next.line
            && *self.file == *next.file
    }
}

impl PendingDiscards {
    /// Adds records.
    pub(super) fn add(&mut self, next: &Discarded<'_>) {
        if let Some(pending) = &mut self.pending
            && let Some(records) = next.records
            && pending.is_followed_by(next)
        {
            pending.records += records;
            return;
        }
        self.flush();
        match next.records {
            None => self.added.add(next),
            Some(records) => {
                self.pending = Some(Pending {
                    records,
                    interface: next.interface.map(Into::into),
                    window: next.window,
                    file: next.file.into(),
                    line: next.line,
                });
            }
        }
    }

    fn flush(&mut self) {
        if let Some(pending) = self.pending.take() {
            self.added.add(&Discarded {
                records: Some(pending.records),
                interface: pending.interface.as_deref(),
                window: pending.window,
                file: &pending.file,
                line: pending.line,
            });
        }
    }

    /// Returns all records.
    pub(super) fn finish(mut self) -> Discards {
        self.flush();
        self.added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    #[test]
    fn records_that_are_added_together_are_those_that_are_added_one_by_one() {
        let mut expected = Discards::default();
        let mut pending = PendingDiscards::default();
        for (interface, from, file, line) in [
            (None, 0, "a", 3),
            (None, 0, "a", 4),
            (Some("eni-1"), 600, "a", 5),
            (Some("eni-1"), 600, "a", 6),
            (Some("eni-1"), 660, "a", 7),
            (Some("eni-1"), 660, "b", 2),
            (None, 0, "b", 1),
            (None, 0, "b", 9),
        ] {
            let window = Window { from: Timestamp(from), to: Timestamp(from + 60) };
            let records = (line != 9).then_some(1);
            let interface = interface.map(str::as_bytes);
            let discarded = Discarded { records, interface, window, file, line: Some(line) };
            expected.add(&discarded);
            pending.add(&discarded);
        }
        assert_eq!(pending.finish(), expected);
    }
}
