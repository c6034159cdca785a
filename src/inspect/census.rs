//! The sink of one worker: counts everything, keeps no record.
//!
//! Memory grows with interfaces and their gaps, not with records; the identities of records go to the [`Outbox`].

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::ingest::record::{
    DESCRIPTIVE, Description, DescriptionId, Direction, FlowRecord, LogStatus, NameId, TimeSpan,
};
use crate::ingest::sink::Sink;
use crate::inspect::duplicates::Outbox;
use crate::inspect::file::FileCensus;
use crate::inspect::identity::{Identity, begin};
use crate::inspect::interface::{Hint, InterfaceCensus};
use crate::model::field::Field;
use crate::model::source::RowRef;

/// Limit of VPCs that are kept: enough for a command.
const MOST_VPCS: usize = 64;

/// The counts of one worker.
#[derive(Debug)]
pub(super) struct Census<'a> {
    numbers: FxHashMap<Box<[u8]>, NameId>,
    names: Vec<Box<[u8]>>,
    interfaces: Vec<InterfaceCensus>,
    /// Interfaces of the file that is being read.
    in_file: Vec<NameId>,
    /// The file that is being read.
    pub(super) of_file: FileCensus,
    pub(super) identities: Outbox<'a>,
    /// The first values of `vpc-id`.
    pub(super) vpcs: BTreeSet<String>,
    last_vpc: Vec<u8>,
    /// The known values of `interface-type` that occurred; there are few of them.
    types: Vec<Hint>,
}

impl<'a> Census<'a> {
    pub(super) fn new(identities: Outbox<'a>) -> Self {
        Self {
            numbers: FxHashMap::default(),
            names: Vec::new(),
            interfaces: Vec::new(),
            in_file: Vec::new(),
            of_file: FileCensus::default(),
            identities,
            vpcs: BTreeSet::new(),
            last_vpc: Vec::new(),
            types: vec![Hint::Unknown],
        }
    }

    /// Ends a file: returns its counts and marks its interfaces with the bit of its kind.
    pub(super) fn end_file(&mut self, kind: u64) -> FileCensus {
        for name in self.in_file.drain(..) {
            let interface = &mut self.interfaces[name.0 as usize];
            interface.is_in_file = false;
            interface.kinds |= kind;
        }
        std::mem::take(&mut self.of_file)
    }

    /// The interfaces by name, without those that only have bad records.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = (&[u8], &InterfaceCensus)> {
        let all = self.names.iter().map(|name| &**name).zip(&self.interfaces);
        all.filter(|(_, interface)| interface.records > 0)
    }

    #[inline]
    fn count(&mut self, identity: Identity) {
        self.of_file.identity(identity);
        self.identities.add(identity);
    }

    /// The number of a value of `interface-type`, in the place of a description.
    fn type_bits(&mut self, value: &[u8]) -> u32 {
        let told = Hint::of_type(value);
        let known = self.types.iter().position(|have| *have == told);
        let number = known.unwrap_or_else(|| {
            self.types.push(told);
            self.types.len() - 1
        });
        u32::try_from(number).unwrap_or(0) << TYPE_SHIFT
    }

    fn vpc(&mut self, id: &[u8]) {
        if self.last_vpc == id {
            return;
        }
        id.clone_into(&mut self.last_vpc);
        if self.vpcs.len() < MOST_VPCS {
            self.vpcs.insert(String::from_utf8_lossy(id).into_owned());
        }
    }
}

/// The bit of a descriptive field in a [`DescriptionId`] of this sink.
const fn bit(field: Field) -> u32 {
    let mut at = 0;
    while DESCRIPTIVE[at] as usize != field as usize {
        at += 1;
    }
    1 << at
}

/// The position of the number for the type of the interface.
const TYPE_SHIFT: usize = DESCRIPTIVE.len();

const TASK_ID: u32 = bit(Field::EcsTaskId);

