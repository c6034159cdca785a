//! The coverage of the aggregate: the counts and recorded minutes of each interface in each ten minutes.

use rustc_hash::FxHashMap;

use super::flow::BUCKET_SECONDS;
use super::packed::{pack_row, unpack_row};
use crate::ingest::record::{LogStatus, NameId, TimeSpan};
use crate::model::source::RowRef;

/// Words of a packed row of coverage.
pub(super) const COVERAGE: usize = 9;

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
    /// A bit for each minute, counted from the bucket's start, that a record touches; merged by bitwise or.
    pub minutes: u32,
    /// The same for `SKIPDATA` records.
    pub skipped_minutes: u32,
    /// The first record of any kind.
    pub sample: RowRef,
    /// The first `NODATA` record.
    pub nodata_sample: Option<RowRef>,
    /// The first `SKIPDATA` record.
    pub skipdata_sample: Option<RowRef>,
}

impl CoverageRow {
    /// Packs the row into words.
    pub(super) fn pack(&self) -> [u64; COVERAGE] {
        let join = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
        let row = |row: Option<RowRef>| row.map_or(u64::MAX, pack_row);
        [
            join(self.interface.0, self.bucket),
            self.ok,
            self.nodata,
            self.skipdata,
            join(self.first_start, self.last_end),
            join(self.minutes, self.skipped_minutes),
            pack_row(self.sample),
            row(self.nodata_sample),
            row(self.skipdata_sample),
        ]
    }

    /// Unpacks a row.
    pub(super) fn unpack(words: &[u64; COVERAGE]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of a word")]
        let halves = |word: u64| ((word >> 32) as u32, word as u32);
        let row = |word: u64| (word != u64::MAX).then(|| unpack_row(word));
        let [key, ok, nodata, skipdata, span, minutes, sample, nodata_sample, skipdata_sample] = *words;
        let ((interface, bucket), (first_start, last_end)) = (halves(key), halves(span));
        let (minutes, skipped_minutes) = halves(minutes);
        Self {
            interface: NameId(interface),
            bucket,
            ok,
            nodata,
            skipdata,
            first_start,
            last_end,
            minutes,
            skipped_minutes,
            sample: unpack_row(sample),
            nodata_sample: row(nodata_sample),
            skipdata_sample: row(skipdata_sample),
        }
    }

    /// Returns a hash that is the same for all rows of an interface and bucket.
    pub(super) fn hash(&self) -> u64 {
        (u64::from(self.interface.0) << 32 | u64::from(self.bucket)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn of(interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) -> Self {
        let (nodata, skipdata) = (log_status == LogStatus::NoData, log_status == LogStatus::SkipData);
        Self {
            interface,
            bucket: span.start / BUCKET_SECONDS * BUCKET_SECONDS,
            ok: u64::from(!nodata && !skipdata),
            nodata: u64::from(nodata),
            skipdata: u64::from(skipdata),
            first_start: span.start,
            last_end: span.end,
            minutes: minutes(span),
            skipped_minutes: if skipdata { minutes(span) } else { 0 },
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
        self.minutes |= other.minutes;
        self.skipped_minutes |= other.skipped_minutes;
        self.sample = self.sample.min(other.sample);
        self.nodata_sample = earlier(self.nodata_sample, other.nodata_sample);
        self.skipdata_sample = earlier(self.skipdata_sample, other.skipdata_sample);
    }
}

/// Returns the minutes that a record touches, one bit each, counted from the start of its bucket. A record of the
/// longest interval that starts in the last second of the bucket ends within 20 minutes of the bucket's start.
/// Minutes beyond 32, which only a damaged record can claim, are not counted.
#[inline]
fn minutes(span: TimeSpan) -> u32 {
    let first = span.start % BUCKET_SECONDS / 60;
    let length = (span.end / 60).saturating_sub(span.start / 60);
    let bits = if length < 31 { (2 << length) - 1 } else { u32::MAX };
    bits << first
}

fn earlier(a: Option<RowRef>, b: Option<RowRef>) -> Option<RowRef> {
    a.into_iter().chain(b).min()
}

/// Coverage by interface and bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct CoverageTable {
    rows: FxHashMap<(NameId, u32), CoverageRow>,
    /// For each interface, the sums of the records with traffic in its current bucket. They are not in `rows` yet.
    current: Vec<Option<BucketSums>>,
}

/// Sums of the records with traffic in one interface's current bucket. Neighbouring records mostly have the same
/// bucket, so this saves look-ups.
#[derive(Clone, Copy, Debug)]
struct BucketSums {
    bucket: u32,
    ok: u32,
    minutes: u32,
    span: TimeSpan,
    sample: RowRef,
}

impl CoverageTable {
    /// Adds one record.
    #[inline]
    pub(super) fn add(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) {
        if !matches!(log_status, LogStatus::Ok(_)) {
            return self.merge(&CoverageRow::of(interface, log_status, span, row));
        }
        let bucket = span.start / BUCKET_SECONDS * BUCKET_SECONDS;
        if let Some(Some(current)) = self.current.get_mut(interface.0 as usize)
            && current.bucket == bucket
            && current.ok < u32::MAX
        {
            current.ok += 1;
            current.minutes |= minutes(span);
            current.span.start = current.span.start.min(span.start);
            current.span.end = current.span.end.max(span.end);
            current.sample = current.sample.min(row);
            return;
        }
        self.start_bucket(interface, BucketSums { bucket, ok: 1, minutes: minutes(span), span, sample: row });
    }

    /// Adds the sums of the interface's last bucket to their row and starts the next bucket.
    #[cold]
    fn start_bucket(&mut self, interface: NameId, next: BucketSums) {
        let place = interface.0 as usize;
        if self.current.len() <= place {
            self.current.resize(place + 1, None);
        }
        if let Some(last) = self.current[place].replace(next) {
            self.merge(&last.row(interface));
        }
    }

    /// Returns the number of rows, without the current buckets of the interfaces.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row of another table.
    pub(super) fn merge(&mut self, other: &CoverageRow) {
        self.rows.entry((other.interface, other.bucket)).and_modify(|row| row.merge(other)).or_insert(*other);
    }

    /// Returns the rows, sorted by interface and bucket.
    pub(super) fn into_rows(mut self) -> Vec<CoverageRow> {
        for (name, current) in (0..).zip(std::mem::take(&mut self.current)) {
            if let Some(current) = current {
                self.merge(&current.row(NameId(name)));
            }
        }
        let mut rows: Vec<CoverageRow> = self.rows.into_values().collect();
        rows.sort_unstable_by_key(|row| (row.interface, row.bucket));
        rows
    }
}

impl BucketSums {
    fn row(&self, interface: NameId) -> CoverageRow {
        CoverageRow {
            interface,
            bucket: self.bucket,
            ok: self.ok.into(),
            nodata: 0,
            skipdata: 0,
            first_start: self.span.start,
            last_end: self.span.end,
            minutes: self.minutes,
            skipped_minutes: 0,
            sample: self.sample,
            nodata_sample: None,
            skipdata_sample: None,
        }
    }
}
