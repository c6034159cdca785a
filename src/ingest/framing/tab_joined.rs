//! Records one after the other on a line, parted by tabs: `--query 'events[].message' --output text` of the AWS CLI.
//!
//! Goes in: a stream of bytes. Comes out: the same with a line end for each tab, and so a line for each record.

use std::io::{self, Read};

/// A record of a flow has this many fields at least.
const FEWEST_FIELDS: usize = 10;

/// Whether a line that begins this way holds several records. One whose fields are parted by tabs has no blanks beside.
pub(in crate::ingest) fn is_tab_joined(line: &[u8]) -> bool {
    let mut records = line.split(|&byte| byte == b'\t').map(count_fields);
    let first = records.next().unwrap_or_default();
    first >= FEWEST_FIELDS && records.next() == Some(first)
}

fn count_fields(record: &[u8]) -> usize {
    record.split(|&byte| byte == b' ').filter(|field| !field.is_empty()).count()
}

/// Parts the records.
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
    fn lines_of_several_records_are_told() {
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
    fn tabs_end_lines() {
        let mut text = String::new();
        TabsToNewlines(&b"a b\tc\nd"[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a b\nc\nd");
    }
}
