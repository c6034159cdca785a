//! From sightings to records: what the flow-log service makes of packets.
//!
//! One record per interface, addresses and ports, direction, action and window of 60 seconds; `start` and `end` are the
//! seconds of its first and last packet, flags are or-ed. A watched interface without records in a window gets a NODATA
//! record, one whose records were lost SKIPDATA. Windows start at a second of their own at every interface.

use std::collections::BTreeMap;

use flowcause::model::field::Field;
use flowcause::model::network::TrafficType;

use crate::support::clock::{Ms, epoch_second};
use crate::support::packets::{Hop, ObservedInterface};
use crate::support::vpc::{Eni, Vpc};

/// Length of a window, seconds.
pub(crate) const WINDOW: i64 = 60;

/// How records are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Lines of text, gzip.
    Text,
    /// Parquet with gzip pages.
    Parquet,
}

/// The resource that the flow log covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watched {
    /// The whole VPC.
    Vpc,
    /// One subnet, by its place.
    Subnet(usize),
}

/// A flow log's settings.
#[derive(Clone, Debug)]
pub(crate) struct FlowLog {
    /// `fl-…`.
    pub(crate) id: String,
    /// The fields, in their order.
    pub(crate) fields: Vec<Field>,
    /// Text or Parquet.
    pub(crate) storage: Storage,
    /// Which records it keeps.
    pub(crate) traffic: TrafficType,
    /// Whose.
    pub(crate) watched: Watched,
    /// From when to when.
    pub(crate) span: (Ms, Ms),
    /// Interfaces whose records around a moment were lost.
    pub(crate) skipped: Vec<(Eni, Ms)>,
}

/// `log-status`, and what an OK record holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    /// Traffic.
    Ok(Flow),
    /// None.
    NoData,
    /// Some, and lost.
    SkipData,
}

/// The traffic of an OK record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    /// Addresses, ports, direction, path.
    pub(crate) hop: Hop,
    /// IANA number.
    pub(crate) protocol: u8,
    /// ACCEPT or REJECT.
    pub(crate) rejected: bool,
    /// `reject-reason`.
    pub(crate) reason: Option<&'static str>,
    /// Or-ed.
    pub(crate) flags: u16,
    /// Summed.
    pub(crate) packets: u64,
    /// Summed.
    pub(crate) bytes: u64,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The interface.
    pub(crate) eni: Eni,
    /// Second of the first packet, or of the window.
    pub(crate) start: i64,
    /// Second of the last packet, or of the window.
    pub(crate) end: i64,
    /// Its values.
    pub(crate) status: Status,
}

/// The window of an interface that `second` lies in.
pub(crate) fn window_of(eni: Eni, second: i64) -> i64 {
    (second - phase(eni)).div_euclid(WINDOW)
}

/// Seconds after the full minute at which an interface's windows begin.
fn phase(eni: Eni) -> i64 {
    (i64::try_from(eni.0).expect("few interfaces") * 17 + 5) % WINDOW
}

/// Everything a flow log records of a simulation, by interface and time.
pub(crate) fn records(vpc: &Vpc, interfaces: &[ObservedInterface], log: &FlowLog) -> Vec<Record> {
    let watched = |eni: Eni| match log.watched {
        Watched::Vpc => true,
        Watched::Subnet(subnet) => vpc.get(eni).subnet == subnet,
    };
    let mut windows: BTreeMap<(Eni, i64), Vec<Record>> = BTreeMap::new();
    for eni in (0..vpc.interfaces.len()).map(Eni).filter(|&eni| watched(eni)) {
        for window in windows_of(vpc, eni, log.span) {
            windows.insert((eni, window), Vec::new());
        }
    }
    for record in aggregate(interfaces, log) {
        // Not in a window: the interface is not watched.
        if let Some(records) = windows.get_mut(&(record.eni, window_of(record.eni, record.start))) {
            records.push(record);
        }
    }
    for &(eni, at) in &log.skipped {
        let window = window_of(eni, epoch_second(at));
        windows.insert((eni, window), vec![empty(vpc, eni, window, Status::SkipData)]);
    }
    windows
        .into_iter()
        .flat_map(
            |((eni, window), records)| {
                if records.is_empty() { vec![empty(vpc, eni, window, Status::NoData)] } else { records }
            },
        )
        .collect()
}

/// The windows in which an interface exists and is watched.
fn windows_of(vpc: &Vpc, eni: Eni, (from, to): (Ms, Ms)) -> std::ops::RangeInclusive<i64> {
    let (born, gone) = vpc.get(eni).life.unwrap_or((from, to));
    let (from, to) = (born.max(from), gone.min(to - 1));
    window_of(eni, epoch_second(from))..=window_of(eni, epoch_second(to))
}

/// A record without traffic.
fn empty(vpc: &Vpc, eni: Eni, window: i64, status: Status) -> Record {
    let start = window * WINDOW + phase(eni);
    let (born, gone) = vpc
        .get(eni)
        .life
        .map_or((i64::MIN, i64::MAX), |(born, gone)| (epoch_second(born), epoch_second(gone)));
    Record { eni, start: start.max(born), end: (start + WINDOW - 1).min(gone), status }
}

/// Records with traffic.
fn aggregate(interfaces: &[ObservedInterface], log: &FlowLog) -> Vec<Record> {
    let mut records: BTreeMap<(Eni, i64, bool, u8, Hop), Record> = BTreeMap::new();
    for sighting in interfaces.iter().filter(|sighting| keeps(log, sighting)) {
        let (eni, second) = (sighting.hop.eni, epoch_second(sighting.at));
        let key = (eni, window_of(eni, second), sighting.rejected, sighting.protocol, sighting.hop);
        records.entry(key).and_modify(|record| add(record, sighting)).or_insert_with(|| first(sighting));
    }
    records.into_values().collect()
}

/// Whether a flow log counts a packet: it runs then, and wants its action.
fn keeps(log: &FlowLog, sighting: &ObservedInterface) -> bool {
    let wanted = match log.traffic {
        TrafficType::All => true,
        TrafficType::Accept => !sighting.rejected,
        TrafficType::Reject => sighting.rejected,
    };
    wanted && (log.span.0..log.span.1).contains(&sighting.at)
}

fn first(sighting: &ObservedInterface) -> Record {
    let second = epoch_second(sighting.at);
    let flow = Flow {
        hop: sighting.hop,
        protocol: sighting.protocol,
        rejected: sighting.rejected,
        reason: sighting.reason,
        flags: sighting.packet.flags,
        packets: sighting.packet.count,
        bytes: sighting.packet.bytes,
    };
    Record { eni: sighting.hop.eni, start: second, end: second, status: Status::Ok(flow) }
}

fn add(record: &mut Record, sighting: &ObservedInterface) {
    let second = epoch_second(sighting.at);
    record.start = record.start.min(second);
    record.end = record.end.max(second);
    if let Status::Ok(flow) = &mut record.status {
        flow.flags |= sighting.packet.flags;
        flow.packets += sighting.packet.count;
        flow.bytes += sighting.packet.bytes;
    }
}
