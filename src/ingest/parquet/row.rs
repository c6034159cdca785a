//! Reads records from rows.

use std::hint::black_box;
use std::net::IpAddr;

use super::addresses::{AddressColumn, AddressWord};
use super::batch::RowBatch;
use super::columns::NumberColumn;
use super::descriptions::DescriptionColumns;
use super::mapped_column::MappedColumn;
use super::numbers::NumberColumns;
use super::projection::{ADDRESSES, is_needed};
use crate::ingest::record::{
    Action, DescriptionId, Direction, FlowRecord, LogStatus, NameId, TimeSpan, UNKNOWN_SIZE,
};
use crate::ingest::schema::value::{
    BadValue, Lenient, OptionalValues, Strict, action, direction, interface_id, is_interface_id,
    other_log_status, to_seconds,
};
use crate::ingest::sink::{NeededFields, Sink};
use crate::model::field::Field;
use crate::model::source::{RowRef, SourceId};

/// The number of rows that are examined ahead.
const AHEAD: usize = u64::BITS as usize;

/// Whether a record has traffic, by its log-status.
#[derive(Clone, Copy)]
enum TrafficStatus {
    Traffic,
    Without(LogStatus),
}

fn status(text: &[u8]) -> Result<TrafficStatus, BadValue> {
    Ok(other_log_status(text)?.map_or(TrafficStatus::Traffic, TrafficStatus::Without))
}

/// Reads the rows of one batch after the other.
///
/// Converted values are kept as long as the dictionaries stay the same, which they do within a row group.
pub(super) struct RowReader {
    source: SourceId,
    /// Whether the file has the field `log-status`.
    has_status: bool,
    numbers: NumberColumns,
    interface: MappedColumn<NameId>,
    addresses: [AddressColumn; ADDRESSES.len()],
    /// Whether every row is read, instead of a few selected rows.
    every_row: bool,
    action: MappedColumn<Action>,
    status: MappedColumn<TrafficStatus>,
    direction: MappedColumn<Option<Direction>>,
    descriptive: DescriptionColumns,
    /// The status and action keys of the last row with their result. The next row usually has the same keys.
    last: Option<([Option<usize>; 2], LogStatus)>,
    /// The number of rows in the batch.
    rows: usize,
    ahead: Lookahead,
}

/// The next rows of a batch, as many as a word has bits.
#[derive(Default)]
struct Lookahead {
    first: usize,
    /// The row after these rows.
    end: usize,
    /// One bit for each row whose ports matter or are invalid.
    matter: u64,
}

impl Lookahead {
    #[inline]
    fn matters(&self, row: usize) -> bool {
        self.matter >> (row - self.first) & 1 == 1
    }
}

impl RowReader {
    pub(super) fn new(source: SourceId, has_status: bool, every_row: bool) -> Self {
        Self {
            source,
            has_status,
            numbers: NumberColumns::new(),
            interface: MappedColumn::new(),
            addresses: ADDRESSES.map(AddressColumn::of),
            every_row,
            action: MappedColumn::new(),
            status: MappedColumn::new(),
            direction: MappedColumn::new(),
            descriptive: DescriptionColumns::default(),
            last: None,
            rows: 0,
            ahead: Lookahead::default(),
        }
    }

    /// Sets the next batch, for a sink with these needs.
    pub(super) fn set(&mut self, batch: &RowBatch, needs: NeededFields) {
        self.numbers.set(batch);
        self.interface.set(batch.get(Field::InterfaceId));
        for (addresses, field) in self.addresses.iter_mut().zip(ADDRESSES) {
            addresses.set(batch.get(field).filter(|_| is_needed(field, needs)), self.every_row);
        }
        self.action.set(batch.get(Field::Action));
        self.status.set(batch.get(Field::LogStatus));
        self.direction.set(batch.get(Field::FlowDirection).filter(|_| needs.direction));
        if needs.descriptions {
            self.descriptive.set(batch);
        }
        (self.last, self.rows, self.ahead) = (None, batch.rows, Lookahead::default());
    }

    /// Reads a record and passes it to the sink. Rows must be read in their order.
    #[inline]
    pub(super) fn record<S: Sink>(&mut self, row: usize, number: u64, sink: &mut S) -> Result<(), BadValue> {
        self.record_with(row, number, &mut Strict, sink)
    }

    /// Reads a record in which invalid values of optional fields count as missing. Returns these values.
    #[cold]
    pub(super) fn record_lenient<S: Sink>(
        &mut self,
        row: usize,
        number: u64,
        sink: &mut S,
    ) -> Result<Vec<BadValue>, BadValue> {
        let mut optional = Lenient::default();
        self.record_with(row, number, &mut optional, sink)?;
        Ok(optional.0)
    }

