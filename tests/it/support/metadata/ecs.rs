//! `aws ecs describe-tasks`.

use serde_json::{Value, json};

use super::{dns_name, zone};
use crate::support::clock::{Ms, iso};
use crate::support::incident::{End, Incident, Task, cluster_arn};
use crate::support::vpc::{ACCOUNT, REGION, Role};

pub(super) fn tasks(incident: &Incident) -> Value {
    let tasks: Vec<Value> = incident.tasks.iter().map(|known| task(incident, known)).collect();
    json!({ "tasks": tasks, "failures": [] })
}

fn task(incident: &Incident, task: &Task) -> Value {
    let vpc = &incident.sim.vpc;
    let interface = vpc.get(task.eni);
    let Role::Task { attachment } = &interface.role else { panic!("a task's interface is a task's") };
    let stopped = !matches!(task.end, End::Running { .. });
    let state = if stopped { "STOPPED" } else { "RUNNING" };
    let detail = |name: &str, value: &str| json!({ "name": name, "value": value });
    let mut document = json!({
        "attachments": [{
            "id": attachment,
            "type": "ElasticNetworkInterface",
            "status": if stopped { "DELETED" } else { "ATTACHED" },
            "details": [
                detail("subnetId", &vpc.subnet_of(task.eni).id),
                detail("networkInterfaceId", &interface.id),
                detail("macAddress", &interface.mac),
                detail("privateDnsName", &dns_name(interface)),
                detail("privateIPv4Address", &interface.address.to_string()),
            ],
        }],
        "attributes": [{ "name": "ecs.cpu-architecture", "value": "x86_64" }],
        "availabilityZone": zone(vpc.subnet_of(task.eni)),
        "capacityProviderName": "FARGATE",
        "clusterArn": cluster_arn(),
        "connectivity": "CONNECTED",
        "connectivityAt": iso(task.created + 4120),
        "containers": [container(incident, task)],
        "cpu": "512",
        "createdAt": iso(task.created),
        "desiredStatus": state,
        "enableExecuteCommand": false,
        "ephemeralStorage": { "sizeInGiB": 20 },
        "group": format!("service:{}", task.service),
        "lastStatus": state,
        "launchType": "FARGATE",
        "memory": "1024",
        "platformFamily": "Linux",
        "platformVersion": "1.4.0",
        "startedBy": "ecs-svc/4098127355021760911",
        "tags": [],
        "taskArn": task.arn(),
        "taskDefinitionArn": task.definition(),
        "version": 5,
    });
    match &task.end {
        End::Running { started } => {
            document["startedAt"] = iso(*started).into();
            document["healthStatus"] = "HEALTHY".into();
        }
        End::Finished { started, at } => {
            document["startedAt"] = iso(*started).into();
            let reason = "Scaling activity initiated by deployment ecs-svc/4098127355021760911";
            stop(&mut document, *at, "ServiceSchedulerInitiated", reason);
        }
        End::Stopped { at, reason } => stop(&mut document, *at, "TaskFailedToStart", reason),
    }
    document
}

fn stop(document: &mut Value, at: Ms, code: &str, reason: &str) {
    document["stoppingAt"] = iso(at - 10_245).into();
    document["executionStoppedAt"] = iso(at - 8900).into();
    document["stoppedAt"] = iso(at).into();
    document["stopCode"] = code.into();
    document["stoppedReason"] = reason.into();
}

fn container(incident: &Incident, task: &Task) -> Value {
    let interface = incident.sim.vpc.get(task.eni);
    let Role::Task { attachment } = &interface.role else { panic!("a task's interface is a task's") };
    let mut document = json!({
        "containerArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:container/production/{}/{attachment}", task.id),
        "taskArn": task.arn(),
        "name": task.service,
        "image": incident.image(task.service),
        "lastStatus": if matches!(task.end, End::Running { .. }) { "RUNNING" } else { "STOPPED" },
        "networkInterfaces": [{
            "attachmentId": attachment,
            "privateIpv4Address": interface.address.to_string(),
        }],
        "healthStatus": "UNKNOWN",
        "cpu": "512",
        "memory": "1024",
    });
    if let Some(runtime) = task.runtime() {
        document["runtimeId"] = runtime.into();
    }
    // A failed pull is shown twice: at the task and at the container.
    if let End::Stopped { reason, .. } = &task.end
        && reason.starts_with("CannotPullContainerError")
    {
        document["reason"] = reason.as_str().into();
    }
    document
}
