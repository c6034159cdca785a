//! Rows as gzip text with a header line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use flowcause::model::field::FieldSpec;

use super::fleet::Fleet;
use super::row::{Row, Value};

/// The default of gzip, and close to that of AWS's files.
const LEVEL: u32 = 6;
const CHUNK: usize = 256 * 1024;

/// Writes one file.
pub(crate) fn write(path: &Path, format: &[FieldSpec], rows: &[Row], fleet: &Fleet) -> io::Result<()> {
    let file = BufWriter::with_capacity(CHUNK, File::create(path)?);
    let mut gzip = GzEncoder::new(file, Compression::new(LEVEL));
    let version = version(format);
    let mut text = Vec::with_capacity(CHUNK + 4096);
    text.extend_from_slice(header(format).as_bytes());
    for row in rows {
        push_line(&mut text, format, row, version, fleet);
        if text.len() >= CHUNK {
            gzip.write_all(&text)?;
            text.clear();
        }
    }
    gzip.write_all(&text)?;
    gzip.finish()?.flush()
}

/// The highest version among the fields.
pub(crate) fn version(format: &[FieldSpec]) -> u32 {
    format.iter().map(|spec| u32::from(spec.version)).max().unwrap_or(2)
}

fn header(format: &[FieldSpec]) -> String {
    let names: Vec<&str> = format.iter().map(|spec| spec.name).collect();
    names.join(" ") + "\n"
}

fn push_line(text: &mut Vec<u8>, format: &[FieldSpec], row: &Row, version: u32, fleet: &Fleet) {
    for spec in format {
        match row.value(spec.field, version, fleet) {
            Value::Text(value) => text.extend_from_slice(value.as_bytes()),
            Value::Address(address) => write!(text, "{address}").expect("a Vec takes all"),
            Value::Number(number) => write!(text, "{number}").expect("a Vec takes all"),
            Value::Missing => text.push(b'-'),
        }
        text.push(b' ');
    }
    text.pop();
    text.push(b'\n');
}
