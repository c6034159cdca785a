//! Missing records: of one type of traffic, of some time, or with short intervals.

use crate::inspect::needs::{InspectedData, NEW_FLOW_LOG};
use crate::inventory::Inventory;
use crate::model::network::TrafficType;
use crate::report::inspect::{Gap, Importance, MissingItem};

/// Logs that contain only accepted or only rejected traffic.
pub(super) fn traffic(found: &InspectedData<'_>) -> Vec<MissingItem> {
    let (accepted, rejected) = (found.total.accepted, found.total.rejected);
    let records_all = |inventory: &Inventory| {
        let logs = &inventory.flow_logs;
        !logs.is_empty() && logs.values().all(|log| log.traffic_type == Some(TrafficType::All))
    };
    let is_known_as_all = found.inventory.is_some_and(records_all);
    match (accepted, rejected) {
        (0, 1..) => vec![MissingItem {
            id: "accepted-traffic",
            importance: Importance::Limiting,
            what: format!("accepted traffic: REJECT only, in all {rejected} records with traffic"),
            would_show: "a missing reply, a task that sent nothing, a healthy network: rejected traffic shows none of them",
            how_to_get: NEW_FLOW_LOG.to_owned(),
        }],
        (1.., 0) if !is_known_as_all => vec![MissingItem {
            id: "rejected-traffic",
            importance: Importance::Limiting,
            what: format!(
                "rejected traffic: ACCEPT only, in all {accepted} records with traffic, or nothing was rejected"
            ),
            would_show: "where packets were rejected; `aws ec2 describe-flow-logs`, saved with the metadata, shows \
                         whether rejected traffic is logged",
            how_to_get: "if its TrafficType is ACCEPT, create a second flow log with the command below"
                .to_owned(),
        }],
        _ => Vec::new(),
    }
}

/// Missing times.
pub(super) fn time(found: &InspectedData<'_>) -> Vec<MissingItem> {
    let shown = found.shown;
    let mut missing = Vec::new();
    if let Some(largest) = shown.gaps.largest.first() {
        missing.push(MissingItem {
            id: "time-coverage",
            importance: Importance::Limiting,
            what: format!(
                "records of {} min in which no interface has records; the longest gap: {}",
                shown.gaps.minutes,
                from_to(largest)
            ),
            would_show: "the traffic of that time: a record that is missing in it proves nothing",
            how_to_get: "also copy the files of the flow log for that time".to_owned(),
        });
    }
    if shown.interface_gaps.count > 0 {
        missing.push(MissingItem {
            id: "interface-time-coverage",
            importance: Importance::Limiting,
            what: format!(
                "records of {} min of {}, while other interfaces have records",
                shown.interface_gaps.minutes,
                interfaces(shown.interfaces_with_gaps)
            ),
            would_show: "the traffic of these interfaces, if they existed: a covered interface has a NODATA record \
                         while it is idle",
            how_to_get: "copy every file of that time, and every log stream".to_owned(),
        });
    }
    if shown.skipdata_minutes > 0 {
        missing.push(MissingItem {
            id: "skipdata",
            importance: Importance::Limiting,
            what: format!(
                "records that were lost (SKIPDATA) in {} min of {}",
                shown.skipdata_minutes,
                interfaces(shown.skipdata_interfaces)
            ),
            would_show: "whether a reply came in those minutes, because a missing record proves nothing there",
            how_to_get: "lost records cannot be restored; examine a failure at another time".to_owned(),
        });
    }
    missing
}

/// Intervals of ten minutes.
pub(super) fn interval(found: &InspectedData<'_>) -> Vec<MissingItem> {
    let shown = found.shown;
    if shown.long_records == 0 {
        return Vec::new();
    }
    vec![MissingItem {
        id: "aggregation-interval",
        importance: Importance::Limiting,
        what: format!(
            "an aggregation interval of a minute: {} records span more, up to {} s",
            shown.long_records, shown.longest_record
        ),
        would_show: "the order of events within ten minutes, and the last ten minutes of the data",
        how_to_get: NEW_FLOW_LOG.to_owned(),
    }]
}

fn from_to(gap: &Gap) -> String {
    format!("{} min, from {} to {}", gap.minutes(), gap.from, gap.to)
}

fn interfaces(n: u64) -> String {
    if n == 1 { "1 interface".to_owned() } else { format!("{n} interfaces") }
}
