//! Visibility of a case in the logs: the recorded traffic, the recorded minutes, and lost records.

use std::collections::BTreeSet;

use crate::finding::MissingData;
use crate::ingest::record::{Action, NameId};
use crate::model::ids::InterfaceId;
use crate::model::network::TrafficType;
use crate::model::source::RowRef;
use crate::model::time::{Timestamp, Window};
use crate::reduce::{CoverageRow, Reduced, Unreadable};

use super::attempt::Attempt;
use super::facts::Facts;
use super::subject::Subject;

/// Without a document the longest interval there is, seconds.
const LONGEST_INTERVAL: i64 = 600;
/// Records may be stamped this much after their packets, seconds; source: Amazon VPC user guide, field `start`.
const LAG: i64 = 60;
/// Records may be delivered this much after their window, seconds. Source: Amazon VPC user guide, "Flow logs basics": about
/// 10 minutes to S3; measured: at most 657 s.
const DELIVERY: i64 = 660;
/// One unanswered attempt may be a lost packet.
const LEAST_ATTEMPTS: usize = 2;

/// Which traffic the flow log of the task's interface records, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Stated by `describe-flow-logs`.
    Stated(TrafficType),
    /// Shown by the records: accepted and rejected ones exist, or rejected ones only.
    Shown(TrafficType),
    /// Unknown: no document, and only accepted records.
    Unknown,
}

impl Traffic {
    /// The value in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated(traffic) | Self::Shown(traffic) => traffic.name(),
            Self::Unknown => "unknown",
        }
    }

    /// Whether everything is recorded.
    #[must_use]
    pub fn is_all(self) -> bool {
        matches!(self, Self::Stated(TrafficType::All) | Self::Shown(TrafficType::All))
    }
}

/// One interface's minutes within a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceVisibility {
    /// Minutes with any record.
    pub minutes_seen: u64,
    /// Minutes of the window.
    pub minutes_expected: u64,
    /// Minutes in which records were lost.
    pub skipdata_minutes: u64,
    /// Records that show the interface was covered, idle ones first.
    pub rows: Vec<RowRef>,
    /// Whether all of them state that nothing was sent or received.
    pub is_idle: bool,
    /// Records of the window that could not be read: of the interface, or of an unknown one.
    pub unreadable: Option<Unreadable>,
}

/// The conclusion that the recorded minutes of an interface allow about absent records.
///
/// This is the one rule for minutes without any record: docs/limits.md, the JSON page and the causes state it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Every minute of the window has a record, and no record was lost or unreadable: absence is proven.
    Proven,
    /// At least half of the minutes have a record, and no record was lost or unreadable: absence is likely.
    Likely,
    /// Absence proves nothing.
    Unknown,
}

impl InterfaceVisibility {
    /// Returns what the absence of a record of the interface in the window shows.
    #[must_use]
    pub fn absence(&self) -> Absence {
        if self.lost_records() || !self.is_covered() || 2 * self.minutes_seen < self.minutes_expected {
            Absence::Unknown
        } else if self.minutes_seen < self.minutes_expected {
            Absence::Likely
        } else {
            Absence::Proven
        }
    }

    /// Whether records were lost, or could not be read.
    #[must_use]
    pub fn lost_records(&self) -> bool {
        self.skipdata_minutes > 0 || self.unreadable.is_some()
    }

    /// Whether the interface was covered at all in the window.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.minutes_seen > 0
    }

    /// Reads one interface's coverage in a window.
    #[must_use]
    pub fn of(reduced: &Reduced, interface: &InterfaceId, window: Window) -> Self {
        let rows: Vec<&CoverageRow> = coverage_of(reduced, interface)
            .iter()
            .filter(|row| minutes(window, row.bucket, row.minutes).next().is_some())
            .collect();
        let count = |bits: fn(&CoverageRow) -> u32| {
            let touched: BTreeSet<i64> =
                rows.iter().flat_map(|row| minutes(window, row.bucket, bits(row))).collect();
            touched.len() as u64
        };
        let idle: Vec<RowRef> = rows.iter().filter_map(|row| row.nodata_sample).collect();
        Self {
            minutes_seen: count(|row| row.minutes),
            minutes_expected: minutes_of(window),
            skipdata_minutes: count(|row| row.skipped_minutes),
            is_idle: !idle.is_empty() && rows.iter().all(|row| row.ok == 0),
            rows: idle.into_iter().chain(rows.iter().map(|row| row.sample)).collect(),
            unreadable: reduced.discards.of(Some(interface), window),
        }
    }
}

