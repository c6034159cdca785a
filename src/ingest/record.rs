//! One text line to one record, given the columns: the port test first, then only what is needed.

use std::net::IpAddr;

use super::header::Columns;
use super::number::{is_missing, parse_address, parse_number};
use super::prefilter::{Prefilter, sighting};
use super::sink::{Action, DESCRIPTIVE, Description, Direction, FlowRecord, NameId, Sighting, Sink, Span};
use super::tokens::Tokens;
use super::totals::Totals;
use crate::model::field::Field;
use crate::model::source::RowRef;
use crate::model::time::Timestamp;

/// A value that its field cannot have. Boxed, because records without one are what there is most of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadValue(Box<(Field, String)>);

/// Bytes of a bad value that are told: enough to find it, whatever a line holds.
const LONGEST_QUOTE: usize = 60;

impl BadValue {
    #[cold]
    pub(super) fn new(field: Field, found: &[u8]) -> Self {
        let start = &found[..found.len().min(LONGEST_QUOTE)];
        Self(Box::new((field, String::from_utf8_lossy(start).into_owned())))
    }

    /// What was expected, for a defect's place.
    pub(super) fn says(&self) -> String {
        let (field, found) = &*self.0;
        format!("{}: expected {}, found `{found}`", field.name(), field.spec().meaning)
    }
}

/// Where the fields of a record are, resolved once for each header.
pub(super) struct Layout {
    columns: Columns,
    interface: Option<usize>,
    src_addr: usize,
    dst_addr: usize,
    src_port: usize,
    dst_port: usize,
    protocol: usize,
    packets: usize,
    bytes: usize,
    start: usize,
    end: usize,
    action: usize,
    log_status: Option<usize>,
    tcp_flags: Option<usize>,
    pkt_src: Option<usize>,
    pkt_dst: Option<usize>,
    direction: Option<usize>,
    descriptive: [Option<usize>; DESCRIPTIVE.len()],
    /// Fields from the first one that tell whether a record can matter.
    decisive: usize,
    /// The same where it may matter by its addresses.
    decisive_with_addresses: usize,
}

