//! The documents of a world, as the AWS CLI prints them: the task and what its network consists of.

use serde_json::{Value, json};

use crate::support::clock::{iso, s};
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::launch::{self, Launch};
use crate::support::worlds::log::fields;
use crate::support::worlds::names;
use crate::support::worlds::net::{Eni, Kind, Target, View, World};
use crate::support::worlds::play::Played;
use crate::support::worlds::rules::{acls, groups};
use crate::support::worlds::view;

/// File name and content of every document.
pub(crate) fn documents(played: &Played) -> Vec<(&'static str, Value)> {
    let world = &played.saved;
    let mut documents = vec![
        ("tasks.json", tasks(played)),
        ("services.json", services(world)),
        ("task-definition.json", definition(world)),
        ("vpcs.json", vpcs(world)),
        ("subnets.json", subnets(world)),
        ("network-interfaces.json", interfaces(world)),
        ("route-tables.json", tables(world)),
        ("network-acls.json", acls(world)),
        ("security-groups.json", groups(world)),
        ("nat-gateways.json", nat_gateways(world)),
        ("internet-gateways.json", internet_gateways(world)),
        ("vpc-endpoints.json", endpoints(world)),
        ("flow-logs.json", flow_logs(played)),
        ("dhcp-options.json", dhcp()),
    ];
    if let Some(transit) = &world.transit {
        documents.push(("transit-gateway-vpc-attachments.json", attachments(world, transit)));
    }
    if let Some(peering) = &world.peering {
        documents.push(("vpc-peering-connections.json", peerings(world, peering)));
    }
    documents.extend(attributes(world));
    documents.extend(launch::documents(world));
    documents.extend(names::documents(world));
    view::restrict(world, &mut documents);
    documents
}

/// The cluster of the task.
const CLUSTER: &str = "production";

fn tasks(played: &Played) -> Value {
    let (world, task) = (&played.world, &played.world.enis[0]);
    let cluster = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{CLUSTER}");
    let detail = |name: &str, value: String| json!({ "name": name, "value": value });
    let attachments = |details: Vec<Value>| {
        json!([{ "id": "63e7bfd6-209c-86ac-9876-beabf1bdf5fa", "type": "ElasticNetworkInterface",
            "status": "DELETED", "details": details }])
    };
    let mut details = vec![
        detail("subnetId", world.subnets[task.subnet].id.clone()),
        detail("networkInterfaceId", task.id.clone()),
        detail("privateIPv4Address", task.v4.to_string()),
    ];
    details.extend(task.v6.map(|address| detail("ipv6Address", address.to_string())));
    let mut document = json!({
        "attachments": if world.launch.has_interface() { attachments(details) } else { json!([]) },
        "availabilityZone": format!("{REGION}a"), "clusterArn": cluster, "connectivity": "CONNECTED",
        "containers": [{ "name": "orders", "lastStatus": "STOPPED", "image": world.image }],
        "createdAt": iso(s(-20)), "desiredStatus": "STOPPED", "group": "service:orders", "lastStatus": "STOPPED",
        "launchType": world.launch.kind(),
        "stopCode": "TaskFailedToStart", "stoppedReason": played.reason.task,
        "stoppingAt": iso(played.stopped - 9_000), "stoppedAt": iso(played.stopped),
        "taskArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task/{CLUSTER}/{}", played.task),
        "taskDefinitionArn": definition_arn(),
    });
    if let Some(reason) = &played.reason.container {
        document["containers"][0]["reason"] = reason.as_str().into();
    }
    if world.launch == Launch::Fargate {
        document["platformVersion"] = "1.4.0".into();
        document["platformFamily"] = "Linux".into();
    } else {
        document["containerInstanceArn"] = launch::instance_arn().into();
    }
    json!({ "tasks": [document], "failures": [] })
}

fn definition_arn() -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/orders:7")
}

