//! Divides a large file of plain lines into parts that threads can share.
//!
//! A part begins after a line end. The line ends before it are counted first, so that its lines get their numbers; this
//! takes a tenth of the time of reading. The same pass makes sure that only the first line is a header.

use std::io::{self, Read};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::TextReader;
use super::lines::for_all_lines;
use crate::ingest::defects::FileContext;
use crate::ingest::file_kind::{FieldOrderSource, FileKind, Layers, SourceFormat};
use crate::ingest::framing::detect::{DetectedFormat, detect_format};
use crate::ingest::options::ReadOptions;
use crate::ingest::schema::header::{HeaderLine, read_header};
use crate::ingest::sink::Sink;
use crate::ingest::source::files::LogFile;
use crate::ingest::source::lines::{MAX_LINE, TextLine, for_each_line};
use crate::model::defect::Defects;
use crate::model::source::SourceId;

/// The size of a part, in bytes.
const PART: u64 = 32 << 20;
/// Enough bytes for a header line.
const HEAD: usize = 16 * 1024;

/// A file of plain lines whose first line names the fields of all others.
#[derive(Debug)]
pub struct TextParts {
    log: LogFile,
    source: SourceId,
    header: Vec<u8>,
    parts: Vec<BatchPart>,
}

#[derive(Clone, Copy, Debug)]
struct BatchPart {
    start: u64,
    length: u64,
    /// The number of lines before the part.
    lines_before: u64,
}

impl TextParts {
    /// Divides a file into parts; none if it is another kind of file, or too small for two parts. It uses the threads
    /// of the current pool.
    #[must_use]
    pub fn of(log: &LogFile, source: SourceId) -> Option<Self> {
        Self::of_size(log, source, PART)
    }

    fn of_size(log: &LogFile, source: SourceId, size: u64) -> Option<Self> {
        if log.size < 2 * size {
            return None;
        }
        let header = header_of(log)?;
        let starts = starts(log, size).ok()?;
        let ends = starts.iter().copied().skip(1).chain([log.size]);
        let ranges: Vec<(u64, u64)> = starts.iter().copied().zip(ends).collect();
        let counted: Vec<Option<u64>> =
            ranges.into_par_iter().map(|(start, end)| count_lines(log, start, end - start)).collect();
        let mut lines_before = 0;
        let mut parts = Vec::new();
        let ends = starts.iter().copied().skip(1).chain([log.size]);
        for ((start, end), lines) in starts.iter().copied().zip(ends).zip(counted) {
            parts.push(BatchPart { start, length: end - start, lines_before });
            lines_before += lines?;
        }
        Some(Self { log: log.clone(), source, header, parts })
    }

    /// The number of parts.
    #[must_use]
    pub fn count(&self) -> usize {
        self.parts.len()
    }

    /// The size of a part, in bytes.
    #[must_use]
    pub fn size(&self, part: usize) -> u64 {
        self.parts.get(part).map_or(0, |part| part.length)
    }

    /// Reads one part into the sink.
    pub fn read<S: Sink>(
        &self,
        part: usize,
        options: &ReadOptions,
        sink: &mut S,
        defects: &mut Defects,
    ) -> FileKind {
        let kind = FileKind {
            layers: Layers::default(),
            source_format: SourceFormat::default(),
            field_order_source: Some(FieldOrderSource::Header),
        };
        let Some(part) = self.parts.get(part) else { return kind };
        let mut file = FileContext::new(&self.log.name, self.source, defects);
        let mut text = TextReader::new(options, &file, sink);
        let outcome = match self.log.range(part.start, part.length) {
            Ok(reader) => {
                if part.lines_before > 0 {
                    text.line(1, TextLine::Text(&self.header), &mut file, sink);
                }
                text.expect_more();
                for_all_lines(reader, |number, lines| {
                    text.lines(part.lines_before + number, lines, &mut file, sink);
                })
            }
            Err(error) => Err((1, error)),
        };
        let outcome = outcome.map_err(|(line, error)| (part.lines_before + line, error));
        let (source_format, field_order_source) = text.finish(&mut file, outcome, sink);
        FileKind { source_format: source_format.unwrap_or_default(), field_order_source, ..kind }
    }
}

/// The first line, if it is a header and the file consists of plain lines.
fn header_of(log: &LogFile) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    log.range(0, HEAD as u64).ok()?.read_to_end(&mut head).ok()?;
    if detect_format(&head) != DetectedFormat::Lines {
        return None;
    }
    let first = head.split(|&byte| byte == b'\n').next()?;
    is_header(first).then(|| first.to_vec())
}

