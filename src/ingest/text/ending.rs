//! Reports lines that are not records, and defects that are known only at the end of a file.

use std::io;

use super::TextReader;
use crate::ingest::defects::{FileContext, Remains};
use crate::ingest::file_kind::{FieldOrderSource, SourceFormat};
use crate::ingest::schema::fields::Fields;
use crate::ingest::sink::Sink;
use crate::model::defect::{DefectKind, Place};

impl TextReader<'_> {
    /// Handles a line whose order of fields is not known.
    pub(super) fn unknown_line<S: Sink>(
        &mut self,
        number: u64,
        line: Fields<'_>,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) {
        let words: [&[u8]; 4] = [b"ACCEPT", b"REJECT", b"NODATA", b"SKIPDATA"];
        let looks_like_record = line.iter().any(|field| {
            field.starts_with(b"eni-") || words.iter().any(|word| field.eq_ignore_ascii_case(word))
        });
        if looks_like_record {
            file.discard(number, Remains::default(), sink);
            let found = line.count();
            let expected = match self.orders.n_given() {
                Some(given) => format!("the {given} fields of `--log-format`"),
                None => "a header line or a common format".to_owned(),
            };
            let hint = "; `--log-format '${a} ${b}'` names the fields in their order";
            self.defect(number, file, DefectKind::UnknownFieldOrder, || {
                format!("expected {expected}, found {found} fields{hint}")
            });
        } else if self.unrecognised_line.is_none() {
            let text = line.line();
            let start = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
            self.unrecognised_line = Some((number, start));
        }
    }

    /// Reports the defects that only the end of a file shows. Returns the source format and the source of the field
    /// order, if they are known.
    pub(in crate::ingest) fn finish<S: Sink>(
        mut self,
        file: &mut FileContext<'_>,
        outcome: Result<(), (u64, io::Error)>,
        sink: &mut S,
    ) -> (Option<SourceFormat>, Option<FieldOrderSource>) {
        self.report_tiny(file, sink);
        sink.skipped(&self.skipped);
        if let Err((line, error)) = &outcome {
            let kind = match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    DefectKind::DamagedCompression
                }
                _ => DefectKind::UnreadableFile,
            };
            file.discard_part(None, Some(*line), None, sink);
            file.defect(kind, Some(*line), || format!("{error}; the lines before it were used"));
        }
        let is_strange = self.report_foreign(file, sink);
        match self.unrecognised_line {
            Some((line, start)) => {
                if self.n_lines > 0 || file.is_named_as_flow_log() {
                    file.discard_part(None, Some(line), None, sink);
                }
                file.defect(DefectKind::UnrecognisedFile, Some(line), || {
                    format!("expected flow-log records, found `{start}`")
                });
            }
            None if self.n_lines == 0
                && outcome.is_ok()
                && !is_strange
                && self.test_message_format.is_none() =>
            {
                let found = if self.has_header { "a header alone" } else { "nothing" };
                file.defect(DefectKind::EmptyFile, None, || {
                    format!("expected flow-log records, found {found}")
                });
            }
            None => {}
        }
        let of_lines = match self.field_order_source {
            _ if self.has_header => Some(SourceFormat::S3Text),
            Some(_) => Some(SourceFormat::Records),
            None => None,
        };
        (self.source_format.or(self.test_message_format).or(of_lines), self.field_order_source)
    }

    /// Reports items that are not records. If a file contains nothing else, the file is unrecognised; otherwise each
    /// item is counted.
    fn report_foreign<S: Sink>(&mut self, file: &mut FileContext<'_>, sink: &mut S) -> bool {
        let Some((n_foreign, first, message)) = self.foreign.take() else { return false };
        if self.n_lines == 0 {
            file.defect(DefectKind::UnrecognisedFile, None, || message);
            return true;
        }
        file.discard_part(Some(n_foreign), Some(first), None, sink);
        let name = file.name;
        let place = || Place { file: name.to_owned(), line: Some(first), text: message };
        file.defects.record_all(DefectKind::BadItem, n_foreign, place);
        true
    }
}
