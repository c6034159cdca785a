//! The source formats in which inputs store their records, and damages of the stored bytes.
//!
//! Records are lines of words, of which the first line is the header; [`Stored`] writes them.

use flowcause::model::field::{Field, FieldKind};
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::support::table::{Table, Variant};
use crate::support::write::gzip;

/// The fields of a record of the default format, in its order.
const DEFAULT: [&str; 14] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
];

/// Records in one row group or one gzip member.
pub(crate) const RECORDS_A_PART: usize = 2;

/// A source format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// Lines with a header.
    Text,
    /// Lines of the default format, without a header.
    DefaultText,
    /// A table of cells with commas between them.
    Csv,
    /// Lines in several gzip members.
    Members,
    /// Parquet with several row groups.
    Parquet,
}

/// The damage of a part of the stored bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPart {
    /// The number of the row group or the gzip member.
    pub(crate) part: usize,
    /// The column of the row group; a gzip member is cut in its middle.
    pub(crate) column: usize,
}

impl Stored {
    /// The formats other than text with a header.
    pub(crate) const OTHERS: [Self; 4] = [Self::DefaultText, Self::Csv, Self::Members, Self::Parquet];

    /// A word for names.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::DefaultText => "default-text",
            Self::Csv => "csv",
            Self::Members => "members",
            Self::Parquet => "parquet",
        }
    }

    /// The extension of a file.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Text | Self::DefaultText => "log",
            Self::Csv => "csv",
            Self::Members => "log.gz",
            Self::Parquet => "parquet",
        }
    }

    /// Whether single values can be damaged: each is a word or a cell.
    pub(crate) fn has_words(self) -> bool {
        matches!(self, Self::Text | Self::DefaultText | Self::Csv)
    }

    /// Whether parts can be damaged.
    pub(crate) fn has_parts(self) -> bool {
        matches!(self, Self::Members | Self::Parquet)
    }

    /// The lines as this format can hold them; none if it cannot.
    pub(crate) fn lines(self, lines: &[String]) -> Option<Vec<String>> {
        match self {
            Self::DefaultText => default_lines(lines),
            Self::Csv => lines.iter().all(|line| !line.contains(',')).then(|| lines.to_vec()),
            Self::Parquet => table(lines).map(|_| lines.to_vec()),
            Self::Text | Self::Members => Some(lines.to_vec()),
        }
    }

    /// The bytes of a file.
    pub(crate) fn bytes(self, lines: &[String], bad: Option<BadPart>) -> Vec<u8> {
        match self {
            Self::Text => text(lines),
            Self::DefaultText => text(&lines[1..]),
            Self::Csv => text(lines).into_iter().map(|byte| if byte == b' ' { b',' } else { byte }).collect(),
            Self::Members => members(lines, bad),
            Self::Parquet => parquet(lines, bad),
        }
    }
}

fn text(lines: &[String]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}

fn default_lines(lines: &[String]) -> Option<Vec<String>> {
    let header: Vec<&str> = lines[0].split(' ').collect();
    let line = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        let value = |name: &&str| match (*name, header.iter().position(|known| known == name)) {
            (_, Some(at)) => words.get(at).copied(),
            ("version", None) => Some("2"),
            ("account-id", None) => Some("123456789012"),
            _ => None,
        };
        let own: Option<Vec<&str>> = DEFAULT.iter().map(value).collect();
        own.filter(|_| words.len() == header.len()).map(|words| words.join(" "))
    };
    let rest: Option<Vec<String>> = lines[1..].iter().map(line).collect();
    Some([vec![DEFAULT.join(" ")], rest?].concat())
}

fn members(lines: &[String], bad: Option<BadPart>) -> Vec<u8> {
    let mut bytes = gzip(&text(&lines[..1]));
    for (part, own) in lines[1..].chunks(RECORDS_A_PART).enumerate() {
        let member = gzip(&text(own));
        if bad.is_some_and(|bad| bad.part == part) {
            bytes.extend(&member[..member.len() / 2]);
            return bytes;
        }
        bytes.extend(member);
    }
    bytes
}

/// The records as a table; none if a number of a record is none.
fn table(lines: &[String]) -> Option<Table> {
    let fields: Option<Vec<Field>> =
        lines[0].split(' ').map(|name| Field::from_name(name.as_bytes())).collect();
    let fields = fields?;
    let row = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        let is_good = |(word, field): (&&str, &Field)| {
            *word == "-"
                || match field.spec().kind {
                    FieldKind::Text => true,
                    FieldKind::Int32 => word.parse::<i32>().is_ok(),
                    FieldKind::Int64 => word.parse::<i64>().is_ok(),
                }
        };
        let are_good = words.len() == fields.len() && words.iter().zip(&fields).all(is_good);
        are_good.then(|| words.iter().map(|word| (*word != "-").then(|| (*word).to_owned())).collect())
    };
    let rows: Option<Vec<Vec<Option<String>>>> = lines[1..].iter().map(row).collect();
    Some(Table { rows: rows?, fields })
}

fn parquet(lines: &[String], bad: Option<BadPart>) -> Vec<u8> {
    let table = table(lines).expect("lines that Parquet can hold");
    let mut bytes = table.parquet(&Variant { group: RECORDS_A_PART, ..Variant::AWS });
    if let Some(BadPart { part, column }) = bad {
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).expect("Parquet");
        let (start, length) = reader.metadata().row_group(part).column(column).byte_range();
        let at = |place: u64| usize::try_from(place).expect("a place in memory");
        bytes[at(start)..at(start + length)].iter_mut().for_each(|byte| *byte ^= 0x5a);
    }
    bytes
}