fn is_header(line: &[u8]) -> bool {
    let tokens: Vec<&[u8]> = line.split(|&byte| byte <= b' ').filter(|token| !token.is_empty()).collect();
    !matches!(read_header(&tokens), HeaderLine::No)
}

/// The starts of the parts: the start of the file, and the first line end after each multiple of the size.
fn starts(log: &LogFile, size: u64) -> io::Result<Vec<u64>> {
    let mut starts = vec![0];
    let mut at = size;
    while at < log.size {
        let mut window = Vec::new();
        log.range(at, 2 * MAX_LINE as u64)?.read_to_end(&mut window)?;
        // A line that is longer than any record belongs, with its whole part, to the part before.
        if let Some(length) = memchr::memchr(b'\n', &window)
            && at + length as u64 + 1 < log.size
        {
            starts.push(at + length as u64 + 1);
        }
        at += size;
    }
    Ok(starts)
}

/// The number of lines in a range; none if a line other than the file's first is a header, or if the range cannot be
/// read.
fn count_lines(log: &LogFile, start: u64, length: u64) -> Option<u64> {
    let mut lines = 0;
    let mut is_plain = true;
    for_each_line(log.range(start, length).ok()?, |number, line| {
        lines = number;
        if let Some(text) = line.text()
            && text.first().is_some_and(u8::is_ascii_alphabetic)
            && (start > 0 || number > 1)
        {
            is_plain &= !is_header(text);
        }
    })
    .ok()?;
    is_plain.then_some(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::read_file;
    use crate::ingest::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
    use crate::model::source::RowRef;

    /// The positions and start times of the records.
    #[derive(Default)]
    struct RecordedPositions(Vec<(u64, u32)>);

    impl Sink for RecordedPositions {
        fn name(&mut self, _text: &[u8]) -> NameId {
            NameId(0)
        }
        fn description(&mut self, _values: &Description<'_>) -> DescriptionId {
            DescriptionId(0)
        }
        fn wants_ports(&self, _src_port: u16, _dst_port: u16) -> bool {
            true
        }
        fn coverage(&mut self, _: NameId, _: LogStatus, span: TimeSpan, row: RowRef) {
            self.0.push((row.line, span.start));
        }
        fn flow(&mut self, _record: &FlowRecord) {}
    }

    const HEADER: &str = "srcaddr dstaddr srcport dstport protocol packets bytes start end action";

    fn text(lines: &[u32]) -> String {
        let line = |number: &u32| match number % 7 {
            0 => "# a comment".to_owned(),
            1 => "10.0.0.1 too few".to_owned(),
            _ => format!("10.0.0.1 10.0.0.2 1 443 6 1 60 {number} 4000000000 ACCEPT"),
        };
        [HEADER.to_owned()].into_iter().chain(lines.iter().map(line)).collect::<Vec<_>>().join("\n")
    }

    fn whole(log: &LogFile) -> (Vec<(u64, u32)>, Defects) {
        let (mut sink, mut defects) = (RecordedPositions::default(), Defects::default());
        read_file(log, SourceId(0), &ReadOptions::default(), &mut sink, &mut defects, &|_| {});
        (sink.0, defects)
    }

    fn in_parts(log: &LogFile, size: u64) -> Option<(Vec<(u64, u32)>, Defects)> {
        let parts = TextParts::of_size(log, SourceId(0), size)?;
        let (mut sink, mut defects) = (RecordedPositions::default(), Defects::default());
        for part in (0..parts.count()).rev() {
            let mut of_part = Defects::default();
            parts.read(part, &ReadOptions::default(), &mut sink, &mut of_part);
            defects.merge(of_part);
        }
        sink.0.sort_unstable();
        Some((sink.0, defects))
    }

    proptest! {
        #[test]
        fn parts_together_equal_the_whole(lines in prop::collection::vec(0_u32..1000, 30..120), size in 90_u64..700) {
            let log = LogFile::of_bytes("x", text(&lines).into_bytes());
            if let Some(parts) = in_parts(&log, size) {
                prop_assert_eq!(parts, whole(&log));
            }
        }
    }

    #[test]
    fn only_files_with_one_header_are_divided() {
        let check = |text: String, is_parted: bool| {
            let log = LogFile::of_bytes("x", text.into_bytes());
            assert_eq!(in_parts(&log, 1000).is_some(), is_parted);
        };
        let lines: Vec<u32> = (2..100).collect();
        check(text(&lines), true);
        check(format!("{}\n{}", text(&lines), text(&lines)), false);
        check(text(&lines).replacen(HEADER, "", 1), false);
        check(text(&[2]), false);
    }
}
