//! The number columns that are part of a record.

use super::batch::RowBatch;
use super::columns::NumberColumn;
use crate::model::field::Field;

/// The number columns of one batch.
pub(super) struct NumberColumns {
    pub(super) src_port: NumberColumn,
    pub(super) dst_port: NumberColumn,
    pub(super) protocol: NumberColumn,
    pub(super) packets: NumberColumn,
    pub(super) bytes: NumberColumn,
    pub(super) start: NumberColumn,
    pub(super) end: NumberColumn,
    pub(super) tcp_flags: NumberColumn,
}

impl NumberColumns {
    pub(super) fn new() -> Self {
        Self {
            src_port: NumberColumn::of(Field::SrcPort),
            dst_port: NumberColumn::of(Field::DstPort),
            protocol: NumberColumn::of(Field::Protocol),
            packets: NumberColumn::of(Field::Packets),
            bytes: NumberColumn::of(Field::Bytes),
            start: NumberColumn::of(Field::Start),
            end: NumberColumn::of(Field::End),
            tcp_flags: NumberColumn::of(Field::TcpFlags),
        }
    }

    pub(super) fn set(&mut self, batch: &RowBatch) {
        let Self { src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags } = self;
        for column in [src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags] {
            column.set(batch.get(column.field()));
        }
    }
}
