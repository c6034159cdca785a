//! `aws ec2 describe-…`: interfaces, endpoints, subnets, VPCs and flow logs.

use serde_json::{Value, json};

use super::{dns_name, zone};
use crate::support::flow_log::{Storage, Watched};
use crate::support::format::zone_id;
use crate::support::incident::{End, Incident};
use crate::support::vpc::{ACCOUNT, Eni, REGION, Role};

pub(super) fn interfaces(incident: &Incident) -> Value {
    let stopped = |eni| incident.task_of(eni).is_some_and(|task| matches!(task.end, End::Stopped { .. }));
    let interfaces: Vec<Value> = (0..incident.sim.vpc.interfaces.len())
        .map(Eni)
        .filter(|&eni| !stopped(eni))
        .map(|eni| interface(incident, eni))
        .collect();
    json!({ "NetworkInterfaces": interfaces })
}

fn interface(incident: &Incident, eni: Eni) -> Value {
    let vpc = &incident.sim.vpc;
    let interface = vpc.get(eni);
    let (kind, description, by_aws) = match &interface.role {
        Role::Task { attachment } => {
            ("interface", format!("arn:aws:ecs:{REGION}:{ACCOUNT}:attachment/{attachment}"), true)
        }
        Role::Endpoint { endpoint, .. } => {
            ("vpc_endpoint", format!("VPC Endpoint Interface {endpoint}"), true)
        }
        Role::Nat { gateway, .. } => ("nat_gateway", format!("Interface for NAT Gateway {gateway}"), true),
        Role::Instance { .. } => ("interface", String::new(), false),
    };
    let groups = match interface.role {
        Role::Nat { .. } => json!([]),
        _ => json!([{ "GroupId": interface.group, "GroupName": group_name(incident, eni) }]),
    };
    let mut address = json!({
        "Primary": true,
        "PrivateDnsName": dns_name(interface),
        "PrivateIpAddress": interface.address.to_string(),
    });
    let mut document = json!({
        "AvailabilityZone": zone(vpc.subnet_of(eni)),
        "Description": description,
        "Groups": groups,
        "InterfaceType": kind,
        "Ipv6Addresses": [],
        "MacAddress": interface.mac,
        "NetworkInterfaceId": interface.id,
        "OwnerId": ACCOUNT,
        "PrivateDnsName": dns_name(interface),
        "PrivateIpAddress": interface.address.to_string(),
        "RequesterManaged": by_aws,
        "SourceDestCheck": !matches!(interface.role, Role::Nat { .. }),
        "Status": "in-use",
        "SubnetId": vpc.subnet_of(eni).id,
        "TagSet": [],
        "VpcId": vpc.id,
    });
    if let Role::Nat { public, .. } = interface.role {
        let association = json!({ "IpOwnerId": ACCOUNT, "PublicIp": public.to_string() });
        document["Association"] = association.clone();
        address["Association"] = association;
    }
    if let Role::Instance { instance, purpose } = &interface.role {
        document["Attachment"] = json!({ "DeviceIndex": 0, "InstanceId": instance, "Status": "attached" });
        document["TagSet"] = json!([{ "Key": "Name", "Value": purpose }]);
    }
    document["PrivateIpAddresses"] = json!([address]);
    document
}

pub(super) fn endpoints(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let mut endpoints = Vec::new();
    for (place, interface) in vpc.interfaces.iter().enumerate() {
        let Role::Endpoint { endpoint, service } = &interface.role else { continue };
        let dns = format!("{endpoint}-k3v9q2xy.{}.{REGION}.vpce.amazonaws.com", reversed(service));
        let mut document = endpoint_basics(incident, endpoint, service, "Interface");
        document["PrivateDnsEnabled"] = true.into();
        document["SubnetIds"] = json!([vpc.subnet_of(Eni(place)).id]);
        document["NetworkInterfaceIds"] = json!([interface.id]);
        document["Groups"] =
            json!([{ "GroupId": interface.group, "GroupName": group_name(incident, Eni(place)) }]);
        document["DnsEntries"] = json!([
            { "DnsName": dns, "HostedZoneId": "Z38GZ743OKFT7T" },
            { "DnsName": private_name(service), "HostedZoneId": "Z04417282MZV0CLE1SAMP" },
        ]);
        endpoints.push(document);
    }
    if let Some((endpoint, table)) = &vpc.s3_gateway {
        let mut document = endpoint_basics(incident, endpoint, "s3", "Gateway");
        document["PrivateDnsEnabled"] = false.into();
        document["RouteTableIds"] = json!([table]);
        endpoints.push(document);
    }
    json!({ "VpcEndpoints": endpoints })
}

