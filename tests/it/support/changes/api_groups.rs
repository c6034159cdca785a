//! Changes of security groups.
//!
//! The members of the requests are in AWS's and others' examples. `securityGroupRuleSet` is in events of
//! `AuthorizeSecurityGroup…`, `revokedSecurityGroupRuleSet` in younger events of `RevokeSecurityGroup…`.
//! `ModifySecurityGroupRules` has the younger form; its event shows the new content of a rule and never the old one.
//! Not documented: that a request by rule ids has `securityGroupRuleIds` with `items` and an empty `ipPermissions`.

use serde_json::{Value, json};

use crate::support::changes::api::{Call, items};
use crate::support::changes::edit::Shown;
use crate::support::changes::network::Network;
use crate::support::vpc::ACCOUNT;
use crate::support::worlds::net::Rule;

impl Network {
    pub(super) fn authorize(&mut self, group: usize, rule: &Rule) -> Call {
        let id = self.name_rule(group, rule);
        self.world.groups[group].rules.push(rule.clone());
        let name = if rule.egress { "AuthorizeSecurityGroupEgress" } else { "AuthorizeSecurityGroupIngress" };
        let request =
            json!({ "groupId": self.world.groups[group].id, "ipPermissions": items(&[permission(rule)]) });
        let answer =
            json!({ "_return": true, "securityGroupRuleSet": items(&[self.described(group, rule, &id)]) });
        Call::of_ec2(name, request).answered(answer)
    }

    pub(super) fn revoke(&mut self, group: usize, rule: &Rule, shown: Shown) -> Call {
        let id = self.rule_id(group, rule);
        let text = format!("{rule:?}");
        self.world.groups[group].rules.retain(|one| format!("{one:?}") != text);
        self.rule_ids.remove(&(group, text));
        let name = if rule.egress { "RevokeSecurityGroupEgress" } else { "RevokeSecurityGroupIngress" };
        let mut request = json!({ "groupId": self.world.groups[group].id, "ipPermissions": {} });
        if shown == Shown::Whole {
            request["ipPermissions"] = items(&[permission(rule)]);
        } else {
            request["securityGroupRuleIds"] = items(&[json!({ "securityGroupRuleId": id })]);
        }
        let call = Call::of_ec2(name, request);
        if shown == Shown::Id {
            return call;
        }
        let revoked = items(&[self.described(group, rule, &id)]);
        call.answered(json!({ "_return": true, "revokedSecurityGroupRuleSet": revoked }))
    }

    pub(super) fn modify(&mut self, group: usize, from: &Rule, to: &Rule) -> Call {
        let id = self.rule_id(group, from);
        let text = format!("{from:?}");
        for one in &mut self.world.groups[group].rules {
            if format!("{one:?}") == text {
                *one = to.clone();
            }
        }
        self.rule_ids.remove(&(group, text));
        self.rule_ids.insert((group, format!("{to:?}")), id.clone());
        let (from_port, to_port) = to.ports.unwrap_or((0, 65_535));
        let content = json!({ "CidrIpv4": to.net.to_string(), "IpProtocol": "tcp", "FromPort": from_port,
            "ToPort": to_port, "Description": "" });
        let request = json!({ "GroupId": self.world.groups[group].id,
            "SecurityGroupRule": { "tag": 1, "SecurityGroupRuleId": id, "SecurityGroupRule": content } });
        Call::of_new_ec2("ModifySecurityGroupRules", &request, &json!({ "return": true }))
    }

    fn described(&self, group: usize, rule: &Rule, id: &str) -> Value {
        let (from, to) = ports(rule);
        json!({ "groupOwnerId": ACCOUNT, "groupId": self.world.groups[group].id, "securityGroupRuleId": id,
            "isEgress": rule.egress, "ipProtocol": protocol(rule), "fromPort": from, "toPort": to,
            "cidrIpv4": rule.net.to_string() })
    }
}

fn protocol(rule: &Rule) -> &'static str {
    if rule.ports.is_some() { "tcp" } else { "-1" }
}

fn ports(rule: &Rule) -> (i32, i32) {
    rule.ports.map_or((-1, -1), |(from, to)| (from.into(), to.into()))
}

/// An item of `ipPermissions`.
fn permission(rule: &Rule) -> Value {
    let mut item = json!({ "ipProtocol": protocol(rule), "groups": {}, "ipv6Ranges": {}, "prefixListIds": {},
        "ipRanges": items(&[json!({ "cidrIp": rule.net.to_string() })]) });
    if let Some((from, to)) = rule.ports {
        item["fromPort"] = from.into();
        item["toPort"] = to.into();
    }
    item
}
