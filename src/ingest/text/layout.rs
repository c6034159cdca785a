//! Reads a record from a text line with known columns. Ports are examined first; other fields are read only if needed.

use std::net::IpAddr;

use crate::ingest::defects::Remains;
use crate::ingest::prefilter::Prefilter;
use crate::ingest::record::{
    Action, DESCRIPTIVE, Description, Direction, FlowRecord, LogStatus, NameId, TimeSpan, UNKNOWN_SIZE,
};
use crate::ingest::schema::fields::Fields;
use crate::ingest::schema::header::Columns;
use crate::ingest::schema::number::is_missing;
use crate::ingest::schema::remains;
use crate::ingest::schema::value::{
    BadValue, Lenient, OptionalValues, Strict, action, address, direction, interface_id, number,
    other_log_status, packet_address, port, seconds, size,
};
use crate::ingest::sink::Sink;
use crate::ingest::totals::Totals;
use crate::model::field::Field;
use crate::model::source::RowRef;

/// The positions of the fields of a record, resolved once per header.
pub(super) struct RecordLayout {
    columns: Columns,
    pub(super) interface: Option<usize>,
    pub(super) src_addr: usize,
    pub(super) dst_addr: usize,
    pub(super) src_port: usize,
    pub(super) dst_port: usize,
    pub(super) protocol: usize,
    pub(super) packets: Option<usize>,
    pub(super) bytes: Option<usize>,
    pub(super) start: usize,
    pub(super) end: usize,
    action: usize,
    pub(super) log_status: Option<usize>,
    pub(super) tcp_flags: Option<usize>,
    pkt_src: Option<usize>,
    pkt_dst: Option<usize>,
    direction: Option<usize>,
    descriptive: [Option<usize>; DESCRIPTIVE.len()],
}

