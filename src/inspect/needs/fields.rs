//! Fields that the records do not have.

use crate::inspect::needs::{Found, NEW_FLOW_LOG};
use crate::model::field::Field;
use crate::report::inspect::Lack;

/// Fields that are missed together, and what they would show.
struct Wanted {
    id: &'static str,
    fields: &'static [Field],
    would_show: &'static str,
    /// Whether records that hold nothing in it are nothing unusual.
    may_be_empty: bool,
}

const WANTED: [Wanted; 9] = [
    Wanted {
        id: "log-status",
        fields: &[Field::LogStatus],
        would_show: "whether an interface was idle or its records were lost: without it neither can be said, and no \
                     missing record proves anything",
        may_be_empty: true,
    },
    Wanted {
        id: "tcp-flags",
        fields: &[Field::TcpFlags],
        would_show: "resets and stalls, and for certain which packets open a connection: without it openings are told \
                     by their size",
        may_be_empty: false,
    },
    Wanted {
        id: "packet-addresses",
        fields: &[Field::PktSrcAddr, Field::PktDstAddr],
        would_show: "what passed through a NAT gateway, at the gateway's interface",
        may_be_empty: false,
    },
    Wanted {
        id: "flow-direction",
        fields: &[Field::FlowDirection],
        would_show: "which way packets went at an interface: without it that is told by the interface's own address",
        may_be_empty: false,
    },
    Wanted {
        id: "network-ids",
        fields: &[Field::VpcId, Field::SubnetId],
        would_show: "where an interface is that no document names, as that of a task that is gone",
        may_be_empty: false,
    },
    Wanted {
        id: "ecs-fields",
        fields: &[Field::EcsTaskId, Field::EcsTaskArn, Field::EcsServiceName],
        would_show: "which task sent the packets, where no document tells",
        may_be_empty: false,
    },
    Wanted {
        id: "aws-service",
        fields: &[Field::PktDstAwsService],
        would_show: "whether a public address is S3's or another AWS service's",
        may_be_empty: true,
    },
    Wanted {
        id: "path-of-egress",
        fields: &[Field::TrafficPath, Field::NextHopInterfaceId],
        would_show: "by which gateway packets left, and which interface they went to",
        may_be_empty: true,
    },
    Wanted {
        id: "reject-reason",
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
    let told: Vec<String> =
        wanted.fields.iter().filter_map(|&field| told(found, field, wanted.may_be_empty)).collect();
    let is_empty_only = told.iter().all(|told| told.ends_with(EMPTY));
    let to_do = if wanted.id == "ecs-fields" && is_empty_only { ECS_PERMISSIONS } else { NEW_FLOW_LOG };
    (!told.is_empty()).then(|| Lack {
        id: wanted.id,
        what: told.join("; "),
        would_show: wanted.would_show,
        to_do: to_do.to_owned(),
    })
}

const EMPTY: &str = " (there, and empty in every record)";

/// What is wrong with one field, if anything.
fn told(found: &Found<'_>, field: Field, may_be_empty: bool) -> Option<String> {
    let all = found.with_columns;
    match found.files.get(&field).copied().unwrap_or(0) {
        0 => Some(field.name().to_owned()),
        files if files < all => Some(format!("{field} (only {files} of {all} files have it)")),
        _ if may_be_empty || found.total.ok() == 0 => None,
        _ => (found.filled.get(&field) == Some(&0)).then(|| format!("{field}{EMPTY}")),
    }
}
