//! Reads a file in any source format into a sink.

use std::io::Read;

use super::defects::FileContext;
use super::file_kind::{FieldOrderSource, FileKind, SourceFormat};
use super::framing::aws_cli_text::for_each_cli_item;
use super::framing::delimited::for_each_row;
use super::framing::detect::DetectedFormat;
use super::framing::json::for_each_event;
use super::framing::tab_joined::TabsToNewlines;
use super::framing::timestamp_prefix;
use super::open::{OpenedContent, open};
use super::options::ReadOptions;
use super::parquet::{ParquetParts, read_parquet};
use super::piped::{PipedContent, piped};
use super::sink::Sink;
use super::source::files::LogFile;
use super::source::lines::{TextLine, for_each_line};
use super::text::TextReader;
use super::text::lines::for_all_lines;
use crate::model::defect::{DefectKind, Defects};
use crate::model::source::SourceId;

/// Reads one file into the sink and returns its kind. Calls `advance` with the number of bytes that were read from
/// disk.
pub fn read_file<S: Sink>(
    log: &LogFile,
    source: SourceId,
    options: &ReadOptions,
    sink: &mut S,
    defects: &mut Defects,
    advance: &dyn Fn(u64),
) -> FileKind {
    let mut file = FileContext::new(&log.name, source, defects);
    let opened = match open(log, advance) {
        Ok(opened) => opened,
        Err(error) => {
            file.discard_part(None, None, None, sink);
            file.defect(DefectKind::UnreadableFile, None, || error.to_string());
            return FileKind::default();
        }
    };
    let (source_format, field_order_source) = match opened.inner {
        OpenedContent::Text(content, reader) => read_text(content, reader, options, &mut file, sink),
        OpenedContent::Parquet(content) => {
            (read_parquet(content, &mut file, sink), Some(FieldOrderSource::Header))
        }
        OpenedContent::Other(defect, message) => {
            if defect != DefectKind::UnrecognisedFile || file.is_named_as_flow_log() {
                file.discard_part(None, None, None, sink);
            }
            file.defect(defect, None, || message);
            (SourceFormat::Unknown, None)
        }
    };
    FileKind { layers: opened.layers, source_format, field_order_source }
}

/// Reports a file that was changed while it was read. Returns whether it was. Its records then count as discarded,
/// because it may have had more of them.
pub fn report_change<S: Sink>(log: &LogFile, source: SourceId, sink: &mut S, defects: &mut Defects) -> bool {
    let Some(change) = log.change() else { return false };
    let mut file = FileContext::new(&log.name, source, defects);
    file.discard_part(None, None, None, sink);
    file.defect(DefectKind::UnreadableFile, None, || format!("{change}; what was read of it was used"));
    true
}

/// The parts of a Parquet file, so that several threads can share it; none if the file is not Parquet.
///
/// Defects of the file as a whole are reported here, and defects of a part when it is read.
pub fn parquet_parts(log: &LogFile, source: SourceId, defects: &mut Defects) -> Option<ParquetParts> {
    let mut file = FileContext::new(&log.name, source, defects);
    match open(log, &|_| {}).ok()?.inner {
        OpenedContent::Parquet(content) => Some(ParquetParts::of(content, &mut file)),
        _ => None,
    }
}

/// Reads one file like [`read_file`], with decompression on a separate thread. It is meant for the last files, when
/// some threads have no file of their own.
pub fn read_file_piped<S: Sink>(
    log: &LogFile,
    source: SourceId,
    options: &ReadOptions,
    sink: &mut S,
    defects: &mut Defects,
    advance: &(dyn Fn(u64) + Sync),
) -> FileKind {
    let text = piped(log, advance, |found, reader| {
        let PipedContent::Text(layers, content) = found else { return None };
        let mut file = FileContext::new(&log.name, source, &mut *defects);
        let (source_format, field_order_source) = read_text(content, reader, options, &mut file, sink);
        Some(FileKind { layers, source_format, field_order_source })
    });
    text.flatten().unwrap_or_else(|| read_file(log, source, options, sink, defects, advance))
}

fn read_text<S: Sink>(
    content: DetectedFormat,
    reader: impl Read,
    options: &ReadOptions,
    file: &mut FileContext<'_>,
    sink: &mut S,
) -> (SourceFormat, Option<FieldOrderSource>) {
    let mut text = TextReader::new(options, file, sink);
    // The format from the first bytes, in case that no record determines it.
    let mut source_format = SourceFormat::Unknown;
    let outcome = match content {
        DetectedFormat::PermissionCheck => return (SourceFormat::ExportPermissionCheck, None),
        DetectedFormat::Delimited(delimiter) => {
            for_each_row(reader, delimiter, |number, item| text.item(number, item, file, sink))
        }
        DetectedFormat::Json => for_each_event(reader, |number, item| text.item(number, item, file, sink)),
        DetectedFormat::TabJoined => {
            for_all_lines(TabsToNewlines(reader), |number, lines| text.lines(number, lines, file, sink))
        }
        DetectedFormat::AwsCliText(text_format) => {
            source_format = text_format;
            for_each_cli_item(reader, text_format, |number, item| text.item(number, item, file, sink))
        }
        DetectedFormat::TimestampPrefix(prefixed) => {
            source_format = prefixed;
            for_each_line(reader, |number, line| text.line(number, without_timestamp(line), file, sink))
        }
        DetectedFormat::Lines | DetectedFormat::Parquet | DetectedFormat::Other(_) => {
            for_all_lines(reader, |number, lines| text.lines(number, lines, file, sink))
        }
    };
    let (found_format, field_order_source) = text.finish(file, outcome, sink);
    let source_format =
        if source_format == SourceFormat::Unknown { found_format.unwrap_or_default() } else { source_format };
    (source_format, field_order_source)
}

/// The line without its leading timestamp. A line without a timestamp stays as it is.
pub(super) fn without_timestamp(line: TextLine<'_>) -> TextLine<'_> {
    match line.text() {
        Some(text) => TextLine::Text(timestamp_prefix::read(text).map_or(text, |prefixed| prefixed.record)),
        None => TextLine::TooLong,
    }
}
