//! Fields that the records do not have.

use std::collections::BTreeMap;

use crate::inspect::needs::{InspectedData, NEW_FLOW_LOG};
use crate::model::field::Field;
use crate::report::inspect::{Importance, MissingItem};

/// Fields that belong together, with the benefit that they would have.
struct FieldGroup {
    id: &'static str,
    importance: Importance,
    fields: &'static [Field],
    would_show: &'static str,
    /// Whether records without a value are normal.
    may_be_empty: bool,
}

const WANTED: [FieldGroup; 10] = [
    FieldGroup {
        id: "log-status",
        importance: Importance::Limiting,
        fields: &[Field::LogStatus],
        would_show: "whether an interface was idle or its records were lost: without it both are possible, and a missing \
                     record proves nothing",
        may_be_empty: true,
    },
    FieldGroup {
        id: "tcp-flags",
        importance: Importance::Limiting,
        fields: &[Field::TcpFlags],
        would_show: "resets and stalls, and with certainty which packets open a connection: without it only their size \
                     indicates it",
        may_be_empty: false,
    },
    FieldGroup {
        id: "sizes",
        importance: Importance::Limiting,
        fields: &[Field::Packets, Field::Bytes],
        would_show: "whether useful data came back, how much, and without tcp-flags also which packets open a connection",
        may_be_empty: true,
    },
    FieldGroup {
        id: "packet-addresses",
        importance: Importance::Limiting,
        fields: &[Field::PktSrcAddr, Field::PktDstAddr],
        would_show: "the packets that passed through a NAT gateway, at the interface of the gateway",
        may_be_empty: false,
    },
    FieldGroup {
        id: "flow-direction",
        importance: Importance::Helpful,
        fields: &[Field::FlowDirection],
        would_show: "the direction of packets at an interface: without it the address of the interface determines the direction",
        may_be_empty: false,
    },
    FieldGroup {
        id: "network-ids",
        importance: Importance::Helpful,
        fields: &[Field::VpcId, Field::SubnetId],
        would_show: "the location of an interface that no document names, for example of a stopped task",
        may_be_empty: false,
    },
    FieldGroup {
        id: "ecs-fields",
        importance: Importance::Helpful,
        fields: &[Field::EcsTaskId, Field::EcsTaskArn, Field::EcsServiceName],
        would_show: "which task sent the packets, if no document shows it",
        may_be_empty: false,
    },
    FieldGroup {
        id: "aws-service",
        importance: Importance::Helpful,
        fields: &[Field::PktDstAwsService],
        would_show: "whether a public address belongs to S3 or another AWS service",
        may_be_empty: true,
    },
    FieldGroup {
        id: "traffic-path",
        importance: Importance::Helpful,
        fields: &[Field::TrafficPath, Field::NextHopInterfaceId],
        would_show: "which gateway forwarded the packets, and which interface received them",
        may_be_empty: true,
    },
    FieldGroup {
        id: "reject-reason",
        importance: Importance::Helpful,
        fields: &[Field::RejectReason],
        would_show: "whether a policy of the whole VPC rejected the packets, not a security group or network ACL",
        may_be_empty: true,
    },
];

/// The reason why ECS fields may exist without values.
const ECS_PERMISSIONS: &str = "they have values only in a flow log that was created while the cluster was in the VPC, by someone who may list and \
     describe the cluster in ECS: create a second flow log with the command below";

/// The missing fields, in the order of their importance.
pub(super) fn missing(found: &InspectedData<'_>) -> Vec<MissingItem> {
    WANTED.iter().filter_map(|wanted| lack(found, wanted)).collect()
}

fn lack(found: &InspectedData<'_>, wanted: &FieldGroup) -> Option<MissingItem> {
    let state = |field: &Field| state(found, *field, wanted.may_be_empty).map(|state| (state, field.name()));
    let mut by_state: BTreeMap<FieldGap, Vec<&str>> = BTreeMap::new();
    for (state, name) in wanted.fields.iter().filter_map(state) {
        by_state.entry(state).or_default().push(name);
    }
    let is_empty_only = by_state.keys().all(|state| *state == FieldGap::Empty);
    let how_to_get = if wanted.id == "ecs-fields" && is_empty_only { ECS_PERMISSIONS } else { NEW_FLOW_LOG };
    let what: Vec<String> = by_state.iter().map(|(state, names)| description(found, *state, names)).collect();
    (!what.is_empty()).then(|| MissingItem {
        id: wanted.id,
        importance: wanted.importance,
        what: what.join("; "),
        would_show: wanted.would_show,
        how_to_get: how_to_get.to_owned(),
    })
}

/// The problem of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FieldGap {
    /// No file has it.
    Absent,
    /// Only so many files have it.
    OfSome(u64),
    /// It exists, but has no value in any record.
    Empty,
}

fn state(found: &InspectedData<'_>, field: Field, may_be_empty: bool) -> Option<FieldGap> {
    match found.files.get(&field).copied().unwrap_or(0) {
        0 => Some(FieldGap::Absent),
        files if files < found.with_columns => Some(FieldGap::OfSome(files)),
        _ if may_be_empty || found.total.ok() == 0 => None,
        _ => (found.records_with_value.get(&field) == Some(&0)).then_some(FieldGap::Empty),
    }
}

fn description(found: &InspectedData<'_>, state: FieldGap, names: &[&str]) -> String {
    let noun = if names.len() == 1 { "the field" } else { "the fields" };
    let named = format!("{noun} {}", names.join(", "));
    match state {
        FieldGap::Absent => named,
        FieldGap::OfSome(files) => format!("{named} in all files: {files} of {} have it", found.with_columns),
        FieldGap::Empty => format!("values in {named}: empty in every record"),
    }
}