fn services(world: &World) -> Value {
    let groups: Vec<&str> =
        world.enis[0].groups.iter().map(|group| world.groups[*group].id.as_str()).collect();
    let network = json!({ "awsvpcConfiguration": { "assignPublicIp": "DISABLED", "securityGroups": groups,
        "subnets": [world.subnets[0].id] } });
    let mut document = json!({
        "clusterArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"), "serviceName": "orders",
        "serviceArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/{CLUSTER}/orders"), "status": "ACTIVE",
        "desiredCount": 1, "runningCount": 0, "pendingCount": 0, "launchType": world.launch.kind(),
        "createdAt": "2026-04-14T10:22:51.804000+00:00", "events": [],
        "deployments": [], "taskDefinition": definition_arn(),
    });
    if world.launch.has_interface() {
        document["networkConfiguration"] = network;
    }
    json!({ "services": [document], "failures": [] })
}

fn definition(world: &World) -> Value {
    let secret = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:orders/database-Qx7TfB");
    let secrets = if world.has_secret {
        json!([{ "name": "DATABASE_PASSWORD", "valueFrom": secret }])
    } else {
        json!([])
    };
    json!({ "taskDefinition": {
        "taskDefinitionArn": definition_arn(), "family": "orders", "revision": 7, "status": "ACTIVE",
        "networkMode": world.launch.mode(), "requiresCompatibilities": [world.launch.kind()], "cpu": "512", "memory": "1024",
        "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/orders"), "volumes": [],
        "containerDefinitions": [{ "name": "orders", "image": world.image, "essential": true, "environment": [],
            "secrets": secrets }],
    } })
}

fn vpcs(world: &World) -> Value {
    let one = |vpc: &super::net::Vpc| {
        let (v6, v4): (Vec<String>, Vec<String>) =
            vpc.blocks.iter().map(ToString::to_string).partition(|block| block.contains(':'));
        let v6: Vec<Value> = v6
            .iter()
            .map(|block| json!({ "Ipv6CidrBlock": block, "Ipv6CidrBlockState": { "State": "associated" } }))
            .collect();
        let blocks: Vec<Value> = v4
            .iter()
            .map(|block| json!({ "CidrBlock": block, "CidrBlockState": { "State": "associated" } }))
            .collect();
        json!({ "VpcId": vpc.id, "OwnerId": ACCOUNT, "State": "available", "CidrBlock": v4[0],
            "CidrBlockAssociationSet": blocks, "Ipv6CidrBlockAssociationSet": v6, "DhcpOptionsId": "dopt-01" })
    };
    json!({ "Vpcs": world.vpcs.iter().map(one).collect::<Vec<_>>() })
}

fn subnets(world: &World) -> Value {
    let one = |subnet: &super::net::Subnet| {
        let v6: Vec<Value> = subnet
            .block6
            .iter()
            .map(|block| json!({ "Ipv6CidrBlock": block.to_string(), "Ipv6CidrBlockState": { "State": "associated" } }))
            .collect();
        json!({ "SubnetId": subnet.id, "VpcId": world.vpcs[subnet.vpc].id, "CidrBlock": subnet.block.to_string(),
            "AvailabilityZone": format!("{REGION}{}", subnet.zone), "Ipv6CidrBlockAssociationSet": v6,
            "MapPublicIpOnLaunch": false, "OwnerId": ACCOUNT, "State": "available" })
    };
    json!({ "Subnets": world.subnets.iter().map(one).collect::<Vec<_>>() })
}

/// Every interface that still exists: the task's does not.
fn interfaces(world: &World) -> Value {
    let gone = |eni: &Eni| {
        let is = |route: &super::net::Route| matches!(&route.target, Target::Gone(_, id) if *id == eni.id || owner_id(world, eni).as_ref() == Some(id));
        world.tables.iter().any(|table| table.routes.iter().any(is))
    };
    let kept = world.enis.iter().filter(|eni| eni.kind != Kind::Task && !gone(eni));
    json!({ "NetworkInterfaces": kept.map(|eni| interface(world, eni)).collect::<Vec<_>>() })
}

fn owner_id(world: &World, eni: &Eni) -> Option<String> {
    match &eni.kind {
        Kind::Nat(nat) => Some(world.nats[*nat].id.clone()),
        _ => None,
    }
}

