//! Selects the part of the retained records that the cases need, and numbers all values in their order.

use std::io;
use std::sync::{Mutex, PoisonError};

use rayon::ThreadPool;

use super::aggregate::{Aggregate, RecordCounts};
use super::aggregation::AggregatedFlow;
use super::coverage::{COVERAGE, CoverageRow, CoverageTable};
use super::duplicates::DescriptionMerger;
use super::filter::RecordSet;
use super::flow::Flow;
use super::numbering::Numbering;
use super::reduced::Reduced;
use super::selector::RecordSelector;

use crate::ingest::record::NameId;
use crate::ingest::totals::Totals;
use crate::spill::PARTITIONS;

impl Aggregate {
    /// Returns the flows and the coverage of all retained records, or of those that the cases need. Numbers have the
    /// order of their values.
    pub fn select(&self, pool: &ThreadPool, of: &RecordSet) -> io::Result<Reduced> {
        self.select_of(pool, of, None)
    }

    /// Returns the flows and the coverage that the cases need, from unfiltered records. At other interfaces, a record
    /// with the address of a case is selected only if the case contacts one of these ports. Without this condition,
    /// an address that many others contact would select all their records.
    pub fn select_contacts(&self, pool: &ThreadPool, of: &RecordSet, ports: &[u16]) -> io::Result<Reduced> {
        self.select_of(pool, of, Some(ports))
    }

    fn select_of(&self, pool: &ThreadPool, of: &RecordSet, contacts: Option<&[u16]>) -> io::Result<Reduced> {
        let texts = self.names();
        let selector = match of {
            RecordSet::All => RecordSelector::All,
            RecordSet::Cases { interfaces, addresses, .. } => {
                let windows = texts.iter().map(|text| interfaces.get(text.as_str()).copied()).collect();
                RecordSelector::Cases { interfaces: windows, addresses, contacts }
            }
        };
        let all = Mutex::new(Numbering::default());
        let take = |flows: &[AggregatedFlow]| all.lock().unwrap_or_else(PoisonError::into_inner).take(flows);
        let (_, counts) = self.aggregate_partitions(pool, &selector, &take)?;
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        let retains = retains_coverage(&texts, of, all.flows());
        let coverage = self.coverage(|name| retains.get(name.0 as usize) == Some(&true))?;
        Ok(self.renumbered(&texts, all, coverage, counts))
    }

    fn coverage(&self, retains: impl Fn(NameId) -> bool) -> io::Result<Vec<CoverageRow>> {
        let mut table = CoverageTable::default();
        for partition in 0..PARTITIONS {
            let hash_at = |row: &[u64; COVERAGE], _: u32| CoverageRow::unpack(row).hash();
            self.shared.coverage.read(partition, self.batch_bytes, None, &hash_at, &mut |rows| {
                let rows = rows.iter().map(CoverageRow::unpack).filter(|row| retains(row.interface));
                rows.for_each(|row| table.merge(&row));
            })?;
        }
        Ok(table.into_rows())
    }

    fn renumbered(
        &self,
        texts: &[String],
        flows: Numbering,
        mut coverage: Vec<CoverageRow>,
        counts: RecordCounts,
    ) -> Reduced {
        // Names that are not valid UTF-8 can have equal texts, so their bytes are compared too.
        let bytes = self.shared.names();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_unstable_by(|&a, &b| (&texts[a], &bytes[a]).cmp(&(&texts[b], &bytes[b])));
        let mut new_names = vec![NameId(0); texts.len()];
        for (new, &old) in (0..).zip(&order) {
            new_names[old] = NameId(new);
        }
        let name = |id: NameId| new_names[id.0 as usize];
        let (addresses, mut flows) = flows.finish(name);
        // A flow that is too large for memory arrives in several parts.
        flows.dedup_by(|next, first| {
            let is_same = next.key == first.key;
            if is_same {
                let merge = &mut |a, b| DescriptionMerger::merge(&mut &self.shared, a, b);
                first.sums.merge(&next.sums, merge);
            }
            is_same
        });
        for row in &mut coverage {
            row.interface = name(row.interface);
        }
        coverage.sort_unstable_by_key(|row| (row.interface, row.bucket));
        let values = self.shared.descriptions();
        Reduced {
            names: order.iter().map(|&old| texts[old].as_str().into()).collect(),
            addresses,
            descriptions: values.iter().map(|values| values.map(|value| value.map(name))).collect(),
            flows,
            coverage,
            totals: Totals { retained: counts.retained, duplicates: counts.duplicates, ..self.totals },
            discards: self.discards.clone(),
        }
    }
}

/// Returns, by the number of a name, whether its coverage matters: the interface belongs to a case, is watched, or
/// has flows.
fn retains_coverage(texts: &[String], of: &RecordSet, flows: &[Flow]) -> Vec<bool> {
    let is_retained = |text: &String| match of {
        RecordSet::All => true,
        RecordSet::Cases { interfaces, watched, .. } => {
            interfaces.contains_key(text.as_str()) || watched.contains(text.as_str())
        }
    };
    let mut retains: Vec<bool> = texts.iter().map(is_retained).collect();
    for flow in flows {
        retains[flow.key.interface.0 as usize] = true;
    }
    retains
}

impl Reduced {
    /// Returns the flows of one batch, with names numbered as they were added. This is enough to pair them.
    #[must_use]
    pub fn of_batch(flows: &[AggregatedFlow]) -> Self {
        let mut numbering = Numbering::default();
        numbering.take(flows);
        let (addresses, flows) = numbering.finish(|name| name);
        Self { addresses, flows, ..Self::default() }
    }
}
