//! Missing data that several causes name.

use crate::diagnose::case::{Case, Traffic};
use crate::diagnose::phrases::missing_data;
use crate::diagnose::stopped_reason::Phase;
use crate::finding::MissingData;
use crate::model::container_instance::StartInterface;
use crate::model::protocol::NFS_PORT;
use crate::model::service::Service;

/// The flow log of the task's own interface: the one that was given may omit traffic, or minutes.
pub(super) fn needs_near(case: &Case<'_>) -> MissingData {
    let visibility = &case.visibility;
    let would_show = "which packets left the task, and which replies arrived";
    if let Some(missing) = needs_all_traffic(visibility.traffic, would_show) {
        return missing;
    }
    let name =
        case.subject.interface_id.as_ref().map_or("the task's interface".to_owned(), ToString::to_string);
    let log = if visibility.near.is_covered() { "complete flow log" } else { "flow log" };
    missing_data(format!("the {log} of {name} in that time"), would_show)
}

/// A flow log that records all traffic; none if the one that was given does, or if its type is unknown.
fn needs_all_traffic(traffic: Traffic, would_show: &str) -> Option<MissingData> {
    let is_partial = !traffic.is_all() && traffic != Traffic::Unknown;
    is_partial.then(|| {
        missing_data(
            format!("a flow log with TrafficType ALL; this one records {} traffic only", traffic.name()),
            would_show,
        )
    })
}

/// The data that would show whether the start made an attempt.
pub(super) fn needs_origin(case: &Case<'_>) -> MissingData {
    if let Some(missing) = needs_start_interface(case) {
        return missing;
    }
    let is_recorded = |address| case.attempts.iter().any(|attempt| attempt.destination == address);
    match case.reason.address.filter(|address| !is_recorded(*address)) {
        Some(dialled) => missing_data(
            format!("the records of the attempts to reach {dialled}, which the stopped reason names"),
            "the result of the attempts because of which the task was stopped",
        ),
        None => missing_data(
            if case.reason.host.is_some() || case.reason.address.is_some() {
                "Route 53 Resolver query logs"
            } else {
                "the address or host in the stopped reason, or Route 53 Resolver query logs"
            },
            "that the start sent these packets, and not a container that was running already",
        ),
    }
}

/// The data about the interface from which the start sent, if it is not the subject's interface.
fn needs_start_interface(case: &Case<'_>) -> Option<MissingData> {
    let what = match &case.subject.start {
        StartInterface::Own | StartInterface::OfInstance { .. } => return None,
        StartInterface::OfFargate => {
            "the records of Fargate's own interface, over which platform versions before 1.4 start tasks; no flow log \
             shows it"
                .to_owned()
        }
        StartInterface::External => {
            "the traffic of the external instance: its agent starts tasks over a network outside AWS, which no flow log \
             records"
                .to_owned()
        }
        StartInterface::OfUnknownInstance { instance_id: Some(id), .. } => {
            format!("the primary interface of the container instance {id}: save it with `aws ec2 describe-instances`")
        }
        StartInterface::OfUnknownInstance { is_described: true, .. } => {
            "the `ec2InstanceId` of the task's container instance, which its document lacks".to_owned()
        }
        StartInterface::OfUnknownInstance { .. } => {
            "the container instance's interface: save `aws ecs describe-container-instances` and \
             `aws ec2 describe-instances`"
                .to_owned()
        }
    };
    Some(missing_data(what, "the packets of the start: they leave another interface than the task's"))
}

/// The records of a file system's mount, if the stopped reason names the mount and no attempt to a mount target is recorded.
pub(super) fn needs_mount_records(case: &Case<'_>) -> Option<MissingData> {
    let is_recorded = case.attempts.iter().any(|attempt| attempt.service == Service::Efs);
    (case.reason.phase == Some(Phase::FileSystem) && !is_recorded).then(|| {
        missing_data(
            format!("the records of port {NFS_PORT} in the task's time: none is an attempt of the task"),
            "whether the mount of the file system was rejected or left unanswered",
        )
    })
}

/// The records that were omitted or lost, if a rejection was recorded.
pub(super) fn needs_complete_records(case: &Case<'_>) -> Vec<MissingData> {
    let mut missing = Vec::new();
    let would_show = "whether another attempt succeeded";
    missing.extend(needs_all_traffic(case.visibility.traffic, would_show));
    if case.visibility.traffic == Traffic::Unknown {
        missing.push(missing_data(
            "the flow log's TrafficType: save it with `aws ec2 describe-flow-logs`",
            would_show,
        ));
    }
    missing.extend(case.visibility.unreadable(would_show));
    let lost = case.visibility.near.skipdata_minutes;
    if lost > 0 {
        missing.push(missing_data(
            format!("the records lost to SKIPDATA in {lost} min of the task's time"),
            would_show,
        ));
    }
    missing
}
