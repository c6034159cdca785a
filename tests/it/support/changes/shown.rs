//! The parts of events: the controls they name, the state they made, and the state that earlier ones show.

use serde_json::Value;

use crate::support::changes::facts::{rule_fact, word};

/// The last event of a name whose request fits.
pub(super) fn last<'a>(before: &[&'a Value], name: &str, fits: impl Fn(&Value) -> bool) -> Option<&'a Value> {
    let mut same = before.iter().rev().filter(|event| event["eventName"] == name);
    same.find(|event| fits(&event["requestParameters"])).copied()
}

/// The control of a request for a group.
pub(super) fn group(request: &Value) -> String {
    format!("group {}", word(&request["groupId"]))
}

/// An item of a set of rules.
pub(super) fn described(rule: &Value) -> String {
    let is_egress = rule["isEgress"].as_bool().unwrap_or_default();
    rule_fact(is_egress, rule, ["ipProtocol", "fromPort", "toPort"], &rule["cidrIpv4"])
}

/// The new content of a rule.
pub(super) fn modified(is_egress: bool, change: &Value) -> String {
    let rule = &change["SecurityGroupRule"];
    rule_fact(is_egress, rule, ["IpProtocol", "FromPort", "ToPort"], &rule["CidrIpv4"])
}

/// The revoked rule: in the answer, in the request, or in the last event that named its id.
pub(super) fn revoked(name: &str, request: &Value, answer: &Value, before: &[&Value]) -> Option<String> {
    if let Some(rule) = answer["revokedSecurityGroupRuleSet"]["items"].get(0) {
        return Some(described(rule));
    }
    let is_egress = name.ends_with("Egress");
    if let Some(rule) = request["ipPermissions"]["items"].get(0) {
        let net = &rule["ipRanges"]["items"][0]["cidrIp"];
        return Some(rule_fact(is_egress, rule, ["ipProtocol", "fromPort", "toPort"], net));
    }
    let id = &request["securityGroupRuleIds"]["items"][0]["securityGroupRuleId"];
    content(&word(id), is_egress, before)
}

/// The content of a rule by the last event that named it.
pub(super) fn content(id: &str, is_egress: bool, before: &[&Value]) -> Option<String> {
    before.iter().rev().find_map(|event| {
        let added = event["responseElements"]["securityGroupRuleSet"]["items"].as_array();
        let found = added.into_iter().flatten().find(|rule| rule["securityGroupRuleId"] == id);
        let change = &event["requestParameters"]["ModifySecurityGroupRulesRequest"]["SecurityGroupRule"];
        let is_changed = change["SecurityGroupRuleId"] == id;
        found.map(described).or_else(|| is_changed.then(|| modified(is_egress, change)))
    })
}

/// The control of a request for an ACL entry.
pub(super) fn entry(request: &Value) -> String {
    format!("acl {} {} {}", word(&request["networkAclId"]), request["egress"], request["ruleNumber"])
}

/// The content of an ACL entry by a request.
pub(super) fn entry_fact(request: &Value) -> String {
    let ports = &request["portRange"];
    let (action, protocol) = (word(&request["ruleAction"]), word(&request["aclProtocol"]));
    let net = word(&request["cidrBlock"]);
    format!("{action} {protocol} {net} {}-{}", word(&ports["from"]), word(&ports["to"]))
}

/// The control of a request for a route.
pub(super) fn route(request: &Value) -> String {
    format!("route {} {}", word(&request["routeTableId"]), word(&request["destinationCidrBlock"]))
}

/// The target in a request for a route.
pub(super) fn target(request: &Value) -> String {
    let keys = ["gatewayId", "natGatewayId", "networkInterfaceId"];
    keys.iter().find_map(|key| request[*key].as_str()).unwrap_or("?").to_owned()
}

/// The target in the last event that made or turned a route.
pub(super) fn earlier_route(request: &Value, before: &[&Value]) -> Option<String> {
    let is_it = |one: &&&Value| {
        let is_route = one["eventName"] == "CreateRoute" || one["eventName"] == "ReplaceRoute";
        is_route && route(&one["requestParameters"]) == route(request)
    };
    before.iter().rev().find(is_it).map(|one| target(&one["requestParameters"]))
}
