//! Data that would settle what several causes leave open.

use crate::diagnose::case::{Case, Traffic};
use crate::diagnose::phrases::missing_data;
use crate::diagnose::stopped_reason::Phase;
use crate::finding::MissingData;
use crate::model::protocol::NFS_PORT;

/// What the task's own side would add.
pub(super) fn needs_near(case: &Case<'_>) -> MissingData {
    let name =
        case.subject.interface_id.as_ref().map_or("the task's interface".to_owned(), ToString::to_string);
    missing_data(
        format!("the flow log of {name} in that time"),
        "what left the task, and what came back to it",
    )
}

/// What would tell whether an attempt was the start's.
pub(super) fn needs_origin(case: &Case<'_>) -> MissingData {
    if let Some(other) = case.subject.start_elsewhere {
        return missing_data(
            format!("the records of {other}"),
            "whether the start failed there, and not at the task's interface",
        );
    }
    let is_recorded = |address| case.attempts.iter().any(|attempt| attempt.destination == address);
    match case.reason.address.filter(|address| !is_recorded(*address)) {
        Some(dialled) => missing_data(
            format!("the records of the attempts to reach {dialled}, which the stopped reason names"),
            "what came of those, of which the task was stopped",
        ),
        None => missing_data(
            "the address or host in the stopped reason, or Route 53 Resolver query logs",
            "that the start sent these packets, and not a container that was running already",
        ),
    }
}

/// The port of a file system's mount, where it failed and the port's records were not kept.
pub(super) fn needs_mount_port(case: &Case<'_>) -> Option<MissingData> {
    let is_kept = case.facts.ports.contains(&NFS_PORT);
    (case.reason.phase == Some(Phase::FileSystem) && !is_kept).then(|| {
        missing_data(
            format!("the records of port {NFS_PORT}: run this again with `--port {NFS_PORT}`"),
            "whether the mount of the file system was rejected or left unanswered",
        )
    })
}

/// What records that were left out or lost would add to a rejection.
pub(super) fn needs_complete_records(case: &Case<'_>) -> Vec<MissingData> {
    let mut missing = Vec::new();
    let would_show = "whether the task got through another way";
    match case.visibility.traffic {
        traffic if traffic.is_all() => {}
        Traffic::Unknown => missing.push(missing_data(
            "the flow log's TrafficType: save it with `aws ec2 describe-flow-logs`",
            would_show,
        )),
        traffic => missing.push(missing_data(
            format!("a flow log with TrafficType ALL; this one records {} traffic only", traffic.name()),
            would_show,
        )),
    }
    let lost = case.visibility.near.skipdata_minutes;
    if lost > 0 {
        missing.push(missing_data(
            format!("the records lost to SKIPDATA in {lost} min of the task's time"),
            would_show,
        ));
    }
    missing
}
