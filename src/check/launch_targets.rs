//! Launch targets: the subnets and groups of services, of tasks that were started, or those of the command line.

use crate::attribution::endpoints::Endpoints;
use crate::check::needs::{exec_need, needs};
use crate::check::selection::LaunchTargetSelection;
use crate::inventory::Inventory;
use crate::model::container_instance::{ContainerInstance, StartInterface};
use crate::model::deployment::{EcsService, Need, TaskNetwork};
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::resolution::NameServer;
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
    /// Whether the VPC counts as one without interface endpoints, because none of its saved interfaces is one's.
    pub(super) has_no_endpoints: bool,
}

impl LaunchTarget {
    /// The endpoints of its VPC.
    pub(super) fn endpoints<'a>(&'a self, inventory: &'a Inventory) -> Endpoints<'a> {
        Endpoints::of(inventory, self.sender.vpc_id.as_ref())
    }

    /// Whether the VPC is known to have name servers of its own.
    pub(super) fn has_own_name_servers(&self, inventory: &Inventory) -> bool {
        let servers = self.sender.vpc_id.as_ref().and_then(|vpc| inventory.name_servers_of(vpc));
        servers.is_some_and(|servers| servers.iter().any(|server| *server != NameServer::Amazon))
    }

    /// Whether tasks there start over the interface of a container instance. Before a start, no other interface is known.
    pub(super) fn is_on_instance(&self) -> bool {
        self.sender.interface_id.is_some()
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

/// The launch target of one start, as far as documents show where it sends from. A conclusion from it is at most likely, so the
/// saved interfaces may stand for the list of endpoints.
pub(super) fn of_start(
    inventory: &Inventory,
    sender: &Sender,
    definition_arn: Option<&String>,
) -> Option<LaunchTarget> {
    let (needs, needs_from_task_definition) = needs(inventory, definition_arn);
    let has_no_endpoints = Endpoints::of(inventory, sender.vpc_id.as_ref()).none_by_interfaces();
    Some(LaunchTarget {
        has_no_endpoints,
        service_name: None,
        cluster_arn: None,
        definition_arn: definition_arn.cloned(),
        subnet_id: sender.subnet_id.clone()?,
        sender: sender.clone(),
        needs,
        needs_from_task_definition,
    })
}

/// The launch targets of a service; empty if no document shows where its tasks start.
pub(super) fn of_service(inventory: &Inventory, service: &EcsService) -> Vec<LaunchTarget> {
    let started = StartedTasks {
        service_name: Some(service.name.clone()),
        cluster_arn: service.cluster_arn.clone(),
        definition_arn: service.definition_arn.clone(),
        has_exec: service.has_exec,
    };
    if !is_on_fargate(service) {
        return on_instances(inventory, &started);
    }
    service.network.as_ref().map(|network| in_network(inventory, &started, network)).unwrap_or_default()
}

/// Whether the tasks of a service start over interfaces of their own.
pub(super) fn is_on_fargate(service: &EcsService) -> bool {
    service.launch_type.as_deref().is_none_or(|kind| kind == "FARGATE")
}

/// The saved container instances of a cluster.
pub(super) fn instances_of<'a>(
    inventory: &'a Inventory,
    cluster_arn: Option<&str>,
) -> Vec<&'a ContainerInstance> {
    let cluster = cluster_arn.and_then(|arn| arn.rsplit('/').next());
    let is_in_cluster = |arn: &str| {
        let mut parts = arn.rsplit('/');
        let (_, of_instance) = (parts.next(), parts.next());
        cluster.is_none() || of_instance.is_none_or(|part| part.contains(':')) || of_instance == cluster
    };
    inventory.container_instances.values().filter(|instance| is_in_cluster(&instance.arn)).collect()
}

/// The launch targets of tasks on the container instances of a cluster: the primary interfaces of the instances, over which
/// their agents start tasks. Each subnet with its groups is checked once.
fn on_instances(inventory: &Inventory, started: &StartedTasks) -> Vec<LaunchTarget> {
    let instances = instances_of(inventory, started.cluster_arn.as_deref());
    let primary =
        instances.into_iter().filter_map(|one| inventory.primary_interface_of(one.instance_id.as_ref()?));
    let mut targets: Vec<LaunchTarget> = Vec::new();
    for target in primary.filter_map(|primary| at_interface(inventory, started, primary)) {
        if !targets.iter().any(|known| is_same(known, &target)) {
            targets.push(target);
        }
    }
    targets
}