    #[inline]
    fn record_with<S: Sink>(
        &mut self,
        row: usize,
        number: u64,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let span = self.span(row)?;
        let place = RowRef { source: self.source, line: number };
        let interface = optional.take(self.interface(row, sink).map(Some))?;
        let interface = interface.unwrap_or_else(|| sink.name(b"-"));
        let log_status = self.log_status(row, optional)?;
        if row >= self.ahead.end {
            self.look_ahead(row, sink);
        }
        if let LogStatus::Ok(action) = log_status
            && self.ahead.matters(row)
        {
            let (src_port, dst_port) = self.ports(row)?;
            if sink.wants_ports(src_port, dst_port) {
                let head = RowHead { interface, src_port, dst_port, action, span, row: place };
                self.flow(row, head, optional, sink)?;
            }
        }
        sink.coverage(interface, log_status, span, place);
        Ok(())
    }

    /// Examines the ports of the next rows, and loads the addresses of those that matter together.
    #[inline]
    fn look_ahead<S: Sink>(&mut self, first: usize, sink: &S) {
        let end = self.rows.min(first + AHEAD);
        let may_matter = |row| {
            let ports = self.numbers.src_port.small(row).zip(self.numbers.dst_port.small(row));
            ports.is_none_or(|(src, dst)| sink.wants_ports(src, dst))
        };
        let matter = (first..end).fold(0, |bits, row| bits | u64::from(may_matter(row)) << (row - first));
        let fetched = self.addresses.iter().fold(0, |bits, column| bits | column.fetch(first, matter));
        black_box(fetched);
        self.ahead = Lookahead { first, end, matter };
    }

    /// Passes on a record of which only the coverage matters.
    ///
    /// Returns true if more of the record matters. In that case nothing was passed on.
    pub(super) fn coverage<S: Sink>(
        &mut self,
        row: usize,
        number: u64,
        sink: &mut S,
    ) -> Result<bool, BadValue> {
        let span = self.span(row)?;
        let log_status = self.log_status(row, &mut Strict)?;
        if let LogStatus::Ok(_) = log_status {
            let (src_port, dst_port) = self.ports(row)?;
            if sink.wants_ports(src_port, dst_port) {
                return Ok(true);
            }
        }
        let interface = self.interface(row, sink)?;
        sink.coverage(interface, log_status, span, RowRef { source: self.source, line: number });
        Ok(false)
    }

    #[inline]
    fn interface<S: Sink>(&mut self, row: usize, sink: &mut S) -> Result<NameId, BadValue> {
        let interface = self.interface.get(row, |text| Ok(sink.name(interface_id(text)?)))?;
        Ok(interface.unwrap_or_else(|| sink.name(b"-")))
    }

    /// The interface id of a row, if it is one.
    pub(super) fn interface_text(&self, row: usize) -> Option<&[u8]> {
        self.interface.text(row).filter(|text| is_interface_id(text))
    }

    /// The time of the record.
    #[inline]
    pub(super) fn span(&self, row: usize) -> Result<TimeSpan, BadValue> {
        let seconds =
            |column: &NumberColumn| to_seconds(column.need(row, u64::MAX)?).ok_or_else(|| column.bad(row));
        Ok(TimeSpan { start: seconds(&self.numbers.start)?, end: seconds(&self.numbers.end)? })
    }

    /// The log-status of the record.
    #[inline]
    pub(super) fn log_status(
        &mut self,
        row: usize,
        optional: &mut impl OptionalValues,
    ) -> Result<LogStatus, BadValue> {
        let keys = [self.status.key(row), self.action.key(row)];
        match self.last {
            Some((last, log_status)) if last == keys => Ok(log_status),
            _ => self.judge(row, keys, optional),
        }
    }

    #[inline(never)]
    fn judge(
        &mut self,
        row: usize,
        keys: [Option<usize>; 2],
        optional: &mut impl OptionalValues,
    ) -> Result<LogStatus, BadValue> {
        let status = match self.status.get(row, status) {
            Err(bad) => {
                optional.take::<TrafficStatus>(Err(bad))?;
                let has_address = self.addresses[0].has(row);
                let without = TrafficStatus::Without(LogStatus::SkipData);
                Some(if has_address { TrafficStatus::Traffic } else { without })
            }
            Ok(status) => status,
        };
        let log_status = match status.unwrap_or_else(|| self.without_status(row)) {
            TrafficStatus::Without(log_status) => log_status,
            TrafficStatus::Traffic => match self.action.get(row, action)? {
                Some(action) => LogStatus::Ok(action),
                None => return Err(BadValue::new(Field::Action, b"-")),
            },
        };
        // Without a status column, the keys alone do not determine the result.
        self.last = status.map(|_| (keys, log_status));
        Ok(log_status)
    }

    /// Without a log-status, a record without addresses may be NODATA or SKIPDATA. SKIPDATA is assumed, because it
    /// claims nothing.
    fn without_status(&self, row: usize) -> TrafficStatus {
        let is_traffic = self.has_status || self.addresses[0].has(row);
        if is_traffic { TrafficStatus::Traffic } else { TrafficStatus::Without(LogStatus::SkipData) }
    }

    #[inline]
    fn ports(&self, row: usize) -> Result<(u16, u16), BadValue> {
        Ok((port(&self.numbers.src_port, row)?, port(&self.numbers.dst_port, row)?))
    }

