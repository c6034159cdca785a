//! `describe-network-acls` and `describe-security-groups` of a world.

use serde_json::{Value, json};

use crate::support::vpc::ACCOUNT;
use crate::support::worlds::net::{Acl, Cidr, Group, Rule, World};

/// `describe-network-acls`.
pub(crate) fn acls(world: &World) -> Value {
    let all = world.acls.iter().enumerate().map(|(place, acl)| {
        let associated = world.subnets.iter().filter(|subnet| subnet.acl == place);
        let associations: Vec<Value> =
            associated.map(|subnet| json!({ "NetworkAclId": acl.id, "SubnetId": subnet.id })).collect();
        json!({ "NetworkAclId": acl.id, "VpcId": world.vpcs[acl.vpc].id, "IsDefault": false, "OwnerId": ACCOUNT,
            "Associations": associations, "Entries": entries(acl) })
    });
    json!({ "NetworkAcls": all.collect::<Vec<_>>() })
}

fn entries(acl: &Acl) -> Vec<Value> {
    let mut number = 90;
    let mut entries: Vec<Value> = Vec::new();
    for entry in &acl.entries {
        number += 10;
        let action = if entry.denies { "deny" } else { "allow" };
        let mut document = entry_of(entry.egress, entry.number.unwrap_or(number), action, entry.net);
        if let Some((from, to)) = entry.ports {
            document["Protocol"] = "6".into();
            document["PortRange"] = json!({ "From": from, "To": to });
        }
        entries.push(document);
    }
    for egress in [true, false] {
        entries.push(entry_of(egress, 32_767, "deny", Cidr::of("0.0.0.0/0")));
        if acl.entries.iter().any(|entry| entry.net.is_v6()) {
            entries.push(entry_of(egress, 32_768, "deny", Cidr::of("::/0")));
        }
    }
    entries
}

fn entry_of(egress: bool, number: u32, action: &str, net: Cidr) -> Value {
    let key = if net.is_v6() { "Ipv6CidrBlock" } else { "CidrBlock" };
    json!({ "Egress": egress, "RuleNumber": number, "RuleAction": action, "Protocol": "-1", key: net.to_string() })
}

/// `describe-security-groups`.
pub(crate) fn groups(world: &World) -> Value {
    let one = |group: &Group| {
        let side = |egress: bool| -> Vec<Value> {
            group.rules.iter().filter(|rule| rule.egress == egress).map(permission).collect()
        };
        json!({ "GroupId": group.id, "GroupName": group.id, "VpcId": world.vpcs[group.vpc].id, "OwnerId": ACCOUNT,
            "IpPermissions": side(false), "IpPermissionsEgress": side(true) })
    };
    json!({ "SecurityGroups": world.groups.iter().map(one).collect::<Vec<_>>() })
}

fn permission(rule: &Rule) -> Value {
    let (v4, v6) = if rule.net.is_v6() {
        (json!([]), json!([{ "CidrIpv6": rule.net.to_string() }]))
    } else {
        (json!([{ "CidrIp": rule.net.to_string() }]), json!([]))
    };
    let mut document = json!({ "IpProtocol": "-1", "IpRanges": v4, "Ipv6Ranges": v6, "UserIdGroupPairs": [], "PrefixListIds": [] });
    if let Some((from, to)) = rule.ports {
        document["IpProtocol"] = "tcp".into();
        document["FromPort"] = from.into();
        document["ToPort"] = to.into();
    }
    document
}