/// The launch target at the interface of an instance; none if its subnet or its groups are unknown.
fn at_interface(
    inventory: &Inventory,
    started: &StartedTasks,
    interface: &NetworkInterface,
) -> Option<LaunchTarget> {
    let network = TaskNetwork {
        subnet_ids: vec![interface.subnet_id.clone()?],
        group_ids: Some(interface.group_ids.clone()).filter(|ids| !ids.is_empty())?,
        assigns_public_address: Some(interface.public_address.is_some()),
    };
    let mut target = in_network(inventory, started, &network).pop()?;
    target.sender.interface_id = Some(interface.id.clone());
    Some(target)
}

/// The launch target of a task, from its interface or from the call that started it; on EC2 from the interface of its
/// container instance.
fn of_task(inventory: &Inventory, task: &Task) -> Option<LaunchTarget> {
    let started = StartedTasks {
        service_name: task.service_name.clone(),
        cluster_arn: task.cluster_arn.clone(),
        definition_arn: task.definition_arn.clone(),
        has_exec: false,
    };
    match inventory.start_interface_of(task) {
        StartInterface::Own | StartInterface::OfFargate => {}
        StartInterface::OfInstance { instance_id, .. } => {
            return at_interface(inventory, &started, inventory.primary_interface_of(&instance_id)?);
        }
        StartInterface::OfUnknownInstance { .. } | StartInterface::External => return None,
    }
    let facts = inventory.task_network_of(task);
    let network = TaskNetwork {
        subnet_ids: vec![task.subnet_id.clone()?],
        group_ids: facts.group_ids.map(|learned| learned.value)?,
        assigns_public_address: facts.has_public_address.map(|learned| learned.value),
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
            has_no_endpoints: false,
        }
    };
    network.subnet_ids.iter().map(target).collect()
}

/// The default group of interfaces without a group.
fn default_group(inventory: &Inventory, vpc: &VpcId) -> Option<SecurityGroupId> {
    let mut own = inventory.security_groups.values().filter(|group| group.vpc_id.as_ref() == Some(vpc));
    own.find(|group| group.name.as_deref() == Some("default")).map(|group| group.id.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    /// The launch targets as `subnet groups interface`.
    fn check(documents: &[Value], want: &[&str]) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, ..) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
        let text = |target: &LaunchTarget| {
            let groups: Vec<&str> =
                target.sender.group_ids.iter().flatten().map(SecurityGroupId::as_str).collect();
            let interface = target.sender.interface_id.as_ref().map_or("-", |id| id.as_str());
            format!("{} {} {interface}", target.subnet_id, groups.join(","))
        };
        let found = launch_targets(&inventory, &LaunchTargetSelection::default());
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), want, "{documents:?}");
    }

    #[test]
    fn tasks_on_ec2_start_at_the_interface_of_their_instance() {
        let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-t"], "securityGroups": ["sg-t"]}});
        let service = |launch_type: &str| {
            json!({"services": [{"serviceArn": "a:service/shop/orders", "clusterArn": "a:cluster/shop",
                "launchType": launch_type, "networkConfiguration": network}]})
        };
        let instance = |cluster: &str| {
            json!({"containerInstances": [
                {"containerInstanceArn": format!("a:container-instance/{cluster}/1"), "ec2InstanceId": "i-1"}]})
        };
        let interface = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-i", "SubnetId": "subnet-i",
            "Groups": [{"GroupId": "sg-i"}], "Attachment": {"InstanceId": "i-1", "DeviceIndex": 0}}]});
        let task = json!({"tasks": [{"taskArn": "a:task/shop/1", "launchType": "EC2", "clusterArn": "a:cluster/shop",
            "containerInstanceArn": "a:container-instance/shop/1"}]});
        check(&[service("FARGATE"), instance("shop"), interface.clone()], &["subnet-t sg-t -"]);
        check(&[service("EC2"), instance("shop"), interface.clone()], &["subnet-i sg-i eni-i"]);
        check(&[service("EC2"), instance("other"), interface.clone()], &[]);
        check(&[service("EC2"), interface.clone()], &[]);
        check(&[task.clone(), instance("shop"), interface], &["subnet-i sg-i eni-i"]);
        check(&[task], &[]);
    }
}
