//! Detects the source format of decompressed bytes from the first of them.

use super::delimited::{self, Delimiter};
use super::{aws_cli_text, tab_joined, timestamp_prefix};
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::source::lines::BYTE_ORDER_MARK;

/// Content of the file that an export task of CloudWatch Logs writes to check its permissions.
const PERMISSION_CHECK: &[u8] = b"Permission Check Successful";

/// The format that the first bytes indicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum DetectedFormat {
    Parquet,
    /// Lines with one record each, or with a header.
    Lines,
    /// Lines with several records each.
    TabJoined,
    /// Lines with a timestamp before the record.
    TimestampPrefix(SourceFormat),
    /// Lines of `--output text` of the AWS CLI: a label, then values.
    AwsCliText(SourceFormat),
    /// A table with delimited cells.
    Delimited(Delimiter),
    Json,
    /// The file with which an export task checks its permissions.
    PermissionCheck,
    /// A format that cannot be read, with a message that names what was expected.
    Other(&'static str),
}

/// Detects the format from the first bytes.
pub(in crate::ingest) fn detect_format(head: &[u8]) -> DetectedFormat {
    if head.starts_with(b"PAR1") {
        return DetectedFormat::Parquet;
    }
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(first) = lines.find(|line| !line.is_empty()) else { return DetectedFormat::Lines };
    if let Some(message) = not_text(head, first) {
        return DetectedFormat::Other(message);
    }
    if matches!(first[0], b'{' | b'[') {
        return DetectedFormat::Json;
    }
    if text.trim_ascii() == PERMISSION_CHECK {
        return DetectedFormat::PermissionCheck;
    }
    if let Some(source_format) = aws_cli_text::source_format_of(text) {
        return DetectedFormat::AwsCliText(source_format);
    }
    if let Some(prefixed) = timestamp_prefix::read(first) {
        return DetectedFormat::TimestampPrefix(prefixed.source_format);
    }
    if tab_joined::is_tab_joined(first) {
        return DetectedFormat::TabJoined;
    }
    delimited::delimiter_of(first).map_or(DetectedFormat::Lines, DetectedFormat::Delimited)
}

/// The reason why these bytes are not text, if they are not. An unexpected byte after the first line costs only its
/// line.
fn not_text(head: &[u8], first_line: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            Some("expected text, gzip or Parquet, found a zip archive; unpack it first")
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            Some("expected text, gzip or Parquet, found xz; decompress it first")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("expected UTF-8, found UTF-16, as PowerShell writes; save it as UTF-8")
        }
        _ if head.get(257..262) == Some(b"ustar") => {
            Some("expected text, gzip or Parquet, found a tar archive; unpack it first")
        }
        _ => {
            let is_control = |&byte: &u8| byte < 0x20 && !byte.is_ascii_whitespace();
            first_line.iter().any(is_control).then_some("expected text, gzip or Parquet, found other bytes")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_identify_the_format() {
        let check = |head: &[u8], expect| assert_eq!(detect_format(head), expect, "{head:?}");
        check(b"", DetectedFormat::Lines);
        check(b"\n\n", DetectedFormat::Lines);
        check(b"PAR1\x15", DetectedFormat::Parquet);
        check(b"version account-id\n", DetectedFormat::Lines);
        check(b"\xef\xbb\xbfversion\r\n", DetectedFormat::Lines);
        check(b"2 123456789010 eni-1 10.0.0.1", DetectedFormat::Lines);
        check(b"version account-id\n\x00\x1b\n", DetectedFormat::Lines);
        check(b"  \n{\"Records\"", DetectedFormat::Json);
        check(b"\xef\xbb\xbf[", DetectedFormat::Json);
        check(b"Permission Check Successful", DetectedFormat::PermissionCheck);
        check(b"Permission Check Successful\r\n", DetectedFormat::PermissionCheck);
        check(
            b"2025-02-25T12:25:04.000Z 2 1 eni-1",
            DetectedFormat::TimestampPrefix(SourceFormat::CloudWatchExport),
        );
        check(b"2025-02-25T12:25:04 2 1 eni-1", DetectedFormat::TimestampPrefix(SourceFormat::LogsTail));
        check(b"1795403523000\t2 1 eni-1\n", DetectedFormat::TimestampPrefix(SourceFormat::Records));
        check(b"1 2 3 4 5 6 7 8 9 10\t1 2 3 4 5 6 7 8 9 10\t1 2", DetectedFormat::TabJoined);
        check(b"EVENTS\t5\t2 1 eni-1\t4\n", DetectedFormat::AwsCliText(SourceFormat::GetLogEventsText));
        check(
            b"CWLI\tComplete\nRESULTS\t@message\t2 1\n",
            DetectedFormat::AwsCliText(SourceFormat::InsightsText),
        );
        check(b"timestamp,message\n1,2", DetectedFormat::Delimited(Delimiter::Comma));
        check(b"\"version\"\t\"srcaddr\"\t\"dstaddr\"\n", DetectedFormat::Delimited(Delimiter::Tab));
    }

    #[test]
    fn binary_formats_are_named() {
        let check = |head: &[u8], message: &str| {
            let DetectedFormat::Other(found) = detect_format(head) else { panic!("{head:?}") };
            assert!(found.contains(message), "{found}");
        };
        check(b"\x7fELF\x02\x00", "other bytes");
        check(b"\n\x00version account-id\n", "other bytes");
        check(b"PK\x03\x04\x14\x00", "zip");
        check(b"\xfd7zXZ\x00\x00", "xz");
        check(b"\xff\xfev\x00e\x00", "UTF-16");
        let mut tar = vec![b'a'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        check(&tar, "tar");
    }
}
