//! From sightings to records: what the flow-log service makes of packets.
//!
//! One record per interface, addresses and ports, direction, action and window of 60 seconds; flags are or-ed. A watched
//! interface without records in a window gets a NODATA record, one whose records were lost SKIPDATA. Windows start at a
//! second of their own at every interface. `Habits` states what differs between the flow logs of AWS.

use std::collections::BTreeMap;

use flowcause::model::field::Field;
use flowcause::model::network::TrafficType;

use crate::support::clock::{Ms, epoch_second};
use crate::support::packets::{Direction, Hop, ObservedInterface};
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

/// Properties of a flow log of which AWS documents several forms, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent property")]
pub(crate) struct Habits {
    /// `start` and `end` are those of the window, the same for all its flows, whose packets lie up to 60 s before `start`;
    /// else they are the seconds of the first and the last packet.
    pub(crate) is_stamped: bool,
    /// NODATA is recorded before the first traffic of an interface.
    pub(crate) has_early_nodata: bool,
    /// The `ecs-*` fields have values for a task that never ran.
    pub(crate) names_failed_tasks: bool,
    /// A packet without a route is recorded as accepted; else it leaves no record.
    pub(crate) records_unrouted: bool,
}

impl Habits {
    /// Those of the committed samples.
    pub(crate) const OF_SAMPLES: Self =
        Self { is_stamped: false, has_early_nodata: true, names_failed_tasks: true, records_unrouted: true };

    /// Those that a number selects. Records are always stamped, and NODATA follows traffic.
    pub(crate) fn of(number: u64) -> Self {
        Self {
            is_stamped: true,
            has_early_nodata: false,
            names_failed_tasks: number & 1 == 0,
            records_unrouted: number & 2 == 0,
        }
    }
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
    /// Its properties that AWS does not document.
    pub(crate) habits: Habits,
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
    let first = first_traffic(interfaces, log);
    for eni in (0..vpc.interfaces.len()).map(Eni).filter(|&eni| watched(eni)) {
        let is_recorded = |window: &i64| {
            log.habits.has_early_nodata || first.get(&eni).is_some_and(|first| first <= window)
        };
        for window in windows_of(vpc, eni, log.span).filter(is_recorded) {
            windows.insert((eni, window), Vec::new());
        }
    }
    for record in aggregate(vpc, interfaces, log) {
        // Not in a window: the interface is not watched.
        let (window, record) = record;
        if let Some(records) = windows.get_mut(&(record.eni, window)) {
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

/// The window of the first packet at each interface, whether it is recorded or not.
fn first_traffic(interfaces: &[ObservedInterface], log: &FlowLog) -> BTreeMap<Eni, i64> {
    let mut first = BTreeMap::new();
    for sighting in
        interfaces.iter().filter(|sighting| sighting.at < log.span.1 && is_recorded(log, sighting))
    {
        let window = window_of(sighting.hop.eni, epoch_second(sighting.at));
        first.entry(sighting.hop.eni).and_modify(|one: &mut i64| *one = window.min(*one)).or_insert(window);
    }
    first
}

/// Records with traffic, and their windows.
fn aggregate(vpc: &Vpc, interfaces: &[ObservedInterface], log: &FlowLog) -> Vec<(i64, Record)> {
    let mut records: BTreeMap<(Eni, i64, bool, u8, Hop), Record> = BTreeMap::new();
    for sighting in interfaces.iter().filter(|sighting| keeps(log, sighting)) {
        let (eni, second) = (sighting.hop.eni, epoch_second(sighting.at));
        let key = (eni, window_of(eni, second), sighting.rejected, sighting.protocol, sighting.hop);
        records.entry(key).and_modify(|record| add(record, sighting)).or_insert_with(|| first(sighting));
    }
    let stamp = |((eni, window, ..), record): ((Eni, i64, bool, u8, Hop), Record)| {
        (window, if log.habits.is_stamped { stamped(vpc, eni, window, record) } else { record })
    };
    records.into_iter().map(stamp).collect()
}

/// A record with the times of its window. Packets lie between 60 s before `start` and `end`: the stamp of an interface is
/// late by a time of its own.
fn stamped(vpc: &Vpc, eni: Eni, window: i64, record: Record) -> Record {
    const LATE: [i64; 4] = [0, 0, 25, 55];
    let times = empty(vpc, eni, window, Status::NoData);
    let end = times.end.max(record.end);
    let start = (times.start + LATE[eni.0 % LATE.len()]).min(end);
    Record { start, end, ..record }
}

/// Whether the flow log has records of a packet at all.
fn is_recorded(log: &FlowLog, sighting: &ObservedInterface) -> bool {
    let is_unrouted = sighting.hop.direction == Direction::Egress && sighting.hop.path.is_none();
    log.habits.records_unrouted || sighting.rejected || !is_unrouted
}

/// Whether a flow log counts a packet: it runs then, and wants its action.
fn keeps(log: &FlowLog, sighting: &ObservedInterface) -> bool {
    let wanted = match log.traffic {
        TrafficType::All => true,
        TrafficType::Accept => !sighting.rejected,
        TrafficType::Reject => sighting.rejected,
    };
    wanted && is_recorded(log, sighting) && (log.span.0..log.span.1).contains(&sighting.at)
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
