//! Selects the retained records that are aggregated.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::packed::PackedRecord;
use crate::model::time::{Timestamp, Window};

/// Determines which retained records are aggregated.
pub(super) enum RecordSelector<'a> {
    All,
    Cases {
        interfaces: Vec<Option<Window>>,
        addresses: &'a BTreeMap<IpAddr, Window>,
        /// If given, an address counts only if its side contacts one of these ports.
        contacts: Option<&'a [u16]>,
    },
}

impl RecordSelector<'_> {
    pub(super) fn matches(&self, packed: &impl PackedRecord) -> bool {
        let Self::Cases { interfaces, addresses, contacts } = self else { return true };
        let record = packed.unpack();
        let (first, last) = (Timestamp(record.span.start.into()), Timestamp(record.span.end.into()));
        let touches = |window: &Window| window.touches(first, last);
        let own = interfaces.get(record.interface.0 as usize);
        own.is_some_and(|window| window.as_ref().is_some_and(touches))
            || [
                (Some(record.src), record.dst_port),
                (Some(record.dst), record.src_port),
                (record.pkt_src, record.dst_port),
                (record.pkt_dst, record.src_port),
            ]
            .iter()
            .filter(|(_, other_port)| contacts.is_none_or(|ports| ports.contains(other_port)))
            .filter_map(|(address, _)| addresses.get(address.as_ref()?))
            .any(touches)
    }
}
