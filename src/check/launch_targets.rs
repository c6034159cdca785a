//! Launch targets: the subnets and groups of services, of tasks that were started, or those of the command line.

use crate::attribution::endpoints::Endpoints;
use crate::check::needs::{exec_need, needs};
use crate::check::selection::LaunchTargetSelection;
use crate::inventory::Inventory;
use crate::model::deployment::{EcsService, Need, TaskNetwork};
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};
use crate::model::task::Task;
use crate::path::Sender;

/// A subnet and security groups in which tasks are started, and the tasks that are started there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LaunchTarget {
    pub(super) service_name: Option<String>,
    pub(super) cluster_arn: Option<String>,
    pub(super) definition_arn: Option<String>,
    pub(super) subnet_id: SubnetId,
    /// A task there, whose address is unknown.
    pub(super) sender: Sender,
    pub(super) needs: Vec<Need>,
    pub(super) needs_from_task_definition: bool,
}

impl LaunchTarget {
    /// The endpoints of its VPC.
    pub(super) fn endpoints<'a>(&'a self, inventory: &'a Inventory) -> Endpoints<'a> {
        Endpoints::of(inventory, self.sender.vpc_id.as_ref())
    }
}

/// The tasks that are started at a launch target.
#[derive(Clone, Debug, Default)]
struct StartedTasks {
    service_name: Option<String>,
    cluster_arn: Option<String>,
    definition_arn: Option<String>,
    has_exec: bool,
}

/// The launch targets, each once, by cluster, service and subnet.
pub(super) fn launch_targets(inventory: &Inventory, selection: &LaunchTargetSelection) -> Vec<LaunchTarget> {
    if !selection.subnet_ids.is_empty() {
        let network = TaskNetwork {
            subnet_ids: selection.subnet_ids.clone(),
            group_ids: selection.group_ids.clone(),
            assigns_public_address: selection.has_public_address,
        };
        return in_network(inventory, &StartedTasks::default(), &network);
    }
    let mut launch_targets: Vec<LaunchTarget> = Vec::new();
    for service in inventory.services.values() {
        launch_targets.extend(of_service(inventory, service));
    }
    for task in inventory.tasks.values() {
        let target = of_task(inventory, task);
        launch_targets
            .extend(target.filter(|target| !launch_targets.iter().any(|known| is_same(known, target))));
    }
    launch_targets.sort_by(|one, other| {
        let key = |target: &LaunchTarget| {
            (target.cluster_arn.clone(), target.service_name.clone(), target.subnet_id.clone())
        };
        key(one).cmp(&key(other))
    });
    launch_targets
}

/// The launch target of one start, as far as documents show where it sends from.
pub(super) fn of_start(
    inventory: &Inventory,
    sender: &Sender,
    definition_arn: Option<&String>,
) -> Option<LaunchTarget> {
    let (needs, needs_from_task_definition) = needs(inventory, definition_arn);
    Some(LaunchTarget {
        service_name: None,
        cluster_arn: None,
        definition_arn: definition_arn.cloned(),
        subnet_id: sender.subnet_id.clone()?,
        sender: sender.clone(),
        needs,
        needs_from_task_definition,
    })
}

fn of_service(inventory: &Inventory, service: &EcsService) -> Vec<LaunchTarget> {
    let started = StartedTasks {
        service_name: Some(service.name.clone()),
        cluster_arn: service.cluster_arn.clone(),
        definition_arn: service.definition_arn.clone(),
        has_exec: service.has_exec,
    };
    service.network.as_ref().map(|network| in_network(inventory, &started, network)).unwrap_or_default()
}

/// The launch target of a task, from its interface or from the call that started it.
fn of_task(inventory: &Inventory, task: &Task) -> Option<LaunchTarget> {
    let facts = inventory.task_network_of(task);
    let network = TaskNetwork {
        subnet_ids: vec![task.subnet_id.clone()?],
        group_ids: facts.group_ids.map(|learned| learned.value)?,
        assigns_public_address: facts.has_public_address.map(|learned| learned.value),
    };
    let started = StartedTasks {
        service_name: task.service_name.clone(),
        cluster_arn: task.cluster_arn.clone(),
        definition_arn: task.definition_arn.clone(),
        has_exec: false,
    };
    in_network(inventory, &started, &network).pop()
}

/// Whether tasks are started in the same way at two launch targets. Revisions of a task definition count as the same.
fn is_same(known: &LaunchTarget, target: &LaunchTarget) -> bool {
    let family = |target: &LaunchTarget| {
        let arn = target.definition_arn.as_deref()?;
        Some(arn.rsplit_once(':').map_or(arn, |(family, _)| family).to_owned())
    };
    let groups = |target: &LaunchTarget| {
        let mut groups = target.sender.group_ids.clone().unwrap_or_default();
        groups.sort();
        groups
    };
    known.service_name == target.service_name
        && known.cluster_arn == target.cluster_arn
        && known.subnet_id == target.subnet_id
        && (known.service_name.is_some() || family(known) == family(target))
        && groups(known) == groups(target)
}

fn in_network(inventory: &Inventory, started: &StartedTasks, network: &TaskNetwork) -> Vec<LaunchTarget> {
    let (mut needs, needs_from_task_definition) = needs(inventory, started.definition_arn.as_ref());
    needs.extend(started.has_exec.then(exec_need));
    let target = |subnet_id: &SubnetId| {
        let vpc_id = inventory.subnets.get(subnet_id).and_then(|subnet| subnet.vpc_id.clone());
        let groups = if network.group_ids.is_empty() {
            vpc_id.as_ref().and_then(|vpc| default_group(inventory, vpc)).into_iter().collect()
        } else {
            network.group_ids.clone()
        };
        LaunchTarget {
            service_name: started.service_name.clone(),
            cluster_arn: started.cluster_arn.clone(),
            definition_arn: started.definition_arn.clone(),
            subnet_id: subnet_id.clone(),
            sender: Sender {
                subnet_id: Some(subnet_id.clone()),
                vpc_id,
                group_ids: (!groups.is_empty()).then_some(groups),
                has_public_address: network.assigns_public_address,
                ..Sender::default()
            },
            needs: needs.clone(),
            needs_from_task_definition,
        }
    };
    network.subnet_ids.iter().map(target).collect()
}

/// The default group of interfaces without a group.
fn default_group(inventory: &Inventory, vpc: &VpcId) -> Option<SecurityGroupId> {
    let mut own = inventory.security_groups.values().filter(|group| group.vpc_id.as_ref() == Some(vpc));
    own.find(|group| group.name.as_deref() == Some("default")).map(|group| group.id.clone())
}
