//! Determines which columns of a file are read in which step.

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::schema::types::SchemaDescriptor;

use super::flat::Flat;
use super::lake::Lake;
use super::projection::{DecodedColumns, Projection};
use crate::ingest::defects::FileContext;
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::sink::{NeededFields, Sink};
use crate::model::field::Field;

/// The flow-log fields that Security Lake stores for every record.
const LAKE_FIELDS: [Field; 21] = [
    Field::AccountId,
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
    Field::VpcId,
    Field::SubnetId,
    Field::TcpFlags,
    Field::PktSrcAddr,
    Field::PktDstAddr,
    Field::PktDstAwsService,
    Field::FlowDirection,
    Field::TrafficPath,
];

/// The way in which the columns of a file contain fields.
pub(super) enum FileLayout {
    /// One column per field, as AWS delivers flow logs.
    Flat(Flat),
    /// Nested columns of OCSF.
    Lake(Lake),
}

impl FileLayout {
    /// Examines the columns of a file. If they contain no records, the reason is reported as a defect.
    pub(super) fn new(metadata: &ArrowReaderMetadata, file: &mut FileContext<'_>) -> Option<Self> {
        let schema = metadata.schema();
        let leaves = metadata.metadata().file_metadata().schema_descr();
        if Lake::is_lake(schema) {
            Lake::new(schema, leaves, file).map(Self::Lake)
        } else {
            Flat::new(schema, file).map(Self::Flat)
        }
    }

    /// Passes the columns to the sink. Returns the source format.
    pub(super) fn pass_columns<S: Sink>(&self, sink: &mut S) -> SourceFormat {
        match self {
            Self::Flat(flat) => {
                sink.columns(&flat.known, &flat.unknown);
                SourceFormat::Parquet
            }
            Self::Lake(_) => {
                sink.columns(&LAKE_FIELDS, &[]);
                SourceFormat::SecurityLake
            }
        }
    }

    /// All columns that are needed.
    pub(super) fn all_needed(&self, leaves: &SchemaDescriptor, needs: NeededFields) -> Projection {
        match self {
            Self::Flat(flat) => flat.all_needed(leaves, needs),
            Self::Lake(lake) => Projection { mask: lake.mask(leaves), columns: DecodedColumns::Lake },
        }
    }

    /// The columns that determine whether a record matters; `by_address` includes its addresses.
    pub(super) fn deciding(&self, leaves: &SchemaDescriptor, by_address: bool) -> Projection {
        match self {
            Self::Flat(flat) => flat.deciding(leaves, by_address),
            Self::Lake(_) => self.all_needed(leaves, NeededFields::ALL),
        }
    }

    /// The needed columns that are not among the deciding ones; none if every column is.
    pub(super) fn further(
        &self,
        leaves: &SchemaDescriptor,
        by_address: bool,
        needs: NeededFields,
    ) -> Option<Projection> {
        match self {
            Self::Flat(flat) => Some(flat.further(leaves, by_address, needs)),
            Self::Lake(_) => None,
        }
    }

    /// Whether records have a log-status.
    pub(super) fn has_status(&self) -> bool {
        match self {
            Self::Flat(flat) => flat.place(Field::LogStatus).is_some(),
            Self::Lake(lake) => lake.has_status,
        }
    }

    /// Whether records have an interface id.
    pub(super) fn has_interface(&self) -> bool {
        match self {
            Self::Flat(flat) => flat.place(Field::InterfaceId).is_some(),
            Self::Lake(lake) => lake.has_interface,
        }
    }

    /// The leaf columns of `start` and `end`, if they contain the time of every record.
    pub(super) fn times(&self, leaves: &SchemaDescriptor) -> Option<(usize, usize)> {
        match self {
            Self::Flat(flat) => {
                // A nested column before a column shifts the index of its leaf.
                let leaf =
                    |root| (0..leaves.num_columns()).find(|&leaf| leaves.get_column_root_idx(leaf) == root);
                leaf(flat.place(Field::Start)?).zip(leaf(flat.place(Field::End)?))
            }
            Self::Lake(lake) => lake.times,
        }
    }
}
