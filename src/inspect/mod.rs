//! The content of logs, and the data that a diagnosis would lack.
//!
//! Goes in: log files, and documents if there are any. Comes out: an [`InspectReport`]. Everything is read once: each worker
//! counts its own files (`census`), `run` adds the counts up, and `needs` derives the missing data from the sums. Memory
//! grows with interfaces and their gaps, not with records, which only leave an identity in a temporary file. Conclusions
//! from the records belong to [`diagnose`](crate::diagnose).

mod census;
mod duplicates;
mod file;
mod identity;
mod interface;
mod log_format;
mod needs;
mod run;
mod shown;
mod stretches;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rayon::ThreadPool;

use crate::ingest::file_kind::{Compression, FieldOrderSource};
use crate::ingest::files::LogFile;
use crate::ingest::options::ReadOptions;
use crate::inspect::file::COUNTED;
use crate::inspect::needs::InspectedData;
use crate::inspect::run::{LogCensus, add};
use crate::inspect::shown::CountedInterface;
use crate::inventory::Inventory;
use crate::model::field::{FIELDS, Field};
use crate::model::ids::InterfaceId;
use crate::progress::Progress;
use crate::report::inspect::{Counts, FieldReport, InspectReport, KindReport};
use crate::spill::Limits;

/// Reads the files and reports their content. `inventory` is none if no document was given; `limits` apply to the identities
/// that are kept to find duplicates.
///
/// Fails if a temporary file cannot be used.
pub fn inspect(
    files: &[LogFile],
    options: &ReadOptions,
    inventory: Option<&Inventory>,
    limits: Limits,
    pool: &ThreadPool,
    progress: &dyn Progress,
) -> io::Result<InspectReport> {
    let counted = run::count(files, options, limits, pool, progress)?;
    Ok(report(counted, inventory))
}

fn report(counted: LogCensus, inventory: Option<&Inventory>) -> InspectReport {
    let interfaces = interfaces(&counted, inventory);
    let mut shown = shown::shown(&interfaces, counted.long_records > 0);
    (shown.longest_record, shown.long_records) = (counted.longest_record, counted.long_records);
    let total = total(&counted, &interfaces);
    let records_with_value: BTreeMap<Field, u64> =
        COUNTED.into_iter().zip(counted.records_with_value).collect();
    let of_files = files_by_field(&counted);
    let names: BTreeSet<&str> = interfaces.iter().map(|one| one.name.as_str()).collect();
    let (missing, is_for_flow_log) = needs::missing(&InspectedData {
        total: &total,
        shown: &shown,
        files: &of_files,
        with_columns: counted.kinds.values().map(|kind| kind.with_columns).sum(),
        records_with_value: &records_with_value,
        inventory,
        interfaces: &names,
    });
    let of_kinds = kinds(&counted, &interfaces);
    let vpcs = vpcs(&counted, inventory, &names);
    InspectReport {
        total,
        kinds: of_kinds,
        fields: fields(&of_files, &records_with_value),
        unknown_fields: counted.unknown_fields.into_iter().collect(),
        duplicates: counted.duplicates,
        shown,
        defects: counted.defects,
        missing,
        log_format: log_format::log_format(),
        commands: if is_for_flow_log { vec![log_format::command(&vpcs)] } else { Vec::new() },
        ..InspectReport::default()
    }
}

/// The interfaces with their roles, from documents or else from their records.
fn interfaces<'a>(counted: &'a LogCensus, inventory: Option<&Inventory>) -> Vec<CountedInterface<'a>> {
    let seen = counted.interfaces.iter().map(|(name, census)| {
        let name = String::from_utf8_lossy(name).into_owned();
        let known = inventory.map(|inventory| inventory.role(&InterfaceId::new(name.as_str())).to_string());
        let role = match (known, census.hint) {
            (Some(known), _) if known != "unknown" => known,
            (_, hint) => hint.role().to_owned(),
        };
        CountedInterface { name, role, census }
    });
    seen.collect()
}

fn total(counted: &LogCensus, interfaces: &[CountedInterface<'_>]) -> Counts {
    let mut total = Counts::default();
    counted.kinds.values().for_each(|kind| add(&mut total, &kind.counts));
    total.roles = roles(interfaces.iter());
    total
}

fn roles<'a, 'b: 'a>(interfaces: impl Iterator<Item = &'a CountedInterface<'b>>) -> BTreeMap<String, u64> {
    let mut roles = BTreeMap::new();
    for one in interfaces {
        *roles.entry(one.role.clone()).or_default() += 1;
    }
    roles
}

fn kinds(counted: &LogCensus, interfaces: &[CountedInterface<'_>]) -> Vec<KindReport> {
    let of_kind = counted.kinds.iter().map(|((source_format, layers), census)| {
        let roles = roles(interfaces.iter().filter(|one| one.census.kinds & census.bit != 0));
        KindReport {
            kind: source_format.name(),
            compressions: layers.iter().map(Compression::name).collect(),
            field_order_source: census
                .field_order_source
                .iter()
                .map(|by| FieldOrderSource::name(*by))
                .collect(),
            counts: Counts { roles, ..census.counts.clone() },
            fields: census.fields.keys().copied().collect(),
            field_orders: census.field_orders.len() as u64,
        }
    });
    of_kind.collect()
}

fn files_by_field(counted: &LogCensus) -> BTreeMap<Field, u64> {
    let mut files = BTreeMap::new();
    for (&field, &n) in counted.kinds.values().flat_map(|kind| &kind.fields) {
        *files.entry(field).or_default() += n;
    }
    files
}

fn fields(files: &BTreeMap<Field, u64>, records_with_value: &BTreeMap<Field, u64>) -> Vec<FieldReport> {
    let there = FIELDS.iter().map(|spec| spec.field).filter_map(|field| {
        let &files = files.get(&field)?;
        Some(FieldReport { field, files, records_with_value: records_with_value.get(&field).copied() })
    });
    there.collect()
}

/// The VPCs of the interfaces, from the records or else from documents.
fn vpcs(counted: &LogCensus, inventory: Option<&Inventory>, interfaces: &BTreeSet<&str>) -> BTreeSet<String> {
    if !counted.vpcs.is_empty() {
        return counted.vpcs.clone();
    }
    let Some(inventory) = inventory else { return BTreeSet::new() };
    let of_interfaces = inventory.interfaces.values().filter(|one| interfaces.contains(one.id.as_str()));
    of_interfaces.filter_map(|one| one.vpc_id.as_ref()).map(ToString::to_string).collect()
}
