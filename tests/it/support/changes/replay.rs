//! The changes of events undone, from the files alone: facts of now run backwards to an earlier time.
//!
//! It judges whether a generated world is consistent; it evaluates no path. An event that does not show what it ended leaves
//! its control unknown, unless an earlier event shows it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::changes::facts::{Facts, each, network_fact, word};
use crate::support::changes::shown::{
    content, described, earlier_route, entry, entry_fact, group, last, modified, revoked, route, target,
};
use crate::support::vpc::{ACCOUNT, REGION};

/// The facts of an earlier time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Earlier {
    /// Facts of the controls that are known.
    pub(crate) facts: Facts,
    /// Controls that are not known.
    pub(crate) unknown: BTreeSet<String>,
    /// Events that contradict the documents, in words.
    pub(crate) contradictions: Vec<String>,
}

/// Runs facts backwards through the events after a time, `%Y-%m-%dT%H:%M:%SZ`.
pub(crate) fn earlier(now: &Facts, events: &[Value], time: &str) -> Earlier {
    let mut own: Vec<&Value> = events.iter().filter(|event| counts(event)).collect();
    own.sort_by_key(|event| (word(&event["eventTime"]), word(&event["eventID"])));
    own.dedup_by_key(|event| word(&event["eventID"]));
    let mut state = Earlier { facts: now.clone(), ..Earlier::default() };
    for (place, event) in own.iter().enumerate().rev() {
        if event["eventTime"].as_str().is_some_and(|at| at > time) {
            state.undo(event, &own[..place]);
        }
    }
    state
}

/// Whether an event changed something of this account and Region.
fn counts(event: &Value) -> bool {
    let is_here = event["awsRegion"] == REGION || event["eventSource"] == "iam.amazonaws.com";
    event["errorCode"].is_null() && event["recipientAccountId"] == ACCOUNT && is_here
}

impl Earlier {
    /// A statement that the event made true, and the one that was true before; none where no event shows it.
    fn turn(&mut self, control: &str, made: Option<String>, before: Option<String>) {
        let has_control = self.facts.iter().any(|(one, _)| one == control);
        if let Some(made) = made
            && !self.facts.remove(&(control.to_owned(), made.clone()))
        {
            // No document has a control of something else.
            if has_control && !self.unknown.contains(control) {
                self.contradictions.push(format!("{control} is not {made}"));
            }
            return self.forget(control);
        }
        match before {
            Some(before) => {
                self.facts.insert((control.to_owned(), before));
            }
            None => self.forget(control),
        }
    }

    /// A statement that the event made true and that was not true before.
    fn take(&mut self, control: &str, made: String) {
        if !self.facts.remove(&(control.to_owned(), made.clone())) && !self.unknown.contains(control) {
            self.contradictions.push(format!("{control} has no {made}"));
        }
    }

    fn forget(&mut self, control: &str) {
        self.facts.retain(|(one, _)| one != control);
        self.unknown.insert(control.to_owned());
    }

