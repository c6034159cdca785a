//! `aws ecs describe-services` and `describe-task-definition`, which remain after a task has stopped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::incident::{CLUSTER, End, Incident, Task, cluster_arn};
use crate::support::vpc::{ACCOUNT, REGION};

/// The tasks of each service.
fn by_service(incident: &Incident) -> BTreeMap<&'static str, Vec<&Task>> {
    let mut services: BTreeMap<&'static str, Vec<&Task>> = BTreeMap::new();
    for task in &incident.tasks {
        services.entry(task.service).or_default().push(task);
    }
    services
}

pub(super) fn services(incident: &Incident) -> Value {
    let services: Vec<Value> =
        by_service(incident).into_iter().map(|(name, tasks)| service(incident, name, &tasks)).collect();
    json!({ "services": services, "failures": [] })
}

fn service(incident: &Incident, name: &str, tasks: &[&Task]) -> Value {
    let running = tasks.iter().filter(|task| matches!(task.end, End::Running { .. })).count();
    let network = network(incident, tasks);
    let made = "2026-04-14T10:22:51.804000+00:00";
    json!({
        "clusterArn": cluster_arn(),
        "createdAt": made,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": { "enable": false, "rollback": false },
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
        },
        "deployments": [{
            "createdAt": made,
            "desiredCount": 1,
            "failedTasks": 0,
            "id": "ecs-svc/4098127355021760911",
            "launchType": "FARGATE",
            "networkConfiguration": network,
            "pendingCount": 0,
            "platformFamily": "Linux",
            "platformVersion": "1.4.0",
            "rolloutState": "IN_PROGRESS",
            "runningCount": running,
            "status": "PRIMARY",
            "taskDefinition": tasks[0].definition(),
            "updatedAt": made,
        }],
        "desiredCount": 1,
        "enableECSManagedTags": true,
        "enableExecuteCommand": false,
        "events": [],
        "launchType": "FARGATE",
        "loadBalancers": [],
        "networkConfiguration": network,
        "pendingCount": 0,
        "platformFamily": "Linux",
        "platformVersion": "LATEST",
        "propagateTags": "NONE",
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        "runningCount": running,
        "schedulingStrategy": "REPLICA",
        "serviceArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/{CLUSTER}/{name}"),
        "serviceName": name,
        "serviceRegistries": [],
        "status": "ACTIVE",
        "taskDefinition": tasks[0].definition(),
    })
}

/// The subnets and groups of the service's tasks, all of them.
fn network(incident: &Incident, tasks: &[&Task]) -> Value {
    let vpc = &incident.sim.vpc;
    let subnets: BTreeSet<&str> = tasks.iter().map(|task| vpc.subnet_of(task.eni).id.as_str()).collect();
    let groups: BTreeSet<&String> = tasks.iter().flat_map(|task| &vpc.get(task.eni).groups).collect();
    let public = tasks.iter().any(|task| vpc.get(task.eni).public.is_some());
    json!({ "awsvpcConfiguration": {
        "assignPublicIp": if public { "ENABLED" } else { "DISABLED" },
        "securityGroups": groups,
        "subnets": subnets,
    } })
}

/// File name and content of every task definition.
pub(super) fn definitions(incident: &Incident) -> Vec<(String, Value)> {
    let file = |name| format!("describe-task-definition.{name}.json");
    let services = by_service(incident);
    services.into_iter().map(|(name, tasks)| (file(name), definition(incident, name, tasks[0]))).collect()
}

fn definition(incident: &Incident, name: &str, task: &Task) -> Value {
    // Another Region comes with a new revision of the failing service.
    let names = &incident.sim.vpc.config.names;
    let region = |service: &str| if name == "orders" { names.region(service) } else { REGION };
    let needs = |service: &str| incident.needs.contains(&service);
    let mut secrets = Vec::new();
    if needs("secretsmanager") {
        let region = region("secretsmanager");
        let value = format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}/database-Qx7TfB");
        secrets.push(json!({ "name": "DATABASE_PASSWORD", "valueFrom": value }));
    }
    if needs("ssm") {
        let region = region("ssm");
        let value = format!("arn:aws:ssm:{region}:{ACCOUNT}:parameter/{name}/feature-flags");
        secrets.push(json!({ "name": "FEATURE_FLAGS", "valueFrom": value }));
    }
    let mut container = json!({
        "cpu": 0,
        "environment": [],
        "essential": true,
        "image": incident.image(name),
        "mountPoints": [],
        "name": name,
        "portMappings": [{ "containerPort": 8080, "hostPort": 8080, "protocol": "tcp" }],
        "secrets": secrets,
        "systemControls": [],
        "volumesFrom": [],
    });
    if needs("logs") {
        let options = json!({
            "awslogs-group": format!("/ecs/{name}"),
            "awslogs-region": region("logs"),
            "awslogs-stream-prefix": "ecs",
        });
        container["logConfiguration"] = json!({ "logDriver": "awslogs", "options": options });
    }
    let volumes = volumes(incident, needs("elasticfilesystem"));
    if !volumes.is_empty() {
        container["mountPoints"] = json!([{ "containerPath": "/data", "sourceVolume": "data" }]);
    }
    json!({ "taskDefinition": {
        "compatibilities": ["EC2", "FARGATE"],
        "containerDefinitions": [container],
        "cpu": "512",
        "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{name}-execution"),
        "family": name,
        "memory": "1024",
        "networkMode": "awsvpc",
        "placementConstraints": [],
        "registeredAt": "2026-11-20T16:02:44.190000+00:00",
        "requiresCompatibilities": ["FARGATE"],
        "revision": 14,
        "status": "ACTIVE",
        "taskDefinitionArn": task.definition(),
        "taskRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        "volumes": volumes,
    }, "tags": [] })
}

fn volumes(incident: &Incident, needed: bool) -> Vec<Value> {
    let file_system = incident.sim.vpc.file_system().filter(|_| needed);
    file_system
        .map(|id| {
            json!({
                "efsVolumeConfiguration": {
                    "fileSystemId": id,
                    "rootDirectory": "/",
                    "transitEncryption": "ENABLED",
                },
                "name": "data",
            })
        })
        .into_iter()
        .collect()
}
