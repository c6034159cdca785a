//! Changes that are innocent: of other things, of other accounts and Regions, of the same control at another port, and calls
//! that failed.

use serde_json::{Value, json};

use crate::support::changes::access::{open_policy, policy_arn, secret_arn};
use crate::support::changes::api::{Call, Circumstances, EC2, HERE};
use crate::support::changes::api_access::key_call;
use crate::support::changes::edit::{Edit, Shown};
use crate::support::changes::network::{Network, tcp};
use crate::support::rng::Rng;
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::net::{Cidr, Entry, Kind as Owner, Route, Target};

/// Another account of the organization.
const STRANGER: &str = "444455556666";
/// Another Region.
const FAR: &str = "us-west-2";

/// When an innocent change may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// At any time.
    Any,
    /// Before the last success: its event does not show what was there before.
    Before,
}

/// Innocent changes of the network, which do not touch what a task needs.
pub(crate) fn changes(network: &Network) -> Vec<(Era, Edit)> {
    let parts = network.parts;
    let data = "10.40.9.0/24";
    let acl = |subnet: usize| network.world.subnets[subnet].acl;
    let deny = |number, port| {
        let ports = Some((port, port));
        Entry { number: Some(number), denies: true, ..Entry::allow(false, ports, "0.0.0.0/0") }
    };
    let mut changes = vec![
        (Era::Any, Edit::Authorize(parts.group, tcp(true, 6_379, data))),
        (Era::Any, Edit::Revoke(parts.group, tcp(true, 8_443, data), Shown::Whole)),
        (Era::Any, Edit::Authorize(parts.idle, tcp(false, 22, "10.9.0.0/16"))),
        (Era::Any, Edit::AddEntry(acl(0), deny(50, 22))),
        (Era::Any, Edit::AddEntry(acl(parts.endpoint_subnet), deny(55, 3_389))),
        (Era::Any, Edit::Revoke(parts.strict, tcp(false, 8_080, data), Shown::Answer)),
    ];
    if network.endpoint().is_some() {
        let (from, to) = (tcp(false, 8_443, data), tcp(false, 8_444, data));
        changes.push((Era::Before, Edit::Modify(parts.endpoint_group, from, to)));
        let registry = network.world.endpoint_for("ecr.api").map(|eni| &network.world.enis[eni].kind);
        if let Some(Owner::Endpoint(id)) = registry {
            changes.push((Era::Any, Edit::SetPolicy(id.clone(), open_policy())));
        }
    }
    let target = network.default_target();
    if matches!(target, Target::Nat(_) | Target::Appliance(_)) {
        let route = Route { net: Cidr::of("198.18.0.0/15"), target };
        changes.push((Era::Before, Edit::AddRoute(network.world.subnets[0].table, route)));
    }
    changes
}

/// Calls that changed something that is not the service's.
pub(crate) fn calls(rng: &mut Rng) -> Vec<(Call, Circumstances)> {
    let stranger = Circumstances { account: STRANGER, ..HERE };
    let far = Circumstances { region: FAR, ..HERE };
    let network = |group: &str| {
        json!({ "awsvpcConfiguration": { "assignPublicIp": "DISABLED", "securityGroups": [group],
            "subnets": ["subnet-0aaaabbbbccccdddd"] } })
    };
    let update = |cluster: &str, service: &str, region: &str, group: &str| {
        let request =
            json!({ "cluster": cluster, "service": service, "networkConfiguration": network(group) });
        let arn = format!("arn:aws:ecs:{region}:{ACCOUNT}:service/{cluster}/{service}");
        let answer = json!({ "service": { "serviceArn": arn, "serviceName": service, "networkConfiguration": network(group) } });
        Call::of("UpdateService", "ecs.amazonaws.com", request, answer)
    };
    let group = rng.id("sg");
    let revoked = json!({ "groupId": rng.id("sg"), "ipPermissions": { "items": [{ "ipProtocol": "tcp", "fromPort": 443,
        "toPort": 443, "groups": {}, "ipv6Ranges": {}, "prefixListIds": {},
        "ipRanges": { "items": [{ "cidrIp": "0.0.0.0/0" }] } }] } });
    let deleted = json!({ "routeTableId": rng.id("rtb"), "destinationCidrBlock": "0.0.0.0/0" });
    let entry = json!({ "networkAclId": rng.id("acl"), "ruleNumber": 90, "egress": true, "ruleAction": "deny",
        "icmpTypeCode": {}, "portRange": { "from": 443, "to": 443 }, "aclProtocol": "6", "cidrBlock": "0.0.0.0/0" });
    let secret = json!({ "secretId": "orders/database", "recoveryWindowInDays": 7 });
    let answer = json!({ "name": "orders/database", "aRN": secret_arn(FAR), "deletionDate": "Nov 30, 2026, 2:40:00 AM" });
    let detach = json!({ "roleName": "orders", "policyArn": policy_arn(STRANGER) });
    vec![
        (Call::of("DetachRolePolicy", "iam.amazonaws.com", detach, Value::Null), stranger),
        (Call::of("DeleteSecret", "secretsmanager.amazonaws.com", secret, answer), far),
        (key_call("DisableKey", "9999abcd-12ab-34cd-56ef-1234567890ab"), HERE),
        (update("production", "billing", REGION, &group), HERE),
        (update("production", "orders", FAR, &group), far),
        (update("staging", "orders", REGION, &group), HERE),
        (Call::of_ec2("RevokeSecurityGroupEgress", revoked), stranger),
        (Call::of_ec2("DeleteRoute", deleted), HERE),
        (Call::of_ec2("CreateNetworkAclEntry", entry), stranger),
    ]
}

/// The errors with which a call fails: it was not allowed, or only tried.
pub(crate) fn errors(call: &Call) -> [&'static str; 2] {
    if call.source == EC2 {
        ["Client.UnauthorizedOperation", "Client.DryRunOperation"]
    } else {
        ["AccessDenied", "ThrottlingException"]
    }
}