fn interface(world: &World, eni: &Eni) -> Value {
    let subnet = &world.subnets[eni.subnet];
    let (kind, description, by_aws) = match &eni.kind {
        Kind::Endpoint(id) => ("vpc_endpoint", format!("VPC Endpoint Interface {id}"), true),
        Kind::Nat(nat) => ("nat_gateway", format!("Interface for NAT Gateway {}", world.nats[*nat].id), true),
        Kind::Transit(id) => {
            ("transit_gateway", format!("Network Interface for Transit Gateway Attachment {id}"), true)
        }
        Kind::Firewall(one) => (
            "gateway_load_balancer_endpoint",
            format!("VPC Endpoint Interface {}", world.firewalls[*one].id),
            true,
        ),
        _ => ("interface", String::new(), false),
    };
    let groups: Vec<Value> =
        eni.groups.iter().map(|group| json!({ "GroupId": world.groups[*group].id })).collect();
    let mut document = json!({
        "AvailabilityZone": format!("{REGION}{}", subnet.zone), "Description": description, "Groups": groups,
        "InterfaceType": kind, "Ipv6Addresses": [], "NetworkInterfaceId": eni.id, "OwnerId": ACCOUNT,
        "PrivateIpAddress": eni.v4.to_string(), "RequesterManaged": by_aws, "SourceDestCheck": eni.check,
        "PrivateIpAddresses": [{ "Primary": true, "PrivateIpAddress": eni.v4.to_string() }],
        "Status": "in-use", "SubnetId": subnet.id, "VpcId": world.vpcs[subnet.vpc].id, "TagSet": [],
    });
    if let Some(public) = eni.public {
        document["Association"] = json!({ "IpOwnerId": ACCOUNT, "PublicIp": public.to_string() });
    }
    if let Kind::Appliance(instance, _) | Kind::Instance(instance) = &eni.kind {
        document["Attachment"] = json!({ "InstanceId": instance, "InstanceOwnerId": ACCOUNT, "DeviceIndex": 0,
            "Status": "attached", "AttachTime": "2026-05-01T09:00:00+00:00" });
    }
    document
}

fn tables(world: &World) -> Value {
    let all = world.tables.iter().enumerate().map(|(place, table)| {
        let associated = world.subnets.iter().filter(|subnet| subnet.table == place);
        let mut associations: Vec<Value> = associated
            .map(|subnet| {
                json!({ "Main": false, "RouteTableId": table.id, "SubnetId": subnet.id,
                "AssociationState": { "State": "associated" } })
            })
            .collect();
        let regional = world.nats.iter().filter(|nat| nat.table == Some(place));
        associations.extend(
            regional.map(|nat| json!({ "Main": false, "RouteTableId": table.id, "GatewayId": nat.id })),
        );
        let routes: Vec<Value> =
            table.routes.iter().map(|route| self::route(world, table.vpc, route)).collect();
        json!({ "RouteTableId": table.id, "VpcId": world.vpcs[table.vpc].id, "OwnerId": ACCOUNT,
            "Associations": associations, "Routes": routes, "PropagatingVgws": [], "Tags": [] })
    });
    json!({ "RouteTables": all.collect::<Vec<_>>() })
}

fn route(world: &World, vpc: usize, route: &super::net::Route) -> Value {
    if route.target == Target::Storage {
        return json!({ "DestinationPrefixListId": names::S3_LIST, "GatewayId": world.names.gateway, "State": "active",
            "Origin": "CreateRoute" });
    }
    let key = if route.net.is_v6() { "DestinationIpv6CidrBlock" } else { "DestinationCidrBlock" };
    let (field, id) = match &route.target {
        Target::Local | Target::Storage => ("GatewayId", "local".to_owned()),
        Target::Internet => ("GatewayId", world.vpcs[vpc].igw.clone().unwrap_or_default()),
        Target::EgressOnly => {
            ("EgressOnlyInternetGatewayId", world.vpcs[vpc].eigw.clone().unwrap_or_default())
        }
        Target::Nat(nat) => ("NatGatewayId", world.nats[*nat].id.clone()),
        Target::Appliance(eni) => ("NetworkInterfaceId", world.enis[*eni].id.clone()),
        Target::Transit => ("TransitGatewayId", world.transit.clone().unwrap_or_default()),
        Target::Peering => ("VpcPeeringConnectionId", world.peering.clone().unwrap_or_default()),
        Target::Firewall(one) => ("GatewayId", world.firewalls[*one].id.clone()),
        Target::Gone(field, id) => (*field, id.clone()),
    };
    let state = if matches!(route.target, Target::Gone(..)) { "blackhole" } else { "active" };
    let mut document =
        json!({ key: route.net.to_string(), field: id, "State": state, "Origin": "CreateRoute" });
    if let Target::Appliance(eni) = &route.target
        && let Kind::Appliance(instance, _) = &world.enis[*eni].kind
    {
        document["InstanceId"] = instance.as_str().into();
        document["InstanceOwnerId"] = ACCOUNT.into();
    }
    document
}