impl Layout {
    /// Resolves the columns; gives back the names of required fields that are not there.
    pub(super) fn new(columns: Columns) -> Result<Self, Vec<&'static str>> {
        let missing = columns.missing();
        let need = |field| columns.position(field).ok_or_else(|| missing.clone());
        Ok(Self {
            interface: columns.position(Field::InterfaceId),
            src_addr: need(Field::SrcAddr)?,
            dst_addr: need(Field::DstAddr)?,
            src_port: need(Field::SrcPort)?,
            dst_port: need(Field::DstPort)?,
            protocol: need(Field::Protocol)?,
            packets: need(Field::Packets)?,
            bytes: need(Field::Bytes)?,
            start: need(Field::Start)?,
            end: need(Field::End)?,
            action: need(Field::Action)?,
            log_status: columns.position(Field::LogStatus),
            tcp_flags: columns.position(Field::TcpFlags),
            pkt_src: columns.position(Field::PktSrcAddr),
            pkt_dst: columns.position(Field::PktDstAddr),
            direction: columns.position(Field::FlowDirection),
            descriptive: DESCRIPTIVE.map(|field| columns.position(field)),
            decisive: 0,
            decisive_with_addresses: 0,
            columns,
        }
        .with_decisive())
    }

    /// How many fields a record has.
    pub(super) fn count(&self) -> usize {
        self.columns.count
    }

    /// How many fields from the first one [`Layout::leaves_out`] looks at.
    #[inline]
    pub(super) fn decisive(&self, prefilter: &Prefilter) -> usize {
        if prefilter.has_addresses() { self.decisive_with_addresses } else { self.decisive }
    }

    fn with_decisive(mut self) -> Self {
        let needed = [Some(self.start), Some(self.end), Some(self.action), self.interface, self.log_status];
        let addresses = [Some(self.src_addr), Some(self.dst_addr), self.pkt_src, self.pkt_dst];
        let last = |columns: &[Option<usize>]| columns.iter().flatten().max().map_or(0, |last| last + 1);
        self.decisive = last(&needed);
        self.decisive_with_addresses = self.decisive.max(last(&addresses));
        self
    }

    /// Counts the record as left out if it cannot matter. What is not plainly a record of others is not left out.
    #[inline]
    pub(super) fn leaves_out(
        &self,
        line: &[u8],
        tokens: &Tokens,
        prefilter: &Prefilter,
        left_out: &mut Totals,
    ) -> bool {
        let record = Line { line, tokens };
        let Ok(span) = self.span(record) else { return false };
        let status = self.log_status.map(|at| record.get(at));
        let Some(sighting) = sighting(record.get(self.action), status) else { return false };
        let in_time = prefilter.touches(span);
        if in_time && self.is_wanted(record, sighting, prefilter) {
            return false;
        }
        left_out.count(sighting, span, in_time);
        true
    }

    #[inline]
    fn is_wanted(&self, record: Line<'_>, sighting: Sighting, prefilter: &Prefilter) -> bool {
        let interface = self.interface.map_or(b"-".as_slice(), |at| record.get(at));
        if prefilter.has_interface(interface) {
            return true;
        }
        let addresses = [Some(self.src_addr), Some(self.dst_addr), self.pkt_src, self.pkt_dst];
        prefilter.has_addresses()
            && matches!(sighting, Sighting::Ok(_))
            && addresses.into_iter().flatten().any(|at| prefilter.has_address(record.get(at)))
    }

    /// Reads one record and hands it to the sink.
    pub(super) fn read<S: Sink>(
        &self,
        line: &[u8],
        tokens: &Tokens,
        row: RowRef,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let record = Line { line, tokens };
        let status = self.log_status.map(|at| record.get(at));
        let span = self.span(record)?;
        let interface = sink.name(self.interface.map_or(b"-".as_slice(), |at| record.get(at)));
        if let Some(sighting) = self.without_traffic(record, status)? {
            sink.sighting(interface, sighting, span, row);
            return Ok(());
        }
        let src_port = port(Field::SrcPort, record.get(self.src_port))?;
        let dst_port = port(Field::DstPort, record.get(self.dst_port))?;
        let action = action(record.get(self.action))?;
        if !sink.wants_ports(src_port, dst_port) {
            sink.sighting(interface, Sighting::Ok(action), span, row);
            return Ok(());
        }
        // The whole record is read before the sink hears of it, so that a bad one leaves no trace but its defect.
        let flow = self.flow(record, Known { interface, src_port, dst_port, action, span, row }, sink)?;
        sink.sighting(interface, Sighting::Ok(action), span, row);
        sink.flow(&flow);
        Ok(())
    }

    fn span(&self, record: Line<'_>) -> Result<Span, BadValue> {
        Ok(Span {
            start: seconds(Field::Start, record.get(self.start))?,
            end: seconds(Field::End, record.get(self.end))?,
        })
    }

    /// The sighting of a record without traffic; `None` if it is a flow.
    fn without_traffic(&self, record: Line<'_>, status: Option<&[u8]>) -> Result<Option<Sighting>, BadValue> {
        match status {
            Some(b"NODATA") => Ok(Some(Sighting::NoData)),
            Some(b"SKIPDATA") => Ok(Some(Sighting::SkipData)),
            // Without a log-status a record without addresses may be either; only "lost" claims nothing.
            None if is_missing(record.get(self.src_addr)) => Ok(Some(Sighting::SkipData)),
            None | Some(b"OK") => Ok(None),
            Some(other) if is_missing(other) => Ok(None),
            Some(other) => Err(BadValue::new(Field::LogStatus, other)),
        }
    }

    fn flow<S: Sink>(&self, record: Line<'_>, known: Known, sink: &mut S) -> Result<FlowRecord, BadValue> {
        let (src_text, dst_text) = (record.get(self.src_addr), record.get(self.dst_addr));
        let src = address(Field::SrcAddr, src_text)?;
        let dst = address(Field::DstAddr, dst_text)?;
        let (mut pkt_src, mut pkt_dst) = (None, None);
        if S::NEEDS.packet_addresses {
            let text = |at: Option<usize>| at.map(|at| record.get(at));
            pkt_src = packet_address(Field::PktSrcAddr, text(self.pkt_src), src_text, src)?;
            pkt_dst = packet_address(Field::PktDstAddr, text(self.pkt_dst), dst_text, dst)?;
        }
        let protocol = number(Field::Protocol, record.get(self.protocol), u64::from(u8::MAX))?;
        let packets = number(Field::Packets, record.get(self.packets), u64::MAX)?;
        let bytes = number(Field::Bytes, record.get(self.bytes), u64::MAX)?;
        let tcp_flags = self.tcp_flags(record)?;
        let direction = if S::NEEDS.direction { self.direction(record)? } else { None };
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        if S::NEEDS.descriptions {
            for (value, at) in values.iter_mut().zip(self.descriptive) {
                *value = at.map(|at| record.get(at)).filter(|text| !is_missing(text));
            }
        }
        Ok(FlowRecord {
            interface: known.interface,
            src,
            dst,
            pkt_src,
            pkt_dst,
            src_port: known.src_port,
            dst_port: known.dst_port,
            protocol: u8::try_from(protocol).unwrap_or(u8::MAX),
            action: known.action,
            direction,
            packets,
            bytes,
            tcp_flags,
            span: known.span,
            description: sink.description(&values),
            row: known.row,
        })
    }

    fn tcp_flags(&self, record: Line<'_>) -> Result<Option<u16>, BadValue> {
        match self.tcp_flags.map(|at| record.get(at)) {
            Some(text) if !is_missing(text) => {
                let flags = number(Field::TcpFlags, text, u64::from(u16::MAX))?;
                Ok(u16::try_from(flags).ok())
            }
            _ => Ok(None),
        }
    }

    fn direction(&self, record: Line<'_>) -> Result<Option<Direction>, BadValue> {
        self.direction.map_or(Ok(None), |at| direction(record.get(at)))
    }
}

