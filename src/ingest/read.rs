//! One file to the sink, whatever it is.

use std::io::Read;

use super::defects::FileContext;
use super::file_kind::{ColumnsBy, FileKind, Wrapping};
use super::framing::aws_cli_text::for_each_labelled;
use super::framing::delimited::for_each_row;
use super::framing::detect::Content;
use super::framing::json::for_each_event;
use super::framing::tab_joined::Parted;
use super::framing::timestamp_prefix;
use super::open::{Inner, open};
use super::options::ReadOptions;
use super::parquet::{ParquetParts, read_parquet};
use super::piped::{Found, piped};
use super::sink::Sink;
use super::source::files::LogFile;
use super::source::lines::{Line, for_each_line};
use super::text::TextReader;
use super::text::lines::for_all_lines;
use crate::model::defect::{DefectKind, Defects};
use crate::model::source::SourceId;

/// Reads one file into the sink, and says what it was. `advance` is told of bytes taken from disk.
pub fn read_file<S: Sink>(
    log: &LogFile,
    source: SourceId,
    options: &ReadOptions,
    sink: &mut S,
    defects: &mut Defects,
    advance: &dyn Fn(u64),
) -> FileKind {
    let mut file = FileContext { name: &log.name, source, defects };
    let opened = match open(log, advance) {
        Ok(opened) => opened,
        Err(error) => {
            file.defect(DefectKind::UnreadableFile, None, || error.to_string());
            return FileKind::default();
        }
    };
    let (wrapping, columns) = match opened.inner {
        Inner::Text(content, reader) => read_text(content, reader, options, &mut file, sink),
        Inner::Parquet(content) => (read_parquet(content, &mut file, sink), Some(ColumnsBy::Names)),
        Inner::Other(defect, says) => {
            file.defect(defect, None, || says);
            (Wrapping::Unknown, None)
        }
    };
    FileKind { layers: opened.layers, wrapping, columns }
}

/// The parts of a Parquet file, so that several threads may share it; none if the file is no Parquet file.
///
/// What is wrong with the file as a whole is told here, what is wrong with a part when it is read.
pub fn parquet_parts(log: &LogFile, source: SourceId, defects: &mut Defects) -> Option<ParquetParts> {
    let mut file = FileContext { name: &log.name, source, defects };
    match open(log, &|_| {}).ok()?.inner {
        Inner::Parquet(content) => Some(ParquetParts::of(content, &mut file)),
        _ => None,
    }
}

/// The same with decompression on a thread of its own: for a file that no other thread has a file beside.
pub fn read_file_piped<S: Sink>(
    log: &LogFile,
    source: SourceId,
    options: &ReadOptions,
    sink: &mut S,
    defects: &mut Defects,
    advance: &(dyn Fn(u64) + Sync),
) -> FileKind {
    let text = piped(log, advance, |found, reader| {
        let Found::Text(layers, content) = found else { return None };
        let mut file = FileContext { name: &log.name, source, defects: &mut *defects };
        let (wrapping, columns) = read_text(content, reader, options, &mut file, sink);
        Some(FileKind { layers, wrapping, columns })
    });
    text.flatten().unwrap_or_else(|| read_file(log, source, options, sink, defects, advance))
}

fn read_text<S: Sink>(
    content: Content,
    reader: impl Read,
    options: &ReadOptions,
    file: &mut FileContext<'_>,
    sink: &mut S,
) -> (Wrapping, Option<ColumnsBy>) {
    let mut text = TextReader::new(options, file, sink);
    // What the first bytes say where no record tells more.
    let mut wrapping = Wrapping::Unknown;
    let outcome = match content {
        Content::PermissionCheck => return (Wrapping::ExportPermissionCheck, None),
        Content::Cells(delimiter) => {
            for_each_row(reader, delimiter, |number, item| text.item(number, item, file, sink))
        }
        Content::Json => for_each_event(reader, |number, item| text.item(number, item, file, sink)),
        Content::Joined => {
            for_all_lines(Parted(reader), |number, lines| text.lines(number, lines, file, sink))
        }
        Content::Labelled(labelled) => {
            wrapping = labelled;
            for_each_labelled(reader, labelled, |number, item| text.item(number, item, file, sink))
        }
        Content::Stamped(stamped) => {
            wrapping = stamped;
            for_each_line(reader, |number, line| text.line(number, unstamped(line), file, sink))
        }
        Content::Lines | Content::Parquet | Content::Other(_) => {
            for_all_lines(reader, |number, lines| text.lines(number, lines, file, sink))
        }
    };
    let (told, columns) = text.finish(file, outcome, sink);
    let wrapping = if wrapping == Wrapping::Unknown { told.unwrap_or_default() } else { wrapping };
    (wrapping, columns)
}

/// A line without the time before it; one that has none is left as it is.
pub(super) fn unstamped(line: Line<'_>) -> Line<'_> {
    match line.text() {
        Some(text) => Line::Text(timestamp_prefix::read(text).map_or(text, |stamped| stamped.record)),
        None => Line::TooLong,
    }
}
