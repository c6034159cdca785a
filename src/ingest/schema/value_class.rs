//! Checks whether the values of a line fit given columns. This distinguishes formats if there is no header.

use super::address::parse_address;
use super::fields::Fields;
use super::header::Columns;
use super::number::{is_missing, parse_whole};
use crate::model::field::{FIELDS, Field};

/// Whether every known field has a value that it can have.
pub(in crate::ingest) fn fits(columns: &Columns, line: Fields<'_>) -> bool {
    columns.count == line.count()
        && FIELDS
            .iter()
            .all(|spec| columns.position(spec.field).is_none_or(|at| can_be(spec.field, line.get(at))))
        && is_in_order(columns, line)
}

/// Checks pairs of values: a record does not end before it starts, and no packet is shorter than its header.
fn is_in_order(columns: &Columns, line: Fields<'_>) -> bool {
    let number = |field| columns.position(field).and_then(|at| line.number(at));
    let at_most = |low, high| number(low).zip(number(high)).is_none_or(|(low, high)| low <= high);
    at_most(Field::Start, Field::End) && at_most(Field::Packets, Field::Bytes)
}

fn can_be(field: Field, value: &[u8]) -> bool {
    if is_missing(value) {
        return !matches!(field, Field::Start | Field::End | Field::Version | Field::LogStatus);
    }
    let begins = |prefix: &[u8]| value.starts_with(prefix);
    let is_one_of = |words: &[&[u8]]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_below = |limit: u64| parse_whole(value).is_some_and(|number| number < limit);
    match field {
        Field::AccountId => value == b"unknown" || value.iter().all(u8::is_ascii_digit) && value.len() <= 12,
        Field::InterfaceId | Field::NextHopInterfaceId => begins(b"eni-"),
        Field::SrcAddr | Field::DstAddr | Field::PktSrcAddr | Field::PktDstAddr => {
            parse_address(value).is_some()
        }
        Field::SrcPort | Field::DstPort | Field::TcpFlags => is_below(1 << 16),
        Field::Protocol => is_below(1 << 8),
        Field::Packets | Field::Bytes => parse_whole(value).is_some(),
        // Seconds since 2001, or milliseconds.
        Field::Start | Field::End => parse_whole(value).is_some_and(|number| number > 1_000_000_000),
        Field::Action => is_one_of(&[b"ACCEPT", b"REJECT"]),
        Field::LogStatus => is_one_of(&[b"OK", b"NODATA", b"SKIPDATA"]),
        Field::VpcId | Field::NextHopVpcId => begins(b"vpc-"),
        Field::SubnetId | Field::NextHopSubnetId => begins(b"subnet-"),
        Field::InstanceId => begins(b"i-"),
        Field::Type => matches!(value, b"IPv4" | b"IPv6" | b"EFA"),
        Field::FlowDirection => is_one_of(&[b"ingress", b"egress"]),
        Field::Version | Field::TrafficPath | Field::EncryptionStatus => is_below(100),
        Field::Region | Field::AzId | Field::NextHopAzId => {
            value.contains(&b'-') && value.last().is_some_and(u8::is_ascii_digit)
        }
        Field::EcsClusterArn
        | Field::EcsContainerInstanceArn
        | Field::EcsTaskDefinitionArn
        | Field::EcsTaskArn => begins(b"arn:"),
        // Names, ids and tags may contain anything, except values that belong to other fields.
        _ => !begins(b"arn:") && !begins(b"eni-") && !is_one_of(&[b"ACCEPT", b"REJECT"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::text::splitter::Splitter;

    #[test]
    fn values_distinguish_columns() {
        let check = |names: &str, line: &str, expect: bool| {
            let columns = Columns::from_names(names.split(' ').map(str::as_bytes));
            let mut splitter = Splitter::default();
            assert_eq!(fits(&columns, splitter.split(line.as_bytes())), expect, "{names}: {line}");
        };
        check("srcaddr dstport action", "10.0.0.1 443 ACCEPT", true);
        check("srcaddr dstport action", "- - -", true);
        check("srcaddr dstport action", "10.0.0.1 443", false);
        check("srcaddr dstport action", "443 10.0.0.1 ACCEPT", false);
        check("srcaddr dstport action", "10.0.0.1 70000 ACCEPT", false);
        check("srcaddr my-field", "2a02:cf40:: anything", true);
        check("start end", "1795403523 1795403526", true);
        check("start end", "1795403526 1795403523", false);
        check("packets bytes", "3 180", true);
        check("bytes packets", "3 180", false);
        check("log-status interface-id", "NODATA eni-1", true);
        check("log-status interface-id", "- eni-1", false);
        check("az-id region", "euw1-az1 eu-west-1", true);
        check("vpc-id subnet-id", "subnet-1 vpc-1", false);
        check("ecs-task-arn ecs-task-id", "arn:aws:ecs:eu-west-1:1:task/c/x x", true);
        check("ecs-task-id ecs-task-arn", "arn:aws:ecs:eu-west-1:1:task/c/x x", false);
    }
}