fn endpoint_basics(incident: &Incident, id: &str, service: &str, kind: &str) -> Value {
    let policy = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
    json!({
        "VpcEndpointId": id,
        "VpcEndpointType": kind,
        "VpcId": incident.sim.vpc.id,
        "ServiceName": format!("com.amazonaws.{REGION}.{service}"),
        "State": "available",
        "PolicyDocument": policy,
        "RouteTableIds": [],
        "SubnetIds": [],
        "Groups": [],
        "NetworkInterfaceIds": [],
        "DnsEntries": [],
        "IpAddressType": "ipv4",
        "RequesterManaged": false,
        "CreationTimestamp": "2025-02-11T09:14:33.120000+00:00",
        "OwnerId": ACCOUNT,
        "Tags": [],
    })
}

pub(super) fn subnets(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let subnets: Vec<Value> = vpc
        .subnets
        .iter()
        .map(|subnet| {
            json!({
                "AvailabilityZone": zone(subnet),
                "AvailabilityZoneId": zone_id(subnet.zone),
                "AvailableIpAddressCount": 246,
                "CidrBlock": format!("10.40.{}.0/24", subnet.third),
                "DefaultForAz": false,
                "Ipv6CidrBlockAssociationSet": [],
                "MapPublicIpOnLaunch": false,
                "OwnerId": ACCOUNT,
                "State": "available",
                "SubnetArn": format!("arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{}", subnet.id),
                "SubnetId": subnet.id,
                "Tags": [{ "Key": "Name", "Value": subnet.name }],
                "VpcId": vpc.id,
            })
        })
        .collect();
    json!({ "Subnets": subnets })
}

pub(super) fn vpcs(incident: &Incident) -> Value {
    let associated = json!({
        "AssociationId": incident.sim.vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
        "CidrBlock": "10.40.0.0/16",
        "CidrBlockState": { "State": "associated" },
    });
    json!({ "Vpcs": [{
        "CidrBlock": "10.40.0.0/16",
        "CidrBlockAssociationSet": [associated],
        "DhcpOptionsId": incident.sim.vpc.id.replace("vpc-", "dopt-"),
        "InstanceTenancy": "default",
        "IsDefault": false,
        "OwnerId": ACCOUNT,
        "State": "available",
        "Tags": [{ "Key": "Name", "Value": "production" }],
        "VpcId": incident.sim.vpc.id,
    }] })
}

pub(super) fn flow_logs(incident: &Incident) -> Value {
    let log = &incident.log;
    let format: Vec<String> = log.fields.iter().map(|field| format!("${{{field}}}")).collect();
    let resource = match log.watched {
        Watched::Vpc => &incident.sim.vpc.id,
        Watched::Subnet(place) => &incident.sim.vpc.subnets[place].id,
    };
    let file_format = match log.storage {
        Storage::Text => "plain-text",
        Storage::Parquet => "parquet",
    };
    json!({ "FlowLogs": [{
        "CreationTime": "2026-03-02T14:20:09.411000+00:00",
        "DeliverLogsStatus": "SUCCESS",
        "DestinationOptions": {
            "FileFormat": file_format,
            "HiveCompatiblePartitions": false,
            "PerHourPartition": false,
        },
        "FlowLogId": log.id,
        "FlowLogStatus": "ACTIVE",
        "LogDestination": "arn:aws:s3:::example-flow-logs",
        "LogDestinationType": "s3",
        "LogFormat": format.join(" "),
        "MaxAggregationInterval": 60,
        "ResourceId": resource,
        "Tags": [],
        "TrafficType": log.traffic.name(),
    }] })
}

fn group_name(incident: &Incident, eni: Eni) -> String {
    match &incident.sim.vpc.get(eni).role {
        Role::Task { .. } => {
            incident.task_of(eni).map_or("task".into(), |task| format!("{}-tasks", task.service))
        }
        Role::Endpoint { service, .. } => format!("endpoint-{service}"),
        Role::Nat { .. } => String::new(),
        Role::Instance { purpose, .. } => purpose.replace(' ', "-"),
    }
}

/// `ecr.api` is `api.ecr` in host names.
fn reversed(service: &str) -> String {
    let mut parts: Vec<&str> = service.split('.').collect();
    parts.reverse();
    parts.join(".")
}

/// The public name that private DNS answers for.
fn private_name(service: &str) -> String {
    let wildcard = if service == "ecr.dkr" { "*." } else { "" };
    format!("{wildcard}{}.{REGION}.amazonaws.com", reversed(service))
}
