//! Determines the order of the fields of a record without a header.
//!
//! The sources are tried in this order: `--log-format`; describe-flow-logs for the flow log in the file name;
//! describe-flow-logs for the interface, subnet or VPC that the record names, or for any flow log; the default format;
//! the formats that deployers commonly use, identified by the number and the classes of the values. If two formats of
//! one source fit, none is used, because either may be meant.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::header::Columns;
use super::value_class::fits;
use crate::ingest::file_kind::FieldOrderSource;
use crate::ingest::options::Formats;
use crate::model::field::FIELDS;
use crate::model::log_format::LogFormat;

/// Versions up to which deployers take all fields, in AWS's order.
const CUTS: [u8; 9] = [2, 3, 4, 5, 7, 8, 9, 10, 11];

/// The orders that are known before the records of a file are read.
pub(in crate::ingest) struct FieldOrders<'a> {
    formats: &'a Formats,
    given: Option<Columns>,
    of_file: Option<Columns>,
}

impl<'a> FieldOrders<'a> {
    pub(in crate::ingest) fn new(formats: &'a Formats, file_name: &str) -> Self {
        let given = formats.given.as_ref().map(columns);
        Self { formats, given, of_file: formats.of_file(file_name).map(columns) }
    }

    /// The number of fields in `--log-format`.
    pub(in crate::ingest) fn n_given(&self) -> Option<usize> {
        self.given.as_ref().map(|columns| columns.count)
    }

    /// Whether a known order has fewer fields than this.
    pub(in crate::ingest) fn has_fewer_than(&self, n_fields: usize) -> bool {
        let has =
            |columns: &Option<Columns>| columns.as_ref().is_some_and(|columns| columns.count < n_fields);
        let formats = self.formats.by_flow_log.values().chain(self.formats.by_resource.values().flatten());
        has(&self.given)
            || has(&self.of_file)
            || formats.into_iter().any(|format| format.names().count() < n_fields)
    }

    /// The order of this line's fields; none if no source knows it, or if it is `but`, which does not fit.
    pub(in crate::ingest) fn find(
        &self,
        line: Fields<'_>,
        but: Option<&Columns>,
    ) -> Option<(Columns, FieldOrderSource)> {
        let found = self.known(line, but).or_else(|| unknown(line))?;
        (Some(&found.0) != but).then_some(found)
    }

    fn known(&self, line: Fields<'_>, but: Option<&Columns>) -> Option<(Columns, FieldOrderSource)> {
        let is_other = |columns: &&Columns| Some(*columns) != but;
        if let Some(given) = self.given.as_ref().filter(is_other)
            && given.count == line.count()
        {
            return Some((given.clone(), FieldOrderSource::LogFormat));
        }
        let of_file = self.of_file.as_ref().filter(is_other).filter(|columns| fits(columns, line));
        let of_resource = || self.of_resource(line);
        let described = of_file.cloned().or_else(of_resource).or_else(|| self.of_any(line))?;
        Some((described, FieldOrderSource::DescribeFlowLogs))
    }

    /// The only format that the values fit, among those of the resources that the record names.
    fn of_resource(&self, line: Fields<'_>) -> Option<Columns> {
        if self.formats.by_resource.is_empty() {
            return None;
        }
        let ids = line.iter().filter_map(|value| std::str::from_utf8(value).ok());
        let described: BTreeSet<&LogFormat> =
            ids.filter_map(|id| self.formats.by_resource.get(id)).flatten().collect();
        only(described.into_iter().map(columns).filter(|columns| fits(columns, line)))
    }

    /// The only format that the values fit, among all described ones: a record may name no resource, or a deleted
    /// interface.
    fn of_any(&self, line: Fields<'_>) -> Option<Columns> {
        let described: BTreeSet<&LogFormat> = self.formats.by_flow_log.values().collect();
        only(described.into_iter().map(columns).filter(|columns| fits(columns, line)))
    }
}

/// The columns of a format.
fn columns(format: &LogFormat) -> Columns {
    Columns::from_names(format.names().map(str::as_bytes))
}

fn unknown(line: Fields<'_>) -> Option<(Columns, FieldOrderSource)> {
    if line.count() == 14 && line.get(0) == b"2" {
        return Some((Columns::default_format(), FieldOrderSource::DefaultFormat));
    }
    let common = CUTS.into_iter().flat_map(|version| common_of(version, line.count()));
    let fitting = common.filter(|(version, columns)| {
        let at = columns.position(crate::model::field::Field::Version);
        at.is_some_and(|at| line.get(at) == version.to_string().as_bytes()) && fits(columns, line)
    });
    Some((only(fitting.map(|(_, columns)| columns))?, FieldOrderSource::Inferred))
}

/// All fields of a version, in AWS's order and in order of name, as the console sorts them; none if their number is not
/// `n_fields`.
fn common_of(version: u8, n_fields: usize) -> Vec<(u8, Columns)> {
    let names = || FIELDS.iter().filter(move |spec| spec.version <= version).map(|spec| spec.name.as_bytes());
    if names().count() != n_fields {
        return Vec::new();
    }
    let sorted: BTreeSet<&[u8]> = names().collect();
    vec![(version, Columns::from_names(names())), (version, Columns::from_names(sorted))]
}

