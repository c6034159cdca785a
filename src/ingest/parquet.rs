//! Parquet flow logs: AWS's own and the re-saved, columns found by name.
//!
//! Each row group is read on its own, so that a damaged one costs no other. Rows are numbered from 1 through the file.

use std::fs::File;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::ChunkReader;
use arrow::array::RecordBatch;
use arrow::datatypes::{Field as ArrowField, Schema};

use super::guard::guarded;
use super::header::Columns;
use super::number::parse_address;
use super::parquet_columns::{Column, Numbered, is_readable, wanted_type};
use super::record::{BadValue, action, direction, to_seconds};
use super::sink::{
    Action, AddressId, DESCRIPTIVE, Description, DescriptionId, FlowRecord, NameId, Sighting, Sink, Span,
};
use super::text::FileContext;
use crate::model::defect::DefectKind;
use crate::model::field::{Field, FieldKind};
use crate::model::source::RowRef;

/// Rows decoded at a time.
const BATCH: usize = 64 * 1024;

/// A Parquet file on disk or in memory.
pub(super) enum ParquetSource {
    File(File),
    Bytes(bytes::Bytes),
}

/// Reads a whole Parquet file into the sink.
pub(super) fn read_parquet<S: Sink>(source: &ParquetSource, file: &mut FileContext<'_>, sink: &mut S) {
    match source {
        ParquetSource::File(opened) => {
            read_chunks(|| opened.try_clone().map_err(ParquetError::from), file, sink)
        }
        ParquetSource::Bytes(bytes) => read_chunks(|| Ok(bytes.clone()), file, sink),
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
    if metadata.metadata().row_groups().iter().all(|group| group.num_rows() == 0) {
        let says = || "expected flow-log records, found columns without rows".to_owned();
        return file.defect(DefectKind::EmptyFile, None, says);
    }
    let mut rows_before = 0;
    for (group, group_metadata) in metadata.metadata().row_groups().iter().enumerate() {
        let mut reader = GroupReader { row: rows_before, numbers: Numbers::new(), layout: &layout };
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

/// The fields that are read, in the order of the columns of [`Batch`].
const READ: [Field; 16] = [
    Field::InterfaceId,
    Field::SrcAddr,
    Field::DstAddr,
    Field::SrcPort,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::Start,
    Field::End,
    Field::Action,
    Field::LogStatus,
    Field::TcpFlags,
    Field::PktSrcAddr,
    Field::PktDstAddr,
    Field::FlowDirection,
];

/// Which columns of the file are read.
struct Layout {
    columns: Columns,
    roots: Vec<usize>,
}

impl Layout {
    fn new(schema: &Schema, file: &mut FileContext<'_>) -> Option<Self> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let known = |name: &str| Field::from_name(name.as_bytes()).is_some();
        if names.iter().filter(|name| known(name)).count() < 2 {
            file.defect(DefectKind::UnrecognisedFile, None, || {
                format!("expected flow-log columns, found `{}`", names.join("`, `"))
            });
            return None;
        }
        // A column that cannot hold its field is hidden behind a name no field has.
        let readable = schema.fields().iter().map(|field| {
            let Some(known) = Field::from_name(field.name().as_bytes()) else {
                return field.name().as_bytes();
            };
            let found = plain_type(field);
            // What is not read, such as an account id that became a number, may be of any type.
            if is_readable(known, &found) || !(READ.contains(&known) || DESCRIPTIVE.contains(&known)) {
                return field.name().as_bytes();
            }
            file.defect(DefectKind::WrongColumnType, None, || {
                let text = known.spec().kind == FieldKind::Text;
                let expected = if text { "text" } else { "a number or text" };
                format!("`{}`: expected {expected}, found {found}", field.name())
            });
            b"".as_slice()
        });
        let columns = Columns::from_names(readable);
        let unknown: Vec<_> = columns.unknown.iter().filter(|name| !name.is_empty()).cloned().collect();
        if !unknown.is_empty() {
            file.defect(DefectKind::UnknownFields, None, || {
                format!("`{}`: not a field of versions 2 to 11; left aside", unknown.join("`, `"))
            });
        }
        let missing = columns.missing();
        if !missing.is_empty() {
            file.defect(DefectKind::MissingFields, None, || {
                format!("the file lacks `{}`: a flow cannot be told without", missing.join("`, `"))
            });
            return None;
        }
        let roots = READ.iter().chain(&DESCRIPTIVE).filter_map(|&field| columns.position(field)).collect();
        Some(Self { columns, roots })
    }
}

/// The column's type before text was asked for as a dictionary.
fn plain_type(field: &ArrowField) -> arrow::datatypes::DataType {
    match field.data_type() {
        arrow::datatypes::DataType::Dictionary(_, value) => (**value).clone(),
        other => other.clone(),
    }
}

/// The decoded columns of one batch.
struct Batch {
    read: [Column; READ.len()],
    descriptive: [Column; DESCRIPTIVE.len()],
}

impl Batch {
    fn new(batch: &RecordBatch) -> Self {
        let column = |field: Field| {
            let schema = batch.schema();
            let position = schema
                .fields()
                .iter()
                .position(|have| Field::from_name(have.name().as_bytes()) == Some(field));
            position.map_or(Column::Absent, |at| Column::new(batch.column(at)))
        };
        Self { read: READ.map(column), descriptive: DESCRIPTIVE.map(column) }
    }

    #[inline]
    fn number(&self, at: usize, row: usize) -> Result<Option<u64>, BadValue> {
        self.read[at].number(READ[at], row)
    }

    /// A number that must be there and at most `most`.
    fn need(&self, at: usize, row: usize, most: u64) -> Result<u64, BadValue> {
        let number = self.number(at, row)?.ok_or_else(|| BadValue::new(READ[at], b"null"))?;
        if number > most { Err(BadValue::new(READ[at], number.to_string().as_bytes())) } else { Ok(number) }
    }

    fn port(&self, at: usize, row: usize) -> Result<u16, BadValue> {
        let number = self.number(at, row)?.unwrap_or(0);
        u16::try_from(number).map_err(|_| BadValue::new(READ[at], number.to_string().as_bytes()))
    }

    fn tcp_flags(&self, row: usize) -> Result<Option<u16>, BadValue> {
        let Some(flags) = self.number(TCP_FLAGS, row)? else { return Ok(None) };
        let narrow = u16::try_from(flags).map(Some);
        narrow.map_err(|_| BadValue::new(READ[TCP_FLAGS], flags.to_string().as_bytes()))
    }

    fn seconds(&self, at: usize, row: usize) -> Result<u32, BadValue> {
        let number = self.need(at, row, u64::MAX)?;
        to_seconds(number).ok_or_else(|| BadValue::new(READ[at], number.to_string().as_bytes()))
    }
}

const INTERFACE: usize = 0;
const SRC: usize = 1;
const DST: usize = 2;
const SRC_PORT: usize = 3;
const DST_PORT: usize = 4;
const PROTOCOL: usize = 5;
const PACKETS: usize = 6;
const BYTES: usize = 7;
const START: usize = 8;
const END: usize = 9;
const ACTION: usize = 10;
const LOG_STATUS: usize = 11;
const TCP_FLAGS: usize = 12;
const PKT_SRC: usize = 13;
const PKT_DST: usize = 14;
const DIRECTION: usize = 15;

/// The numbers the sink gave the values of the dictionaries.
struct Numbers {
    interface: Numbered<NameId>,
    /// `srcaddr`, `dstaddr`, `pkt-srcaddr`, `pkt-dstaddr`.
    addresses: [Numbered<AddressId>; 4],
    /// The last description and its number: neighbouring rows often share it.
    description: Option<(Vec<Option<Vec<u8>>>, DescriptionId)>,
}

impl Numbers {
    fn new() -> Self {
        Self { interface: Numbered::new(), addresses: [(); 4].map(|()| Numbered::new()), description: None }
    }

    fn set(&mut self, batch: &Batch) {
        self.interface.set(&batch.read[INTERFACE]);
        for (numbers, at) in self.addresses.iter_mut().zip([SRC, DST, PKT_SRC, PKT_DST]) {
            numbers.set(&batch.read[at]);
        }
    }
}

/// Reads one row group.
struct GroupReader<'a> {
    /// Rows of the file read so far.
    row: u64,
    numbers: Numbers,
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
        let columns = Batch::new(batch);
        self.numbers.set(&columns);
        for row in 0..batch.num_rows() {
            self.row += 1;
            let place = RowRef { source: file.source, line: self.row };
            if let Err(bad) = self.record(&columns, row, place, sink) {
                file.defect(DefectKind::BadValue, Some(place.line), || bad.says());
            }
        }
    }

    fn record<S: Sink>(
        &mut self,
        batch: &Batch,
        row: usize,
        place: RowRef,
        sink: &mut S,
    ) -> Result<(), BadValue> {
        let span = Span { start: batch.seconds(START, row)?, end: batch.seconds(END, row)? };
        let name = |sink: &mut S, text: &[u8]| Ok::<_, BadValue>(sink.name(text));
        let interface = self.numbers.interface.get(&batch.read[INTERFACE], row, |text| name(sink, text))?;
        let interface = interface.unwrap_or_else(|| sink.name(b"-"));
        if let Some(sighting) = self.without_traffic(batch, row)? {
            sink.sighting(interface, sighting, span, place);
            return Ok(());
        }
        let action = action(batch.read[ACTION].text(row).unwrap_or(b"-"))?;
        let (src_port, dst_port) = (batch.port(SRC_PORT, row)?, batch.port(DST_PORT, row)?);
        if sink.wants_ports(src_port, dst_port) {
            let known = Known { interface, src_port, dst_port, action, span, row: place };
            let flow = self.flow(batch, row, known, sink)?;
            sink.flow(&flow);
        }
        sink.sighting(interface, Sighting::Ok(action), span, place);
        Ok(())
    }

    fn without_traffic(&self, batch: &Batch, row: usize) -> Result<Option<Sighting>, BadValue> {
        let has_status = self.layout.columns.position(Field::LogStatus).is_some();
        match batch.read[LOG_STATUS].text(row) {
            Some(b"OK") => Ok(None),
            Some(b"NODATA") => Ok(Some(Sighting::NoData)),
            Some(b"SKIPDATA") => Ok(Some(Sighting::SkipData)),
            Some(other) => Err(BadValue::new(Field::LogStatus, other)),
            None if !has_status && batch.read[SRC].text(row).is_none() => Ok(Some(Sighting::SkipData)),
            None => Ok(None),
        }
    }

    fn flow<S: Sink>(
        &mut self,
        batch: &Batch,
        row: usize,
        known: Known,
        sink: &mut S,
    ) -> Result<FlowRecord, BadValue> {
        let mut addresses = [None; 4];
        let columns = [SRC, DST, PKT_SRC, PKT_DST];
        for ((address, numbers), at) in addresses.iter_mut().zip(&mut self.numbers.addresses).zip(columns) {
            *address = numbers.get(&batch.read[at], row, |text| {
                let address = parse_address(text).ok_or_else(|| BadValue::new(READ[at], text))?;
                Ok(sink.address(address))
            })?;
        }
        let [src, dst, pkt_src, pkt_dst] = addresses;
        let need = |field, address: Option<AddressId>| address.ok_or_else(|| BadValue::new(field, b"-"));
        Ok(FlowRecord {
            interface: known.interface,
            src: need(Field::SrcAddr, src)?,
            dst: need(Field::DstAddr, dst)?,
            pkt_src,
            pkt_dst,
            src_port: known.src_port,
            dst_port: known.dst_port,
            protocol: u8::try_from(batch.need(PROTOCOL, row, u64::from(u8::MAX))?).unwrap_or(u8::MAX),
            action: known.action,
            direction: batch.read[DIRECTION].text(row).map_or(Ok(None), direction)?,
            packets: batch.need(PACKETS, row, u64::MAX)?,
            bytes: batch.need(BYTES, row, u64::MAX)?,
            tcp_flags: batch.tcp_flags(row)?,
            span: known.span,
            description: self.description(batch, row, sink),
            row: known.row,
        })
    }

    fn description<S: Sink>(&mut self, batch: &Batch, row: usize, sink: &mut S) -> DescriptionId {
        let mut values: Description<'_> = [None; DESCRIPTIVE.len()];
        for (value, column) in values.iter_mut().zip(&batch.descriptive) {
            *value = match column {
                Column::Number(_) => {
                    // The one descriptive number, traffic-path, is a digit; 0 stands for none in re-saved files.
                    let digit = column.number(Field::TrafficPath, row).ok().flatten();
                    digit.and_then(|digit| DIGITS.get(usize::try_from(digit).ok()?.checked_sub(1)?).copied())
                }
                other => other.text(row),
            };
        }
        if let Some((known, id)) = &self.numbers.description
            && known.iter().map(Option::as_deref).eq(values.iter().copied())
        {
            return *id;
        }
        let id = sink.description(&values);
        self.numbers.description = Some((values.iter().map(|value| value.map(<[u8]>::to_vec)).collect(), id));
        id
    }
}

const DIGITS: [&[u8]; 9] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"];

/// What is known of a row once its ports matter.
struct Known {
    interface: NameId,
    src_port: u16,
    dst_port: u16,
    action: Action,
    span: Span,
    row: RowRef,
}