    /// Reads the rest of a record and passes it on.
    #[inline]
    fn flow<S: Sink>(
        &mut self,
        row: usize,
        head: RowHead,
        optional: &mut impl OptionalValues,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let mut words = self.addresses.each_ref().map(|column| column.word(row));
        if words.iter().any(|word| word.is_unresolved()) {
            words = self.resolve_addresses(row, optional)?;
        }
        if let Some(place) = words[..2].iter().position(|word| word.is_missing()) {
            return Err(self.addresses[place].missing());
        }
        let numbers = &self.numbers;
        let rest = RecordRest {
            head,
            protocol: u8::try_from(numbers.protocol.need(row, u64::from(u8::MAX))?).unwrap_or(u8::MAX),
            direction: optional.take(self.direction.get(row, direction))?.flatten(),
            packets: optional.take(numbers.packets.get(row))?.unwrap_or(UNKNOWN_SIZE),
            bytes: optional.take(numbers.bytes.get(row))?.unwrap_or(UNKNOWN_SIZE),
            tcp_flags: optional.take(tcp_flags(&numbers.tcp_flags, row))?,
            // This comes last, so that a record with an invalid value has no effect except its defect.
            description: if S::NEEDS.descriptions {
                self.descriptive.get(row, sink)
            } else {
                self.descriptive.none(sink)
            },
        };
        self.hand_over(words, rest, sink);
        Ok(())
    }

    /// Passes on a record. Records with addresses of one family, which are nearly all, are built separately: a value
    /// that is written in small pieces and then copied as a whole stalls the processor.
    #[inline]
    fn hand_over<S: Sink>(&self, words: [AddressWord; ADDRESSES.len()], rest: RecordRest, sink: &mut S) {
        let [src, dst, pkt_src, pkt_dst] = words;
        if let (Some(src), Some(dst)) = (src.ipv4(), dst.ipv4())
            && !pkt_src.is_ipv6()
            && !pkt_dst.is_ipv6()
        {
            return sink.flow(&rest.between(src, dst, pkt_src.ipv4(), pkt_dst.ipv4()));
        }
        let [srcs, dsts, pkt_srcs, pkt_dsts] = &self.addresses;
        if let (Some(src), Some(dst)) = (srcs.ipv6(src), dsts.ipv6(dst))
            && pkt_src.ipv4().is_none()
            && pkt_dst.ipv4().is_none()
        {
            return sink.flow(&rest.between(src, dst, pkt_srcs.ipv6(pkt_src), pkt_dsts.ipv6(pkt_dst)));
        }
        if let (Some(src), Some(dst)) = (srcs.address(src), dsts.address(dst)) {
            sink.flow(&rest.between(src, dst, pkt_srcs.address(pkt_src), pkt_dsts.address(pkt_dst)));
        }
    }

    /// Parses the addresses of a row. The first two are required.
    #[cold]
    fn resolve_addresses(
        &mut self,
        row: usize,
        optional: &mut impl OptionalValues,
    ) -> Result<[AddressWord; ADDRESSES.len()], BadValue> {
        self.addresses.iter_mut().take(2).try_for_each(|column| column.resolve(row))?;
        let found = self.addresses.each_mut().map(|column| column.optional(row));
        for bad in found.each_ref().iter().filter_map(|(_, bad)| bad.clone()) {
            optional.take::<AddressWord>(Err(bad))?;
        }
        Ok(found.map(|(word, _)| word))
    }
}

/// A port. A missing port is 0, as for protocols without ports.
#[inline]
fn port(column: &NumberColumn, row: usize) -> Result<u16, BadValue> {
    u16::try_from(column.get(row)?.unwrap_or(0)).map_err(|_| column.bad(row))
}

#[inline]
fn tcp_flags(column: &NumberColumn, row: usize) -> Result<Option<u16>, BadValue> {
    match column.get(row)? {
        None => Ok(None),
        Some(flags) => u16::try_from(flags).map(Some).map_err(|_| column.bad(row)),
    }
}

/// The values of a row whose ports matter.
struct RowHead {
    interface: NameId,
    src_port: u16,
    dst_port: u16,
    action: Action,
    span: TimeSpan,
    row: RowRef,
}

/// A record without its addresses.
struct RecordRest {
    head: RowHead,
    protocol: u8,
    direction: Option<Direction>,
    packets: u64,
    bytes: u64,
    tcp_flags: Option<u16>,
    description: DescriptionId,
}

impl RecordRest {
    /// Always inlined, because a returned record would be copied; see [`RowReader::hand_over`].
    #[inline(always)]
    fn between<A: Into<IpAddr>>(self, src: A, dst: A, pkt_src: Option<A>, pkt_dst: Option<A>) -> FlowRecord {
        FlowRecord {
            interface: self.head.interface,
            src: src.into(),
            dst: dst.into(),
            pkt_src: pkt_src.map(Into::into),
            pkt_dst: pkt_dst.map(Into::into),
            src_port: self.head.src_port,
            dst_port: self.head.dst_port,
            protocol: self.protocol,
            action: self.head.action,
            direction: self.direction,
            packets: self.packets,
            bytes: self.bytes,
            tcp_flags: self.tcp_flags,
            span: self.head.span,
            description: self.description,
            row: self.head.row,
        }
    }
}