fn nat_gateways(world: &World) -> Value {
    let gone = |id: &str| {
        let is = |route: &super::net::Route| matches!(&route.target, Target::Gone(_, gone) if gone == id);
        world.tables.iter().any(|table| table.routes.iter().any(is))
    };
    let kept = world.nats.iter().filter(|nat| !gone(&nat.id)).map(|nat| {
        let vpc = &world.vpcs[nat.vpc].id;
        let mut address = json!({ "AllocationId": "eipalloc-01", "PublicIp": nat.public.to_string(), "Status": "succeeded" });
        let mut document = json!({ "NatGatewayId": nat.id, "VpcId": vpc, "State": "available",
            "ConnectivityType": "public", "CreateTime": "2026-05-01T09:00:00+00:00", "Tags": [] });
        if let Some(eni) = nat.eni {
            let eni = &world.enis[eni];
            address["NetworkInterfaceId"] = eni.id.as_str().into();
            address["PrivateIp"] = eni.v4.to_string().into();
            document["SubnetId"] = world.subnets[eni.subnet].id.as_str().into();
        } else {
            address["AvailabilityZone"] = format!("{REGION}a").into();
            document["AvailabilityMode"] = "regional".into();
            document["RouteTableId"] = world.tables[nat.table.expect("it has one")].id.as_str().into();
        }
        document["NatGatewayAddresses"] = json!([address]);
        document
    });
    json!({ "NatGateways": kept.collect::<Vec<_>>() })
}

fn internet_gateways(world: &World) -> Value {
    let one = |vpc: &super::net::Vpc| {
        let id = vpc.igw.as_ref()?;
        Some(json!({ "InternetGatewayId": id, "Attachments": [{ "State": "available", "VpcId": vpc.id }] }))
    };
    json!({ "InternetGateways": world.vpcs.iter().filter_map(one).collect::<Vec<_>>() })
}

fn endpoints(world: &World) -> Value {
    let mut all = Vec::new();
    for eni in &world.enis {
        let (subnet, vpc) = (&world.subnets[eni.subnet], &world.vpcs[world.subnets[eni.subnet].vpc].id);
        let common = json!({ "State": "available", "VpcId": vpc, "SubnetIds": [subnet.id], "OwnerId": ACCOUNT,
            "NetworkInterfaceIds": [eni.id], "RouteTableIds": [], "PrivateDnsEnabled": false });
        let groups: Vec<Value> =
            eni.groups.iter().map(|group| json!({ "GroupId": world.groups[*group].id })).collect();
        let own = match &eni.kind {
            Kind::Endpoint(id) => {
                let mut own = json!({ "VpcEndpointId": id, "VpcEndpointType": "Interface", "IpAddressType": "ipv4",
                    "Groups": groups });
                if let (Some(own), Value::Object(service)) = (own.as_object_mut(), names::service(world, id))
                {
                    own.extend(service);
                }
                own
            }
            Kind::Firewall(one) => firewall(&world.firewalls[*one]),
            _ => continue,
        };
        let (mut document, Value::Object(own)) = (common, own) else { continue };
        document.as_object_mut().expect("it is an object").extend(own);
        all.push(document);
    }
    all.extend(names::gateway(world));
    json!({ "VpcEndpoints": all })
}

fn firewall(firewall: &super::net::Firewall) -> Value {
    let tags = if firewall.is_tagged {
        json!([{ "Key": "Firewall", "Value": arn() }, { "Key": "AWSNetworkFirewallManaged", "Value": "true" }])
    } else {
        json!([])
    };
    json!({ "VpcEndpointId": firewall.id, "VpcEndpointType": "GatewayLoadBalancer", "Tags": tags,
        "ServiceName": format!("com.amazonaws.vpce.{REGION}.vpce-svc-0a9b8c7d6e5f40312") })
}

