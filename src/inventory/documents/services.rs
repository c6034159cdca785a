//! `aws ecs describe-services`: reads one item of `services` as an [`EcsService`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::deployment::{Deployment, EcsService, TaskNetwork};
use crate::model::ids::{SecurityGroupId, SubnetId};
use crate::model::time::Timestamp;

/// The description of a service in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceDescription {
    pub(super) service: EcsService,
    /// Time of the last deployment: the latest description wins.
    deployed_at: Option<Timestamp>,
}

/// Reads one service; none if it has no `serviceArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ServiceDescription> {
    let arn = item.identifier("serviceArn")?;
    let named_by_arn = || arn.rsplit('/').next().unwrap_or(&arn).to_owned();
    let deployments = item.items("deployments");
    let primary =
        deployments.iter().position(|deployment| deployment.text("status").as_deref() == Some("PRIMARY"));
    let deployed_at =
        deployments.iter().filter_map(|one| one.time("updatedAt").max(one.time("createdAt"))).max();
    let task_sets = item.items("taskSets").into_iter();
    let task_sets = task_sets.map(|one| Deployment { is_task_set: true, ..deployment(one) });
    let mut deployed: Vec<Deployment> = deployments.iter().map(|one| deployment(*one)).collect();
    let of_primary = || deployed[primary?].network.clone();
    let of_primary = of_primary();
    deployed.extend(task_sets);
    let service = EcsService {
        name: item.text("serviceName").unwrap_or_else(named_by_arn),
        cluster_arn: item.text("clusterArn"),
        definition_arn: item.text("taskDefinition"),
        launch_type: launch_type(item),
        network: network(item).or(of_primary),
        has_exec: item.flag("enableExecuteCommand").unwrap_or(false),
        deployments: deployed,
        arn,
    };
    Some(ServiceDescription { service, deployed_at })
}

fn launch_type(item: DocumentItem<'_>) -> Option<String> {
    let strategy = item.items("capacityProviderStrategy").into_iter();
    let mut providers = strategy.filter_map(|one| one.text("capacityProvider"));
    let of_provider = || {
        let is_fargate = providers.next()?.starts_with("FARGATE");
        Some(if is_fargate { "FARGATE" } else { "EC2" }.to_owned())
    };
    item.text("launchType").or_else(of_provider)
}

fn deployment(item: DocumentItem<'_>) -> Deployment {
    Deployment {
        id: item.text("id"),
        created_at: item.time("createdAt"),
        network: network(item),
        is_task_set: false,
    }
}

/// `networkConfiguration.awsvpcConfiguration` of services, deployments and calls of RunTask. None if a group cannot be read,
/// because a network without groups uses the default group.
pub(super) fn network(item: DocumentItem<'_>) -> Option<TaskNetwork> {
    let network = item.item("networkConfiguration")?.item("awsvpcConfiguration")?;
    let groups = network.without_note(|| network.texts("securityGroups"))?;
    let assigns = network.text("assignPublicIp");
    Some(TaskNetwork {
        subnet_ids: network.texts("subnets").into_iter().map(SubnetId::new).collect(),
        group_ids: groups.into_iter().map(SecurityGroupId::new).collect(),
        assigns_public_address: assigns.map(|assigns| assigns == "ENABLED"),
    })
}

impl From<ServiceDescription> for EcsService {
    fn from(description: ServiceDescription) -> Self {
        description.service
    }
}

