//! `aws ec2 describe-…`: endpoints, subnets, VPCs and flow logs.

use serde_json::{Value, json};

use super::interfaces::groups;
use super::zone;
use crate::support::config::{RouteTable, Target};
use crate::support::flow_log::{Storage, Watched};
use crate::support::format::zone_id;
use crate::support::incident::Incident;
use crate::support::vpc::{ACCOUNT, Eni, REGION, Role};

pub(super) fn endpoints(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let mut endpoints = Vec::new();
    for (place, interface) in vpc.interfaces.iter().enumerate() {
        let Role::Endpoint { endpoint, service } = &interface.role else { continue };
        if vpc.config.deleted_endpoints.contains(endpoint) {
            continue;
        }
        let dns = format!("{endpoint}-k3v9q2xy.{}.{REGION}.vpce.amazonaws.com", reversed(service));
        let mut document = endpoint_basics(incident, endpoint, service, "Interface");
        let private = !vpc.config.names.private_dns_off.contains(endpoint);
        document["PrivateDnsEnabled"] = private.into();
        document["SubnetIds"] = json!([vpc.subnet_of(Eni(place)).id]);
        document["NetworkInterfaceIds"] = json!([interface.id]);
        document["Groups"] = groups(incident, Eni(place));
        let mut entries = vec![json!({ "DnsName": dns, "HostedZoneId": "Z38GZ743OKFT7T" })];
        if private {
            let name = private_name(service);
            entries.push(json!({ "DnsName": name, "HostedZoneId": "Z04417282MZV0CLE1SAMP" }));
        }
        document["DnsEntries"] = entries.into();
        endpoints.push(document);
    }
    if let Some(endpoint) = &vpc.config.s3_gateway {
        let leads = |table: &&RouteTable| table.routes.iter().any(|route| route.target == Target::S3Gateway);
        let tables: Vec<&str> =
            vpc.config.tables.iter().filter(leads).map(|table| table.id.as_str()).collect();
        let mut document = endpoint_basics(incident, endpoint, "s3", "Gateway");
        document["PrivateDnsEnabled"] = false.into();
        document["RouteTableIds"] = json!(tables);
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
