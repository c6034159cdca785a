//! The documents that an account of a shared VPC can save.
//!
//! A participant sees the subnet that is shared with it, with its table and ACL, and its own groups; of the endpoints and
//! gateways it sees nothing. The owner sees all but the participant's groups.

use serde_json::Value;

use crate::support::worlds::net::{View, World};

/// Takes out what the account cannot see.
pub(crate) fn restrict(world: &World, documents: &mut [(&'static str, Value)]) {
    let task = &world.enis[0];
    let subnet = &world.subnets[task.subnet];
    let own: Vec<&str> = task.groups.iter().map(|group| world.groups[*group].id.as_str()).collect();
    for (_, document) in documents.iter_mut() {
        match world.view {
            View::All => {}
            View::Owner => keep(document, "SecurityGroups", "GroupId", |id| !own.contains(&id)),
            View::Participant => {
                keep(document, "SecurityGroups", "GroupId", |id| own.contains(&id));
                keep(document, "Subnets", "SubnetId", |id| id == subnet.id);
                keep(document, "RouteTables", "RouteTableId", |id| id == world.tables[subnet.table].id);
                keep(document, "NetworkAcls", "NetworkAclId", |id| id == world.acls[subnet.acl].id);
                for key in ["NetworkInterfaces", "VpcEndpoints", "NatGateways", "InternetGateways"] {
                    keep(document, key, "VpcId", |_| false);
                }
            }
        }
    }
}

fn keep(document: &mut Value, list: &str, id: &str, stays: impl Fn(&str) -> bool) {
    if let Some(items) = document.get_mut(list).and_then(Value::as_array_mut) {
        items.retain(|item| stays(item[id].as_str().unwrap_or_default()));
    }
}