impl Describe for ServiceDescription {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.service.arn.clone()
    }

    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, self.deployed_at)
    }

    fn may_change() -> bool {
        true
    }

    fn complete(&mut self, other: &Self) {
        let (service, other) = (&mut self.service, &other.service);
        complete_option(&mut service.cluster_arn, other.cluster_arn.as_ref());
        complete_option(&mut service.definition_arn, other.definition_arn.as_ref());
        complete_option(&mut service.launch_type, other.launch_type.as_ref());
        complete_option(&mut service.network, other.network.as_ref());
        // An older document may show a deployment that has ended.
        for over in &other.deployments {
            if over.id.is_some() && !service.deployments.iter().any(|one| one.id == over.id) {
                service.deployments.push(over.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;
    use crate::inventory::parse;

    const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012:service/shop/orders";

    fn read_value(value: &Value) -> (Option<EcsService>, Vec<String>) {
        let notes = Notes::default();
        let found = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (found.map(|found| found.service), notes.into_inner())
    }

    fn network(groups: &Value) -> Value {
        json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": groups, "assignPublicIp": "ENABLED"}})
    }

    #[test]
    fn the_network_comes_from_the_service_or_its_deployment() {
        let check = |fields: Value, want: Option<&[&str]>, noted| {
            let mut value = json!({"serviceArn": ARN});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let (service, notes) = read_value(&value);
            let groups = service.unwrap().network.map(|network| network.group_ids);
            assert_eq!(
                groups,
                want.map(|want| want.iter().copied().map(SecurityGroupId::new).collect()),
                "{value}"
            );
            assert_eq!(notes.len(), noted, "{value}: {notes:?}");
        };
        let (own, old) = (network(&json!(["sg-1"])), network(&json!(["sg-2"])));
        let deployments = json!([
            {"status": "ACTIVE", "networkConfiguration": network(&json!(["sg-3"]))},
            {"status": "PRIMARY", "networkConfiguration": old}]);
        check(json!({"networkConfiguration": own, "deployments": deployments}), Some(&["sg-1"]), 0);
        check(json!({"deployments": deployments}), Some(&["sg-2"]), 0);
        check(json!({"networkConfiguration": {}, "deployments": []}), None, 0);
        check(json!({"networkConfiguration": network(&json!([]))}), Some(&[]), 0);
        check(json!({"networkConfiguration": network(&json!([{}]))}), None, 1);
        check(json!({"networkConfiguration": 7}), None, 1);
    }

    #[test]
    fn a_task_has_the_network_of_its_own_deployment() {
        let deployed = |id: &str, at: i64, group: &str| json!({"id": id, "createdAt": at, "networkConfiguration": network(&json!([group]))});
        let check = |deployments: Value, started_by: Option<&str>, created_at, want: Option<&str>| {
            let value = json!({"serviceArn": ARN, "networkConfiguration": network(&json!(["sg-now"])), "deployments": deployments});
            let service = read_value(&value).0.unwrap();
            let found =
                service.network_of(started_by, Some(Timestamp(created_at))).map(|(network, _)| network);
            let group = found.map(|network| network.group_ids[0].as_str());
            assert_eq!(group, want, "{value} {started_by:?} {created_at}");
        };
        let both = json!([deployed("ecs-svc/2", 200, "sg-2"), deployed("ecs-svc/1", 100, "sg-1")]);
        check(both.clone(), Some("ecs-svc/1"), 150, Some("sg-1"));
        check(both.clone(), Some("ecs-svc/2"), 250, Some("sg-2"));
        check(both.clone(), Some("ecs-svc/0"), 50, None);
        check(both.clone(), None, 250, Some("sg-now"));
        check(both, None, 50, None);
        check(json!([]), Some("ecs-svc/1"), 150, Some("sg-now"));
        check(json!([{"createdAt": 100}]), Some("ecs-svc/1"), 150, Some("sg-now"));
    }

    #[test]
    fn a_service_has_a_name() {
        let check = |value: Value, want: Option<&str>| {
            assert_eq!(read_value(&value).0.map(|service| service.name).as_deref(), want, "{value}");
        };
        check(json!({"serviceArn": ARN, "serviceName": "orders"}), Some("orders"));
        check(json!({"serviceArn": ARN}), Some("orders"));
        check(json!({"serviceName": "orders"}), None);
    }

    #[test]
    fn the_later_deployment_wins() {
        let service = |group: &str, at: i64| {
            json!({"services": [{"serviceArn": ARN, "networkConfiguration": network(&json!([group])),
                "deployments": [{"updatedAt": at}]}]})
            .to_string()
        };
        let texts = [service("sg-2", 200), service("sg-1", 100)];
        let named = || texts.iter().map(|text| ("f", text.as_bytes()));
        let (inventory, defects, _) = parse(named());
        let groups = &inventory.services[ARN].network.as_ref().unwrap().group_ids;
        assert_eq!(groups.as_slice(), [SecurityGroupId::new("sg-2")]);
        assert!(defects.is_empty());
        assert_eq!(parse(named().rev()).0, inventory);
    }
}
