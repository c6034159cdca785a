//! The smaller reduction: by interface, addresses, service port, protocol and action, without buckets.
//!
//! It shows the speed that the readers allow: the sink is one table for each worker, merged at the end, and keeps only the
//! sums of a record.

use std::hash::{Hash, Hasher};

use flowcause::ingest::files::{LogFile, source_id};
use flowcause::ingest::options::ReadOptions;
use flowcause::ingest::read_file;
use flowcause::ingest::record::{
    Action, Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan,
};
use flowcause::ingest::sink::{NeededFields, Sink};
use flowcause::model::defect::Defects;
use flowcause::model::source::RowRef;
use rustc_hash::FxHashMap;

use crate::check::Check;
use crate::groups::{Groups, Key, Sums};
use crate::workers::share;

/// Reduces the files and returns the check line.
pub(crate) fn summary(files: &[LogFile], threads: usize) -> Result<String, String> {
    let mut order: Vec<&LogFile> = files.iter().collect();
    // Large files first, so that no worker starts a large file when the others have finished.
    order.sort_by_key(|file| std::cmp::Reverse(file.size));
    let mut parts = share(&order, threads, Worker::default, |worker, file| worker.take(file))?.into_iter();
    let mut whole = parts.next().unwrap_or_default();
    whole.groups.flush();
    parts.for_each(|part| whole.merge(part));
    whole.groups.flush();
    Ok(whole.groups.sums().map(check).fold(Check::default(), Check::add).line())
}

fn check(sums: &Sums) -> Check {
    let (first, last) = (sums.first_start.into(), sums.last_end.into());
    Check::of_group([sums.packets, sums.bytes, sums.records.into(), first, last, sums.tcp_flags.into()])
}

/// Bytes of a [`Name`]: interface ids have 21 or 12.
const LENGTH: usize = 24;

/// One worker's share.
#[derive(Default)]
struct Worker {
    names: FxHashMap<Name, u32>,
    groups: Groups,
}

impl Worker {
    fn take(&mut self, file: &LogFile) -> Result<(), String> {
        let mut defects = Defects::default();
        read_file(file, source_id(0), &ReadOptions::default(), self, &mut defects, &|_| {});
        if defects.is_empty() { Ok(()) } else { Err(format!("defects: {defects:?}")) }
    }

    #[inline]
    fn number(&mut self, name: Name) -> u32 {
        self.names.get(&name).copied().unwrap_or_else(|| self.meet(name))
    }

    #[cold]
    fn meet(&mut self, name: Name) -> u32 {
        let next = u32::try_from(self.names.len()).expect("fewer interfaces than 32 bits count");
        self.names.insert(name, next);
        next
    }

    /// Adds the groups of another worker, under the numbers of this worker.
    fn merge(&mut self, other: Self) {
        let mut names: Vec<(Name, u32)> = other.names.into_iter().collect();
        names.sort_unstable_by_key(|&(_, number)| number);
        let numbers: Vec<u32> = names.into_iter().map(|(name, _)| self.number(name)).collect();
        self.groups.merge(other.groups, &numbers);
    }
}

impl Sink for Worker {
    const NEEDS: NeededFields = NeededFields::LEAST;

    #[inline]
    fn name(&mut self, text: &[u8]) -> NameId {
        NameId(self.number(Name::of(text)))
    }

    fn description(&mut self, _values: &Description<'_>) -> DescriptionId {
        DescriptionId(0)
    }

    #[inline]
    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        is_service(src_port) || is_service(dst_port)
    }

    #[inline]
    fn coverage(&mut self, _interface: NameId, _log_status: LogStatus, _span: TimeSpan, _row: RowRef) {}

    #[inline]
    fn flow(&mut self, record: &FlowRecord) {
        let key = Key {
            src: record.src,
            dst: record.dst,
            interface: record.interface.0,
            service_port: if is_service(record.dst_port) { record.dst_port } else { record.src_port },
            protocol: record.protocol,
            is_reject: record.action == Action::Reject,
        };
        let sums = Sums {
            packets: record.packets,
            bytes: record.bytes,
            records: 1,
            first_start: record.span.start,
            last_end: record.span.end,
            tcp_flags: record.tcp_flags.unwrap_or(0),
        };
        self.groups.add(key, sums);
    }
}

#[inline]
fn is_service(port: u16) -> bool {
    port == 443 || port == 53
}

/// A name as words: its first sixteen bytes and its last eight, or all bytes of a shorter name. Words are compared and hashed
/// one by one, because an array would be written to memory first and read in different pieces.
#[derive(Clone, Copy, Eq)]
struct Name([u64; 3]);

impl Name {
    #[inline]
    fn of(text: &[u8]) -> Self {
        let word = |at: usize| text.get(at..).and_then(<[u8]>::first_chunk::<8>);
        if let (Some(first), Some(second), Some(last)) = (word(0), word(8), text.last_chunk::<8>()) {
            return Self([first, second, last].map(|word| u64::from_le_bytes(*word)));
        }
        let mut bytes = [0; LENGTH];
        let length = text.len().min(LENGTH);
        bytes[..length].copy_from_slice(&text[..length]);
        let (words, _) = bytes.as_chunks::<8>();
        Self([words[0], words[1], words[2]].map(u64::from_le_bytes))
    }
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let ([a, b, c], [other_a, other_b, other_c]) = (self.0, other.0);
        (a ^ other_a) | (b ^ other_b) | (c ^ other_c) == 0
    }
}

impl Hash for Name {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c] = self.0;
        state.write_u64(a ^ b.rotate_left(32));
        state.write_u64(c);
    }
}
