//! Documents as facts: a control, and one thing that is true of it.

use std::collections::BTreeSet;

use serde_json::Value;

/// Facts, each a control and a statement.
pub(crate) type Facts = BTreeSet<(String, String)>;

/// Takes a fact.
type Add<'a> = &'a mut dyn FnMut(String, String);

/// The facts of documents.
pub(crate) fn facts(documents: &[(&'static str, Value)]) -> Facts {
    let mut facts = Facts::new();
    for (name, document) in documents {
        let mut add = |control: String, fact: String| {
            facts.insert((control, fact));
        };
        match *name {
            "security-groups.json" => each(document, "SecurityGroups", |group| of_group(group, &mut add)),
            "network-acls.json" => each(document, "NetworkAcls", |acl| of_acl(acl, &mut add)),
            "route-tables.json" => each(document, "RouteTables", |table| of_table(table, &mut add)),
            "vpc-endpoints.json" => each(document, "VpcEndpoints", |one| of_endpoint(one, &mut add)),
            "nat-gateways.json" => each(document, "NatGateways", |nat| {
                let fact = format!("{} {}", word(&nat["State"]), word(&nat["SubnetId"]));
                add(format!("nat {}", word(&nat["NatGatewayId"])), fact);
            }),
            "dns-hostnames.json" => {
                let value = word(&document["EnableDnsHostnames"]["Value"]);
                add(format!("host names {}", word(&document["VpcId"])), value);
            }
            "network-interfaces.json" => each(document, "NetworkInterfaces", |one| {
                if one["InterfaceType"] == "interface" {
                    let control = format!("check {}", word(&one["NetworkInterfaceId"]));
                    add(control, word(&one["SourceDestCheck"]));
                }
            }),
            "services.json" => each(document, "services", |one| {
                let control = format!("service {}", word(&one["serviceName"]));
                add(control, network_fact(&one["networkConfiguration"]));
            }),
            "authorization-details.json" => of_role(document, &mut add),
            "secrets.json" => each(document, "SecretList", |one| {
                let state = if one["DeletedDate"].is_null() { "live" } else { "deleted" };
                add(format!("secret {}", word(&one["Name"])), state.to_owned());
            }),
            "key.json" => {
                let key = &document["KeyMetadata"];
                add(format!("key {}", word(&key["KeyId"])), word(&key["Enabled"]));
            }
            _ => {}
        }
    }
    facts
}

fn of_group(group: &Value, add: Add<'_>) {
    for (key, is_egress) in [("IpPermissions", false), ("IpPermissionsEgress", true)] {
        each(group, key, |rule| {
            each(rule, "IpRanges", |range| {
                let fact = rule_fact(is_egress, rule, ["IpProtocol", "FromPort", "ToPort"], &range["CidrIp"]);
                add(format!("group {}", word(&group["GroupId"])), fact);
            });
        });
    }
}

fn of_acl(acl: &Value, add: Add<'_>) {
    each(acl, "Associations", |one| {
        let fact = format!("{} {}", word(&one["NetworkAclAssociationId"]), word(&one["NetworkAclId"]));
        add(format!("acl of {}", word(&one["SubnetId"])), fact);
    });
    each(acl, "Entries", |entry| {
        let (id, ports) = (word(&acl["NetworkAclId"]), &entry["PortRange"]);
        let (action, protocol) = (word(&entry["RuleAction"]), word(&entry["Protocol"]));
        let net = word(&entry["CidrBlock"]);
        add(
            format!("acl {id} {} {}", entry["Egress"], entry["RuleNumber"]),
            format!("{action} {protocol} {net} {}-{}", word(&ports["From"]), word(&ports["To"])),
        );
    });
}

fn of_table(table: &Value, add: Add<'_>) {
    each(table, "Associations", |one| {
        let fact = format!("{} {}", word(&one["RouteTableAssociationId"]), word(&one["RouteTableId"]));
        add(format!("table of {}", word(&one["SubnetId"])), fact);
    });
    each(table, "Routes", |route| {
        let keys = ["GatewayId", "NatGatewayId", "NetworkInterfaceId"];
        let target = keys.iter().find_map(|key| route[*key].as_str()).unwrap_or("?");
        let net = word(&route["DestinationCidrBlock"]);
        add(format!("route {} {net}", word(&table["RouteTableId"])), target.to_owned());
    });
}

fn of_endpoint(one: &Value, add: Add<'_>) {
    let id = word(&one["VpcEndpointId"]);
    add(format!("endpoint {id}"), format!("exists {}", one["SubnetIds"]));
    add(format!("endpoint groups {id}"), one["Groups"].to_string());
    add(format!("endpoint names {id}"), word(&one["PrivateDnsEnabled"]));
    add(format!("endpoint policy {id}"), word(&one["PolicyDocument"]));
}

fn of_role(document: &Value, add: Add<'_>) {
    each(document, "RoleDetailList", |role| {
        let policies = role["AttachedManagedPolicies"].as_array().into_iter().flatten();
        for policy in policies {
            let control = format!("role {} {}", word(&role["RoleName"]), word(&policy["PolicyArn"]));
            add(control, "attached".to_owned());
        }
    });
    each(document, "Policies", |policy| {
        let arn = word(&policy["Arn"]);
        add(format!("default of {arn}"), word(&policy["DefaultVersionId"]));
        each(policy, "PolicyVersionList", |version| {
            add(format!("versions of {arn}"), word(&version["VersionId"]));
        });
    });
}

/// The network of a service.
pub(crate) fn network_fact(network: &Value) -> String {
    let network = &network["awsvpcConfiguration"];
    format!("{} {}", network["securityGroups"], network["subnets"])
}

/// A rule of a group. Rules for every protocol have no ports, or -1.
pub(crate) fn rule_fact(is_egress: bool, rule: &Value, keys: [&str; 3], net: &Value) -> String {
    let port = |key: &str| {
        rule[key].as_i64().filter(|port| *port >= 0).map_or("*".to_owned(), |port| port.to_string())
    };
    let side = if is_egress { "out" } else { "in" };
    format!("{side} {} {}-{} {}", word(&rule[keys[0]]), port(keys[1]), port(keys[2]), word(net))
}

/// A text without quotes; other values as JSON.
pub(crate) fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Calls a function with each item of a list; one that is not a list has none.
pub(crate) fn each<'a>(document: &'a Value, list: &str, mut apply: impl FnMut(&'a Value)) {
    document[list].as_array().into_iter().flatten().for_each(&mut apply);
}
