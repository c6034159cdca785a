//! The documents of a case: those of the world, and what only a changed network has.

use serde_json::{Value, json};

use crate::support::changes::access::{self, is_closed, open_policy};
use crate::support::changes::network::Network;
use crate::support::changes::story::Story;
use crate::support::clock::{Ms, epoch_second, iso, s};
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::dialogue::Outcome;
use crate::support::worlds::documents::documents as of_world;
use crate::support::worlds::play::Played;

/// How long a deleted NAT gateway is still described.
const DELETED_IS_SHOWN: Ms = s(3_600);

/// File name and content of each document of a network; those of another time than the story's end show only what the
/// network was like.
pub(crate) fn documents(story: &Story, network: &Network, shows_tasks: bool) -> Vec<(&'static str, Value)> {
    let world = network.world.clone();
    let mut saved = world.clone();
    if !shows_tasks {
        // Tasks that were not seen have no interfaces either.
        saved.enis[network.parts.started[0]].kind = crate::support::worlds::net::Kind::Task;
    }
    let (stopped, reason) = story.stopped.clone();
    let played = Played {
        world,
        saved,
        outcome: Outcome::Unanswered,
        task: story.tasks[0].clone(),
        stopped,
        reason,
        setup: story.setup.clone(),
    };
    let mut documents = of_world(&played);
    for (name, document) in &mut documents {
        match *name {
            "tasks.json" if shows_tasks => add_tasks(document, story, network),
            "services.json" => {
                let service = &mut document["services"][0];
                service["networkConfiguration"] = network.service_network();
                service["desiredCount"] = 2.into();
                service["runningCount"] = u8::from(shows_tasks).into();
            }
            "network-interfaces.json" => interfaces(document, network),
            "nat-gateways.json" => nat_gateways(document, story, network),
            "route-tables.json" => {
                number_links(document, "RouteTables", ("RouteTableAssociationId", 1), network);
            }
            "network-acls.json" => {
                number_links(document, "NetworkAcls", ("NetworkAclAssociationId", 0), network);
            }
            "vpc-endpoints.json" => policies(document, network),
            "dns-hostnames.json" => {
                document["EnableDnsHostnames"]["Value"] = network.has_host_names.into();
            }
            _ => {}
        }
    }
    documents.push(("security-group-rules.json", rules(network)));
    documents.extend(access::documents(network));
    documents
}

fn list<'a>(document: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    document[name].as_array_mut().expect("the document is a list")
}

/// The task that runs, and the one that a scale-in stopped.
fn add_tasks(document: &mut Value, story: &Story, network: &Network) {
    let failed = document["tasks"][0].clone();
    for (place, eni) in network.parts.started.into_iter().enumerate() {
        let (eni, at) = (&network.world.enis[eni], story.started[place]);
        let mut task = failed.clone();
        let details = json!([{ "name": "subnetId", "value": network.world.subnets[eni.subnet].id },
            { "name": "networkInterfaceId", "value": eni.id },
            { "name": "privateIPv4Address", "value": eni.v4.to_string() }]);
        task["taskArn"] =
            format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task/production/{}", story.tasks[place + 1]).into();
        task["attachments"] = json!([{ "id": attachment(place), "type": "ElasticNetworkInterface",
            "status": if place == 0 { "ATTACHED" } else { "DELETED" }, "details": details }]);
        task["createdAt"] = iso(at).into();
        task["pullStartedAt"] = iso(at + s(17)).into();
        task["pullStoppedAt"] = iso(at + s(24)).into();
        task["startedAt"] = iso(at + s(26)).into();
        let fields = task.as_object_mut().expect("a task is an object");
        if place == 0 {
            for field in ["stopCode", "stoppedReason", "stoppingAt", "stoppedAt"] {
                fields.remove(field);
            }
            fields.insert("lastStatus".to_owned(), "RUNNING".into());
            fields.insert("desiredStatus".to_owned(), "RUNNING".into());
            task["containers"][0]["lastStatus"] = "RUNNING".into();
        } else {
            task["stopCode"] = "ServiceSchedulerInitiated".into();
            task["stoppedReason"] =
                "Scaling activity initiated by (deployment ecs-svc/1234567890123456789)".into();
        }
        list(document, "tasks").push(task);
    }
}

fn attachment(place: usize) -> String {
    format!("63e7bfd6-209c-86ac-9876-beabf1bdf5f{place}")
}

