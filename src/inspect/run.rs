//! Distributes files over threads: each worker counts the files it takes; the counts are added up at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPool;

use crate::ingest::file_kind::{FieldOrderSource, FileKind, Layers, SourceFormat};
use crate::ingest::files::{LogFile, source_id};
use crate::ingest::options::ReadOptions;
use crate::ingest::{read_file, report_change};
use crate::inspect::census::Census;
use crate::inspect::duplicates::{Identities, Outbox};
use crate::inspect::file::{COUNTED, FileCensus, widest};
use crate::inspect::interface::InterfaceCensus;
use crate::model::defect::{DefectKind, Defects};
use crate::model::field::Field;
use crate::progress::Progress;
use crate::report::inspect::{Counts, Duplicates};
use crate::spill::Limits;

/// Limit of field orders and of unknown names that are kept.
const MOST_KEPT: usize = 100;

/// Source format and compressions of a file. The order is the order of reports.
pub(super) type FormatKind = (SourceFormat, Layers);

/// The content of all files of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct KindCensus {
    pub(super) counts: Counts,
    /// The number of files that have each field.
    pub(super) fields: BTreeMap<Field, u64>,
    pub(super) field_orders: BTreeSet<Vec<Field>>,
    /// How it was known which field stands where.
    pub(super) field_order_source: BTreeSet<FieldOrderSource>,
    /// Files whose columns are known.
    pub(super) with_columns: u64,
    /// The bit of the kind in [`InterfaceCensus::kinds`].
    pub(super) bit: u64,
}

/// The content of all files.
#[derive(Default)]
pub(super) struct LogCensus {
    pub(super) kinds: BTreeMap<FormatKind, KindCensus>,
    pub(super) interfaces: BTreeMap<Box<[u8]>, InterfaceCensus>,
    pub(super) records_with_value: [u64; COUNTED.len()],
    pub(super) long_records: u64,
    pub(super) longest_record: u64,
    pub(super) unknown_fields: BTreeSet<String>,
    pub(super) vpcs: BTreeSet<String>,
    pub(super) duplicates: Duplicates,
    pub(super) defects: Defects,
    /// The number of records and the sum of their identities, by file.
    digests: BTreeMap<usize, (u64, u128)>,
}

/// Reads all files on the threads of the pool and counts their content within the limits.
pub(super) fn count(
    files: &[LogFile],
    options: &ReadOptions,
    limits: Limits,
    pool: &ThreadPool,
    progress: &dyn Progress,
) -> io::Result<LogCensus> {
    // Files are read in the order of names, which is the order of time: records then mostly extend known stretches.
    let next = AtomicUsize::new(0);
    let identities = Identities::new(limits);
    let shares = pool.broadcast(|_| {
        let census = Census::new(Outbox::new(&identities));
        let mut worker = Worker { census, counted: LogCensus::default() };
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else { break worker.finish() };
            worker.take(file, index, options, progress);
        }
    });
    let mut all = LogCensus::default();
    for share in shares {
        all.merge(share?);
    }
    all.duplicates = duplicates(files, &all.digests);
    all.duplicates.records = identities.duplicates(pool)?;
    Ok(all)
}

struct Worker<'a> {
    census: Census<'a>,
    counted: LogCensus,
}

impl Worker<'_> {
    fn take(&mut self, file: &LogFile, index: usize, options: &ReadOptions, progress: &dyn Progress) {
        // Collected separately, so that the first defect of a kind is the first in its file.
        let mut defects = Defects::default();
        let advance = |bytes| progress.advance(bytes, 0);
        let sink = &mut self.census;
        let kind = read_file(file, source_id(index), options, sink, &mut defects, &advance);
        report_change(file, source_id(index), sink, &mut defects);
        let bit = self.counted.bit((kind.source_format, kind.layers));
        let held = self.census.end_file(bit);
        progress.advance(0, held.counts.records);
        progress.finish_file();
        self.counted.digests.insert(index, (held.counts.records, held.digest));
        self.counted.file(kind, file.size, held, &defects);
        self.counted.defects.merge(defects);
    }

    fn finish(mut self) -> io::Result<LogCensus> {
        for (name, interface) in self.census.interfaces() {
            self.counted.interfaces.insert(name.into(), interface.clone());
        }
        self.counted.vpcs = self.census.vpcs;
        self.census.identities.finish()?;
        Ok(self.counted)
    }
}