impl Sink for Census<'_> {
    fn name(&mut self, text: &[u8]) -> NameId {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        // Memory cannot hold more than u32::MAX interfaces.
        let number = NameId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.numbers.insert(text.into(), number);
        self.names.push(text.into());
        self.interfaces.push(InterfaceCensus::new(text));
        number
    }

    /// One bit for each value that is present, and above them the number for the type of the interface.
    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        let mut bits = 0;
        for (place, (value, field)) in values.iter().zip(DESCRIPTIVE).enumerate() {
            if let Some(value) = value {
                bits |= 1 << place;
                match field {
                    Field::VpcId => self.vpc(value),
                    Field::InterfaceType => bits |= self.type_bits(value),
                    _ => {}
                }
            }
        }
        DescriptionId(bits)
    }

    fn columns(&mut self, fields: &[Field], unknown: &[String]) {
        self.of_file.layout(fields.to_vec(), unknown);
    }

    fn wants_ports(&self, _src_port: u16, _dst_port: u16) -> bool {
        true
    }

    #[inline]
    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, _row: RowRef) {
        let of_interface = &mut self.interfaces[interface.0 as usize];
        of_interface.add(log_status, span);
        if !of_interface.is_in_file {
            of_interface.is_in_file = true;
            self.in_file.push(interface);
        }
        let name = of_interface.identity;
        self.of_file.log_status(log_status, span);
        if !matches!(log_status, LogStatus::Ok(_)) {
            self.count(begin(name, log_status, span).finish());
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        self.of_file.flow(record);
        let interface = &mut self.interfaces[record.interface.0 as usize];
        // The ECS fields of a record describe its sender: only egress shows that the interface belongs to the task.
        if record.description.0 & TASK_ID != 0 && record.direction == Some(Direction::Egress) {
            interface.hint = interface.hint.max(Hint::Task);
        }
        if let Some(&told) = self.types.get((record.description.0 >> TYPE_SHIFT) as usize) {
            interface.hint = interface.hint.max(told);
        }
        let ports =
            u64::from(record.src_port) << 32 | u64::from(record.dst_port) << 16 | u64::from(record.protocol);
        let identity = begin(interface.identity, LogStatus::Ok(record.action), record.span)
            .address(record.src)
            .address(record.dst)
            .word(ports)
            .word(record.packets)
            .word(record.bytes);
        self.count(identity.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::files::{LogFile, source_id};
    use crate::ingest::options::ReadOptions;
    use crate::ingest::read_file;
    use crate::inspect::duplicates::Identities;
    use crate::model::defect::Defects;
    use crate::spill::Limits;

    /// Calls `look` with the counts of all texts and of each text; returns the number of duplicates.
    fn census(texts: &[&str], look: impl FnOnce(&Census<'_>, &[FileCensus])) -> u64 {
        let (identities, mut files, mut defects) =
            (Identities::new(Limits { memory: 0, ..Limits::NONE }), Vec::new(), Defects::default());
        let mut census = Census::new(Outbox::new(&identities));
        for text in texts {
            let log = LogFile::of_bytes("log", text.as_bytes().to_vec());
            read_file(&log, source_id(0), &ReadOptions::default(), &mut census, &mut defects, &|_| {});
            files.push(census.end_file(1));
        }
        look(&census, &files);
        census.identities.finish().expect("a folder for temporary files");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        identities.duplicates(&pool).expect("the files are there")
    }

    const V2: &str = "2 1 eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT OK\n";
    const NODATA: &str = "2 1 eni-1 - - - - - - - 1060 1090 - NODATA\n";

    #[test]
    fn a_record_in_another_format_is_the_same_record() {
        let v5 = "action dstaddr srcaddr srcport dstport protocol bytes packets end start interface-id flow-direction\n\
                  ACCEPT 10.0.0.2 10.0.0.1 4000 443 6 120 2 1030 1000 eni-1 egress\n";
        let count = |texts: &[&str]| census(texts, |_, _| {});
        assert_eq!(count(&[V2, v5]), 1);
        assert_eq!(count(&[V2, NODATA, NODATA]), 1);
        assert_eq!(count(&[V2, &V2.replace("120", "121")]), 0);
        assert_eq!(count(&[V2, &V2.replace("eni-1", "eni-2")]), 0);
        assert_eq!(count(&[V2, &V2.replace("ACCEPT", "REJECT")]), 0);
    }

    #[test]
    fn files_with_the_same_records_have_the_same_digest() {
        census(&[&[V2, NODATA].concat(), &[NODATA, V2].concat(), V2], |_, files| {
            assert_eq!(files[0].digest, files[1].digest);
            assert_ne!(files[0].digest, files[2].digest);
        });
    }

    #[test]
    fn only_a_sender_is_a_task() {
        let header = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                      flow-direction ecs-task-id\n";
        let check = |direction: &str, expect| {
            let line =
                format!("eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT {direction} 82f6\n");
            census(&[&[header, &line].concat()], |census, _| {
                assert_eq!(census.interfaces().next().expect("one").1.hint, expect, "{direction}");
            });
        };
        check("egress", Hint::Task);
        check("ingress", Hint::Unknown);
        check("-", Hint::Unknown);
    }

    #[test]
    fn the_type_determines_the_role_of_an_interface() {
        let header = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                      interface-type\n";
        let check = |kind: &str, expect: &str| {
            let line = format!("eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT {kind}\n");
            census(&[&[header, &line].concat()], |census, _| {
                assert_eq!(census.interfaces().next().expect("one").1.hint.role(), expect, "{kind}");
            });
        };
        check("vpc_endpoint", "endpoint");
        check("nat_gateway", "nat-gateway");
        check("regional_nat_gateway", "nat-gateway");
        check("-", "unknown");
        check("papyrus", "unknown");
    }

    #[test]
    fn interfaces_with_only_bad_records_are_not_counted() {
        census(&[&V2.replace("10.0.0.2", "nowhere")], |census, _| assert_eq!(census.interfaces().count(), 0));
    }
}
