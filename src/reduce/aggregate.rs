//! What the files were reduced to: entries in parts, some of them in temporary files, folded when they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;

use rayon::ThreadPool;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::coverage::CoverageTable;
use super::entry::Packed;
use super::fold::{Folded, fold};
use super::run::FileTotals;
use super::scope::ScopeOf;
use super::shared::Shared;
use super::{CoverageRow, Flow, FlowKey, Reduced};
use crate::ingest::sink::{AddressId, NameId};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};
use crate::spill::{PARTS, Spill};

/// All records that were kept, and what is known of all that were read.
#[derive(Debug)]
pub struct Aggregate {
    shared: Shared,
    /// Bytes of entries that a thread folds at once.
    most: usize,
    /// Counts over all records, in scope or not.
    pub totals: Totals,
    /// The same by file, in the order of the files.
    pub files: Vec<FileTotals>,
    /// What was wrong.
    pub defects: Defects,
}

/// Records kept, and how many more there were of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records, each once.
    pub kept: u64,
    /// Records that told one of those again.
    pub duplicates: u64,
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self { kept: self.kept + other.kept, duplicates: self.duplicates + other.duplicates }
    }
}

/// Which entries are folded.
enum Choice<'a> {
    All,
    Cases {
        interfaces: Vec<Option<Window>>,
        addresses: &'a BTreeMap<IpAddr, Window>,
        /// Where given, an address counts only as the side that contacts one of these ports.
        contacts: Option<&'a [u16]>,
    },
}