impl LogCensus {
    /// The bit of a kind; there are fewer kinds than bits.
    fn bit(&mut self, kind: FormatKind) -> u64 {
        let next = self.kinds.len().min(63);
        let of_kind = self.kinds.entry(kind);
        of_kind.or_insert_with(|| KindCensus { bit: 1 << next, ..KindCensus::default() }).bit
    }

    /// Adds a file to its kind.
    fn file(&mut self, kind: FileKind, size: u64, held: FileCensus, defects: &Defects) {
        self.long_records += held.long_records;
        self.longest_record = self.longest_record.max(held.longest_record);
        self.records_with_value
            .iter_mut()
            .zip(held.records_with_value)
            .for_each(|(sum, count)| *sum += count);
        let fields = held.fields();
        let of_kind = self.kinds.entry((kind.source_format, kind.layers)).or_default();
        of_kind.field_order_source.extend(kind.field_order_source);
        for field in &fields {
            *of_kind.fields.entry(*field).or_default() += 1;
        }
        of_kind.with_columns += u64::from(!fields.is_empty());
        let mut counts = held.counts;
        (counts.files, counts.bytes) = (1, size);
        counts.transit_gateway = defects.count(DefectKind::TransitGatewayRecord);
        counts.defects = defects.iter().map(|(_, count, _)| count).sum::<u64>() - counts.transit_gateway;
        add(&mut of_kind.counts, &counts);
        keep(&mut of_kind.field_orders, held.field_orders);
        keep(&mut self.unknown_fields, held.unknown_fields);
    }

    /// Adds the counts of another worker.
    fn merge(&mut self, other: Self) {
        let bits: Vec<(u64, u64)> =
            other.kinds.iter().map(|(kind, census)| (census.bit, self.bit(*kind))).collect();
        for (kind, census) in other.kinds {
            let own = self.kinds.entry(kind).or_default();
            add(&mut own.counts, &census.counts);
            own.field_order_source.extend(census.field_order_source);
            own.with_columns += census.with_columns;
            for (field, files) in census.fields {
                *own.fields.entry(field).or_default() += files;
            }
            keep(&mut own.field_orders, census.field_orders);
        }
        for (name, interface) in other.interfaces {
            let is_in = |(theirs, own): &(u64, u64)| if interface.kinds & theirs == 0 { 0 } else { *own };
            let kinds = bits.iter().map(is_in).fold(0, |all, bit| all | bit);
            let own = self.interfaces.entry(name);
            own.or_insert_with_key(|name| InterfaceCensus::new(name)).merge(&interface, kinds);
        }
        self.records_with_value
            .iter_mut()
            .zip(other.records_with_value)
            .for_each(|(sum, count)| *sum += count);
        self.long_records += other.long_records;
        self.longest_record = self.longest_record.max(other.longest_record);
        self.vpcs.extend(other.vpcs);
        keep(&mut self.unknown_fields, other.unknown_fields);
        self.defects.merge(other.defects);
        self.digests.extend(other.digests);
    }
}

/// Adds counts, except the counts of interfaces, which are made at the end.
pub(super) fn add(sum: &mut Counts, counts: &Counts) {
    sum.files += counts.files;
    sum.bytes += counts.bytes;
    sum.records += counts.records;
    sum.accepted += counts.accepted;
    sum.rejected += counts.rejected;
    sum.nodata += counts.nodata;
    sum.skipdata += counts.skipdata;
    sum.transit_gateway += counts.transit_gateway;
    sum.defects += counts.defects;
    sum.span = widest(sum.span, counts.span);
}

/// Keeps the smallest values up to the limit, so the result does not depend on the order.
fn keep<T: Ord>(own: &mut BTreeSet<T>, other: BTreeSet<T>) {
    own.extend(other);
    while own.len() > MOST_KEPT {
        own.pop_last();
    }
}

/// Counts the files that have the same records as an earlier file.
fn duplicates(files: &[LogFile], digests: &BTreeMap<usize, (u64, u128)>) -> Duplicates {
    let mut known: BTreeMap<(u64, u128), usize> = BTreeMap::new();
    let mut duplicates = Duplicates::default();
    for (&index, &digest) in digests.iter().filter(|(_, (records, _))| *records > 0) {
        match known.get(&digest) {
            None => {
                known.insert(digest, index);
            }
            Some(&before) => {
                duplicates.files += 1;
                let names = || (files[before].name.clone(), files[index].name.clone());
                duplicates.first.get_or_insert_with(names);
            }
        }
    }
    duplicates
}
