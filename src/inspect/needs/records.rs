//! Records that are not there: of one kind of traffic, of some time, of short intervals.

use crate::inspect::needs::{Found, NEW_FLOW_LOG};
use crate::inventory::Inventory;
use crate::model::network::TrafficType;
use crate::report::inspect::{Gap, Importance, Lack};

/// Logs of accepted or of rejected traffic alone.
pub(super) fn traffic(found: &Found<'_>) -> Vec<Lack> {
    let (accepted, rejected) = (found.total.accepted, found.total.rejected);
    let says_all = |inventory: &Inventory| {
        let logs = &inventory.flow_logs;
        !logs.is_empty() && logs.values().all(|log| log.traffic_type == TrafficType::All)
    };
    let is_known_as_all = found.inventory.is_some_and(says_all);
    match (accepted, rejected) {
        (0, 1..) => vec![Lack {
            id: "accepted-traffic",
            importance: Importance::Limits,
            what: format!("accepted traffic: REJECT only, in all {rejected} records with traffic"),
            would_show: "a missing reply, a task that sent nothing, a healthy network: none of them can be told from \
                         rejected traffic",
            to_do: NEW_FLOW_LOG.to_owned(),
        }],
        (1.., 0) if !is_known_as_all => vec![Lack {
            id: "rejected-traffic",
            importance: Importance::Limits,
            what: format!(
                "rejected traffic: ACCEPT only, in all {accepted} records with traffic, unless nothing was rejected"
            ),
            would_show: "where packets were rejected; `aws ec2 describe-flow-logs`, saved with the metadata, tells \
                         whether it is logged",
            to_do: "if its TrafficType is ACCEPT, make a second flow log, with the command below".to_owned(),
        }],
        _ => Vec::new(),
    }
}

/// What is missing of the time.
pub(super) fn time(found: &Found<'_>) -> Vec<Lack> {
    let shown = found.shown;
    let mut missing = Vec::new();
    if let Some(largest) = shown.gaps.largest.first() {
        missing.push(Lack {
            id: "time",
            importance: Importance::Limits,
            what: format!(
                "records of {} min in which no interface has any; the longest {}",
                shown.gaps.minutes,
                from_to(largest)
            ),
            would_show: "what happened then: nothing missing in that time proves anything",
            to_do: "copy the flow log's files of that time as well".to_owned(),
        });
    }
    if shown.interface_gaps.count > 0 {
        missing.push(Lack {
            id: "time-of-interfaces",
            importance: Importance::Limits,
            what: format!(
                "records of {} min of {}, while others have some",
                shown.interface_gaps.minutes,
                interfaces(shown.interfaces_with_gaps)
            ),
            would_show: "what these interfaces did then, if they were there: a covered interface has a NODATA record \
                         when it is idle",
            to_do: "copy every file of that time, and every log stream".to_owned(),
        });
    }
    if shown.skipdata_minutes > 0 {
        missing.push(Lack {
            id: "skipdata",
            importance: Importance::Limits,
            what: format!(
                "records that were lost (SKIPDATA) in {} min of {}",
                shown.skipdata_minutes,
                interfaces(shown.skipdata_interfaces)
            ),
            would_show: "whether a reply came in those minutes: a missing record proves nothing there",
            to_do: "nothing brings them back; look at a failure of another time".to_owned(),
        });
    }
    missing
}

/// Intervals of ten minutes.
pub(super) fn interval(found: &Found<'_>) -> Vec<Lack> {
    let shown = found.shown;
    if shown.long_records == 0 {
        return Vec::new();
    }
    vec![Lack {
        id: "interval",
        importance: Importance::Limits,
        what: format!(
            "an aggregation interval of a minute: {} records span more, up to {} s",
            shown.long_records, shown.longest_record
        ),
        would_show: "the order of what happened within ten minutes, and the last ten minutes of the data",
        to_do: NEW_FLOW_LOG.to_owned(),
    }]
}

fn from_to(gap: &Gap) -> String {
    format!("{} min, from {} to {}", gap.minutes(), gap.from, gap.to)
}

fn interfaces(n: u64) -> String {
    if n == 1 { "1 interface".to_owned() } else { format!("{n} interfaces") }
}
