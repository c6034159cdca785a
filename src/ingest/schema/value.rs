//! Values of single fields: which values are valid, and the message for an invalid one.

use std::net::IpAddr;

use super::fields::Fields;
use super::number::is_missing;
use crate::ingest::record::{Action, Direction, LogStatus};
use crate::model::field::Field;
use crate::model::time::Timestamp;

/// A value that is invalid for its field. It is boxed, because nearly all records have no such value.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct BadValue(Box<(Field, String)>);

/// The most bytes of an invalid value that are quoted: enough to find it in a line of any length.
const MAX_QUOTE: usize = 60;

impl BadValue {
    #[cold]
    pub(in crate::ingest) fn new(field: Field, found: &[u8]) -> Self {
        let start = &found[..found.len().min(MAX_QUOTE)];
        Self(Box::new((field, String::from_utf8_lossy(start).into_owned())))
    }

    /// The message of the defect, which names the expected value.
    pub(in crate::ingest) fn message(&self) -> String {
        let (field, found) = &*self.0;
        format!("{}: expected {}, found `{found}`", field.name(), field.spec().meaning)
    }
}

/// The log-status if it is not `OK`; none if it is missing.
#[cold]
pub(in crate::ingest) fn other_log_status(text: &[u8]) -> Result<Option<LogStatus>, BadValue> {
    match text {
        b"NODATA" => Ok(Some(LogStatus::NoData)),
        b"SKIPDATA" => Ok(Some(LogStatus::SkipData)),
        other if is_missing(other) => Ok(None),
        other => Err(BadValue::new(Field::LogStatus, other)),
    }
}

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
    record.number(at).and_then(to_seconds).ok_or_else(|| BadValue::new(field, record.get(at)))
}

/// Converts to seconds since 1970 if a flow log can contain them. Milliseconds are recognised and truncated.
#[inline]
pub(in crate::ingest) fn to_seconds(number: u64) -> Option<u32> {
    let number = i64::try_from(number).ok()?;
    u32::try_from(Timestamp::from_seconds_or_milliseconds(number).0).ok()
}

/// `ACCEPT` or `REJECT`.
#[inline]
pub(in crate::ingest) fn action(text: &[u8]) -> Result<Action, BadValue> {
    match text {
        b"ACCEPT" => Ok(Action::Accept),
        b"REJECT" => Ok(Action::Reject),
        other => Err(BadValue::new(Field::Action, other)),
    }
}

/// `ingress`, `egress` or missing.
#[inline]
pub(in crate::ingest) fn direction(text: &[u8]) -> Result<Option<Direction>, BadValue> {
    match text {
        b"ingress" => Ok(Some(Direction::Ingress)),
        b"egress" => Ok(Some(Direction::Egress)),
        other if is_missing(other) => Ok(None),
        other => Err(BadValue::new(Field::FlowDirection, other)),
    }
}
