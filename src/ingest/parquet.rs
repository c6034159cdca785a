//! Parquet flow logs: AWS's own and the re-saved, columns found by name.
//!
//! Each row group is read on its own, so that a damaged one costs no other. Rows are numbered from 1 through the file.

use std::fs::File;
use std::net::IpAddr;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::ChunkReader;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema};

use super::compression::spool::Spool;
use super::guard::guarded;
use super::number::parse_address;
use super::parquet_columns::{Numbers, Turned, wanted_type};
use super::parquet_descriptions::DescriptionColumns;
use super::parquet_layout::Layout;
use super::record::{BadValue, action, direction, to_seconds};
use super::sink::{Action, Direction, FlowRecord, NameId, Sighting, Sink, Span};
use super::text::FileContext;
use crate::model::defect::DefectKind;
use crate::model::field::Field;
use crate::model::source::RowRef;

/// Rows decoded at a time.
const BATCH: usize = 16 * 1024;

/// A Parquet file on disk, in memory or spooled from a stream.
pub(super) enum ParquetSource {
    File(File),
    Bytes(bytes::Bytes),
    Spool(Spool),
}

/// Reads a whole Parquet file into the sink.
pub(super) fn read_parquet<S: Sink>(source: &ParquetSource, file: &mut FileContext<'_>, sink: &mut S) {
    match source {
        ParquetSource::File(opened) => {
            read_chunks(|| opened.try_clone().map_err(ParquetError::from), file, sink);
        }
        ParquetSource::Bytes(bytes) => read_chunks(|| Ok(bytes.clone()), file, sink),
        ParquetSource::Spool(spool) => read_chunks(|| Ok(spool.clone()), file, sink),
    }
}

fn read_chunks<R: ChunkReader + 'static, S: Sink>(
    open: impl Fn() -> Result<R, ParquetError>,
    file: &mut FileContext<'_>,
    sink: &mut S,
) {
    let metadata = match guarded(|| load_metadata(&open()?)) {
        Ok(metadata) => metadata,
        Err(error) => return file.defect(DefectKind::DamagedParquet, None, || error),
    };
    let Some(layout) = Layout::new(metadata.schema(), file) else { return };
    sink.columns(&layout.columns.fields(), &layout.unknown);
    if metadata.metadata().row_groups().iter().all(|group| group.num_rows() == 0) {
        let says = || "expected flow-log records, found columns without rows".to_owned();
        return file.defect(DefectKind::EmptyFile, None, says);
    }
    let mut rows_before = 0;
    for (group, group_metadata) in metadata.metadata().row_groups().iter().enumerate() {
        let mut reader = GroupReader { row: rows_before, texts: Texts::new(), layout: &layout };
        let opened = open().map_err(|error| error.to_string());
        let outcome = opened.and_then(|opened| reader.read(opened, &metadata, group, file, sink));
        if let Err(error) = outcome {
            let row = reader.row + 1;
            file.defect(DefectKind::DamagedParquet, Some(row), || format!("{error}; other rows were used"));
        }
        rows_before += u64::try_from(group_metadata.num_rows()).unwrap_or(0);
    }
}

/// The footer, with text columns asked for as dictionaries. Types stored by a writer's library are not trusted.
fn load_metadata<R: ChunkReader + 'static>(reader: &R) -> Result<ArrowReaderMetadata, ParquetError> {
    let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(reader, plain.clone())?;
    let fields: Vec<_> = metadata
        .schema()
        .fields()
        .iter()
        .map(|field| ArrowField::new(field.name(), wanted_type(field.data_type()), field.is_nullable()))
        .collect();
    let wanted = plain.with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(metadata.metadata().clone(), wanted)
}

/// The number columns of one batch.
struct Batch {
    src_port: Numbers,
    dst_port: Numbers,
    protocol: Numbers,
    packets: Numbers,
    bytes: Numbers,
    start: Numbers,
    end: Numbers,
    tcp_flags: Numbers,
}

impl Batch {
    fn new(batch: &RecordBatch) -> Self {
        let numbers = |field| Numbers::new(field, column(batch, field));
        Self {
            src_port: numbers(Field::SrcPort),
            dst_port: numbers(Field::DstPort),
            protocol: numbers(Field::Protocol),
            packets: numbers(Field::Packets),
            bytes: numbers(Field::Bytes),
            start: numbers(Field::Start),
            end: numbers(Field::End),
            tcp_flags: numbers(Field::TcpFlags),
        }
    }

    #[inline]
    fn span(&self, row: usize) -> Result<Span, BadValue> {
        let seconds =
            |column: &Numbers| to_seconds(column.need(row, u64::MAX)?).ok_or_else(|| column.bad(row));
        Ok(Span { start: seconds(&self.start)?, end: seconds(&self.end)? })
    }
}

#[inline]
fn port(column: &Numbers, row: usize) -> Result<u16, BadValue> {
    u16::try_from(column.get(row)?.unwrap_or(0)).map_err(|_| column.bad(row))
}

