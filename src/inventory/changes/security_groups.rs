//! Calls that change the rules of security groups.
//!
//! The request has the rules, or only their ids; the answer lists them too (`securityGroupRuleSet`,
//! `revokedSecurityGroupRuleSet`). A call that adds a rule that exists fails, and so does one that removes a rule that does not.

use ipnet::IpNet;

use crate::inventory::changes::call::{Found, RecordedCall, objects, texts};
use crate::inventory::item::DocumentItem;
use crate::inventory::traffic;
use crate::model::configuration_change::{Part, PartChange, PartState, PartValue, SubjectKind};
use crate::model::ids::{PrefixListId, SecurityGroupId};
use crate::model::security_group::{RulePeer, SecurityGroupRule};

/// `AuthorizeSecurityGroupIngress`, `RevokeSecurityGroupEgress` and their relatives.
pub(super) fn rules(call: &RecordedCall<'_>) -> Vec<Found> {
    let is_egress = call.name.ends_with("Egress");
    let is_added = call.name.starts_with("Authorize");
    let list = if is_added { "SecurityGroupRuleSet" } else { "RevokedSecurityGroupRuleSet" };
    let answered = objects(call.answer, list);
    let id = call.request.text("GroupId").or_else(|| answered.iter().find_map(|rule| rule.text("GroupId")));
    let is_partial = !objects(call.answer, "UnknownIpPermissionSet").is_empty();
    let rules = requested(call.request).or_else(|| of_answer(&answered)).filter(|_| !is_partial);
    let change = |rule| {
        let part = Part::Rule { is_egress, rule };
        if is_added {
            PartChange::added(part, PartValue::There)
        } else {
            PartChange::removed(part, PartState::Present(PartValue::There))
        }
    };
    let unknown = || vec![PartChange::unknown(Part::Rules { is_egress })];
    let parts = rules.map_or_else(unknown, |rules| rules.into_iter().map(change).collect());
    vec![Found::new(SubjectKind::SecurityGroup, id.unwrap_or_default(), Some(parts))]
}

/// `ModifySecurityGroupRules` names rules by their ids, which do not show their direction.
pub(super) fn modified(call: &RecordedCall<'_>) -> Vec<Found> {
    let id = call.parameters().text("GroupId").unwrap_or_default();
    let parts = [false, true].map(|is_egress| PartChange::unknown(Part::Rules { is_egress }));
    vec![Found::new(SubjectKind::SecurityGroup, id, Some(parts.to_vec()))]
}

/// `CreateSecurityGroup`, `DeleteSecurityGroup`.
pub(super) fn existence(call: &RecordedCall<'_>) -> Vec<Found> {
    let id = call.answer.text("GroupId").or_else(|| call.request.text("GroupId"));
    let change = if call.name.starts_with("Create") {
        PartChange::added(Part::Existence, PartValue::There)
    } else {
        PartChange::removed(Part::Existence, PartState::Unknown)
    };
    vec![Found::new(SubjectKind::SecurityGroup, id.unwrap_or_default(), Some(vec![change]))]
}

/// The rules of a request; none if it does not show all of them.
fn requested(request: DocumentItem<'_>) -> Option<Vec<SecurityGroupRule>> {
    // The oldest form of the call has one rule beside the group.
    let permissions = objects(request, "IpPermissions");
    if permissions.is_empty() && request.has("CidrIp") {
        return request.without_note(|| of_rule(request, &["CidrIp"])).flatten().map(|rule| vec![rule]);
    }
    let read = || permissions.into_iter().map(of_permission).collect::<Option<Vec<_>>>();
    let rules = request.without_note(read).flatten()?.concat();
    (!rules.is_empty()).then_some(rules)
}

fn of_permission(permission: DocumentItem<'_>) -> Option<Vec<SecurityGroupRule>> {
    let traffic = traffic::read(permission, "IpProtocol", Some(permission), "FromPort", "ToPort")?;
    let blocks = [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")]
        .into_iter()
        .flat_map(|(set, member)| texts(permission, set, member));
    let mut peers = blocks
        .map(|text| Some(RulePeer::Block(text.trim().parse::<IpNet>().ok()?.trunc())))
        .collect::<Option<Vec<_>>>()?;
    let lists = texts(permission, "PrefixListIds", "PrefixListId").into_iter();
    peers.extend(lists.map(|id| RulePeer::PrefixList(PrefixListId::new(id))));
    let groups = texts(permission, "Groups", "GroupId").into_iter();
    peers.extend(groups.map(|id| RulePeer::Group(SecurityGroupId::new(id))));
    let rules = peers.into_iter().map(|peer| SecurityGroupRule { id: None, traffic, peer });
    Some(rules.collect::<Vec<_>>()).filter(|rules| !rules.is_empty())
}

fn of_answer(rules: &[DocumentItem<'_>]) -> Option<Vec<SecurityGroupRule>> {
    let read =
        |rule: &DocumentItem<'_>| rule.without_note(|| of_rule(*rule, &["CidrIpv4", "CidrIpv6"])).flatten();
    let rules = rules.iter().map(read).collect::<Option<Vec<_>>>()?;
    (!rules.is_empty()).then_some(rules)
}

/// A rule with one peer.
fn of_rule(rule: DocumentItem<'_>, blocks: &[&str]) -> Option<SecurityGroupRule> {
    let traffic = traffic::read(rule, "IpProtocol", Some(rule), "FromPort", "ToPort")?;
    let block = blocks.iter().find_map(|key| rule.cidr(key)).map(RulePeer::Block);
    let list = || rule.text("PrefixListId").map(PrefixListId::new).map(RulePeer::PrefixList);
    let nested = || {
        let key = "ReferencedGroupInfo";
        rule.item(key).filter(|_| rule.is_object(key))?.text("GroupId")
    };
    let group = || rule.text("ReferencedGroupId").or_else(nested).map(SecurityGroupId::new);
    let peer = block.or_else(list).or_else(|| group().map(RulePeer::Group))?;
    Some(SecurityGroupRule { id: None, traffic, peer })
}
