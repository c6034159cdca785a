//! Rows to records: what each column's value stands for, row by row.

use std::net::IpAddr;

use super::super::record::{BadValue, action, direction, to_seconds};
use super::super::sink::{Action, Direction, FlowRecord, NameId, Sighting, Sink, Span};
use super::addresses::Addresses;
use super::batch::Batch;
use super::columns::{Numbers, Turned};
use super::descriptions::DescriptionColumns;
use crate::model::field::Field;
use crate::model::source::{RowRef, SourceId};

/// `srcaddr`, `dstaddr`, `pkt-srcaddr`, `pkt-dstaddr`.
pub(super) const ADDRESSES: [Field; 4] =
    [Field::SrcAddr, Field::DstAddr, Field::PktSrcAddr, Field::PktDstAddr];

/// The number columns of one batch.
struct NumberColumns {
    src_port: Numbers,
    dst_port: Numbers,
    protocol: Numbers,
    packets: Numbers,
    bytes: Numbers,
    start: Numbers,
    end: Numbers,
    tcp_flags: Numbers,
}

impl NumberColumns {
    fn new() -> Self {
        Self {
            src_port: Numbers::of(Field::SrcPort),
            dst_port: Numbers::of(Field::DstPort),
            protocol: Numbers::of(Field::Protocol),
            packets: Numbers::of(Field::Packets),
            bytes: Numbers::of(Field::Bytes),
            start: Numbers::of(Field::Start),
            end: Numbers::of(Field::End),
            tcp_flags: Numbers::of(Field::TcpFlags),
        }
    }

    fn set(&mut self, batch: &Batch) {
        let Self { src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags } = self;
        for column in [src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags] {
            column.set(batch.get(column.field()));
        }
    }
}

/// Whether a record has traffic, by its log-status.
#[derive(Clone, Copy)]
enum Status {
    Traffic,
    Without(Sighting),
}

fn status(text: &[u8]) -> Result<Status, BadValue> {
    match text {
        b"OK" => Ok(Status::Traffic),
        b"NODATA" => Ok(Status::Without(Sighting::NoData)),
        b"SKIPDATA" => Ok(Status::Without(Sighting::SkipData)),
        other => Err(BadValue::new(Field::LogStatus, other)),
    }
}

/// Reads the rows of one batch after the other.
///
/// What distinct values turned into is kept while the dictionaries stay the same, which they do through a row group.
pub(super) struct Rows {
    source: SourceId,
    /// Whether the file has the field `log-status`.
    has_status: bool,
    numbers: NumberColumns,
    interface: Turned<NameId>,
    addresses: [Addresses; ADDRESSES.len()],
    /// Whether every row is read, and not a few of them.
    every_row: bool,
    action: Turned<Action>,
    status: Turned<Status>,
    direction: Turned<Option<Direction>>,
    descriptive: DescriptionColumns,
}

impl Rows {
    pub(super) fn new(source: SourceId, has_status: bool, every_row: bool) -> Self {
        Self {
            source,
            has_status,
            numbers: NumberColumns::new(),
            interface: Turned::new(),
            addresses: ADDRESSES.map(Addresses::of),
            every_row,
            action: Turned::new(),
            status: Turned::new(),
            direction: Turned::new(),
            descriptive: DescriptionColumns::default(),
        }
    }

    /// Takes the next batch.
    pub(super) fn set(&mut self, batch: &Batch) {
        self.numbers.set(batch);
        self.interface.set(batch.get(Field::InterfaceId));
        for (addresses, field) in self.addresses.iter_mut().zip(ADDRESSES) {
            addresses.set(batch.get(field), self.every_row);
        }
        self.action.set(batch.get(Field::Action));
        self.status.set(batch.get(Field::LogStatus));
        self.direction.set(batch.get(Field::FlowDirection));
        self.descriptive.set(batch);
    }

    /// Reads a record and hands it to the sink.
    #[inline]
    pub(super) fn record<S: Sink>(&mut self, row: usize, number: u64, sink: &mut S) -> Result<(), BadValue> {
        let span = self.span(row)?;
        let place = RowRef { source: self.source, line: number };
        let interface = self.interface(row, sink)?;
        let sighting = self.sighting(row)?;
        if let Sighting::Ok(action) = sighting {
            let (src_port, dst_port) = self.ports(row)?;
            if sink.wants_ports(src_port, dst_port) {
                let known = Known { interface, src_port, dst_port, action, span, row: place };
                let flow = self.flow(row, known, sink)?;
                sink.flow(&flow);
            }
        }
        sink.sighting(interface, sighting, span, place);
        Ok(())
    }

