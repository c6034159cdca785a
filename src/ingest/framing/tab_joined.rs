//! Several records on one line, separated by tabs: `--query 'events[].message' --output text` of the AWS CLI.
//!
//! Input: a stream of bytes. Output: the same bytes with a line end instead of each tab, so that each record has its
//! own line.

use std::io::{self, Read};

/// A record of a flow has at least this many fields.
const MIN_FIELDS: usize = 10;

/// Whether a line with this beginning contains several records. A record whose fields are separated by tabs contains no
/// spaces.
pub(in crate::ingest) fn is_tab_joined(line: &[u8]) -> bool {
    let mut records = line.split(|&byte| byte == b'\t').map(count_fields);
    let first = records.next().unwrap_or_default();
    first >= MIN_FIELDS && records.next() == Some(first)
}

fn count_fields(record: &[u8]) -> usize {
    record.split(|&byte| byte == b' ').filter(|field| !field.is_empty()).count()
}

/// A reader that replaces tabs by line ends.
pub(in crate::ingest) struct TabsToNewlines<R>(pub(in crate::ingest) R);

impl<R: Read> Read for TabsToNewlines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        buffer[..length].iter_mut().filter(|byte| **byte == b'\t').for_each(|byte| *byte = b'\n');
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "2 1 eni-1 10.0.0.1 10.0.0.2 4000 443 6 1 60 1 2 ACCEPT OK";

    #[test]
    fn lines_with_several_records_are_recognised() {
        let check = |line: &str, expect| assert_eq!(is_tab_joined(line.as_bytes()), expect, "{line}");
        check(&format!("{RECORD}\t{RECORD}"), true);
        check(&format!("{RECORD}\t{RECORD}\t{}", &RECORD[..9]), true);
        check(RECORD, false);
        check(&RECORD.replace(' ', "\t"), false);
        check(&RECORD.replace(" 6 ", "\t6 "), false);
        check(&format!("{RECORD}\t"), false);
        check(&format!("1795403523000\t{RECORD}"), false);
        check("", false);
    }

    #[test]
    fn tabs_become_line_ends() {
        let mut text = String::new();
        TabsToNewlines(&b"a b\tc\nd"[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a b\nc\nd");
    }
}
