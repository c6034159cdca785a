//! Determines which column holds which field: from a header line, the default format, or a Parquet schema.

use crate::model::field::{DEFAULT_FORMAT, FIELDS, Field};

/// The fields that a flow must have. All other fields allow further conclusions.
const REQUIRED: [Field; 7] = [
    Field::SrcAddr,
    Field::DstAddr,
    Field::SrcPort,
    Field::DstPort,
    Field::Protocol,
    Field::Start,
    Field::End,
];

/// The columns of one file, or of one section of a concatenated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Columns {
    /// The column of each field, by the position of the field in the field table.
    positions: [Option<u16>; FIELDS.len()],
    /// The number of columns of a record.
    pub(in crate::ingest) count: usize,
    /// Names that are not fields of any version known here.
    pub(in crate::ingest) unknown: Vec<String>,
}

impl Columns {
    /// The columns with these names, in their order.
    pub(in crate::ingest) fn from_names<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut columns = Self { positions: [None; FIELDS.len()], count: 0, unknown: Vec::new() };
        for name in names {
            match Field::from_name(name) {
                Some(field) => columns.place(field),
                None => columns.unknown.push(String::from_utf8_lossy(name).into_owned()),
            }
            columns.count += 1;
        }
        columns
    }

    /// The columns with these names, which may be in the spelling of other programs, for example `srcAddr`. Names that
    /// Logs Insights adds are not reported as unknown.
    pub(in crate::ingest) fn from_keys<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut columns = Self { positions: [None; FIELDS.len()], count: 0, unknown: Vec::new() };
        for key in keys {
            match Field::from_key(key) {
                Some(field) => columns.place(field),
                None if key.starts_with(b"@") || key.eq_ignore_ascii_case(b"timestamp") => {}
                None => columns.unknown.push(String::from_utf8_lossy(key).into_owned()),
            }
            columns.count += 1;
        }
        columns
    }

    /// The columns of the 14 fields of version 2.
    pub(in crate::ingest) fn default_format() -> Self {
        Self::from_names(DEFAULT_FORMAT.iter().map(|field| field.name().as_bytes()))
    }

    fn place(&mut self, field: Field) {
        let position = &mut self.positions[field as usize];
        // If a name occurs twice, the first column counts.
        *position = position.or_else(|| u16::try_from(self.count).ok());
    }

    /// The column of a field, counted from 0.
    #[inline]
    pub(in crate::ingest) fn position(&self, field: Field) -> Option<usize> {
        self.positions[field as usize].map(usize::from)
    }

    /// The known fields, in the order of their columns.
    pub(in crate::ingest) fn fields(&self) -> Vec<Field> {
        let placed = FIELDS.iter().map(|spec| spec.field);
        let mut fields: Vec<Field> = placed.filter(|field| self.position(*field).is_some()).collect();
        fields.sort_by_key(|field| self.position(*field));
        fields
    }

    /// The number of columns with a known name.
    pub(in crate::ingest) fn known(&self) -> usize {
        self.positions.iter().flatten().count()
    }

    /// The names of required fields without a column. The action is required as well.
    pub(in crate::ingest) fn missing(&self) -> Vec<&'static str> {
        let absent = |field: &Field| self.position(*field).is_none();
        let mut missing: Vec<_> = REQUIRED.iter().copied().filter(absent).map(Field::name).collect();
        if absent(&Field::Action) {
            missing.push(Field::Action.name());
        }
        missing
    }
}

/// The meaning of a line for the lines after it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) enum HeaderLine {
    /// A header of a VPC flow log.
    Flow(Box<Columns>),
    /// A header of a transit gateway flow log, whose records are not used.
    TransitGateway,
    /// Not a header.
    No,
}

/// Distinguishes a header from a record: it consists of names, and at least two of them are fields of a flow log.
pub(in crate::ingest) fn read_header(tokens: &[&[u8]]) -> HeaderLine {
    let is_name = |token: &&[u8]| {
        token.first().is_some_and(u8::is_ascii_alphabetic)
            && token.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@'))
    };
    if tokens.len() < 2 || !tokens.iter().all(is_name) {
        return HeaderLine::No;
    }
    if tokens
        .iter()
        .any(|token| matches!(*token, b"tgw-id" | b"tgw_id" | b"resource-type" | b"resource_type"))
    {
        return HeaderLine::TransitGateway;
    }
    // Most lines are no header, and this is known without their columns.
    if tokens.iter().filter(|token| Field::from_name(token).is_some()).take(2).count() < 2 {
        return HeaderLine::No;
    }
    let columns = Columns::from_names(tokens.iter().copied());
    if columns.known() >= 2 { HeaderLine::Flow(Box::new(columns)) } else { HeaderLine::No }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> HeaderLine {
        let tokens: Vec<&[u8]> = line.split_whitespace().map(str::as_bytes).collect();
        read_header(&tokens)
    }

    #[test]
    fn any_order_and_any_subset_is_a_header() {
        let HeaderLine::Flow(columns) = read("dstport srcport my-field action") else { panic!("a header") };
        assert_eq!(columns.position(Field::SrcPort), Some(1));
        assert_eq!(columns.position(Field::Action), Some(3));
        assert_eq!(columns.fields(), [Field::DstPort, Field::SrcPort, Field::Action]);
        assert_eq!((columns.count, columns.unknown.as_slice()), (4, ["my-field".to_owned()].as_slice()));
        assert!(columns.missing().contains(&"srcaddr"));
    }

    #[test]
    fn records_and_other_text_are_not_headers() {
        let record = "2 123456789010 eni-1 10.0.0.1 10.0.0.2 4000 443 6 1 60 1 2 ACCEPT OK";
        for line in [record, "start", "the quick brown fox", "", "start end 5"] {
            assert_eq!(read(line), HeaderLine::No, "{line}");
        }
        assert_eq!(read("version resource-type account-id tgw-id srcaddr"), HeaderLine::TransitGateway);
    }

    #[test]
    fn the_default_format_has_all_required_fields() {
        let columns = Columns::default_format();
        assert_eq!(columns.missing(), [""; 0]);
        assert_eq!((columns.count, columns.position(Field::DstPort)), (14, Some(6)));
    }
}
