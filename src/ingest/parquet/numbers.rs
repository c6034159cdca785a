//! The columns of numbers that a record is made of.

use super::batch::Batch;
use super::columns::Numbers;
use crate::model::field::Field;

/// The number columns of one batch.
pub(super) struct NumberColumns {
    pub(super) src_port: Numbers,
    pub(super) dst_port: Numbers,
    pub(super) protocol: Numbers,
    pub(super) packets: Numbers,
    pub(super) bytes: Numbers,
    pub(super) start: Numbers,
    pub(super) end: Numbers,
    pub(super) tcp_flags: Numbers,
}

impl NumberColumns {
    pub(super) fn new() -> Self {
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

    pub(super) fn set(&mut self, batch: &Batch) {
        let Self { src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags } = self;
        for column in [src_port, dst_port, protocol, packets, bytes, start, end, tcp_flags] {
            column.set(batch.get(column.field()));
        }
    }
}
