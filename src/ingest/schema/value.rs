//! Values of single fields: which values are valid, and the message for an invalid one.

use std::net::IpAddr;

use super::fields::Fields;
use super::number::is_missing;
use crate::ingest::record::{Action, Direction, LogStatus};
use crate::model::field::Field;
use crate::model::time::Timestamp;

/// A value that is invalid for its field. It is boxed, because nearly all records have no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct BadValue(Box<(Field, String)>);

/// How a reader treats the invalid value of a field that a record may lack.
pub(in crate::ingest) trait OptionalValues {
    /// Returns the value, or none in place of an invalid one, or the error.
    fn take<T>(&mut self, found: Result<Option<T>, BadValue>) -> Result<Option<T>, BadValue>;
}

/// An invalid value is an error. Records are read in this way first, because nearly all are valid.
pub(in crate::ingest) struct Strict;

impl OptionalValues for Strict {
    #[inline]
    fn take<T>(&mut self, found: Result<Option<T>, BadValue>) -> Result<Option<T>, BadValue> {
        found
    }
}

/// An invalid value counts as missing, and is listed.
#[derive(Default)]
pub(in crate::ingest) struct Lenient(pub(in crate::ingest) Vec<BadValue>);

impl OptionalValues for Lenient {
    fn take<T>(&mut self, found: Result<Option<T>, BadValue>) -> Result<Option<T>, BadValue> {
        found.or_else(|bad| {
            self.0.push(bad);
            Ok(None)
        })
    }
}

/// The most bytes of an invalid value that are quoted: enough to find it in a line of any length.
const MAX_QUOTE: usize = 60;

impl BadValue {
    #[cold]
    pub(in crate::ingest) fn new(field: Field, found: &[u8]) -> Self {
        let start = &found[..found.len().min(MAX_QUOTE)];
        Self(Box::new((field, String::from_utf8_lossy(start).into_owned())))
    }

    /// The field that has the value.
    pub(in crate::ingest) fn field(&self) -> Field {
        self.0.0
    }

    /// The message of the defect, which names the expected value.
    pub(in crate::ingest) fn message(&self) -> String {
        let (field, found) = &*self.0;
        format!("{}: expected {}, found `{found}`", field.name(), expected(*field))
    }

    /// The message of the defect if the record is used without this value.
    pub(in crate::ingest) fn message_of_optional(&self) -> String {
        format!("{}; it counts as missing", self.message())
    }
}

/// The form of the values of a field.
fn expected(field: Field) -> &'static str {
    match field {
        Field::InterfaceId => "`eni-` and an id",
        Field::SrcAddr | Field::DstAddr | Field::PktSrcAddr | Field::PktDstAddr => "an IPv4 or IPv6 address",
        Field::SrcPort | Field::DstPort => "a whole number from 0 to 65535",
        Field::Protocol | Field::TcpFlags => "a whole number from 0 to 255",
        Field::Packets | Field::Bytes => "a whole number",
        Field::Start | Field::End => "a time in Unix seconds",
        Field::Action => "`ACCEPT` or `REJECT`",
        Field::LogStatus => "`OK`, `NODATA` or `SKIPDATA`",
        Field::FlowDirection => "`ingress` or `egress`",
        other => other.spec().meaning,
    }
}

/// The log-status of a record without traffic; none if it is `OK` or missing. The case of the letters does not matter.
#[cold]
pub(in crate::ingest) fn other_log_status(text: &[u8]) -> Result<Option<LogStatus>, BadValue> {
    match text {
        b"NODATA" => Ok(Some(LogStatus::NoData)),
        b"SKIPDATA" => Ok(Some(LogStatus::SkipData)),
        other if is_missing(other) || other.eq_ignore_ascii_case(b"OK") => Ok(None),
        other if other.eq_ignore_ascii_case(b"NODATA") => Ok(Some(LogStatus::NoData)),
        other if other.eq_ignore_ascii_case(b"SKIPDATA") => Ok(Some(LogStatus::SkipData)),
        other => Err(BadValue::new(Field::LogStatus, other)),
    }
}

/// The interface id: `eni-` and a word, or one of the texts for a missing value. Any other text is damaged, and would
/// otherwise count as another interface.
#[inline]
pub(in crate::ingest) fn interface_id(text: &[u8]) -> Result<&[u8], BadValue> {
    if is_interface_id(text) || is_missing(text) {
        Ok(text)
    } else {
        Err(BadValue::new(Field::InterfaceId, text))
    }
}