fn interfaces(document: &mut Value, network: &Network) {
    let of = |id: &Value| network.world.enis.iter().position(|eni| *id == eni.id.as_str());
    list(document, "NetworkInterfaces").retain(|one| {
        of(&one["NetworkInterfaceId"]).is_none_or(|eni| !is_closed(network, &network.world.enis[eni].kind))
    });
    for one in list(document, "NetworkInterfaces") {
        if of(&one["NetworkInterfaceId"]) == Some(network.parts.started[0]) {
            one["Description"] =
                format!("arn:aws:ecs:{REGION}:{ACCOUNT}:attachment/{}", attachment(0)).into();
            one["RequesterManaged"] = true.into();
        }
    }
}

/// A deleted gateway is described for an hour.
fn nat_gateways(document: &mut Value, story: &Story, network: &Network) {
    let is_shown = story.saved_at - story.broke_at < DELETED_IS_SHOWN;
    for &nat in &network.closed {
        let nat = &network.world.nats[nat];
        let eni = &network.world.enis[nat.eni.expect("it is zonal")];
        list(document, "NatGateways").retain(|one| one["NatGatewayId"] != nat.id.as_str());
        if is_shown {
            let gone = json!({ "NatGatewayId": nat.id, "VpcId": network.world.vpcs[0].id, "State": "deleted",
                "SubnetId": network.world.subnets[eni.subnet].id, "ConnectivityType": "public", "Tags": [],
                "CreateTime": "2026-05-01T09:00:00+00:00", "DeleteTime": iso(story.broke_at + s(40)),
                "NatGatewayAddresses": [{ "AllocationId": "eipalloc-00", "NetworkInterfaceId": eni.id,
                    "PrivateIp": eni.v4.to_string(), "PublicIp": nat.public.to_string() }] });
            list(document, "NatGateways").push(gone);
        }
    }
}

/// Gives associations their ids.
fn number_links(document: &mut Value, name: &str, (field, link): (&str, usize), network: &Network) {
    for one in list(document, name) {
        for association in list(one, "Associations") {
            let is_it =
                |subnet: &crate::support::worlds::net::Subnet| association["SubnetId"] == subnet.id.as_str();
            if let Some(subnet) = network.world.subnets.iter().position(is_it) {
                association[field] = network.links[subnet][link].as_str().into();
            }
        }
    }
}

fn policies(document: &mut Value, network: &Network) {
    for one in list(document, "VpcEndpoints") {
        let own = one["VpcEndpointId"].as_str().and_then(|id| network.policies.get(id));
        one["PolicyDocument"] = own.cloned().unwrap_or_else(open_policy).into();
    }
}

/// `describe-security-group-rules`.
fn rules(network: &Network) -> Value {
    let mut all = Vec::new();
    for (group, one) in network.world.groups.iter().enumerate() {
        for rule in &one.rules {
            let (from, to) = rule.ports.map_or((-1, -1), |(from, to)| (i32::from(from), i32::from(to)));
            all.push(json!({ "SecurityGroupRuleId": network.rule_id(group, rule), "GroupId": one.id,
                "GroupOwnerId": ACCOUNT, "IsEgress": rule.egress, "FromPort": from, "ToPort": to,
                "IpProtocol": if rule.ports.is_some() { "tcp" } else { "-1" }, "CidrIpv4": rule.net.to_string(),
                "Tags": [] }));
        }
    }
    json!({ "SecurityGroupRules": all })
}

/// The manifest of `flowcause collect`, which shows when each file was saved.
pub(crate) fn manifest(story: &Story, names: &[(&'static str, Value)]) -> Value {
    let calls = names.iter().filter_map(|(name, _)| Some((name, call(name)?)));
    let files: Vec<Value> = calls
        .map(|(name, call)| {
            json!({ "file": name, "call": call, "subject": null, "account": ACCOUNT, "region": REGION, "filters": [],
                "all_pages": true, "exit_code": 0, "error": null,
                "saved_at": crate::support::clock::calendar(epoch_second(story.saved_at), "%Y-%m-%dT%H:%M:%SZ") })
        })
        .collect();
    json!({ "flowcause_manifest": 1, "files": files })
}

fn call(name: &str) -> Option<&'static str> {
    Some(match name {
        "tasks.json" => "ecs describe-tasks",
        "services.json" => "ecs describe-services",
        "task-definition.json" => "ecs describe-task-definition",
        "vpcs.json" => "ec2 describe-vpcs",
        "subnets.json" => "ec2 describe-subnets",
        "network-interfaces.json" => "ec2 describe-network-interfaces",
        "route-tables.json" => "ec2 describe-route-tables",
        "network-acls.json" => "ec2 describe-network-acls",
        "security-groups.json" => "ec2 describe-security-groups",
        "nat-gateways.json" => "ec2 describe-nat-gateways",
        "internet-gateways.json" => "ec2 describe-internet-gateways",
        "vpc-endpoints.json" => "ec2 describe-vpc-endpoints",
        _ => return None,
    })
}