/// The first item if it is the only one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ingest::text::splitter::Splitter;
    use crate::model::field::Field;
    use crate::model::ids::FlowLogId;

    const V2: &str = "2 123456789010 eni-1 10.0.0.1 10.0.0.2 4000 443 6 1 60 1795403523 1795403526 ACCEPT OK";
    const V5: &str = "5 123456789010 eni-1 10.0.0.1 10.0.0.2 4000 443 6 1 60 1795403523 1795403526 ACCEPT OK vpc-1 subnet-1 - 2 IPv4 \
        10.0.0.1 10.0.0.2 eu-west-1 euw1-az1 - - - S3 egress 7";
    const OWN: &str = "eni-1 10.0.0.1 10.0.0.2 4000 443 6 1 60 1795403523 1795403526 ACCEPT OK";

    fn format(text: &str) -> LogFormat {
        LogFormat::parse(text).unwrap()
    }

    /// The source of the line's order, and the column of `srcport`.
    fn find(formats: &Formats, line: &str) -> Option<(FieldOrderSource, Option<usize>)> {
        let mut splitter = Splitter::default();
        let fields = splitter.split(line.as_bytes());
        let orders = FieldOrders::new(formats, "a/1_vpcflowlogs_r_fl-1_t_h.log");
        let (columns, by) = orders.find(fields, None)?;
        Some((by, columns.position(Field::SrcPort)))
    }

    #[test]
    fn number_and_classes_of_values_identify_common_formats() {
        let check = |line: &str, expect| assert_eq!(find(&Formats::default(), line), expect, "{line}");
        check(V2, Some((FieldOrderSource::DefaultFormat, Some(5))));
        check(V5, Some((FieldOrderSource::Inferred, Some(5))));
        check(&V5.replace("5 1234", "4 1234"), None);
        check(&V5.replace("egress", "OK"), None);
        check(&format!("{V5} x"), None);
        check(OWN, None);
        let nodata = "5 123456789010 eni-1 - - - - - - - 1795403523 1795403526 - NODATA vpc-1 subnet-1 - - - - - - - - - - - - -";
        check(nodata, Some((FieldOrderSource::Inferred, Some(5))));
    }

    #[test]
    fn the_order_of_the_console_is_recognised() {
        let names: BTreeSet<&str> =
            FIELDS.iter().filter(|spec| spec.version <= 5).map(|spec| spec.name).collect();
        let given: BTreeMap<&str, &str> =
            FIELDS.iter().map(|spec| spec.name).zip(V5.split_whitespace()).collect();
        let line: Vec<&str> = names.iter().map(|name| given[name]).collect();
        let place = names.iter().position(|name| *name == "srcport");
        assert_eq!(find(&Formats::default(), &line.join(" ")), Some((FieldOrderSource::Inferred, place)));
    }

    #[test]
    fn log_format_comes_first_and_descriptions_next() {
        let own = format(
            "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
        );
        let described = Formats {
            by_flow_log: BTreeMap::from([(FlowLogId::new("fl-1"), own.clone())]),
            ..Formats::default()
        };
        assert_eq!(find(&described, OWN), Some((FieldOrderSource::DescribeFlowLogs, Some(3))));
        assert_eq!(find(&described, V2), Some((FieldOrderSource::DefaultFormat, Some(5))));
        let given = Formats { given: Some(own), ..Formats::default() };
        assert_eq!(find(&given, OWN), Some((FieldOrderSource::LogFormat, Some(3))));
        assert_eq!(find(&given, V5), Some((FieldOrderSource::Inferred, Some(5))));
    }

    #[test]
    fn a_record_without_a_known_resource_may_fit_one_description() {
        let own =
            "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
        let of = |formats: &[&str]| {
            let ids = (7..).map(|n| FlowLogId::new(format!("fl-{n}")));
            let by_flow_log = ids.zip(formats.iter().map(|text| format(text))).collect();
            Formats { by_flow_log, ..Formats::default() }
        };
        let known = Some((FieldOrderSource::DescribeFlowLogs, Some(3)));
        assert_eq!(find(&of(&[own, "version srcaddr", own]), OWN), known);
        let turned = own.replace("srcaddr dstaddr srcport dstport", "dstaddr srcaddr dstport srcport");
        assert_eq!(find(&of(&[own, &turned]), OWN), None, "either may be meant");
    }

    #[test]
    fn the_named_resource_gives_the_format() {
        let own = format(
            "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
        );
        let turned = format(
            "interface-id dstaddr srcaddr dstport srcport protocol packets bytes start end action log-status",
        );
        let of = |formats: Vec<LogFormat>| Formats {
            by_resource: BTreeMap::from([("eni-1".to_owned(), formats)]),
            ..Formats::default()
        };
        assert_eq!(find(&of(vec![own.clone()]), OWN), Some((FieldOrderSource::DescribeFlowLogs, Some(3))));
        assert_eq!(find(&of(vec![own, turned]), OWN), None, "either may be meant");
        assert_eq!(find(&of(vec![format("srcaddr dstaddr")]), OWN), None);
    }
}