impl Choice<'_> {
    fn takes(&self, entry: &impl Packed) -> bool {
        let Self::Cases { interfaces, addresses, contacts } = self else { return true };
        let record = entry.unpack();
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

impl Aggregate {
    pub(super) fn new(
        shared: Shared,
        most: usize,
        totals: Totals,
        files: Vec<FileTotals>,
        defects: Defects,
    ) -> Self {
        Self { shared, most, totals, files, defects }
    }

    /// Folds part by part, each on one thread of the pool: both directions of a conversation at one interface are in the
    /// same piece of a part, unless that conversation alone is too large for memory. `piece` gets the flows of one, unsorted.
    pub fn each_piece<T: Send>(
        &self,
        pool: &ThreadPool,
        piece: impl Fn(&[Folded]) -> T + Sync,
    ) -> io::Result<(Vec<T>, Counts)> {
        self.fold_parts(pool, &Choice::All, &piece)
    }

    fn fold_parts<T: Send>(
        &self,
        pool: &ThreadPool,
        choice: &Choice<'_>,
        piece: &(impl Fn(&[Folded]) -> T + Sync),
    ) -> io::Result<(Vec<T>, Counts)> {
        let parts: Vec<io::Result<(Vec<T>, Counts)>> = pool.install(|| {
            let of_part = |part: usize| {
                let (mut made, mut counts) = (Vec::new(), Counts::default());
                self.fold_part(&self.shared.narrow, part, choice, piece, &mut made, &mut counts)?;
                self.fold_part(&self.shared.wide, part, choice, piece, &mut made, &mut counts)?;
                Ok((made, counts))
            };
            (0..PARTS).into_par_iter().map(of_part).collect()
        });
        let mut all = (Vec::new(), Counts::default());
        for part in parts {
            let (made, counts) = part?;
            all.0.extend(made);
            all.1 = all.1.plus(counts);
        }
        Ok(all)
    }

    fn fold_part<T, const N: usize>(
        &self,
        spill: &Spill<N>,
        part: usize,
        choice: &Choice<'_>,
        piece: &impl Fn(&[Folded]) -> T,
        made: &mut Vec<T>,
        counts: &mut Counts,
    ) -> io::Result<()>
    where
        [u64; N]: Packed,
    {
        let route = |entry: &[u64; N], level: u32| {
            if level < Spill::<N>::last_level() { entry.conversation_hash() } else { entry.flow_hash() }
        };
        spill.read(part, self.most, &route, &mut |mut entries| {
            entries.retain(|entry| choice.takes(entry));
            let mut flows = Vec::new();
            counts.duplicates += fold(&entries, &mut &self.shared, |flow| flows.push(*flow));
            counts.kept += flows.iter().map(|flow| flow.sums.records).sum::<u64>();
            made.push(piece(&flows));
        })
    }

    /// The texts of names as the pieces number them.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shared.names().iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    /// The interfaces whose kept records carry the value in a descriptive field.
    pub fn interfaces_described(
        &self,
        pool: &ThreadPool,
        field: Field,
        is_wanted: impl Fn(&str) -> bool,
    ) -> io::Result<BTreeSet<InterfaceId>> {
        let names = self.names();
        let column = crate::ingest::sink::DESCRIPTIVE.iter().position(|&have| have == field);
        let values = self.shared.descriptions();
        let matches: Vec<bool> = values
            .iter()
            .map(|values| column.and_then(|at| values[at]).is_some_and(|id| is_wanted(&names[id.0 as usize])))
            .collect();
        let (found, _) = self.each_piece(pool, |flows| {
            let described = |flow: &&Folded| matches.get(flow.sums.description.0 as usize) == Some(&true);
            flows.iter().filter(described).map(|flow| flow.record.interface).collect::<BTreeSet<NameId>>()
        })?;
        Ok(found
            .into_iter()
            .flatten()
            .map(|name| InterfaceId::new(names[name.0 as usize].as_str()))
            .collect())
    }

    /// Everything that was kept, or what of it the cases need; everything renumbered in the order of what it stands for.
    pub fn select(&self, pool: &ThreadPool, of: &ScopeOf) -> io::Result<Reduced> {
        self.select_of(pool, of, None)
    }

    /// What the cases need of everyone's records. Of what has their addresses at other interfaces that is what they sent to
    /// these ports and what came back: an address that many others contact would bring all of theirs.
    pub fn select_contacts(&self, pool: &ThreadPool, of: &ScopeOf, ports: &[u16]) -> io::Result<Reduced> {
        self.select_of(pool, of, Some(ports))
    }

    fn select_of(&self, pool: &ThreadPool, of: &ScopeOf, contacts: Option<&[u16]>) -> io::Result<Reduced> {
        let texts = self.names();
        let no_one = BTreeSet::new();
        let (choice, watched) = match of {
            ScopeOf::Everyone => (Choice::All, &no_one),
            ScopeOf::Cases { interfaces, addresses, watched } => {
                let windows = texts.iter().map(|text| interfaces.get(text.as_str()).copied()).collect();
                (Choice::Cases { interfaces: windows, addresses, contacts }, watched)
            }
        };
        let (pieces, counts) = self.fold_parts(pool, &choice, &<[Folded]>::to_vec)?;
        let flows: Vec<Folded> = pieces.into_iter().flatten().collect();
        let keeps_coverage: Vec<bool> = {
            let mut keeps: Vec<bool> = texts
                .iter()
                .map(|text| match of {
                    ScopeOf::Everyone => true,
                    ScopeOf::Cases { interfaces, .. } => {
                        interfaces.contains_key(text.as_str()) || watched.contains(text.as_str())
                    }
                })
                .collect();
            for flow in &flows {
                keeps[flow.record.interface.0 as usize] = true;
            }
            keeps
        };
        let coverage = self.coverage(|name| keeps_coverage.get(name.0 as usize) == Some(&true))?;
        Ok(self.renumbered(&texts, &flows, coverage, counts))
    }

    fn coverage(&self, keeps: impl Fn(NameId) -> bool) -> io::Result<Vec<CoverageRow>> {
        let mut table = CoverageTable::default();
        for part in 0..PARTS {
            let route = |row: &[u64; super::shared::COVERAGE], _: u32| CoverageRow::unpack(row).hash();
            self.shared.coverage.read(part, self.most, &route, &mut |rows| {
                let rows = rows.iter().map(CoverageRow::unpack).filter(|row| keeps(row.interface));
                rows.for_each(|row| table.merge(&row));
            })?;
        }
        Ok(table.into_rows())
    }

    fn renumbered(
        &self,
        texts: &[String],
        flows: &[Folded],
        mut coverage: Vec<CoverageRow>,
        counts: Counts,
    ) -> Reduced {
        // Texts that are no UTF-8 may look the same: their bytes tell them apart.
        let bytes = self.shared.names();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_unstable_by(|&a, &b| (&texts[a], &bytes[a]).cmp(&(&texts[b], &bytes[b])));
        let mut new_names = vec![NameId(0); texts.len()];
        for (new, &old) in (0..).zip(&order) {
            new_names[old] = NameId(new);
        }
        let name = |id: NameId| new_names[id.0 as usize];
        let (addresses, mut renumbered) = numbered(flows, name);
        // The parts of a flow too large for memory.
        renumbered.dedup_by(|next, first| {
            let is_same = next.key == first.key;
            if is_same {
                first
                    .sums
                    .merge(&next.sums, &mut |a, b| super::fold::Descriptions::merge(&mut &self.shared, a, b));
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
            flows: renumbered,
            coverage,
            totals: Totals { kept: counts.kept, duplicates: counts.duplicates, ..self.totals },
        }
    }
}

impl Reduced {
    /// The flows of one piece alone, their names numbered as they came: enough to pair them.
    #[must_use]
    pub fn of_piece(flows: &[Folded]) -> Self {
        let (addresses, flows) = numbered(flows, |name| name);
        Self { addresses, flows, ..Self::default() }
    }
}

/// The addresses in their order, and the flows with numbers for them, sorted.
fn numbered(flows: &[Folded], name: impl Fn(NameId) -> NameId) -> (Vec<IpAddr>, Vec<Flow>) {
    let mut addresses: Vec<IpAddr> = flows.iter().flat_map(addresses_of).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let address = |address: IpAddr| {
        let place = addresses.binary_search(&address).unwrap_or_default();
        AddressId(u32::try_from(place).unwrap_or(u32::MAX))
    };
    let flow = |flow: &Folded| Flow {
        key: FlowKey::of(flow, name(flow.record.interface), address),
        sums: flow.sums,
    };
    let mut numbered: Vec<Flow> = flows.iter().map(flow).collect();
    numbered.sort_unstable_by_key(|flow| flow.key);
    (addresses, numbered)
}

fn addresses_of(flow: &Folded) -> impl Iterator<Item = IpAddr> + use<> {
    let record = flow.record;
    [Some(record.src), Some(record.dst), record.pkt_src, record.pkt_dst].into_iter().flatten()
}

impl FlowKey {
    fn of(flow: &Folded, interface: NameId, address: impl Fn(IpAddr) -> AddressId) -> Self {
        let record = &flow.record;
        Self {
            interface,
            src: address(record.src),
            dst: address(record.dst),
            src_port: record.src_port,
            dst_port: record.dst_port,
            protocol: record.protocol,
            action: record.action,
            direction: record.direction,
            pkt_src: record.pkt_src.map(&address),
            pkt_dst: record.pkt_dst.map(&address),
            bucket: flow.bucket(),
        }
    }
}