/// The minutes of the clock that count in a window, with any record and with lost records, as minutes since 1970.
#[must_use]
pub fn minutes_recorded(
    reduced: &Reduced,
    interface: &InterfaceId,
    window: Window,
) -> (BTreeSet<i64>, BTreeSet<i64>) {
    let rows = coverage_of(reduced, interface);
    let of = |bits: fn(&CoverageRow) -> u32| {
        rows.iter().flat_map(|row| minutes(window, row.bucket, bits(row))).collect()
    };
    (of(|row| row.minutes), of(|row| row.skipped_minutes))
}

/// The first and the last minute of the clock that count in a window; none where none does.
#[must_use]
pub fn minutes_expected(window: Window) -> Option<(i64, i64)> {
    let (first, last) = (window.from.0.div_euclid(60), window.to.plus(-1).0.div_euclid(60));
    let first = if counts(window, first) { first } else { first.saturating_add(1) };
    let last = if counts(window, last) { last } else { last.saturating_sub(1) };
    (first <= last).then_some((first, last))
}

/// The coverage rows of one interface: they are sorted by it.
pub(super) fn coverage_of<'a>(reduced: &'a Reduced, interface: &InterfaceId) -> &'a [CoverageRow] {
    let name = |row: &CoverageRow| reduced.name(NameId(row.interface.0));
    let start = reduced.coverage.partition_point(|row| name(row) < interface.as_str());
    let rest = &reduced.coverage[start..];
    &rest[..rest.partition_point(|row| name(row) == interface.as_str())]
}

/// Seconds of a minute that a window must hold for the minute to count: at its edges a record may be just outside.
const LEAST_SECONDS: i64 = 30;

/// Whether a minute of the clock counts in a window: it holds half of it, or is itself shorter than a minute.
fn counts(window: Window, minute: i64) -> bool {
    let (from, to) = (window.from.0.max(minute * 60), window.to.0.min(minute * 60 + 60));
    let inside = to.saturating_sub(from);
    inside >= LEAST_SECONDS || inside > 0 && window.to.seconds_since(window.from) < 60
}

/// How many minutes of the clock count in a window.
fn minutes_of(window: Window) -> u64 {
    let (first, last) = (window.from.0.div_euclid(60), window.to.plus(-1).0.div_euclid(60));
    let edges = [first, last].into_iter().filter(|&minute| counts(window, minute)).count() as u64;
    let between = u64::try_from(last.saturating_sub(first).saturating_sub(1)).unwrap_or(0);
    if first < last { between + edges } else { edges.min(1) }
}

/// Those of a bucket's minutes that count in the window, as minutes since 1970.
fn minutes(window: Window, bucket: u32, bits: u32) -> impl Iterator<Item = i64> {
    let touched = (0..32).filter(move |bit| bits >> bit & 1 == 1);
    touched.map(move |bit| i64::from(bucket / 60) + bit).filter(move |&minute| counts(window, minute))
}

/// The visibility of one case in the logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// Which traffic is recorded.
    pub traffic: Traffic,
    /// The longest time a record may wait for its window to close, seconds.
    pub interval: i64,
    /// The latest `end` of any record that was read; none without records.
    pub data_end: Option<Timestamp>,
    /// The task's own interface.
    pub near: InterfaceVisibility,
}

impl Visibility {
    pub(super) fn new(facts: Facts<'_>, subject: &Subject) -> Self {
        let reduced = facts.reduced;
        let near = subject.interface_id.as_ref();
        let unknown = || InterfaceVisibility {
            unreadable: reduced.discards.of(None, subject.lived),
            ..InterfaceVisibility::default()
        };
        let of_interface = |id| InterfaceVisibility::of(reduced, id, bounded(reduced, subject.lived));
        let near = near.map_or_else(unknown, of_interface);
        Self {
            traffic: traffic(facts, subject),
            interval: interval(facts, subject),
            data_end: reduced.totals.span.map(|(_, end)| Timestamp(end.into())),
            near,
        }
    }

