//! `aws ec2 describe-…`: endpoints, subnets, VPCs and flow logs.

use serde_json::{Value, json};

use super::interfaces::groups;
use super::zone;
use crate::support::config::{ForeignEndpoint, RouteTable, Target};
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
        let names = &vpc.config.names;
        let private = !names.private_dns_off.contains(endpoint);
        document["PrivateDnsEnabled"] = private.into();
        document["SubnetIds"] = json!([vpc.subnet_of(Eni(place)).id]);
        document["NetworkInterfaceIds"] = json!([interface.id]);
        document["Groups"] = groups(incident, Eni(place));
        let mut entries = vec![json!({ "DnsName": dns, "HostedZoneId": "Z38GZ743OKFT7T" })];
        if private {
            let name = private_name(service, names.endpoint_region(endpoint));
            entries.push(json!({ "DnsName": name, "HostedZoneId": "Z04417282MZV0CLE1SAMP" }));
        }
        document["DnsEntries"] = entries.into();
        let region = names.endpoint_region(endpoint);
        if region != REGION {
            document["ServiceName"] = format!("com.amazonaws.{region}.{service}").into();
            document["ServiceRegion"] = region.into();
        }
        if *service == "s3" {
            let inbound_only = names.inbound_only.contains(endpoint);
            document["DnsOptions"] = json!({
                "DnsRecordIpType": "ipv4",
                "PrivateDnsOnlyForInboundResolverEndpoint": inbound_only,
            });
        }
        endpoints.push(document);
    }
    let foreign = vpc.config.foreign_endpoints.iter();
    endpoints.extend(foreign.map(|endpoint| foreign_endpoint(incident, endpoint)));
    if let Some(endpoint) = &vpc.config.s3_gateway {
        let leads = |table: &&RouteTable| table.routes.iter().any(|route| route.target == Target::S3Gateway);
        let tables: Vec<&str> =
            vpc.config.tables.iter().filter(leads).map(|table| table.id.as_str()).collect();
        let mut document = endpoint_basics(incident, endpoint, "s3", "Gateway");
        document["PrivateDnsEnabled"] = false.into();
        document["RouteTableIds"] = json!(tables);
        endpoints.push(document);
    }
    if incident.configuration.is_some_and(|forms| forms.endpoints_without_vpc) {
        let objects = endpoints.iter_mut().filter_map(Value::as_object_mut);
        objects.for_each(|object| drop(object.remove("VpcId")));
    }
    json!({ "VpcEndpoints": endpoints })
}

/// An endpoint like those of this VPC, in another one.
fn foreign_endpoint(incident: &Incident, endpoint: &ForeignEndpoint) -> Value {
    let mut document = endpoint_basics(incident, &endpoint.id, endpoint.service, "Interface");
    document["VpcId"] = endpoint.vpc.as_str().into();
    document["PrivateDnsEnabled"] = true.into();
    document["SubnetIds"] = json!([endpoint.subnet]);
    document["NetworkInterfaceIds"] = json!([endpoint.interface]);
    document
}

fn endpoint_basics(incident: &Incident, id: &str, service: &str, kind: &str) -> Value {
    let open = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
    let narrow = incident.access.as_ref().and_then(|access| access.endpoint_policies.get(service));
    let policy = narrow.map_or_else(|| open.to_owned(), Value::to_string);
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
    let mut subnets: Vec<Value> = vpc
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
    subnets.extend(vpc.config.foreign_endpoints.iter().map(|endpoint| {
        json!({
            "AvailabilityZone": format!("{REGION}a"),
            "CidrBlock": "10.50.12.0/24",
            "State": "available",
            "SubnetId": endpoint.subnet,
            "VpcId": endpoint.vpc,
        })
    }));
    json!({ "Subnets": subnets })
}

pub(super) fn vpcs(incident: &Incident) -> Value {
    let associated = json!({
        "AssociationId": incident.sim.vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
        "CidrBlock": "10.40.0.0/16",
        "CidrBlockState": { "State": "associated" },
    });
    let mut vpcs = vec![json!({
        "CidrBlock": "10.40.0.0/16",
        "CidrBlockAssociationSet": [associated],
        "DhcpOptionsId": incident.sim.vpc.id.replace("vpc-", "dopt-"),
        "InstanceTenancy": "default",
        "IsDefault": false,
        "OwnerId": ACCOUNT,
        "State": "available",
        "Tags": [{ "Key": "Name", "Value": "production" }],
        "VpcId": incident.sim.vpc.id,
    })];
    vpcs.extend(
        incident.sim.vpc.config.foreign_endpoints.iter().map(
            |endpoint| json!({ "CidrBlock": "10.50.0.0/16", "State": "available", "VpcId": endpoint.vpc }),
        ),
    );
    json!({ "Vpcs": vpcs })
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
fn private_name(service: &str, region: &str) -> String {
    let wildcard = if service == "ecr.dkr" { "*." } else { "" };
    format!("{wildcard}{}.{region}.amazonaws.com", reversed(service))
}
