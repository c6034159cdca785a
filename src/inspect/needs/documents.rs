//! Missing metadata, and records that the metadata lead to expect.

use crate::diagnose::stopped_reason::is_start_failure;
use crate::inspect::needs::InspectedData;
use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::report::inspect::{Importance, MissingItem};

/// Limit of ids that are listed; the others are counted.
const MOST_NAMED: usize = 3;
/// Seconds before the creation and after the stop of a task that belong to it, because records are written after their
/// interval ends.
const MARGIN: i64 = 15 * 60;

/// The missing data.
pub(super) fn missing(found: &InspectedData<'_>) -> Vec<MissingItem> {
    let Some(inventory) = found.inventory else {
        return vec![MissingItem {
            id: "metadata",
            importance: Importance::Limiting,
            what: "metadata: `--metadata` is not given".to_owned(),
            would_show: "which tasks failed and when, the owners of the interfaces, and the blocking rule or route",
            how_to_get:
                "run the script that `flowcause collect` prints, and pass its folder with `--metadata`"
                    .to_owned(),
        }];
    };
    let failed: Vec<&Task> = inventory.tasks.values().filter(|task| is_failed(task)).collect();
    if failed.is_empty() {
        let lack = MissingItem {
            id: "failed-tasks",
            importance: Importance::Limiting,
            what: "a task that failed to start: the metadata contain none".to_owned(),
            would_show: "which packets to follow, at which time, and why ECS stopped the task",
            how_to_get: "save `aws ecs describe-tasks` of the failed tasks within the hour, or their Task State Change events"
                .to_owned(),
        };
        return [vec![lack], interfaces(found, inventory)].concat();
    }
    if found.total.records == 0 {
        return Vec::new();
    }
    [unseen(found, &failed), untimely(found, &failed), interfaces(found, inventory)].concat()
}

fn is_failed(task: &Task) -> bool {
    is_start_failure(task.stop_code.as_deref(), task.stopped_reason.as_deref())
}

/// Failed tasks whose interfaces have no record.
fn unseen(found: &InspectedData<'_>, failed: &[&Task]) -> Vec<MissingItem> {
    let ids: Vec<&InterfaceId> = failed.iter().filter_map(|task| task.interface_id.as_ref()).collect();
    let unseen: Vec<&str> =
        ids.iter().map(|id| id.as_str()).filter(|id| !found.interfaces.contains(id)).collect();
    if unseen.is_empty() {
        return Vec::new();
    }
    vec![MissingItem {
        id: "task-interfaces",
        importance: Importance::Limiting,
        what: format!(
            "records of {} of {} interfaces of failed tasks: {}",
            unseen.len(),
            ids.len(),
            named(&unseen)
        ),
        would_show: "the packets that these tasks sent and received",
        how_to_get: format!("copy the files of a flow log that covers their subnets{}", when(failed)),
    }]
}

/// Failed tasks of a time that the logs do not cover, or not completely.
fn untimely(found: &InspectedData<'_>, failed: &[&Task]) -> Vec<MissingItem> {
    let Some((first, last)) = found.total.span else { return Vec::new() };
    let is_outside = |task: &&&Task| match lived(task) {
        Some((from, to)) => from < first || to > last,
        None => false,
    };
    let outside: Vec<&Task> = failed.iter().filter(is_outside).copied().collect();
    if outside.is_empty() {
        return Vec::new();
    }
    vec![MissingItem {
        id: "task-times",
        importance: Importance::Limiting,
        what: format!(
            "the whole time of {} of {} failed tasks: the records begin {first} and end {last}",
            outside.len(),
            failed.len()
        ),
        would_show: "whether a reply is missing or its file was not copied",
        how_to_get: format!("copy the files of the flow log{}", when(&outside)),
    }]
}

/// From the creation of a task to its stop.
fn lived(task: &Task) -> Option<(Timestamp, Timestamp)> {
    Some((task.created_at?, task.stopped_at.or(task.stopping_at)?))
}

/// The time of tasks, for the person who copies the files.
fn when(tasks: &[&Task]) -> String {
    let lived = || tasks.iter().filter_map(|task| lived(task));
    match (lived().map(|(from, _)| from).min(), lived().map(|(_, to)| to).max()) {
        (Some(from), Some(to)) => format!(" from {} to {}", from.plus(-MARGIN), to.plus(MARGIN)),
        _ => String::new(),
    }
}

/// Interfaces at the other end that have no record.
fn interfaces(found: &InspectedData<'_>, inventory: &Inventory) -> Vec<MissingItem> {
    if found.total.records == 0 {
        return Vec::new();
    }
    let of_endpoints = inventory.endpoints.values().flat_map(|endpoint| &endpoint.interface_ids);
    let of_gateways = inventory.nat_gateways.values().flat_map(|gateway| &gateway.interface_ids);
    let endpoints = other_side(
        found,
        of_endpoints,
        ("endpoint-interfaces", "interface endpoints"),
        "whether packets reached the endpoint and what its security groups did: without them only the configuration \
         shows where they ended",
    );
    let gateways = other_side(
        found,
        of_gateways,
        ("nat-interfaces", "NAT gateways"),
        "whether a NAT gateway received the packets and forwarded them",
    );
    endpoints.into_iter().chain(gateways).chain(own_side_only(found)).collect()
}

/// Whether only the interfaces of tasks have records, for example from a flow log of their subnet.
fn own_side_only(found: &InspectedData<'_>) -> Option<MissingItem> {
    let is_task = |role: &String| role == InterfaceRole::Task.name();
    (!found.total.roles.is_empty() && found.total.roles.keys().all(is_task)).then(|| MissingItem {
        id: "peer-interfaces",
        importance: Importance::Limiting,
        what: "records of other interfaces than those of tasks".to_owned(),
        would_show: "what the peer, or a gateway on the path, did with the packets: without it only the configuration \
                     shows where they ended",
        how_to_get: "copy the files of a flow log of the whole VPC, or create one with the command below".to_owned(),
    })
}

fn other_side<'a>(
    found: &InspectedData<'_>,
    ids: impl Iterator<Item = &'a InterfaceId>,
    (id, whose): (&'static str, &str),
    would_show: &'static str,
) -> Option<MissingItem> {
    let all: Vec<&str> = ids.map(InterfaceId::as_str).collect();
    let unseen: Vec<&str> = all.iter().copied().filter(|id| !found.interfaces.contains(id)).collect();
    (!unseen.is_empty()).then(|| MissingItem {
        id,
        importance: Importance::Limiting,
        what: format!(
            "records of {} of {} interfaces of {whose}: {}",
            unseen.len(),
            all.len(),
            named(&unseen)
        ),
        would_show,
        how_to_get: "copy the files of a flow log of the whole VPC, or create one with the command below"
            .to_owned(),
    })
}

/// The first ids, and the number of the others.
fn named(ids: &[&str]) -> String {
    let named = ids.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
