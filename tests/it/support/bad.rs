//! Damaged log files, and unusual but sound ones: a table of names, bytes and the expected report on each.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field as Column};

use crate::support::rng::Rng;
use crate::support::table::{Table, Variant, write};
use crate::support::write::gzip;

/// A file and the one line of `inputs.defects` it leads to, without its place; empty if it is sound.
pub(crate) struct Odd {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) defect: &'static str,
}

fn odd(name: &'static str, bytes: impl Into<Vec<u8>>, defect: &'static str) -> Odd {
    Odd { name, bytes: bytes.into(), defect }
}

/// Damaged files, made from the records of a table in the default format.
pub(crate) fn damaged(table: &Table) -> Vec<Odd> {
    let (text, header, lines) = (table.text(), table.header(), table.lines());
    let good = lines[0].as_str();
    let with = |line: &str| format!("{header}{line}\n{good}");
    let packed = gzip(text.as_bytes());
    let swapped = |old: &str, new: &str| with(LINE.replace(old, new).as_str());
    vec![
        odd("bad-action.log", swapped("ACCEPT", "DENY"), "bad-value x1"),
        odd("bad-address.log", swapped("10.40.12.52", "10.40.12.520"), "bad-value x1"),
        odd("bad-port.log", swapped(" 443 ", " 99999 "), "bad-value x1"),
        odd("bad-time.log", swapped("1795403523", "yesterday"), "bad-value x1"),
        odd("cut.log.gz", &packed[..packed.len() * 6 / 10], "damaged-compression x1"),
        odd("empty.log", "", "empty-file x1"),
        odd("fields.log", with(&format!("{} 1\n{LINE} more", &LINE[..60])), "wrong-field-count x2"),
        odd("footer.log.parquet", with_bad_footer(table), "damaged-parquet x1"),
        odd("garbage.bin", garbage(10_000), "unrecognised-file x1"),
        odd("garbage.log.gz", gzip(&garbage(10_000)), "unrecognised-file x1"),
        odd("header-only.log", header.clone(), "empty-file x1"),
        odd("incomplete.log", "interface-id srcaddr dstaddr\neni-1 10.0.0.1 10.0.0.2\n", "missing-fields x1"),
        odd("long-line.log", with(&"x".repeat(100_000)), "line-too-long x1"),
        odd("nothing.log.gz", gzip(b""), "empty-file x1"),
        odd("order.log", "eni-1 10.0.0.1 10.0.0.2 ACCEPT OK\n", "unknown-field-order x1"),
        odd("page.log.parquet", with_bad_page(table), "damaged-parquet x1"),
        odd("prose.txt", "Saved on Monday, before the meeting\n", "unrecognised-file x1"),
        odd("report.json", "{\"Tasks\": []}", "unrecognised-file x1"),
        odd(
            "rows.log.parquet",
            Table { rows: Vec::new(), ..table.clone() }.parquet(&Variant::AWS),
            "empty-file x1",
        ),
        odd("stray.log", format!("{header}\u{0}\u{1b}[2J\u{7}\n{good}"), "wrong-field-count x1"),
        odd("tail.log.gz", [packed, b"and more".to_vec()].concat(), "damaged-compression x1"),
        odd("transit.log", TRANSIT, "transit-gateway-record x2"),
        odd("types.log.parquet", with_wrong_types(), "wrong-column-type x2"),
        odd("unknown.log", with_unknown_field(table), "unknown-fields x1"),
    ]
}

/// A sound line of the default format.
const LINE: &str = "2 111122223333 eni-00000000000000001 10.40.1.31 10.40.12.52 40000 443 6 3 180 1795403523 1795403526 ACCEPT OK";

const TRANSIT: &str = "\
version resource-type account-id tgw-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status
6 TransitGateway 111122223333 tgw-00000000000000001 10.0.0.1 10.0.0.2 1 443 6 1 60 1795403523 1795403526 OK
6 TransitGateway 111122223333 tgw-00000000000000001 10.0.0.2 10.0.0.1 443 1 6 1 60 1795403523 1795403526 OK
";

/// Sound files: all the changes that copying, editing and downloading make to text.
pub(crate) fn sound(table: &Table) -> Vec<Odd> {
    let (text, header, lines) = (table.text(), table.header(), table.lines());
    let (half, rest) = lines.split_at(lines.len() / 2);
    let (first, second) = (half.concat(), rest.concat());
    let start = table.fields.iter().position(|field| field.name() == "start").expect("a start");
    let mut late = table.clone();
    for row in &mut late.rows {
        for value in row[start..start + 2].iter_mut().flatten() {
            value.push_str("123");
        }
    }
    vec![
        odd("again.log", format!("{header}{first}{header}{second}"), ""),
        odd("blanks.log", text.replace(' ', "  \t"), ""),
        odd("bom.log", format!("\u{feff}{text}"), ""),
        odd("bom-headerless.log", format!("\u{feff}{first}{second}"), ""),
        odd("comments.log", format!("# saved by hand\n{text}\n# the end\n"), ""),
        odd("crlf.log", text.replace('\n', "\r\n"), ""),
        odd("headerless.log", format!("{first}{second}"), ""),
        odd("last.log", text.trim_end(), ""),
        odd(
            "members.log.gz",
            [gzip(header.as_bytes()), gzip(first.as_bytes()), gzip(second.as_bytes())].concat(),
            "",
        ),
        odd("milliseconds.log", late.text(), ""),
        odd("packed.parquet.gz", gzip(&table.parquet(&Variant::AWS)), ""),
        odd("remarks.log", text.replace("OK\n", "OK # seen\n"), ""),
    ]
}

fn garbage(length: usize) -> Vec<u8> {
    let mut rng = Rng::new(7);
    (0..length.div_ceil(8)).flat_map(|_| rng.next().to_le_bytes()).collect()
}

fn with_bad_footer(table: &Table) -> Vec<u8> {
    let mut bytes = table.parquet(&Variant::AWS);
    let length = bytes.len();
    bytes[length - 200..length - 8].fill(0xff);
    bytes
}

fn with_bad_page(table: &Table) -> Vec<u8> {
    let mut bytes = table.parquet(&Variant::AWS);
    bytes[400..600].iter_mut().for_each(|byte| *byte ^= 0x5a);
    bytes
}

/// The right names, but with types that can hold neither a port nor an address.
fn with_wrong_types() -> Vec<u8> {
    let list = ListArray::new(
        Arc::new(Column::new("item", DataType::Utf8, true)),
        OffsetBuffer::from_lengths([1]),
        Arc::new(StringArray::from(vec!["10.0.0.1"])),
        None,
    );
    let columns: [(&str, ArrayRef); 4] = [
        ("srcaddr", Arc::new(list)),
        ("dstaddr", Arc::new(StringArray::from(vec!["10.0.0.2"]))),
        ("srcport", Arc::new(Int64Array::from(vec![40_000]))),
        ("dstport", Arc::new(BooleanArray::from(vec![true]))),
    ];
    write(&RecordBatch::try_from_iter(columns).expect("equal lengths"), &Variant::AWS)
}

fn with_unknown_field(table: &Table) -> Vec<u8> {
    let lines = table.lines().iter().map(|line| line.replace('\n', " x\n")).collect::<String>();
    format!("{} my-field\n{lines}", table.header().trim_end()).into_bytes()
}
