//! Lines that are too short for a record, a header, a timestamp, or any value that is kept of a discarded record. They
//! are counted together, so that millions of them cost no more than other text.

use super::TextReader;
use super::mode::Mode;
use super::tiny_lines::LONGEST;
use crate::ingest::defects::FileContext;
use crate::ingest::file_kind::FieldOrderSource;
use crate::ingest::sink::Sink;
use crate::model::defect::DefectKind;

/// In front of the first record, a word such as `ACCEPT` shows that a line is a record.
const SHORTEST_WORD: usize = 6;

impl TextReader<'_> {
    /// Counts a tiny line. Returns false if the line must be read in the usual way.
    #[inline]
    pub(super) fn tiny_line(&mut self, number: u64, line: &[u8]) -> bool {
        line.len() <= LONGEST && number > 1 && self.count_tiny(number, line)
    }

    fn count_tiny(&mut self, number: u64, line: &[u8]) -> bool {
        let is_counted = match &self.mode {
            Mode::Records(order) => order.by == FieldOrderSource::Header || self.are_no_records(),
            Mode::Unknown if line.len() < SHORTEST_WORD && self.unrecognised_line.is_some() => {
                self.are_no_records()
            }
            _ => false,
        };
        let is_comment = line.first() == Some(&b'#');
        if !is_counted || (!is_comment && line.iter().any(|byte| matches!(byte, b'-' | b'#'))) {
            return false;
        }
        if is_comment || matches!(self.mode, Mode::Unknown) || line.iter().all(|&byte| byte <= b' ') {
            return true;
        }
        self.tiny.add(number, line);
        self.n_lines += 1;
        true
    }

    fn are_no_records(&mut self) -> bool {
        self.tiny.are_no_records(&self.orders)
    }

    /// Reports the tiny lines. Called before another line of this kind is reported, and before the field order changes.
    pub(super) fn report_tiny<S: Sink>(&mut self, file: &mut FileContext<'_>, sink: &mut S) {
        let count = std::mem::take(&mut self.tiny.count);
        if count == 0 {
            return;
        }
        let Mode::Records(order) = &self.mode else { return };
        let (expected, found) = (order.layout.count(), self.tiny.n_fields);
        let message = || format!("expected {expected} fields, found {found}");
        file.discard_lines((DefectKind::WrongFieldCount, count), self.tiny.first, message, sink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::options::{Formats, ReadOptions};
    use crate::ingest::read_file;
    use crate::ingest::recorder::Recorder;
    use crate::ingest::source::files::LogFile;
    use crate::model::defect::Defects;
    use crate::model::log_format::LogFormat;
    use crate::model::source::SourceId;

    const RECORD: &str = "2 1 eni-1 10.0.0.1 10.0.0.2 40000 443 6 1 60 1795403523 1795403526 ACCEPT OK\n";

    /// The kind of a defect, its number, and the line and the text of the first.
    type Described = (DefectKind, u64, Option<u64>, String);

    fn read(text: &str, given: Option<&str>) -> (Recorder, Vec<Described>) {
        let given = given.map(|format| LogFormat::parse(format).unwrap());
        let options = ReadOptions { formats: Formats { given, ..Formats::default() } };
        let (mut recorder, mut defects) = (Recorder::new(None), Defects::default());
        let log = LogFile::of_bytes("log", text.into());
        read_file(&log, SourceId(0), &options, &mut recorder, &mut defects, &|_| {});
        let described =
            defects.iter().map(|(kind, count, place)| (kind, count, place.line, place.text.clone()));
        (recorder, described.collect())
    }

    #[test]
    fn millions_of_tiny_lines_are_one_defect_and_one_discard() {
        for (lines, fields, each) in [("a\n", 1, 1), ("a b\n", 2, 1), ("a\n\n", 1, 1), (" a\n#\nb\r\n", 1, 2)]
        {
            let n_lines = 200_000;
            let text = format!("{RECORD}{}{RECORD}", lines.repeat(n_lines));
            let (recorder, defects) = read(&text, None);
            let count = each * n_lines as u64;
            let message = format!("expected 14 fields, found {fields}");
            assert_eq!(defects, [(DefectKind::WrongFieldCount, count, Some(2), message)], "{lines:?}");
            assert_eq!(recorder.discarded, [Some(count)], "{lines:?}");
            assert_eq!(recorder.rows.len(), 2);
        }
    }

    #[test]
    fn blank_lines_and_comments_are_no_defects() {
        for lines in ["\n", "\r\n", "   \n", "#\n", "# a\n", "\t \n\n"] {
            let text = format!("{RECORD}{}{RECORD}", lines.repeat(10_000));
            let (recorder, defects) = read(&text, None);
            assert_eq!(defects, [], "{lines:?}");
            let last = 10_000 * lines.matches('\n').count() as u64 + 2;
            assert_eq!(recorder.rows.keys().copied().collect::<Vec<_>>(), [1, last], "{lines:?}");
        }
    }

    #[test]
    fn tiny_lines_are_reported_before_longer_ones_and_in_their_field_order() {
        let (recorder, defects) = read(&format!("{RECORD}a\na longer line\neni-2 x\nb\n{RECORD}"), None);
        let message = "expected 14 fields, found 1".to_owned();
        assert_eq!(defects, [(DefectKind::WrongFieldCount, 4, Some(2), message)]);
        assert_eq!(recorder.discarded.iter().flatten().sum::<u64>(), 4);
        let (_, defects) = read("a\nb\nACCEPT\nc\n", None);
        assert_eq!(
            defects.iter().map(|(kind, count, ..)| (*kind, *count)).collect::<Vec<_>>(),
            [(DefectKind::UnrecognisedFile, 1), (DefectKind::UnknownFieldOrder, 1),]
        );
        // A given order may have as few fields.
        let (_, defects) = read("7 8\n9 9\n1 2\n", Some("${start} ${end}"));
        assert_eq!(
            defects.iter().map(|(kind, count, ..)| (*kind, *count)).collect::<Vec<_>>(),
            [(DefectKind::MissingFields, 3)]
        );
    }
}