/// Whether the text begins like an interface id and has no byte that no id has at its end.
#[inline]
pub(in crate::ingest) fn is_interface_id(text: &[u8]) -> bool {
    text.len() > PREFIX.len()
        && text.starts_with(PREFIX)
        && text.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Every interface id begins so.
const PREFIX: &[u8] = b"eni-";

#[inline]
pub(in crate::ingest) fn address(field: Field, record: Fields<'_>, at: usize) -> Result<IpAddr, BadValue> {
    record.address(at).ok_or_else(|| BadValue::new(field, record.get(at)))
}

/// The address in the packet. It usually equals the interface's own address, byte for byte.
#[inline]
pub(in crate::ingest) fn packet_address(
    field: Field,
    record: Fields<'_>,
    at: Option<usize>,
    (own_at, own): (usize, IpAddr),
) -> Result<Option<IpAddr>, BadValue> {
    match at {
        Some(at) if record.are_same(at, own_at) => Ok(Some(own)),
        Some(at) if !is_missing(record.get(at)) => address(field, record, at).map(Some),
        _ => Ok(None),
    }
}

#[inline]
pub(in crate::ingest) fn number(
    field: Field,
    record: Fields<'_>,
    at: usize,
    most: u64,
) -> Result<u64, BadValue> {
    record.number(at).filter(|&number| number <= most).ok_or_else(|| BadValue::new(field, record.get(at)))
}

/// A number of packets or bytes; none if the record does not have it.
#[inline]
pub(in crate::ingest) fn size(
    field: Field,
    record: Fields<'_>,
    at: Option<usize>,
) -> Result<Option<u64>, BadValue> {
    let Some(at) = at else { return Ok(None) };
    match record.number(at) {
        Some(size) => Ok(Some(size)),
        None if is_missing(record.get(at)) => Ok(None),
        None => Err(BadValue::new(field, record.get(at))),
    }
}

/// A port. A missing port is 0, as for protocols without ports.
#[inline]
pub(in crate::ingest) fn port(field: Field, record: Fields<'_>, at: usize) -> Result<u16, BadValue> {
    match record.number(at).and_then(|port| u16::try_from(port).ok()) {
        Some(port) => Ok(port),
        None if is_missing(record.get(at)) => Ok(0),
        None => Err(BadValue::new(field, record.get(at))),
    }
}

#[inline]
pub(in crate::ingest) fn seconds(field: Field, record: Fields<'_>, at: usize) -> Result<u32, BadValue> {
    match record.number(at).and_then(to_seconds) {
        Some(seconds) => Ok(seconds),
        None => calendar_time(record.get(at)).ok_or_else(|| BadValue::new(field, record.get(at))),
    }
}

/// A time as tables write it: RFC 3339, or with a blank, which rows replace by `_`, and without a zone, which means UTC.
#[cold]
fn calendar_time(text: &[u8]) -> Option<u32> {
    let mut text = str::from_utf8(text).ok()?.replacen(['_', ' '], "T", 1);
    let zone = text.get(11..)?;
    if !zone.ends_with(['Z', 'z']) && !zone.contains(['+', '-']) {
        text.push('Z');
    }
    u32::try_from(Timestamp::parse(&text)?.0).ok()
}

/// Converts to seconds since 1970 if a flow log can contain them. Milliseconds are recognised and truncated.
#[inline]
pub(in crate::ingest) fn to_seconds(number: u64) -> Option<u32> {
    let number = i64::try_from(number).ok()?;
    u32::try_from(Timestamp::from_seconds_or_milliseconds(number).0).ok()
}

/// `ACCEPT` or `REJECT`, in letters of any case.
#[inline]
pub(in crate::ingest) fn action(text: &[u8]) -> Result<Action, BadValue> {
    match text {
        b"ACCEPT" => Ok(Action::Accept),
        b"REJECT" => Ok(Action::Reject),
        other if other.eq_ignore_ascii_case(b"ACCEPT") => Ok(Action::Accept),
        other if other.eq_ignore_ascii_case(b"REJECT") => Ok(Action::Reject),
        other => Err(BadValue::new(Field::Action, other)),
    }
}

/// `ingress`, `egress` or missing, in letters of any case.
#[inline]
pub(in crate::ingest) fn direction(text: &[u8]) -> Result<Option<Direction>, BadValue> {
    match text {
        b"ingress" => Ok(Some(Direction::Ingress)),
        b"egress" => Ok(Some(Direction::Egress)),
        other if other.eq_ignore_ascii_case(b"ingress") => Ok(Some(Direction::Ingress)),
        other if other.eq_ignore_ascii_case(b"egress") => Ok(Some(Direction::Egress)),
        other if is_missing(other) => Ok(None),
        other => Err(BadValue::new(Field::FlowDirection, other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_tables_are_read() {
        let check = |text: &str, seconds| assert_eq!(calendar_time(text.as_bytes()), seconds, "{text}");
        for text in [
            "2025-11-24_16:00:05.000",
            "2025-11-24 16:00:05",
            "2025-11-24T16:00:05Z",
            "2025-11-24T17:00:05.5+01:00",
        ] {
            check(text, Some(1_764_000_005));
        }
        for text in ["", "2025-11-24", "yesterday at noon", "1969-01-01T00:00:00Z", "-"] {
            check(text, None);
        }
    }
}
