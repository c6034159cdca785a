//! One file to the sink, whatever it is.

use std::io::Read;

use super::detect::Content;
use super::envelope::cells::for_each_row;
use super::envelope::json::for_each_event;
use super::envelope::stamp;
use super::files::LogFile;
use super::lines::{Line, for_each_line};
use super::open::{Inner, open};
use super::options::ReadOptions;
use super::parquet::read_parquet;
use super::sink::Sink;
use super::text::{FileContext, TextReader};
use super::wrapping::{ColumnsBy, FileKind, Wrapping};
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
        Inner::Parquet(source) => {
            read_parquet(&source, &mut file, sink);
            (Wrapping::Parquet, Some(ColumnsBy::Names))
        }
        Inner::Other(defect, says) => {
            file.defect(defect, None, || says);
            (Wrapping::Unknown, None)
        }
    };
    FileKind { layers: opened.layers, wrapping, columns }
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
        Content::Stamped(stamped) => {
            wrapping = stamped;
            for_each_line(reader, |number, line| text.line(number, unstamped(line), file, sink))
        }
        Content::Lines | Content::Parquet | Content::Other(_) => {
            for_each_line(reader, |number, line| text.line(number, line, file, sink))
        }
    };
    let (told, columns) = text.finish(file, outcome, sink);
    let wrapping = if wrapping == Wrapping::Unknown { told.unwrap_or_default() } else { wrapping };
    (wrapping, columns)
}

/// A line without the time before it; one that has none is left as it is.
pub(super) fn unstamped(line: Line<'_>) -> Line<'_> {
    match line {
        Line::Text(text) => Line::Text(stamp::read(text).map_or(text, |stamped| stamped.record)),
        Line::TooLong => Line::TooLong,
    }
}
