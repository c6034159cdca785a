//! Fields that the records do not have.

use std::collections::BTreeMap;

use crate::inspect::needs::{Found, NEW_FLOW_LOG};
use crate::model::field::Field;
use crate::report::inspect::{Importance, Lack};

/// Fields that are missed together, and what they would show.
struct Wanted {
    id: &'static str,
    importance: Importance,
    fields: &'static [Field],
    would_show: &'static str,
    /// Whether records that hold nothing in it are nothing unusual.
    may_be_empty: bool,
}

const WANTED: [Wanted; 9] = [
    Wanted {
        id: "log-status",
        importance: Importance::Limits,
        fields: &[Field::LogStatus],
        would_show: "whether an interface was idle or its records were lost: without it neither can be said, and no \
                     missing record proves anything",
        may_be_empty: true,
    },
    Wanted {
        id: "tcp-flags",
        importance: Importance::Limits,
        fields: &[Field::TcpFlags],
        would_show: "resets and stalls, and for certain which packets open a connection: without it openings are told \
                     by their size",
        may_be_empty: false,
    },
    Wanted {
        id: "packet-addresses",
        importance: Importance::Limits,
        fields: &[Field::PktSrcAddr, Field::PktDstAddr],
        would_show: "what passed through a NAT gateway, at the gateway's interface",
        may_be_empty: false,
    },
    Wanted {
        id: "flow-direction",
        importance: Importance::Helps,
        fields: &[Field::FlowDirection],
        would_show: "which way packets went at an interface: without it that is told by the interface's own address",
        may_be_empty: false,
    },
    Wanted {
        id: "network-ids",
        importance: Importance::Helps,
        fields: &[Field::VpcId, Field::SubnetId],
        would_show: "where an interface is that no document names, as that of a task that is gone",
        may_be_empty: false,
    },
    Wanted {
        id: "ecs-fields",
        importance: Importance::Helps,
        fields: &[Field::EcsTaskId, Field::EcsTaskArn, Field::EcsServiceName],
        would_show: "which task sent the packets, where no document tells",
        may_be_empty: false,
    },
    Wanted {
        id: "aws-service",
        importance: Importance::Helps,
        fields: &[Field::PktDstAwsService],
        would_show: "whether a public address is S3's or another AWS service's",
        may_be_empty: true,
    },
    Wanted {
        id: "path-of-egress",
        importance: Importance::Helps,
        fields: &[Field::TrafficPath, Field::NextHopInterfaceId],
        would_show: "by which gateway packets left, and which interface they went to",
        may_be_empty: true,
    },
    Wanted {
        id: "reject-reason",
        importance: Importance::Helps,
        fields: &[Field::RejectReason],
        would_show: "whether a policy of the whole VPC rejected the packets, and no group or ACL",
        may_be_empty: true,
    },
];

/// Why the ECS fields may be there and empty.
const ECS_PERMISSIONS: &str = "in a flow log made while the cluster was in the VPC, by someone who may list and describe it in \
     ECS, they hold something: make a second flow log, with the command below";

/// What is missing, in the order of what it costs.
pub(super) fn missing(found: &Found<'_>) -> Vec<Lack> {
    WANTED.iter().filter_map(|wanted| lack(found, wanted)).collect()
}

fn lack(found: &Found<'_>, wanted: &Wanted) -> Option<Lack> {
    let state = |field: &Field| state(found, *field, wanted.may_be_empty).map(|state| (state, field.name()));
    let mut by_state: BTreeMap<State, Vec<&str>> = BTreeMap::new();
    for (state, name) in wanted.fields.iter().filter_map(state) {
        by_state.entry(state).or_default().push(name);
    }
    let is_empty_only = by_state.keys().all(|state| *state == State::Empty);
    let to_do = if wanted.id == "ecs-fields" && is_empty_only { ECS_PERMISSIONS } else { NEW_FLOW_LOG };
    let what: Vec<String> = by_state.iter().map(|(state, names)| told(found, *state, names)).collect();
    (!what.is_empty()).then(|| Lack {
        id: wanted.id,
        importance: wanted.importance,
        what: what.join("; "),
        would_show: wanted.would_show,
        to_do: to_do.to_owned(),
    })
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// No file has it.
    Absent,
    /// So many files have it, and others do not.
    OfSome(u64),
    /// It is there, and holds nothing in any record.
    Empty,
}

fn state(found: &Found<'_>, field: Field, may_be_empty: bool) -> Option<State> {
    match found.files.get(&field).copied().unwrap_or(0) {
        0 => Some(State::Absent),
        files if files < found.with_columns => Some(State::OfSome(files)),
        _ if may_be_empty || found.total.ok() == 0 => None,
        _ => (found.filled.get(&field) == Some(&0)).then_some(State::Empty),
    }
}

fn told(found: &Found<'_>, state: State, names: &[&str]) -> String {
    let noun = if names.len() == 1 { "the field" } else { "the fields" };
    let named = format!("{noun} {}", names.join(", "));
    match state {
        State::Absent => named,
        State::OfSome(files) => format!("{named} in all files: {files} of {} have it", found.with_columns),
        State::Empty => format!("something in {named}: empty in every record"),
    }
}