pub(super) fn column(batch: &RecordBatch, field: Field) -> Option<&ArrayRef> {
    let schema = batch.schema_ref();
    let is_it = |have: &Arc<ArrowField>| Field::from_name(have.name().as_bytes()) == Some(field);
    schema.fields().iter().position(is_it).map(|at| batch.column(at))
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

/// `srcaddr`, `dstaddr`, `pkt-srcaddr`, `pkt-dstaddr`.
const ADDRESSES: [Field; 4] = [Field::SrcAddr, Field::DstAddr, Field::PktSrcAddr, Field::PktDstAddr];

/// The text columns, each distinct value turned into what it stands for.
struct Texts {
    interface: Turned<NameId>,
    addresses: [Turned<IpAddr>; ADDRESSES.len()],
    action: Turned<Action>,
    status: Turned<Status>,
    direction: Turned<Option<Direction>>,
    descriptive: DescriptionColumns,
}

impl Texts {
    fn new() -> Self {
        Self {
            interface: Turned::new(),
            addresses: [(); ADDRESSES.len()].map(|()| Turned::new()),
            action: Turned::new(),
            status: Turned::new(),
            direction: Turned::new(),
            descriptive: DescriptionColumns::default(),
        }
    }

    fn set(&mut self, batch: &RecordBatch) {
        self.interface.set(column(batch, Field::InterfaceId));
        for (addresses, field) in self.addresses.iter_mut().zip(ADDRESSES) {
            addresses.set(column(batch, field));
        }
        self.action.set(column(batch, Field::Action));
        self.status.set(column(batch, Field::LogStatus));
        self.direction.set(column(batch, Field::FlowDirection));
        self.descriptive.set(batch);
    }
}

/// Reads one row group.
struct GroupReader<'a> {
    /// Rows of the file read so far.
    row: u64,
    texts: Texts,
    layout: &'a Layout,
}

impl GroupReader<'_> {
    fn read<R: ChunkReader + 'static, S: Sink>(
        &mut self,
        reader: R,
        metadata: &ArrowReaderMetadata,
        group: usize,
        file: &mut FileContext<'_>,
        sink: &mut S,
    ) -> Result<(), String> {
        let roots = self.layout.roots.iter().copied();
        let mask = ProjectionMask::roots(metadata.metadata().file_metadata().schema_descr(), roots);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(reader, metadata.clone())
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(BATCH);
        let mut batches = guarded(|| builder.build())?;
        while let Some(batch) = guarded(|| batches.next().transpose())? {
            self.batch(&batch, file, sink);
        }
        Ok(())
    }

    fn batch<S: Sink>(&mut self, batch: &RecordBatch, file: &mut FileContext<'_>, sink: &mut S) {
        let numbers = Batch::new(batch);
        self.texts.set(batch);
        for row in 0..batch.num_rows() {
            self.row += 1;
            let place = RowRef { source: file.source, line: self.row };
            if let Err(bad) = self.record(&numbers, row, place, sink) {
                file.defect(DefectKind::BadValue, Some(place.line), || bad.says());
            }
        }
    }

    #[inline]
    fn record<S: Sink>(
        &mut self,
        batch: &Batch,
        row: usize,
        place: RowRef,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let span = batch.span(row)?;
        let interface = self.texts.interface.get(row, |text| Ok(sink.name(text)))?;
        let interface = interface.unwrap_or_else(|| sink.name(b"-"));
        if let Status::Without(sighting) = self.status(row)? {
            sink.sighting(interface, sighting, span, place);
            return Ok(());
        }
        let action = self.texts.action.get(row, action)?;
        let action = action.ok_or_else(|| BadValue::new(Field::Action, b"-"))?;
        let (src_port, dst_port) = (port(&batch.src_port, row)?, port(&batch.dst_port, row)?);
        if sink.wants_ports(src_port, dst_port) {
            let known = Known { interface, src_port, dst_port, action, span, row: place };
            let flow = self.flow(batch, row, known, sink)?;
            sink.flow(&flow);
        }
        sink.sighting(interface, Sighting::Ok(action), span, place);
        Ok(())
    }

    /// Without a log-status a record without addresses may be NODATA or SKIPDATA; only "lost" claims nothing.
    #[inline]
    fn status(&mut self, row: usize) -> Result<Status, BadValue> {
        if let Some(status) = self.texts.status.get(row, status)? {
            return Ok(status);
        }
        let has_status = self.layout.columns.position(Field::LogStatus).is_some();
        let has_address = self.texts.addresses[0].has(row);
        Ok(if has_status || has_address { Status::Traffic } else { Status::Without(Sighting::SkipData) })
    }

    fn flow<S: Sink>(
        &mut self,
        batch: &Batch,
        row: usize,
        known: Known,
        sink: &mut S,
    ) -> Result<FlowRecord, BadValue> {
        let mut addresses = [None; ADDRESSES.len()];
        for ((address, column), field) in addresses.iter_mut().zip(&mut self.texts.addresses).zip(ADDRESSES) {
            *address =
                column.get(row, |text| parse_address(text).ok_or_else(|| BadValue::new(field, text)))?;
        }
        let [src, dst, pkt_src, pkt_dst] = addresses;
        let need = |field, address: Option<IpAddr>| address.ok_or_else(|| BadValue::new(field, b"-"));
        Ok(FlowRecord {
            interface: known.interface,
            src: need(Field::SrcAddr, src)?,
            dst: need(Field::DstAddr, dst)?,
            pkt_src,
            pkt_dst,
            src_port: known.src_port,
            dst_port: known.dst_port,
            protocol: u8::try_from(batch.protocol.need(row, u64::from(u8::MAX))?).unwrap_or(u8::MAX),
            action: known.action,
            direction: self.texts.direction.get(row, direction)?.flatten(),
            packets: batch.packets.need(row, u64::MAX)?,
            bytes: batch.bytes.need(row, u64::MAX)?,
            tcp_flags: tcp_flags(&batch.tcp_flags, row)?,
            span: known.span,
            description: self.texts.descriptive.get(row, sink),
            row: known.row,
        })
    }
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
