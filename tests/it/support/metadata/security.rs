//! `aws ec2 describe-security-groups`, or `describe-security-group-rules`, and `describe-network-acls`.

use serde_json::{Map, Value, json};

use super::interfaces::group_name;
use crate::support::config::{Acl, Entry, Group, Peer, Rule};
use crate::support::incident::Incident;
use crate::support::vpc::ACCOUNT;

/// Groups with their rules inside.
pub(super) fn groups(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let groups: Vec<Value> = vpc
        .config
        .groups
        .iter()
        .map(|(id, group)| {
            json!({
                "Description": "made by the platform team",
                "GroupId": id,
                "GroupName": group_name(incident, id),
                "IpPermissions": permissions(&group.ingress),
                "IpPermissionsEgress": permissions(&group.egress),
                "OwnerId": ACCOUNT,
                "Tags": [],
                "VpcId": vpc.id,
            })
        })
        .collect();
    json!({ "SecurityGroups": groups })
}

/// Rules of one protocol and the same ports are one permission, as AWS shows them.
fn permissions(rules: &[Rule]) -> Vec<Value> {
    let traffic = |rule: &Rule| (rule.protocol, rule.ports);
    let mut kinds: Vec<_> = rules.iter().map(traffic).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let alike = |kind| rules.iter().filter(|rule| traffic(rule) == kind).collect::<Vec<_>>();
    kinds.into_iter().map(|kind| permission(&alike(kind))).collect()
}

fn permission(rules: &[&Rule]) -> Value {
    let first = rules[0];
    let peers = |document: fn(&Peer) -> Option<Value>| -> Value {
        rules.iter().filter_map(|rule| document(&rule.peer)).collect()
    };
    let mut document = json!({
        "IpProtocol": protocol_name(first),
        "IpRanges": peers(|peer| match peer {
            Peer::Cidr(net) => Some(json!({ "CidrIp": net.to_string() })),
            _ => None,
        }),
        "Ipv6Ranges": [],
        "PrefixListIds": peers(|peer| match peer {
            Peer::PrefixList(id) => Some(json!({ "PrefixListId": id })),
            _ => None,
        }),
        "UserIdGroupPairs": peers(|peer| match peer {
            Peer::Group(id) => Some(json!({ "GroupId": id, "UserId": ACCOUNT })),
            _ => None,
        }),
    });
    if first.protocol.is_some() {
        document["FromPort"] = first.ports.0.into();
        document["ToPort"] = first.ports.1.into();
    }
    document
}

fn protocol_name(rule: &Rule) -> &'static str {
    match rule.protocol {
        Some(6) => "tcp",
        Some(17) => "udp",
        _ => "-1",
    }
}

/// The same rules, each an item of its own.
pub(super) fn rules(incident: &Incident) -> Value {
    let groups = &incident.sim.vpc.config.groups;
    let rules: Vec<Value> = groups.iter().flat_map(|(id, group)| rules_of(id, group)).collect();
    json!({ "SecurityGroupRules": rules })
}

fn rules_of(id: &str, group: &Group) -> Vec<Value> {
    let numbered = |egress, rules: &[Rule]| -> Vec<Value> {
        rules.iter().enumerate().map(|(place, rule)| single_rule(id, egress, place, rule)).collect()
    };
    [numbered(false, &group.ingress), numbered(true, &group.egress)].concat()
}

fn single_rule(id: &str, egress: bool, place: usize, rule: &Rule) -> Value {
    let digits = &id[id.len() - 14..];
    let (first, last) = match rule.protocol {
        Some(_) => (i32::from(rule.ports.0), i32::from(rule.ports.1)),
        None => (-1, -1),
    };
    let mut document = json!({
        "SecurityGroupRuleId": format!("sgr-0{}{place:x}{digits}", u8::from(egress)),
        "GroupId": id,
        "GroupOwnerId": ACCOUNT,
        "IsEgress": egress,
        "IpProtocol": protocol_name(rule),
        "FromPort": first,
        "ToPort": last,
        "Tags": [],
    });
    match &rule.peer {
        Peer::Cidr(net) => document["CidrIpv4"] = net.to_string().into(),
        Peer::PrefixList(id) => document["PrefixListId"] = id.as_str().into(),
        Peer::Group(id) => {
            document["ReferencedGroupInfo"] = json!({ "GroupId": id, "UserId": ACCOUNT });
        }
    }
    document
}

/// ACLs with the subnets they are in force in and their entries, the implied ones too.
pub(super) fn acls(incident: &Incident) -> Value {
    let acls = &incident.sim.vpc.config.acls;
    let documents: Vec<Value> =
        acls.iter().enumerate().map(|(place, acl)| acl_document(incident, place, acl)).collect();
    json!({ "NetworkAcls": documents })
}

fn acl_document(incident: &Incident, place: usize, acl: &Acl) -> Value {
    let vpc = &incident.sim.vpc;
    let associated = vpc.subnets.iter().filter(|subnet| subnet.acl == place);
    let associations: Vec<Value> = associated
        .map(|subnet| {
            json!({
                "NetworkAclAssociationId": subnet.id.replace("subnet-", "aclassoc-"),
                "NetworkAclId": acl.id,
                "SubnetId": subnet.id,
            })
        })
        .collect();
    let mut entries: Vec<&Entry> = acl.entries.iter().collect();
    entries.sort_by_key(|entry| (!entry.egress, entry.number));
    let mut entries: Vec<Value> = entries.into_iter().map(entry_document).collect();
    entries.extend([true, false].map(|egress| {
        json!({
            "CidrBlock": "0.0.0.0/0",
            "Egress": egress,
            "Protocol": "-1",
            "RuleAction": "deny",
            "RuleNumber": 32767,
        })
    }));
    json!({
        "Associations": associations,
        "Entries": entries,
        "IsDefault": acl.is_default,
        "NetworkAclId": acl.id,
        "OwnerId": ACCOUNT,
        "Tags": [],
        "VpcId": vpc.id,
    })
}

fn entry_document(entry: &Entry) -> Value {
    let protocol = entry.protocol.map_or_else(|| "-1".into(), |number| number.to_string());
    let mut document = Map::new();
    document.insert("CidrBlock".into(), entry.cidr.to_string().into());
    document.insert("Egress".into(), entry.egress.into());
    document.insert("Protocol".into(), protocol.into());
    document.insert("RuleAction".into(), if entry.allow { "allow" } else { "deny" }.into());
    document.insert("RuleNumber".into(), entry.number.into());
    if entry.protocol.is_some() {
        document.insert("PortRange".into(), json!({ "From": entry.ports.0, "To": entry.ports.1 }));
    }
    document.into()
}
