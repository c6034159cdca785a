//! A timestamp before each record: export tasks of CloudWatch Logs, and `aws logs tail`.
//!
//! `2025-02-25T12:25:04.000Z <record>` is a line of an export task. `aws logs tail` prints `2025-12-18T14:18:18+00:00
//! eni-…-all <record>` in the detailed format and `2025-12-18T14:18:18 <record>` in the short format. Lines of
//! [`aws_cli_text`] are accepted as well, because they may be mixed with these.

use super::aws_cli_text;
use crate::ingest::file_kind::SourceFormat;

/// The pattern of `2025-02-25T12:25:04`. A 0 stands for any digit.
const PATTERN: &[u8; 19] = b"0000-00-00T00:00:00";
/// The endings of a flow log's stream names.
const STREAM_ENDS: [&[u8]; 3] = [b"-all", b"-accept", b"-reject"];

/// A line that begins with a timestamp.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct PrefixedLine<'a> {
    /// The source format with this kind of timestamp.
    pub(in crate::ingest) source_format: SourceFormat,
    /// The rest of the line after the timestamp, and after the stream's name if there is one.
    pub(in crate::ingest) record: &'a [u8],
}

/// Removes the timestamp and the stream's name, or the label and the other values of an event.
#[inline]
pub(in crate::ingest) fn read(line: &[u8]) -> Option<PrefixedLine<'_>> {
    if let Some((source_format, record)) = aws_cli_text::record(line) {
        return Some(PrefixedLine { source_format, record });
    }
    if let Some(record) = after_millis(line) {
        return Some(PrefixedLine { source_format: SourceFormat::Records, record });
    }
    let (stamp, rest) = line.split_first_chunk::<{ PATTERN.len() }>()?;
    if !stamp
        .iter()
        .zip(PATTERN)
        .all(|(have, want)| if *want == b'0' { have.is_ascii_digit() } else { have == want })
    {
        return None;
    }
    let (zone, record) = split_word(rest)?;
    let zone = zone.strip_prefix(b".").map_or(zone, after_digits);
    let source_format = match zone {
        b"Z" => SourceFormat::CloudWatchExport,
        b"" => SourceFormat::LogsTail,
        [b'+' | b'-', offset @ ..] if offset.iter().all(|byte| byte.is_ascii_digit() || *byte == b':') => {
            SourceFormat::LogsTail
        }
        _ => return None,
    };
    Some(PrefixedLine { source_format, record: without_stream(record) })
}

/// The text after milliseconds since 1970 and a tab, as `--query 'events[].[timestamp,message]'` prints it.
fn after_millis(line: &[u8]) -> Option<&[u8]> {
    let (millis, rest) = line.split_first_chunk::<13>()?;
    let record = rest.strip_prefix(b"\t")?;
    let is_record =
        millis.iter().all(u8::is_ascii_digit) && record.contains(&b' ') && !record.contains(&b'\t');
    is_record.then_some(record)
}

fn after_digits(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[end..]
}

/// The bytes before the first blank, and the bytes from the next word on; none if there is no next word.
fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|&byte| byte <= b' ')?;
    let rest = text[end..].trim_ascii_start();
    (!rest.is_empty()).then_some((&text[..end], rest))
}

fn without_stream(record: &[u8]) -> &[u8] {
    match split_word(record) {
        Some((word, rest)) if STREAM_ENDS.iter().any(|end| word.ends_with(end)) => rest,
        _ => record,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_and_streams_are_removed() {
        let check = |line: &str, source_format, record: &str| {
            let expect = PrefixedLine { source_format, record: record.as_bytes() };
            assert_eq!(read(line.as_bytes()), Some(expect), "{line}");
        };
        let (export, tail) = (SourceFormat::CloudWatchExport, SourceFormat::LogsTail);
        check("2025-02-25T12:25:04.000Z 2 1 eni-1", export, "2 1 eni-1");
        check("2025-02-25T12:25:04Z\t2 1 eni-1", export, "2 1 eni-1");
        check("2025-12-18T14:18:18+00:00 eni-1-all 2 1 eni-1", tail, "2 1 eni-1");
        check("2025-12-18T14:18:18.123000+00:00 eni-1-reject 2 1 eni-1", tail, "2 1 eni-1");
        check("2025-12-18T14:18:18 2 1 eni-1", tail, "2 1 eni-1");
        // A record may begin with the interface.
        check("2025-12-18T14:18:18 eni-1 10.0.0.1", tail, "eni-1 10.0.0.1");
        check("1795403523000\t2 1 eni-1", SourceFormat::Records, "2 1 eni-1");
        check("EVENTS\t5\t2 1 eni-1\t4", SourceFormat::GetLogEventsText, "2 1 eni-1");
    }

    #[test]
    fn other_lines_are_not_changed() {
        for line in [
            "",
            "2 123456789010 eni-1",
            "2025-02-25T12:25:04.000Z",
            "2025-02-25T12:25:04.000Z ",
            "2025-02-25 12:25:04 2 1",
            "2025-02-25T12:25:04.000X 2 1",
            "2025-02-25T12:25:04+ab 2 1",
            "x025-02-25T12:25:04Z 2 1",
            "1795403523000 2 1 eni-1",
            "1795403523000\t2\t1 eni-1",
            "179540352300x\t2 1 eni-1",
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
