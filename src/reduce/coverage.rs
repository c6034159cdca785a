//! The coverage of the aggregate: what was seen of each interface in each ten minutes.

use rustc_hash::FxHashMap;

use super::BUCKET_SECONDS;
use crate::ingest::sink::{NameId, Sighting, Span};
use crate::model::source::RowRef;

/// One row of the aggregate's coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverageRow {
    /// `interface-id`.
    pub interface: NameId,
    /// `start` rounded down to ten minutes, Unix seconds.
    pub bucket: u32,
    /// Records with traffic.
    pub ok: u64,
    /// `NODATA` records.
    pub nodata: u64,
    /// `SKIPDATA` records.
    pub skipdata: u64,
    /// The earliest `start` of any record, Unix seconds.
    pub first_start: u32,
    /// The latest `end` of any record, Unix seconds.
    pub last_end: u32,
    /// The span of the `SKIPDATA` records.
    pub skipped: Option<(u32, u32)>,
    /// The first record of any kind.
    pub sample: RowRef,
    /// The first `NODATA` record.
    pub nodata_sample: Option<RowRef>,
    /// The first `SKIPDATA` record.
    pub skipdata_sample: Option<RowRef>,
}

impl CoverageRow {
    fn of(interface: NameId, sighting: Sighting, span: Span, row: RowRef) -> Self {
        let (nodata, skipdata) = (sighting == Sighting::NoData, sighting == Sighting::SkipData);
        Self {
            interface,
            bucket: span.start / BUCKET_SECONDS * BUCKET_SECONDS,
            ok: u64::from(!nodata && !skipdata),
            nodata: u64::from(nodata),
            skipdata: u64::from(skipdata),
            first_start: span.start,
            last_end: span.end,
            skipped: skipdata.then_some((span.start, span.end)),
            sample: row,
            nodata_sample: nodata.then_some(row),
            skipdata_sample: skipdata.then_some(row),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.ok += other.ok;
        self.nodata += other.nodata;
        self.skipdata += other.skipdata;
        self.first_start = self.first_start.min(other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.skipped = match (self.skipped, other.skipped) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.sample = self.sample.min(other.sample);
        self.nodata_sample = earlier(self.nodata_sample, other.nodata_sample);
        self.skipdata_sample = earlier(self.skipdata_sample, other.skipdata_sample);
    }
}

fn earlier(a: Option<RowRef>, b: Option<RowRef>) -> Option<RowRef> {
    a.into_iter().chain(b).min()
}

/// Coverage by interface and bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct CoverageTable {
    rows: Vec<CoverageRow>,
    index: FxHashMap<(NameId, u32), u32>,
    /// By interface: the row its last record went to. Neighbouring records mostly share it.
    recent: Vec<Option<u32>>,
}

impl CoverageTable {
    #[inline]
    pub(super) fn add(&mut self, interface: NameId, sighting: Sighting, span: Span, row: RowRef) {
        let sighting = CoverageRow::of(interface, sighting, span, row);
        let at = self.place(interface, sighting.bucket);
        match self.rows.get_mut(at) {
            Some(have) => have.merge(&sighting),
            None => self.rows.push(sighting),
        }
    }

    pub(super) fn merge(&mut self, other: &CoverageRow) {
        let at = self.place(other.interface, other.bucket);
        match self.rows.get_mut(at) {
            Some(have) => have.merge(other),
            None => self.rows.push(*other),
        }
    }

    /// The place of a row; one past the end if it is new.
    #[inline]
    fn place(&mut self, interface: NameId, bucket: u32) -> usize {
        let name = interface.0 as usize;
        if let Some(Some(recent)) = self.recent.get(name)
            && self.rows.get(*recent as usize).is_some_and(|row| row.bucket == bucket)
        {
            return *recent as usize;
        }
        let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let at = *self.index.entry((interface, bucket)).or_insert(next);
        if self.recent.len() <= name {
            self.recent.resize(name + 1, None);
        }
        self.recent[name] = Some(at);
        at as usize
    }

    pub(super) fn into_rows(self) -> Vec<CoverageRow> {
        self.rows
    }
}