    fn undo(&mut self, event: &Value, before: &[&Value]) {
        let name = word(&event["eventName"]);
        let request = &event["requestParameters"];
        let request = request.get(format!("{name}Request")).unwrap_or(request);
        let answer = &event["responseElements"];
        let answer = answer.get(format!("{name}Response")).unwrap_or(answer);
        match name.as_str() {
            "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => {
                let mut rules = Vec::new();
                each(&answer["securityGroupRuleSet"], "items", |rule| rules.push(described(rule)));
                for rule in rules {
                    self.take(&group(request), rule);
                }
            }
            "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
                match revoked(&name, request, answer, before) {
                    Some(rule) => {
                        self.facts.insert((group(request), rule));
                    }
                    None => self.forget(&group(request)),
                }
            }
            "ModifySecurityGroupRules" => self.undo_rule(request, before),
            "CreateNetworkAclEntry" => self.take(&entry(request), entry_fact(request)),
            "DeleteNetworkAclEntry" => {
                let made = last(before, "CreateNetworkAclEntry", |one| entry(one) == entry(request));
                self.turn(&entry(request), None, made.map(|event| entry_fact(&event["requestParameters"])));
            }
            "ReplaceNetworkAclAssociation" => self.undo_link(event, before, ("acl of", "networkAclId")),
            "ReplaceRouteTableAssociation" => self.undo_link(event, before, ("table of", "routeTableId")),
            "CreateRoute" => self.take(&route(request), target(request)),
            "DeleteRoute" => self.turn(&route(request), None, earlier_route(request, before)),
            "ReplaceRoute" => {
                self.turn(&route(request), Some(target(request)), earlier_route(request, before));
            }
            "CreateVpcEndpoint" => {
                let id = word(&answer["vpcEndpoint"]["vpcEndpointId"]);
                self.facts.retain(|(control, _)| !control.starts_with("endpoint") || !control.ends_with(&id));
            }
            "ModifyVpcEndpoint" => self.undo_endpoint(request, before),
            "CreateNatGateway" => {
                let control = format!("nat {}", word(&answer["natGateway"]["natGatewayId"]));
                self.facts.retain(|(one, _)| *one != control);
            }
            "DeleteNatGateway" => self.undo_nat(request, before),
            "CreatePolicyVersion" => {
                let (arn, version) =
                    (word(&request["policyArn"]), word(&answer["policyVersion"]["versionId"]));
                self.undo_version(&arn, version.clone());
                self.take(&format!("versions of {arn}"), version);
            }
            _ => self.undo_flag(&name, request, before),
        }
    }

    /// The new content of a rule is in the event, the old one in the last event that named the rule.
    fn undo_rule(&mut self, request: &Value, before: &[&Value]) {
        let control = format!("group {}", word(&request["GroupId"]));
        let change = &request["SecurityGroupRule"];
        let id = word(&change["SecurityGroupRuleId"]);
        let known = self.facts.iter().filter(|(one, _)| *one == control).map(|(_, fact)| fact);
        let is_egress = known.clone().any(|fact| *fact == modified(true, change));
        let old = content(&id, is_egress, before);
        self.turn(&control, Some(modified(is_egress, change)), old);
    }

    fn undo_link(&mut self, event: &Value, before: &[&Value], (word_of, field): (&str, &str)) {
        let request = &event["requestParameters"];
        let made =
            format!("{} {}", word(&event["responseElements"]["newAssociationId"]), word(&request[field]));
        let held = self.facts.iter().find(|(control, fact)| control.starts_with(word_of) && *fact == made);
        let Some(control) = held.map(|(control, _)| control.clone()) else {
            self.contradictions.push(format!("no subnet has {made}"));
            return;
        };
        let ended = &request["associationId"];
        let earlier = before.iter().rev().find(|one| one["responseElements"]["newAssociationId"] == *ended);
        let old = earlier.map(|one| format!("{} {}", word(ended), word(&one["requestParameters"][field])));
        self.turn(&control, Some(made), old);
    }

    fn undo_endpoint(&mut self, request: &Value, before: &[&Value]) {
        let id = word(&request["VpcEndpointId"]);
        if let Some(is_on) = request["PrivateDnsEnabled"].as_bool() {
            let control = format!("endpoint names {id}");
            self.turn(&control, Some(is_on.to_string()), Some((!is_on).to_string()));
        }
        if let Some(policy) = request["PolicyDocument"].as_str() {
            let is_it = |one: &Value| {
                let inner = &one["ModifyVpcEndpointRequest"];
                inner["VpcEndpointId"] == id.as_str() && inner["PolicyDocument"].is_string()
            };
            let made = last(before, "ModifyVpcEndpoint", is_it);
            let old =
                made.map(|one| word(&one["requestParameters"]["ModifyVpcEndpointRequest"]["PolicyDocument"]));
            self.turn(&format!("endpoint policy {id}"), Some(policy.to_owned()), old);
        }
    }

    /// The subnet is in the document of a gateway that is still described, or in the event that made it.
    fn undo_nat(&mut self, request: &Value, before: &[&Value]) {
        let id = word(&request["NatGatewayId"]);
        let control = format!("nat {id}");
        let gone = self.facts.iter().find(|(one, _)| *one == control).map(|(_, fact)| fact.clone());
        let made = before.iter().rev().find_map(|one| {
            let made = &one["responseElements"]["CreateNatGatewayResponse"]["natGateway"];
            (made["natGatewayId"] == id.as_str()).then(|| word(&made["subnetId"]))
        });
        let subnet = gone.as_ref().and_then(|fact| fact.strip_prefix("deleted ").map(str::to_owned)).or(made);
        self.turn(&control, gone, subnet.map(|subnet| format!("available {subnet}")));
    }

    /// Changes of something that has two states, and those of the service.
    fn undo_flag(&mut self, name: &str, request: &Value, before: &[&Value]) {
        let flag = |value: &Value| value["value"].as_bool().unwrap_or_default();
        let (control, made, old) = match name {
            "ModifyVpcAttribute" => {
                let is_on = flag(&request["enableDnsHostnames"]);
                let control = format!("host names {}", word(&request["vpcId"]));
                (control, is_on.to_string(), Some((!is_on).to_string()))
            }
            "ModifyNetworkInterfaceAttribute" => {
                let is_on = flag(&request["sourceDestCheck"]);
                let control = format!("check {}", word(&request["networkInterfaceId"]));
                (control, is_on.to_string(), Some((!is_on).to_string()))
            }
            "EnableKey" | "DisableKey" => {
                let is_on = name == "EnableKey";
                (format!("key {}", word(&request["keyId"])), is_on.to_string(), Some((!is_on).to_string()))
            }
            "DeleteSecret" | "RestoreSecret" => {
                let states = ["live", "deleted"];
                let is_deleted = usize::from(name == "DeleteSecret");
                let control = "secret orders/database".to_owned();
                (control, states[is_deleted].to_owned(), Some(states[1 - is_deleted].to_owned()))
            }
            "AttachRolePolicy" | "DetachRolePolicy" => return self.undo_attachment(name, request),
            "SetDefaultPolicyVersion" => {
                let (arn, version) = (word(&request["policyArn"]), word(&request["versionId"]));
                return self.undo_version(&arn, version);
            }
            "UpdateService" => {
                let is_it = |one: &Value| {
                    one["cluster"] == request["cluster"] && one["service"] == request["service"]
                };
                if request["cluster"] != "production" {
                    return;
                }
                let old = last(before, "UpdateService", is_it);
                let old = old.map(|one| network_fact(&one["requestParameters"]["networkConfiguration"]));
                let control = format!("service {}", word(&request["service"]));
                (control, network_fact(&request["networkConfiguration"]), old)
            }
            other => unreachable!("no case has {other}"),
        };
        self.turn(&control, Some(made), old);
    }

    fn undo_attachment(&mut self, name: &str, request: &Value) {
        let control = format!("role {} {}", word(&request["roleName"]), word(&request["policyArn"]));
        if name == "AttachRolePolicy" {
            self.take(&control, "attached".to_owned());
        } else {
            self.facts.insert((control, "attached".to_owned()));
        }
    }

    /// Of two versions, the other one was the default.
    fn undo_version(&mut self, arn: &str, version: String) {
        let control = format!("versions of {arn}");
        let versions = self.facts.iter().filter(|(one, _)| *one == control).map(|(_, id)| id.clone());
        let others: Vec<String> = versions.filter(|id| *id != version).collect();
        let old = if let [one] = others.as_slice() { Some(one.clone()) } else { None };
        self.turn(&format!("default of {arn}"), Some(version), old);
    }
}