    /// Hands a record over of which only the interface's coverage matters.
    ///
    /// Gives back whether more of it matters: then nothing was handed over.
    pub(super) fn coverage<S: Sink>(
        &mut self,
        row: usize,
        number: u64,
        sink: &mut S,
    ) -> Result<bool, BadValue> {
        let span = self.span(row)?;
        let sighting = self.sighting(row)?;
        if let Sighting::Ok(_) = sighting {
            let (src_port, dst_port) = self.ports(row)?;
            if sink.wants_ports(src_port, dst_port) {
                return Ok(true);
            }
        }
        let interface = self.interface(row, sink)?;
        sink.sighting(interface, sighting, span, RowRef { source: self.source, line: number });
        Ok(false)
    }

    #[inline]
    fn interface<S: Sink>(&mut self, row: usize, sink: &mut S) -> Result<NameId, BadValue> {
        let interface = self.interface.get(row, |text| Ok(sink.name(text)))?;
        Ok(interface.unwrap_or_else(|| sink.name(b"-")))
    }

    /// The record's time.
    #[inline]
    pub(super) fn span(&self, row: usize) -> Result<Span, BadValue> {
        let seconds =
            |column: &Numbers| to_seconds(column.need(row, u64::MAX)?).ok_or_else(|| column.bad(row));
        Ok(Span { start: seconds(&self.numbers.start)?, end: seconds(&self.numbers.end)? })
    }

    /// What the record says of its interface.
    #[inline]
    pub(super) fn sighting(&mut self, row: usize) -> Result<Sighting, BadValue> {
        match self.status(row)? {
            Status::Without(sighting) => Ok(sighting),
            Status::Traffic => match self.action.get(row, action)? {
                Some(action) => Ok(Sighting::Ok(action)),
                None => Err(BadValue::new(Field::Action, b"-")),
            },
        }
    }

    /// Without a log-status a record without addresses may be NODATA or SKIPDATA; only "lost" claims nothing.
    #[inline]
    fn status(&mut self, row: usize) -> Result<Status, BadValue> {
        if let Some(status) = self.status.get(row, status)? {
            return Ok(status);
        }
        let is_traffic = self.has_status || self.addresses[0].has(row);
        Ok(if is_traffic { Status::Traffic } else { Status::Without(Sighting::SkipData) })
    }

    #[inline]
    fn ports(&self, row: usize) -> Result<(u16, u16), BadValue> {
        Ok((port(&self.numbers.src_port, row)?, port(&self.numbers.dst_port, row)?))
    }

    #[inline]
    fn flow<S: Sink>(&mut self, row: usize, known: Known, sink: &mut S) -> Result<FlowRecord, BadValue> {
        let [src, dst, pkt_src, pkt_dst] = self.addresses(row)?;
        let need = |field, address: Option<IpAddr>| address.ok_or_else(|| BadValue::new(field, b"-"));
        let numbers = &self.numbers;
        Ok(FlowRecord {
            interface: known.interface,
            src: need(Field::SrcAddr, src)?,
            dst: need(Field::DstAddr, dst)?,
            pkt_src,
            pkt_dst,
            src_port: known.src_port,
            dst_port: known.dst_port,
            protocol: u8::try_from(numbers.protocol.need(row, u64::from(u8::MAX))?).unwrap_or(u8::MAX),
            action: known.action,
            direction: self.direction.get(row, direction)?.flatten(),
            packets: numbers.packets.need(row, u64::MAX)?,
            bytes: numbers.bytes.need(row, u64::MAX)?,
            tcp_flags: tcp_flags(&numbers.tcp_flags, row)?,
            span: known.span,
            description: self.descriptive.get(row, sink),
            row: known.row,
        })
    }

    #[inline]
    fn addresses(&mut self, row: usize) -> Result<[Option<IpAddr>; ADDRESSES.len()], BadValue> {
        let mut addresses = [None; ADDRESSES.len()];
        for (address, column) in addresses.iter_mut().zip(&mut self.addresses) {
            *address = column.get(row)?;
        }
        Ok(addresses)
    }
}

/// A port; a missing one is 0, as for protocols without ports.
#[inline]
fn port(column: &Numbers, row: usize) -> Result<u16, BadValue> {
    u16::try_from(column.get(row)?.unwrap_or(0)).map_err(|_| column.bad(row))
}

#[inline]
fn tcp_flags(column: &Numbers, row: usize) -> Result<Option<u16>, BadValue> {
    match column.get(row)? {
        None => Ok(None),
        Some(flags) => u16::try_from(flags).map(Some).map_err(|_| column.bad(row)),
    }
}

/// What is known of a row once its ports matter.
struct Known {
    interface: NameId,
    src_port: u16,
    dst_port: u16,
    action: Action,
    span: Span,
    row: RowRef,
}
