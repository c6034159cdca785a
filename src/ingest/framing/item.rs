//! The items that are taken out of a source format.

use crate::ingest::file_kind::SourceFormat;
use crate::ingest::schema::header::HeaderLine;
use crate::model::defect::DefectKind;

/// One item of a source format.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) enum FramedItem<'a> {
    /// The names for the values of the rows that follow.
    Names(HeaderLine),
    /// A record in the text form of flow logs.
    Record(SourceFormat, &'a [u8]),
    /// Values under names, separated by single spaces, and the same row as it is in the file.
    Row { source_format: SourceFormat, values: &'a [u8], shown: &'a [u8] },
    /// A message that only tests the connection and has no record.
    Control(SourceFormat),
    /// An item that should be a record but cannot be read as one.
    Bad(DefectKind, String),
    /// An item that is not a flow-log record at all, with a description of it.
    Foreign(String),
}

impl<'a> FramedItem<'a> {
    /// The text that evidence quotes, if this is a record.
    pub(in crate::ingest) fn shown(&self) -> Option<&'a [u8]> {
        match self {
            Self::Record(_, text) => Some(text),
            Self::Row { shown, .. } => Some(shown),
            Self::Names(_) | Self::Control(_) | Self::Bad(..) | Self::Foreign(_) => None,
        }
    }
}

impl FramedItem<'_> {
    /// The same item with another source format: the one that contains the format in which the item was found.
    pub(super) fn within(mut self, around: SourceFormat) -> Self {
        if let Self::Record(source_format, _)
        | Self::Row { source_format, .. }
        | Self::Control(source_format) = &mut self
        {
            *source_format = around;
        }
        self
    }
}

/// Items as one line each, for tests.
#[cfg(test)]
pub(super) mod describe {
    use super::FramedItem;
    use crate::ingest::schema::header::HeaderLine;

    /// The number of an item, and the item.
    pub(in crate::ingest::framing) fn describe(number: u64, item: &FramedItem<'_>) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match item {
            FramedItem::Names(HeaderLine::Flow(columns)) => format!("{number} names of {}", columns.count),
            FramedItem::Names(_) => format!("{number} names of a transit gateway"),
            FramedItem::Record(source_format, record) => {
                format!("{number} {}: {}", source_format.name(), text(record))
            }
            FramedItem::Row { source_format, values, .. } => {
                format!("{number} {}| {}", source_format.name(), text(values))
            }
            FramedItem::Control(source_format) => {
                format!("{number} {} without a record", source_format.name())
            }
            FramedItem::Bad(kind, message) => format!("{number} {}! {message}", kind.name()),
            FramedItem::Foreign(message) => format!("{number} foreign! {message}"),
        }
    }
}

/// Appends one value of a row as exactly one field: an empty value becomes `-`, and each blank in a value becomes `_`.
pub(super) fn push_value(values: &mut Vec<u8>, value: &[u8]) {
    if !values.is_empty() {
        values.push(b' ');
    }
    let value = value.trim_ascii();
    if value.is_empty() {
        values.push(b'-');
    } else {
        values.extend(value.iter().map(|&byte| if byte <= b' ' { b'_' } else { byte }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_becomes_one_field() {
        let mut values = Vec::new();
        for value in ["a", "", " b ", "c d\te"] {
            push_value(&mut values, value.as_bytes());
        }
        assert_eq!(values, b"a - b c_d_e");
    }
}