impl RecordLayout {
    /// Resolves the columns. Returns the names of missing required fields as an error.
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
            packets: columns.position(Field::Packets),
            bytes: columns.position(Field::Bytes),
            start: need(Field::Start)?,
            end: need(Field::End)?,
            action: need(Field::Action)?,
            log_status: columns.position(Field::LogStatus),
            tcp_flags: columns.position(Field::TcpFlags),
            pkt_src: columns.position(Field::PktSrcAddr),
            pkt_dst: columns.position(Field::PktDstAddr),
            direction: columns.position(Field::FlowDirection),
            descriptive: DESCRIPTIVE.map(|field| columns.position(field)),
            columns,
        })
    }

    /// The number of fields of a record.
    pub(super) fn count(&self) -> usize {
        self.columns.count
    }

    /// The readable values of a record that is discarded.
    pub(super) fn remains<'r>(&self, record: Fields<'r>) -> Remains<'r> {
        remains::of_columns(record, &self.columns)
    }

    /// Counts the record as skipped if it cannot matter. A record that is not in the usual form is never skipped.
    #[inline]
    pub(super) fn skips(&self, record: Fields<'_>, prefilter: &Prefilter, skipped: &mut Totals) -> bool {
        let Ok(span) = self.span(record) else { return false };
        let Some(log_status) = self.plain_status(record) else { return false };
        let in_time = prefilter.touches(span);
        if in_time && self.is_wanted(record, log_status, prefilter) {
            return false;
        }
        skipped.count(log_status, span, in_time);
        true
    }

    /// The log-status of the record, if its action and log-status are valid.
    #[inline]
    fn plain_status(&self, record: Fields<'_>) -> Option<LogStatus> {
        if self.log_status.is_none_or(|at| record.is(at, b"OK")) {
            return self.plain_action(record).map(LogStatus::Ok);
        }
        other_log_status(record.get(self.log_status?)).ok().flatten()
    }

    /// `ACCEPT` or `REJECT`; none for another value.
    #[inline]
    pub(super) fn plain_action(&self, record: Fields<'_>) -> Option<Action> {
        if record.is(self.action, b"ACCEPT") {
            return Some(Action::Accept);
        }
        record.is(self.action, b"REJECT").then_some(Action::Reject)
    }

    #[inline]
    pub(super) fn is_wanted(&self, record: Fields<'_>, log_status: LogStatus, prefilter: &Prefilter) -> bool {
        let interface = self.interface.map_or(b"-".as_slice(), |at| record.get(at));
        prefilter.has_interface(interface)
            || prefilter.has_addresses()
                && matches!(log_status, LogStatus::Ok(_))
                && self.has_wanted_address(record, prefilter)
    }

    #[inline(never)]
    fn has_wanted_address(&self, record: Fields<'_>, prefilter: &Prefilter) -> bool {
        let addresses = [Some(self.src_addr), Some(self.dst_addr), self.pkt_src, self.pkt_dst];
        addresses.into_iter().flatten().any(|at| prefilter.has_address(record.get(at)))
    }

    /// Reads one record and hands it to the sink.
    #[inline]
    pub(super) fn read<S: Sink>(
        &self,
        record: Fields<'_>,
        row: RowRef,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        self.read_with(record, row, &mut Strict, sink)
    }

    /// Reads one record in which invalid values of optional fields count as missing. Returns these values.
    #[cold]
    pub(super) fn read_lenient<S: Sink>(
        &self,
        record: Fields<'_>,
        row: RowRef,
        sink: &mut S,
    ) -> Result<Vec<BadValue>, BadValue> {
        let mut optional = Lenient::default();
        self.read_with(record, row, &mut optional, sink)?;
        Ok(optional.0)
    }

    #[inline]
    fn read_with<S: Sink>(
        &self,
        record: Fields<'_>,
        row: RowRef,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let span = self.span(record)?;
        if let Some(log_status) = self.without_traffic(record, optional)? {
            let interface = self.interface(record, optional, sink)?;
            sink.coverage(interface, log_status, span, row);
            return Ok(());
        }
        let src_port = port(Field::SrcPort, record, self.src_port)?;
        let dst_port = port(Field::DstPort, record, self.dst_port)?;
        let action = match self.plain_action(record) {
            Some(action) => action,
            None => action(record.get(self.action))?,
        };
        let head = RecordHead { span, action, row };
        if !sink.wants_ports(src_port, dst_port) {
            return self.report_coverage(record, head, optional, sink);
        }
        let values = self.values(record, src_port, dst_port, optional)?;
        self.hand_over(record, head, values, optional, sink)
    }

    /// Reports a record with traffic that does not matter to the sink.
    #[inline]
    pub(super) fn report_coverage<S: Sink>(
        &self,
        record: Fields<'_>,
        head: RecordHead,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let interface = self.interface(record, optional, sink)?;
        sink.coverage(interface, LogStatus::Ok(head.action), head.span, head.row);
        Ok(())
    }

    /// Passes a record that matters to the sink.
    #[inline]
    pub(super) fn hand_over<S: Sink>(
        &self,
        record: Fields<'_>,
        head: RecordHead,
        values: RecordValues,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let interface = self.interface(record, optional, sink)?;
        // The whole record is read before the first call of the sink, so that an invalid record has no effect except
        // its defect.
        let flow = self.flow(record, (interface, head, values), optional, sink)?;
        sink.coverage(interface, LogStatus::Ok(head.action), head.span, head.row);
        sink.flow(&flow);
        Ok(())
    }

    #[inline]
    fn interface<S: Sink>(
        &self,
        record: Fields<'_>,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<NameId, BadValue> {
        let Some(at) = self.interface else { return Ok(sink.name(b"-")) };
        let id = optional.take(interface_id(record.get(at)).map(Some))?;
        Ok(sink.name(id.unwrap_or(b"-")))
    }

    #[inline]
    fn span(&self, record: Fields<'_>) -> Result<TimeSpan, BadValue> {
        Ok(TimeSpan {
            start: seconds(Field::Start, record, self.start)?,
            end: seconds(Field::End, record, self.end)?,
        })
    }

    /// The log-status of a record without traffic; none if the record is a flow.
    #[inline]
    fn without_traffic(
        &self,
        record: Fields<'_>,
        optional: &mut impl OptionalValues,
    ) -> Result<Option<LogStatus>, BadValue> {
        match self.log_status {
            Some(at) if record.is(at, b"OK") => Ok(None),
            Some(at) => match other_log_status(record.get(at)) {
                Err(bad) => {
                    optional.take::<LogStatus>(Err(bad))?;
                    Ok(is_missing(record.get(self.src_addr)).then_some(LogStatus::SkipData))
                }
                found => found,
            },
            // Without a log-status, a record without addresses may be either. `SKIPDATA` is assumed, because it claims
            // nothing.
            None if is_missing(record.get(self.src_addr)) => Ok(Some(LogStatus::SkipData)),
            None => Ok(None),
        }
    }

    #[inline]
    fn values(
        &self,
        record: Fields<'_>,
        src_port: u16,
        dst_port: u16,
        optional: &mut impl OptionalValues,
    ) -> Result<RecordValues, BadValue> {
        let protocol = number(Field::Protocol, record, self.protocol, u64::from(u8::MAX))?;
        Ok(RecordValues {
            src: address(Field::SrcAddr, record, self.src_addr)?,
            dst: address(Field::DstAddr, record, self.dst_addr)?,
            src_port,
            dst_port,
            protocol: u8::try_from(protocol).unwrap_or(u8::MAX),
            packets: optional.take(size(Field::Packets, record, self.packets))?.unwrap_or(UNKNOWN_SIZE),
            bytes: optional.take(size(Field::Bytes, record, self.bytes))?.unwrap_or(UNKNOWN_SIZE),
            tcp_flags: optional.take(self.tcp_flags(record))?,
        })
    }

    #[inline]
    fn flow<S: Sink>(
        &self,
        record: Fields<'_>,
        (interface, head, values): (NameId, RecordHead, RecordValues),
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<FlowRecord, BadValue> {
        let RecordValues { src, dst, src_port, dst_port, protocol, packets, bytes, tcp_flags } = values;
        let (mut pkt_src, mut pkt_dst) = (None, None);
        if S::NEEDS.packet_addresses {
            let (src_pair, dst_pair) = ((self.src_addr, src), (self.dst_addr, dst));
            pkt_src = optional.take(packet_address(Field::PktSrcAddr, record, self.pkt_src, src_pair))?;
            pkt_dst = optional.take(packet_address(Field::PktDstAddr, record, self.pkt_dst, dst_pair))?;
        }
        let direction = if S::NEEDS.direction { optional.take(self.direction(record))? } else { None };
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        if S::NEEDS.descriptions {
            for (value, at) in values.iter_mut().zip(self.descriptive) {
                *value = at.map(|at| record.get(at)).filter(|text| !is_missing(text));
            }
        }
        let RecordHead { span, action, row } = head;
        Ok(FlowRecord {
            interface,
            src,
            dst,
            pkt_src,
            pkt_dst,
            src_port,
            dst_port,
            protocol,
            action,
            direction,
            packets,
            bytes,
            tcp_flags,
            span,
            description: sink.description(&values),
            row,
        })
    }

    #[inline]
    pub(super) fn tcp_flags(&self, record: Fields<'_>) -> Result<Option<u16>, BadValue> {
        let Some(at) = self.tcp_flags else { return Ok(None) };
        match record.number(at).and_then(|flags| u16::try_from(flags).ok()) {
            Some(flags) => Ok(Some(flags)),
            None if is_missing(record.get(at)) => Ok(None),
            None => Err(BadValue::new(Field::TcpFlags, record.get(at))),
        }
    }

    #[inline]
    fn direction(&self, record: Fields<'_>) -> Result<Option<Direction>, BadValue> {
        self.direction.map_or(Ok(None), |at| direction(record.get(at)))
    }
}

/// The values that are read of every record with traffic.
#[derive(Clone, Copy)]
pub(super) struct RecordHead {
    pub(super) span: TimeSpan,
    pub(super) action: Action,
    pub(super) row: RowRef,
}

/// The values of a record that matters.
#[derive(Clone, Copy)]
pub(super) struct RecordValues {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) src_port: u16,
    pub(super) dst_port: u16,
    pub(super) protocol: u8,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) tcp_flags: Option<u16>,
}