#[derive(Clone, Copy)]
struct Line<'a> {
    line: &'a [u8],
    tokens: &'a Tokens,
}

impl<'a> Line<'a> {
    #[inline]
    fn get(self, at: usize) -> &'a [u8] {
        self.tokens.get(self.line, at)
    }
}

/// What is known of a record once its ports matter.
struct Known {
    interface: NameId,
    src_port: u16,
    dst_port: u16,
    action: Action,
    span: Span,
    row: RowRef,
}

fn address(field: Field, text: &[u8]) -> Result<IpAddr, BadValue> {
    parse_address(text).ok_or_else(|| BadValue::new(field, text))
}

/// The address in the packet itself: mostly the interface's own, in the same letters.
#[inline]
fn packet_address(
    field: Field,
    text: Option<&[u8]>,
    own: &[u8],
    known: IpAddr,
) -> Result<Option<IpAddr>, BadValue> {
    match text {
        Some(text) if text == own => Ok(Some(known)),
        Some(text) if !is_missing(text) => address(field, text).map(Some),
        _ => Ok(None),
    }
}

fn number(field: Field, text: &[u8], most: u64) -> Result<u64, BadValue> {
    parse_number(text).filter(|&number| number <= most).ok_or_else(|| BadValue::new(field, text))
}

/// A port; a missing one is 0, as for protocols without ports.
fn port(field: Field, text: &[u8]) -> Result<u16, BadValue> {
    if is_missing(text) {
        return Ok(0);
    }
    parse_number(text).and_then(|port| u16::try_from(port).ok()).ok_or_else(|| BadValue::new(field, text))
}

fn seconds(field: Field, text: &[u8]) -> Result<u32, BadValue> {
    parse_number(text).and_then(to_seconds).ok_or_else(|| BadValue::new(field, text))
}

/// Seconds since 1970 that a flow log can hold; milliseconds are recognised and cut.
pub(super) fn to_seconds(number: u64) -> Option<u32> {
    let number = i64::try_from(number).ok()?;
    u32::try_from(Timestamp::from_seconds_or_milliseconds(number).0).ok()
}

/// `ACCEPT` or `REJECT`.
pub(super) fn action(text: &[u8]) -> Result<Action, BadValue> {
    match text {
        b"ACCEPT" => Ok(Action::Accept),
        b"REJECT" => Ok(Action::Reject),
        other => Err(BadValue::new(Field::Action, other)),
    }
}

/// `ingress`, `egress` or missing.
pub(super) fn direction(text: &[u8]) -> Result<Option<Direction>, BadValue> {
    match text {
        b"ingress" => Ok(Some(Direction::Ingress)),
        b"egress" => Ok(Some(Direction::Egress)),
        other if is_missing(other) => Ok(None),
        other => Err(BadValue::new(Field::FlowDirection, other)),
    }
}
