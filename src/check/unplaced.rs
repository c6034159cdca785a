//! Services that have no launch target: which documents are missing, and the commands that save them.

use crate::check::launch_targets::{instances_of, is_on_fargate, of_service};
use crate::check::selection::LaunchTargetSelection;
use crate::inventory::Inventory;
use crate::model::deployment::EcsService;
use crate::model::ids::{InstanceId, plain_id};
use crate::report::check::UnplacedService;

/// The most instances that one command names.
const MOST_INSTANCES: usize = 10;

/// The services of which no document shows where their tasks start, by cluster and name; none if the command line names the
/// subnets, and none that run on external instances, because these start tasks over a network outside AWS.
#[must_use]
pub fn unplaced(inventory: &Inventory, selection: &LaunchTargetSelection) -> Vec<UnplacedService> {
    if !selection.subnet_ids.is_empty() {
        return Vec::new();
    }
    let is_external = |service: &&EcsService| service.launch_type.as_deref() == Some("EXTERNAL");
    let mut all: Vec<UnplacedService> = inventory
        .services
        .values()
        .filter(|service| !is_external(service) && of_service(inventory, service).is_empty())
        .map(|service| of(inventory, service))
        .collect();
    all.sort_by(|one, other| {
        (&one.cluster_arn, &one.service_name).cmp(&(&other.cluster_arn, &other.service_name))
    });
    all
}

fn of(inventory: &Inventory, service: &EcsService) -> UnplacedService {
    let cluster = service.cluster_arn.as_deref().and_then(|arn| plain_id(arn.rsplit('/').next()?));
    let in_cluster = cluster.map_or_else(String::new, |name| format!(" --cluster {name}"));
    let (summary, missing, commands) = if is_on_fargate(service) {
        let name = plain_id(&service.name);
        let show = name.map(|name| format!("aws ecs describe-services{in_cluster} --services {name}"));
        let missing = "describe-services with the networkConfiguration of the service".to_owned();
        ("no document shows in which subnets its tasks start", missing, show.into_iter().collect())
    } else {
        let instances = instances_of(inventory, service.cluster_arn.as_deref());
        let ids: Vec<&InstanceId> = instances.iter().filter_map(|one| one.instance_id.as_ref()).collect();
        if ids.is_empty() {
            let list = format!("aws ecs list-container-instances{in_cluster}");
            let missing = "describe-container-instances of the instances of the cluster, and describe-instances of them";
            let why = "its tasks start over the interfaces of container instances, and none of its cluster is saved";
            (why, missing.to_owned(), vec![list])
        } else {
            let shown: Vec<&str> =
                ids.iter().filter_map(|id| plain_id(id.as_str())).take(MOST_INSTANCES).collect();
            let show = format!("aws ec2 describe-instances --instance-ids {}", shown.join(" "));
            let commands = if shown.is_empty() { Vec::new() } else { vec![show] };
            let why = "its tasks start over the interfaces of container instances, whose subnets and groups are not saved";
            (why, "describe-instances of the container instances".to_owned(), commands)
        }
    };
    UnplacedService {
        service_name: service.name.clone(),
        cluster_arn: service.cluster_arn.clone(),
        summary: summary.to_owned(),
        missing: vec![missing],
        commands,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    /// The services as `name: what is missing | command`.
    fn check(documents: &[Value], want: &[&str]) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, ..) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
        let found: Vec<String> = unplaced(&inventory, &LaunchTargetSelection::default())
            .iter()
            .map(|one| {
                format!("{}: {} | {}", one.service_name, one.missing.join(","), one.commands.join(","))
            })
            .collect();
        assert_eq!(found, want, "{documents:?}");
    }

    #[test]
    fn services_without_a_place_are_listed_with_what_is_missing() {
        let service = |launch_type: &str| {
            json!({"services": [{"serviceArn": "a:service/shop/orders", "serviceName": "orders",
                "clusterArn": "a:cluster/shop", "launchType": launch_type}]})
        };
        let instance = json!({"containerInstances": [
            {"containerInstanceArn": "a:container-instance/shop/1", "ec2InstanceId": "i-1"}]});
        let interface = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-i", "SubnetId": "subnet-i",
            "Groups": [{"GroupId": "sg-i"}], "Attachment": {"InstanceId": "i-1", "DeviceIndex": 0}}]});
        let of_cluster = "orders: describe-container-instances of the instances of the cluster, and describe-instances of \
            them | aws ecs list-container-instances --cluster shop";
        check(&[service("EC2")], &[of_cluster]);
        let of_instances = "orders: describe-instances of the container instances | aws ec2 describe-instances \
            --instance-ids i-1";
        check(&[service("EC2"), instance.clone()], &[of_instances]);
        check(&[service("EC2"), instance, interface], &[]);
        check(&[service("EXTERNAL")], &[]);
        let of_service = "orders: describe-services with the networkConfiguration of the service | aws ecs \
            describe-services --cluster shop --services orders";
        check(&[service("FARGATE")], &[of_service]);
    }
}