    /// Whether a success at the task's own interface would be in the records: everything is recorded, and nothing was lost
    /// or could not be read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.traffic.is_all() && !self.near.lost_records()
    }

    /// The records that could not be read, as missing data.
    #[must_use]
    pub fn unreadable(&self, would_show: &str) -> Option<MissingData> {
        let what = unreadable_text(self.near.unreadable.as_ref()?);
        Some(MissingData { what, would_show: would_show.to_owned() })
    }

    /// Returns the data that is missing to prove the absence of replies; empty if the absence is proven.
    /// The conditions are those of docs/verdicts.md, "When a missing reply counts".
    #[must_use]
    pub fn needed_for_proof(&self, attempts: &[&Attempt]) -> Vec<MissingData> {
        let unreadable = self.unreadable("whether replies are among them");
        unreadable.into_iter().chain(self.needed_besides_unreadable(attempts)).collect()
    }

    /// The same data without the records that could not be read.
    #[must_use]
    pub fn needed_besides_unreadable(&self, attempts: &[&Attempt]) -> Vec<MissingData> {
        let missing_data =
            |what: String, would_show: &str| MissingData { what, would_show: would_show.to_owned() };
        let mut missing = Vec::new();
        match self.traffic {
            Traffic::Stated(TrafficType::All) | Traffic::Shown(TrafficType::All) => {}
            Traffic::Unknown => missing.push(missing_data(
                "the flow log's TrafficType: save it with `aws ec2 describe-flow-logs`".to_owned(),
                "whether the missing reply did not arrive, or was rejected and not logged",
            )),
            Traffic::Stated(only) | Traffic::Shown(only) => missing.push(missing_data(
                format!("a flow log with TrafficType ALL; this one records {} traffic only", only.name()),
                "the traffic that this flow log omits, including replies",
            )),
        }
        if self.near.skipdata_minutes > 0 {
            missing.push(missing_data(
                format!(
                    "the records lost to SKIPDATA in {} min of the task's time",
                    self.near.skipdata_minutes
                ),
                "whether the replies were among the lost records",
            ));
        }
        missing.extend(self.too_few_old_enough(attempts));
        missing
    }

    /// The data without which silence until a time is at most likely: records that may not have been delivered yet.
    #[must_use]
    pub fn undelivered(&self, until: Timestamp) -> Option<MissingData> {
        let needed = until.plus(DELIVERY);
        let is_delivered = self.data_end.is_some_and(|end| end >= needed);
        (!is_delivered).then(|| MissingData {
            what: format!("logs until {needed}: records may be delivered {} min late", DELIVERY / 60),
            would_show: "whether a record of that time was delivered after the last file that was read"
                .to_owned(),
        })
    }

    /// The same for the replies to attempts: two of them must be so old that their records were delivered.
    #[must_use]
    pub fn undelivered_replies(&self, attempts: &[&Attempt]) -> Option<MissingData> {
        let mut ends: Vec<Timestamp> = attempts.iter().map(|attempt| attempt.last).collect();
        ends.sort_unstable();
        self.undelivered(*ends.get(LEAST_ATTEMPTS - 1).or(ends.last())?)
    }

    /// At least two attempts must be so old that their replies would be recorded by now.
    fn too_few_old_enough(&self, attempts: &[&Attempt]) -> Option<MissingData> {
        let wait = self.interval + LAG;
        let is_old = |attempt: &&&Attempt| self.data_end.is_some_and(|end| attempt.last.plus(wait) <= end);
        let n_old = attempts.iter().filter(is_old).count();
        if n_old >= LEAST_ATTEMPTS {
            return None;
        }
        let young = attempts.iter().map(|attempt| attempt.last).max().map(|last| last.plus(wait));
        Some(match young {
            Some(needed) if n_old < attempts.len() => MissingData {
                what: format!("logs until {needed}: records may come {wait} s after their packets"),
                would_show: "whether a reply was recorded after the last file that was read".to_owned(),
            },
            _ => MissingData {
                what: "a second attempt: only one source port was used".to_owned(),
                would_show: "whether the one reply that is missing was lost by chance".to_owned(),
            },
        })
    }
}

