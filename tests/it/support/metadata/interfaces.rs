//! `aws ec2 describe-network-interfaces`, and what the groups of interfaces are called.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::{dns_name, zone};
use crate::support::config::NatState;
use crate::support::incident::{End, Incident};
use crate::support::vpc::{ACCOUNT, Eni, Interface, REGION, Role};

pub(super) fn interfaces(incident: &Incident) -> Value {
    let stopped = |eni| incident.task_of(eni).is_some_and(|task| !matches!(task.end, End::Running { .. }));
    let interfaces: Vec<Value> = (0..incident.sim.vpc.interfaces.len())
        .map(Eni)
        .filter(|&eni| !stopped(eni) && !is_gone(incident, eni))
        .map(|eni| interface(incident, eni))
        .collect();
    json!({ "NetworkInterfaces": interfaces })
}

/// Whether the gateway or endpoint it belonged to is gone, and it with it.
fn is_gone(incident: &Incident, eni: Eni) -> bool {
    let vpc = &incident.sim.vpc;
    match &vpc.get(eni).role {
        Role::Nat { gateway, .. } => {
            matches!(vpc.config.nat_state(gateway), NatState::Failed | NatState::Gone)
        }
        Role::Endpoint { endpoint, .. } => vpc.config.deleted_endpoints.contains(endpoint),
        _ => false,
    }
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
        Role::MountTarget { file_system } => {
            ("efs", format!("EFS mount target for {file_system} ({})", mount_target(file_system)), true)
        }
        Role::Instance { .. } => ("interface", String::new(), false),
    };
    let groups = groups(incident, eni);
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
    if let Some(public) = public_address(interface) {
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

/// `Groups` of an interface.
pub(super) fn groups(incident: &Incident, eni: Eni) -> Value {
    let ids = &incident.sim.vpc.get(eni).groups;
    ids.iter().map(|id| json!({ "GroupId": id, "GroupName": group_name(incident, id) })).collect()
}

/// `GroupName`: the script's, else after who has the group.
pub(super) fn group_name(incident: &Incident, id: &String) -> String {
    let vpc = &incident.sim.vpc;
    let named = vpc.config.groups.get(id).map(|group| group.name.clone()).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| {
        let has_it = |eni: &Eni| vpc.get(*eni).groups.contains(id);
        let user = (0..vpc.interfaces.len()).map(Eni).find(has_it);
        user.map_or_else(|| "unused".into(), |eni| name_after(incident, eni))
    })
}

fn name_after(incident: &Incident, eni: Eni) -> String {
    match &incident.sim.vpc.get(eni).role {
        Role::Task { .. } => {
            incident.task_of(eni).map_or("task".into(), |task| format!("{}-tasks", task.service))
        }
        Role::Endpoint { service, .. } => format!("endpoint-{service}"),
        Role::Nat { .. } => String::new(),
        Role::MountTarget { .. } => "file-system".into(),
        Role::Instance { purpose, .. } => purpose.replace(' ', "-"),
    }
}

/// The public address of an interface.
fn public_address(interface: &Interface) -> Option<Ipv4Addr> {
    match interface.role {
        Role::Nat { public, .. } => Some(public),
        _ => interface.public,
    }
}

/// The id of a file system's mount target.
fn mount_target(file_system: &str) -> String {
    file_system.replace("fs-", "fsmt-")
}
