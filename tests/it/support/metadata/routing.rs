//! `aws ec2 describe-route-tables`, `describe-nat-gateways`, `describe-internet-gateways`, and the prefix lists.

use serde_json::{Value, json};

use crate::support::config::{Destination, NatState, PrefixList, Route, RouteTable, Target};
use crate::support::incident::Incident;
use crate::support::vpc::{ACCOUNT, Eni, Interface, REGION, Role, Vpc};

pub(super) fn tables(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let tables = vpc.config.tables.iter().enumerate();
    let documents: Vec<Value> = tables.map(|(place, table)| table_document(vpc, place, table)).collect();
    json!({ "RouteTables": documents })
}

fn table_document(vpc: &Vpc, place: usize, table: &RouteTable) -> Value {
    let associated = |main: bool, suffix: &str| {
        json!({
            "AssociationState": { "State": "associated" },
            "Main": main,
            "RouteTableAssociationId": format!("rtbassoc-{suffix}"),
            "RouteTableId": table.id,
        })
    };
    let mut associations = Vec::new();
    if place == 0 {
        associations.push(associated(true, &vpc.id["vpc-".len()..]));
    }
    for subnet in vpc.subnets.iter().filter(|subnet| subnet.table == Some(place)) {
        let mut association = associated(false, &subnet.id["subnet-".len()..]);
        association["SubnetId"] = subnet.id.as_str().into();
        associations.push(association);
    }
    let routes: Vec<Value> = table.routes.iter().map(|route| route_document(vpc, route)).collect();
    json!({
        "Associations": associations,
        "OwnerId": ACCOUNT,
        "PropagatingVgws": [],
        "RouteTableId": table.id,
        "Routes": routes,
        "Tags": [{ "Key": "Name", "Value": table.name }],
        "VpcId": vpc.id,
    })
}

fn route_document(vpc: &Vpc, route: &Route) -> Value {
    let mut document = json!({ "Origin": "CreateRoute", "State": "active" });
    match &route.destination {
        Destination::Cidr(net) => document["DestinationCidrBlock"] = net.to_string().into(),
        Destination::PrefixList(id) => document["DestinationPrefixListId"] = id.as_str().into(),
    }
    let (key, target) = match &route.target {
        Target::Local => ("GatewayId", "local"),
        Target::InternetGateway => ("GatewayId", vpc.config.internet_gateway.as_deref().unwrap_or("igw-0")),
        Target::Nat(eni) => ("NatGatewayId", vpc.nat_id(*eni)),
        Target::DeletedNat(id) => ("NatGatewayId", id.as_str()),
        Target::S3Gateway => ("GatewayId", vpc.config.s3_gateway.as_deref().expect("a route leads to it")),
        Target::TransitGateway(id) => ("TransitGatewayId", id.as_str()),
    };
    document[key] = target.into();
    match route.target {
        Target::Local => document["Origin"] = "CreateRouteTable".into(),
        Target::DeletedNat(_) => document["State"] = "blackhole".into(),
        _ => {}
    }
    document
}

pub(super) fn nat_gateways(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let gateways: Vec<Value> = (0..vpc.interfaces.len())
        .map(Eni)
        .filter_map(|eni| match &vpc.get(eni).role {
            Role::Nat { gateway, public } => nat_document(vpc, eni, gateway, &public.to_string()),
            _ => None,
        })
        .collect();
    json!({ "NatGateways": gateways })
}

fn nat_document(vpc: &Vpc, eni: Eni, gateway: &str, public: &str) -> Option<Value> {
    let interface: &Interface = vpc.get(eni);
    let state = match vpc.config.nat_state(gateway) {
        NatState::Available => "available",
        NatState::Failed => "failed",
        NatState::Deleting => "deleting",
        NatState::Gone => return None,
    };
    let mut address = json!({
        "AllocationId": gateway.replace("nat-", "eipalloc-"),
        "AssociationId": gateway.replace("nat-", "eipassoc-"),
        "IsPrimary": true,
        "NetworkInterfaceId": interface.id,
        "PrivateIp": interface.address.to_string(),
        "PublicIp": public,
        "Status": "succeeded",
    });
    if state == "failed" {
        address = json!({ "AllocationId": gateway.replace("nat-", "eipalloc-"), "Status": "failed" });
    }
    let mut document = json!({
        "ConnectivityType": "public",
        "CreateTime": "2025-06-03T08:41:12+00:00",
        "NatGatewayAddresses": [address],
        "NatGatewayId": gateway,
        "State": state,
        "SubnetId": vpc.subnet_of(eni).id,
        "Tags": [],
        "VpcId": vpc.id,
    });
    if state == "failed" {
        document["FailureCode"] = "Resource.AlreadyAssociated".into();
        document["FailureMessage"] =
            format!("Elastic IP address [{}] is already associated", gateway.replace("nat-", "eipalloc-"))
                .into();
    }
    Some(document)
}

pub(super) fn internet_gateways(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let gateways: Vec<Value> = vpc
        .config
        .internet_gateway
        .iter()
        .map(|id| {
            json!({
                "Attachments": [{ "State": "available", "VpcId": vpc.id }],
                "InternetGatewayId": id,
                "OwnerId": ACCOUNT,
                "Tags": [],
            })
        })
        .collect();
    json!({ "InternetGateways": gateways })
}

/// `describe-prefix-lists`: AWS's lists with their entries.
pub(super) fn prefix_lists(incident: &Incident) -> Value {
    let lists: Vec<Value> = incident
        .sim
        .vpc
        .config
        .prefix_lists
        .iter()
        .map(|list| {
            let cidrs: Vec<String> = list.cidrs.iter().map(ToString::to_string).collect();
            json!({ "Cidrs": cidrs, "PrefixListId": list.id, "PrefixListName": list.name })
        })
        .collect();
    json!({ "PrefixLists": lists })
}

/// `describe-managed-prefix-lists`: the same without entries.
pub(super) fn managed_lists(incident: &Incident) -> Value {
    let lists: Vec<Value> = incident
        .sim
        .vpc
        .config
        .prefix_lists
        .iter()
        .map(|list| {
            json!({
                "AddressFamily": "IPv4",
                "OwnerId": "AWS",
                "PrefixListArn": format!("arn:aws:ec2:{REGION}:aws:prefix-list/{}", list.id),
                "PrefixListId": list.id,
                "PrefixListName": list.name,
            })
        })
        .collect();
    json!({ "PrefixLists": lists })
}

/// `get-managed-prefix-list-entries`: of which list is not in it.
pub(super) fn list_entries(list: &PrefixList) -> Value {
    let entries: Vec<Value> = list.cidrs.iter().map(|cidr| json!({ "Cidr": cidr.to_string() })).collect();
    json!({ "Entries": entries })
}
