//! The sink of one worker: counts everything, keeps no record.
//!
//! Memory grows with interfaces and their gaps, not with records; the identities of records are kept apart, see
//! [`Duplicates`].

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::ingest::sink::{
    DESCRIPTIVE, Description, DescriptionId, Direction, FlowRecord, NameId, Sighting, Sink, Span,
};
use crate::inspect::duplicates::Duplicates;
use crate::inspect::file::FileCensus;
use crate::inspect::identity::{Identity, begin};
use crate::inspect::interface::{Hint, InterfaceCensus};
use crate::model::field::Field;
use crate::model::source::RowRef;

/// VPCs that are remembered: enough for a command, whatever a file claims.
const MOST_VPCS: usize = 64;

/// Everything that one worker has counted.
#[derive(Debug, Default)]
pub(super) struct Census {
    numbers: FxHashMap<Box<[u8]>, NameId>,
    names: Vec<Box<[u8]>>,
    interfaces: Vec<InterfaceCensus>,
    /// Interfaces of the file that is being read.
    in_file: Vec<NameId>,
    /// The file that is being read.
    pub(super) of_file: FileCensus,
    pub(super) duplicates: Duplicates,
    /// The first VPCs met, as `vpc-id` has them.
    pub(super) vpcs: BTreeSet<String>,
    last_vpc: Vec<u8>,
}

impl Census {
    /// Ends a file: its counts, with its interfaces marked by the bit of its kind.
    pub(super) fn end_file(&mut self, kind: u64) -> FileCensus {
        for name in self.in_file.drain(..) {
            let interface = &mut self.interfaces[name.0 as usize];
            interface.is_in_file = false;
            interface.kinds |= kind;
        }
        std::mem::take(&mut self.of_file)
    }

    /// The interfaces by name, those of which every record was bad left out.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = (&[u8], &InterfaceCensus)> {
        let all = self.names.iter().map(|name| &**name).zip(&self.interfaces);
        all.filter(|(_, interface)| interface.records > 0)
    }

    #[inline]
    fn count(&mut self, identity: Identity) {
        self.of_file.identity(identity);
        self.duplicates.add(identity);
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

const TASK_ID: u32 = bit(Field::EcsTaskId);

impl Sink for Census {
    fn name(&mut self, text: &[u8]) -> NameId {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        // More than u32::MAX interfaces do not fit in memory.
        let number = NameId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.numbers.insert(text.into(), number);
        self.names.push(text.into());
        self.interfaces.push(InterfaceCensus::new(text));
        number
    }

    /// Which of the values are there, a bit each: what they are does not matter.
    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        let mut bits = 0;
        for (place, (value, field)) in values.iter().zip(DESCRIPTIVE).enumerate() {
            if let Some(value) = value {
                bits |= 1 << place;
                if field == Field::VpcId {
                    self.vpc(value);
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
    fn sighting(&mut self, interface: NameId, sighting: Sighting, span: Span, _row: RowRef) {
        let of_interface = &mut self.interfaces[interface.0 as usize];
        of_interface.add(sighting, span);
        if !of_interface.is_in_file {
            of_interface.is_in_file = true;
            self.in_file.push(interface);
        }
        let name = of_interface.identity;
        self.of_file.sighting(sighting, span);
        if !matches!(sighting, Sighting::Ok(_)) {
            self.count(begin(name, sighting, span).finish());
        }
    }

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        self.of_file.flow(record);
        let interface = &mut self.interfaces[record.interface.0 as usize];
        // A record's task is its sender: only what leaves an interface tells that it is the task's.
        if record.description.0 & TASK_ID != 0 && record.direction == Some(Direction::Egress) {
            interface.hint = Hint::Task;
        }
        let ports =
            u64::from(record.src_port) << 32 | u64::from(record.dst_port) << 16 | u64::from(record.protocol);
        let identity = begin(interface.identity, Sighting::Ok(record.action), record.span)
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
    use crate::model::defect::Defects;

    fn census(texts: &[&str]) -> (Census, Vec<FileCensus>) {
        let (mut census, mut files, mut defects) = (Census::default(), Vec::new(), Defects::default());
        for text in texts {
            let log = LogFile::of_bytes("log", text.as_bytes().to_vec());
            read_file(&log, source_id(0), &ReadOptions::default(), &mut census, &mut defects, &|_| {});
            files.push(census.end_file(1));
        }
        (census, files)
    }

    const V2: &str = "2 1 eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT OK\n";
    const NODATA: &str = "2 1 eni-1 - - - - - - - 1060 1090 - NODATA\n";

    #[test]
    fn a_record_in_another_format_is_the_same_record() {
        let v5 = "action dstaddr srcaddr srcport dstport protocol bytes packets end start interface-id flow-direction\n\
                  ACCEPT 10.0.0.2 10.0.0.1 4000 443 6 120 2 1030 1000 eni-1 egress\n";
        let count = |texts: &[&str]| census(texts).0.duplicates.count();
        assert_eq!(count(&[V2, v5]), 1);
        assert_eq!(count(&[V2, NODATA, NODATA]), 1);
        assert_eq!(count(&[V2, &V2.replace("120", "121")]), 0);
        assert_eq!(count(&[V2, &V2.replace("eni-1", "eni-2")]), 0);
        assert_eq!(count(&[V2, &V2.replace("ACCEPT", "REJECT")]), 0);
    }

    #[test]
    fn files_with_the_same_records_have_the_same_digest() {
        let (_, files) = census(&[&[V2, NODATA].concat(), &[NODATA, V2].concat(), V2]);
        assert_eq!(files[0].digest, files[1].digest);
        assert_ne!(files[0].digest, files[2].digest);
    }

    #[test]
    fn only_a_sender_is_a_task() {
        let header = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                      flow-direction ecs-task-id\n";
        let hint = |direction: &str| {
            let line =
                format!("eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT {direction} 82f6\n");
            let (census, _) = census(&[&[header, &line].concat()]);
            let hint = census.interfaces().next().expect("one").1.hint;
            hint
        };
        assert_eq!(hint("egress"), Hint::Task);
        assert_eq!(hint("ingress"), Hint::Unknown);
        assert_eq!(hint("-"), Hint::Unknown);
    }

    #[test]
    fn interfaces_of_bad_records_alone_are_none() {
        let (census, _) = census(&[&V2.replace("10.0.0.2", "nowhere")]);
        assert_eq!(census.interfaces().count(), 0);
    }
}
