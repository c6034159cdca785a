//! A sink for tests that stores every call by row.

use std::collections::BTreeMap;

use super::prefilter::RecordBounds;
use super::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use super::sink::{Discarded, Sink};
use super::totals::Totals;
use crate::model::source::RowRef;

/// The calls for one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RecordedRow {
    pub(super) log_status: Option<(String, LogStatus, TimeSpan)>,
    pub(super) flow: Option<String>,
}

/// Stores all calls, with full names.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    bounds: Option<RecordBounds>,
    names: Vec<String>,
    descriptions: Vec<String>,
    pub(super) rows: BTreeMap<u64, RecordedRow>,
    pub(super) skipped: Totals,
    /// The number of records in each discard, if it is known.
    pub(super) discarded: Vec<Option<u64>>,
}

impl Recorder {
    pub(super) fn new(bounds: Option<&RecordBounds>) -> Self {
        Self { bounds: bounds.cloned(), ..Self::default() }
    }

    /// The flows without their positions.
    pub(super) fn flows(&self) -> Vec<&str> {
        self.rows.values().filter_map(|calls| calls.flow.as_deref()).collect()
    }
}

fn number(known: &mut Vec<String>, text: String) -> u32 {
    let place = known.iter().position(|one| *one == text).unwrap_or_else(|| {
        known.push(text);
        known.len() - 1
    });
    u32::try_from(place).unwrap()
}

impl Sink for Recorder {
    fn name(&mut self, text: &[u8]) -> NameId {
        NameId(number(&mut self.names, String::from_utf8_lossy(text).into_owned()))
    }

    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        let words = values.map(|value| value.map_or("-".into(), String::from_utf8_lossy));
        DescriptionId(number(&mut self.descriptions, words.join(" ")))
    }

    fn bounds(&self) -> Option<&RecordBounds> {
        self.bounds.as_ref()
    }

    fn skipped(&mut self, counts: &Totals) {
        self.skipped.merge(counts);
    }

    fn discarded(&mut self, records: &Discarded<'_>) {
        self.discarded.push(records.records);
    }

    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        [src_port, dst_port].iter().any(|port| matches!(port, 53 | 443))
    }

    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) {
        let calls = self.rows.entry(row.line).or_default();
        let name = self.names[interface.0 as usize].clone();
        assert!(
            calls.log_status.replace((name, log_status, span)).is_none(),
            "row {} is passed on once",
            row.line
        );
    }

    fn flow(&mut self, flow: &FlowRecord) {
        let name = &self.names[flow.interface.0 as usize];
        let message = format!(
            "{name} {} {} {:?} {:?} {} {} {} {:?} {:?} {} {} {:?} {:?} {}",
            flow.src,
            flow.dst,
            flow.pkt_src,
            flow.pkt_dst,
            flow.src_port,
            flow.dst_port,
            flow.protocol,
            flow.action,
            flow.direction,
            flow.packets,
            flow.bytes,
            flow.tcp_flags,
            flow.span,
            self.descriptions[flow.description.0 as usize]
        );
        let calls = self.rows.entry(flow.row.line).or_default();
        assert!(calls.flow.replace(message).is_none(), "row {} is passed on once", flow.row.line);
    }
}