/// The Network Firewall's ARN.
pub(crate) fn arn() -> String {
    format!("arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall/egress")
}

fn flow_logs(played: &Played) -> Value {
    let world = &played.saved;
    let format: Vec<String> = fields(&played.setup).iter().map(|field| format!("${{{field}}}")).collect();
    let one = |id: String, resource: &str| {
        json!({ "FlowLogId": id, "ResourceId": resource, "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS",
            "TrafficType": if played.setup.rejects_only { "REJECT" } else { "ALL" }, "LogDestinationType": "s3",
            "MaxAggregationInterval": 60, "CreationTime": "2026-06-02T14:20:09.411000+00:00", "LogFormat": format.join(" ") })
    };
    let logs: Vec<Value> = if world.view == View::Participant {
        vec![one("fl-01".to_owned(), &world.enis[world.caller].id)]
    } else if played.setup.task_only {
        vec![one("fl-01".to_owned(), &world.subnets[world.enis[world.caller].subnet].id)]
    } else {
        world.vpcs.iter().enumerate().map(|(place, vpc)| one(format!("fl-0{place}"), &vpc.id)).collect()
    };
    json!({ "FlowLogs": logs })
}

fn dhcp() -> Value {
    json!({ "DhcpOptions": [{ "DhcpOptionsId": "dopt-01", "OwnerId": ACCOUNT, "DhcpConfigurations": [
        { "Key": "domain-name-servers", "Values": [{ "Value": "AmazonProvidedDNS" }] }] }] })
}

fn attachments(world: &World, transit: &str) -> Value {
    let attached = world.enis.iter().filter_map(|eni| {
        let Kind::Transit(id) = &eni.kind else { return None };
        let subnet = &world.subnets[eni.subnet];
        Some(json!({ "TransitGatewayAttachmentId": id, "TransitGatewayId": transit, "State": "available",
            "VpcId": world.vpcs[subnet.vpc].id, "VpcOwnerId": ACCOUNT, "SubnetIds": [subnet.id] }))
    });
    json!({ "TransitGatewayVpcAttachments": attached.collect::<Vec<_>>() })
}

/// Whether the attachments are saved in the form that names no subnets, as `describe-transit-gateway-attachments` prints them.
pub(crate) fn lacks_subnets(world: &World) -> bool {
    world.transit.as_ref().is_some_and(|id| id.ends_with(['0', '1', '2', '3', '4', '5']))
}

/// The same document in that form, if it is the one of attachments.
pub(crate) fn without_subnets(document: Value) -> Value {
    let Some(attached) = document["TransitGatewayVpcAttachments"].as_array() else { return document };
    let general = attached.iter().map(|one| {
        json!({ "TransitGatewayAttachmentId": one["TransitGatewayAttachmentId"], "ResourceId": one["VpcId"],
            "TransitGatewayId": one["TransitGatewayId"], "ResourceType": "vpc", "State": one["State"] })
    });
    json!({ "TransitGatewayAttachments": general.collect::<Vec<_>>() })
}

fn peerings(world: &World, peering: &str) -> Value {
    let side = |vpc: &super::net::Vpc| {
        json!({ "VpcId": vpc.id, "OwnerId": ACCOUNT, "Region": REGION, "CidrBlock": vpc.blocks[0].to_string(),
            "CidrBlockSet": [{ "CidrBlock": vpc.blocks[0].to_string() }] })
    };
    json!({ "VpcPeeringConnections": [{ "VpcPeeringConnectionId": peering, "Status": { "Code": "active" },
        "RequesterVpcInfo": side(&world.vpcs[0]), "AccepterVpcInfo": side(&world.vpcs[1]) }] })
}

fn attributes(world: &World) -> [(&'static str, Value); 2] {
    let one = |name: &str| json!({ "VpcId": world.vpcs[0].id, name: { "Value": true } });
    [("dns-support.json", one("EnableDnsSupport")), ("dns-hostnames.json", one("EnableDnsHostnames"))]
}
