//! `aws ec2 describe-flow-logs`: reads one item of `FlowLogs` as a [`FlowLog`].
//!
//! The flow log of a transit gateway is skipped, because it records no interface of a task.

use crate::inventory::item::{DocumentItem, shorten};
use crate::inventory::merge::{Describe, complete_option};
use crate::model::ids::FlowLogId;
use crate::model::network::{FlowLog, TrafficType};

/// The default of AWS for `MaxAggregationInterval`, seconds.
const DEFAULT_INTERVAL: i64 = 600;

/// Reads one flow log. It counts also if its id, its resource or its type of traffic cannot be read, because it may have
/// written the files.
pub(super) fn read(item: DocumentItem<'_>) -> Option<FlowLog> {
    let id = FlowLogId::new(item.identifier("FlowLogId").unwrap_or_default());
    let resource_id = item.identifier("ResourceId");
    if resource_id.as_ref().is_some_and(|id| id.starts_with("tgw-")) {
        return None;
    }
    Some(FlowLog {
        id,
        resource_id,
        traffic_type: traffic_type(item),
        max_aggregation_interval: item.number("MaxAggregationInterval").unwrap_or(DEFAULT_INTERVAL),
        log_format: item.text("LogFormat"),
        active: item.text("FlowLogStatus").is_none_or(|status| status == "ACTIVE"),
    })
}

fn traffic_type(item: DocumentItem<'_>) -> Option<TrafficType> {
    let text = item.identifier("TrafficType")?;
    let found = [TrafficType::All, TrafficType::Accept, TrafficType::Reject]
        .into_iter()
        .find(|kind| kind.name().eq_ignore_ascii_case(&text));
    if found.is_none() {
        item.note(format!("`TrafficType`: expected `ALL`, `ACCEPT` or `REJECT`, found `{}`", shorten(&text)));
    }
    found
}

impl Describe for FlowLog {
    type Id = FlowLogId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.log_format, other.log_format.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(fields: &Value) -> (Option<FlowLog>, Vec<String>) {
        let notes = Notes::default();
        let log = read(DocumentItem::new(fields.as_object().unwrap(), &notes));
        (log, notes.into_inner())
    }

    #[test]
    fn the_output_of_the_command_is_read() {
        let (log, notes) = read_value(&json!({
            "FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "ACCEPT", "MaxAggregationInterval": "60",
            "FlowLogStatus": "ACTIVE", "LogFormat": "${version} ${vpc-id}"
        }));
        let log = log.unwrap();
        assert_eq!(
            (log.traffic_type, log.max_aggregation_interval, log.active),
            (Some(TrafficType::Accept), 60, true)
        );
        assert_eq!(log.log_format.as_deref(), Some("${version} ${vpc-id}"));
        assert!(notes.is_empty());
    }

    #[test]
    fn a_flow_log_counts_without_its_resource_or_type_of_traffic() {
        let check = |traffic: Value, resource, notes: &[&str]| {
            let fields = json!({"FlowLogId": "fl-1", "ResourceId": resource, "TrafficType": traffic});
            let (log, found) = read_value(&fields);
            let is_incomplete = |log: FlowLog| log.resource_id.is_none() || log.traffic_type.is_none();
            assert_eq!(log.map(is_incomplete), (resource != "tgw-1").then_some(true), "{fields}");
            assert_eq!(found, notes);
        };
        check(json!("SOME"), "vpc-1", &["`TrafficType`: expected `ALL`, `ACCEPT` or `REJECT`, found `SOME`"]);
        check(Value::Null, "vpc-1", &["expected `TrafficType`, found none"]);
        check(Value::Null, "tgw-1", &[]);
        check(json!("ALL"), "", &["expected `ResourceId`, found none"]);
    }
}
