//! Visibility of a case in the logs: the recorded traffic, the recorded minutes, and lost records.

use crate::finding::MissingData;
use crate::model::network::TrafficType;
use crate::model::time::Timestamp;
use crate::reduce::Unreadable;

use super::attempt::Attempt;
use super::facts::Facts;
use super::minutes::{InterfaceVisibility, bounded};
use super::subject::Subject;
use super::traffic::{Traffic, traffic};

/// Without a document the longest interval there is, seconds.
const LONGEST_INTERVAL: i64 = 600;
/// Records may be stamped this much after their packets, seconds; source: Amazon VPC user guide, field `start`.
const LAG: i64 = 60;
/// Records may be delivered this much after their window, seconds. Source: Amazon VPC user guide, "Flow logs basics": about
/// 10 minutes to S3; measured: at most 657 s.
const DELIVERY: i64 = 660;
/// One unanswered attempt may be a lost packet.
const LEAST_ATTEMPTS: usize = 2;

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

fn interval(facts: Facts<'_>, subject: &Subject) -> i64 {
    let intervals = facts.flow_logs_of(subject).into_iter().map(|log| log.max_aggregation_interval);
    intervals.max().filter(|seconds| (1..=LONGEST_INTERVAL).contains(seconds)).unwrap_or(LONGEST_INTERVAL)
}