/// `2 records of the task's interface, 1 record of an unknown interface that could not be read (the first: a.log, line 4)`.
fn unreadable_text(unreadable: &Unreadable) -> String {
    let counted = |n: u64, of: &str| {
        let noun = if n == 1 { "record" } else { "records" };
        (n > 0).then(|| format!("{n} {noun} of {of}"))
    };
    let parts = match unreadable.parts {
        0 => None,
        1 => Some("an unknown number of records in a part of a file".to_owned()),
        n => Some(format!("an unknown number of records in parts of files ({n} parts)")),
    };
    let all = [
        counted(unreadable.of_interface, "the task's interface"),
        counted(unreadable.of_unknown, "an unknown interface"),
        parts,
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    let (file, line) = &unreadable.first;
    let place = line.map_or_else(|| file.to_string(), |line| format!("{file}, line {line}"));
    format!("{} that could not be read (the first: {place})", all.join(", "))
}

/// The window, its open ends closed by the first and the last record.
#[must_use]
pub fn bounded(reduced: &Reduced, window: Window) -> Window {
    let (first, last) = reduced.totals.span.unwrap_or((0, 0));
    let from = if window.from == Window::ALWAYS.from { Timestamp(first.into()) } else { window.from };
    let to = if window.to == Window::ALWAYS.to { Timestamp(last.into()).plus(1) } else { window.to };
    Window { from, to }
}

fn traffic(facts: Facts<'_>, subject: &Subject) -> Traffic {
    let (accepted, rejected) = seen_at(facts.reduced, subject);
    let totals = &facts.reduced.totals;
    let logs = facts.flow_logs_of(subject);
    let records = |wanted| logs.iter().any(|log| log.traffic_type == Some(wanted));
    let (accept, reject) = (records(TrafficType::Accept), records(TrafficType::Reject));
    let all = records(TrafficType::All);
    // A flow log whose type cannot be read may have written the files.
    let is_unreadable = logs.iter().any(|log| log.traffic_type.is_none());
    match (accepted, rejected) {
        (true, true) if is_unreadable => Traffic::Shown(TrafficType::All),
        _ if is_unreadable => Traffic::Unknown,
        _ if all && !accept && !reject => Traffic::Stated(TrafficType::All),
        _ if accept && reject && !all => Traffic::Stated(TrafficType::All),
        (true, true) => Traffic::Shown(TrafficType::All),
        // With several flow logs, it is unknown which one wrote these files.
        _ if all && (accept || reject) => Traffic::Unknown,
        // Accepted records at the task itself contradict a document that states REJECT only, and vice versa.
        (false, _) if reject => Traffic::Stated(TrafficType::Reject),
        (_, false) if accept => Traffic::Stated(TrafficType::Accept),
        // The flow logs of other interfaces prove nothing about this one, unless no accepted record was read at all and the
        // totals include the records of all times.
        (false, _) if totals.accepted == 0 && totals.rejected > 0 && totals.judges_all() => {
            Traffic::Shown(TrafficType::Reject)
        }
        _ => Traffic::Unknown,
    }
}

/// Whether accepted, and rejected, records were kept at the task's own interface.
fn seen_at(reduced: &Reduced, subject: &Subject) -> (bool, bool) {
    let name = subject.interface_id.as_ref().map_or("", |id| id.as_str());
    let start = reduced.flows.partition_point(|flow| reduced.name(flow.key.interface) < name);
    let own = reduced.flows[start..].iter().take_while(|flow| reduced.name(flow.key.interface) == name);
    own.fold((false, false), |(accepted, rejected), flow| match flow.key.action {
        Action::Accept => (true, rejected),
        Action::Reject => (accepted, true),
    })
}

fn interval(facts: Facts<'_>, subject: &Subject) -> i64 {
    let intervals = facts.flow_logs_of(subject).into_iter().map(|log| log.max_aggregation_interval);
    intervals.max().filter(|seconds| (1..=LONGEST_INTERVAL).contains(seconds)).unwrap_or(LONGEST_INTERVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_counts_by_its_half() {
        let check = |from, to, expected, bits, seen| {
            let window = Window { from: Timestamp(from), to: Timestamp(to) };
            assert_eq!(minutes_of(window), expected, "{from}..{to}");
            assert_eq!(minutes(window, 600, bits).count(), seen, "{from}..{to}");
        };
        check(600, 780, 3, 0b111, 3);
        check(642, 849, 3, 0b1_1111, 3);
        check(610, 620, 1, 0b1, 1);
        check(655, 665, 2, 0b11, 2);
        check(600, 600, 0, 0b1, 0);
        check(600, 1800, 20, 0b1 << 19 | 0b1, 2);
    }
}
