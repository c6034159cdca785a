//! `aws ec2 describe-security-group-rules`: reads items of `SecurityGroupRules`, and completes the groups.
//!
//! A rule does not show which other rules its group has, because the list may be filtered. So a direction without any rule is
//! unknown. A direction from `describe-security-groups` is complete; the rules only add their ids to it.

use std::collections::BTreeMap;

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::inventory::traffic;
use crate::model::ids::{PrefixListId, SecurityGroupId};
use crate::model::security_group::{RulePeer, SecurityGroup, SecurityGroupRule};

/// A rule with its group and direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupRule {
    group_id: SecurityGroupId,
    is_egress: bool,
    /// `SecurityGroupRuleId`, or a text that identifies the rule.
    key: String,
    /// None if it cannot be read.
    rule: Option<SecurityGroupRule>,
}

/// Reads one rule; none without its group or direction.
pub(super) fn read(item: DocumentItem<'_>) -> Option<GroupRule> {
    let group_id = SecurityGroupId::new(item.identifier("GroupId")?);
    if !item.has("IsEgress") {
        item.note("expected `IsEgress`, found none".to_owned());
    }
    let is_egress = item.flag("IsEgress")?;
    let id = item.text("SecurityGroupRuleId");
    let rule = item.without_note(|| rule(item, id.clone())).flatten();
    if rule.is_none() {
        let direction = if is_egress { "egress" } else { "ingress" };
        item.note(format!("expected a rule: the {direction} of `{group_id}` counts as unknown"));
    }
    let key = id.unwrap_or_else(|| format!("{group_id} {is_egress} {rule:?}"));
    Some(GroupRule { group_id, is_egress, key, rule })
}

fn rule(item: DocumentItem<'_>, id: Option<String>) -> Option<SecurityGroupRule> {
    let traffic = traffic::read(item, "IpProtocol", Some(item), "FromPort", "ToPort")?;
    let block = item.cidr("CidrIpv4").or_else(|| item.cidr("CidrIpv6")).map(RulePeer::Block);
    let list = || item.text("PrefixListId").map(PrefixListId::new).map(RulePeer::PrefixList);
    let group = || {
        item.item("ReferencedGroupInfo")?.identifier("GroupId").map(SecurityGroupId::new).map(RulePeer::Group)
    };
    let peer = block.or_else(list).or_else(group)?;
    Some(SecurityGroupRule { id, traffic, peer })
}

/// Adds ids to known rules, and rules to unknown directions.
///
/// If rules are missing, unknown directions stay unknown.
pub(super) fn complete(inventory: &mut Inventory, rules: impl Iterator<Item = GroupRule>, is_complete: bool) {
    let mut directions: BTreeMap<(SecurityGroupId, bool), Vec<Option<SecurityGroupRule>>> = BTreeMap::new();
    for one in rules {
        directions.entry((one.group_id, one.is_egress)).or_default().push(one.rule);
    }
    for ((id, is_egress), rules) in directions {
        let group = inventory.security_groups.entry(id.clone()).or_insert_with(|| unknown(id));
        let direction = if is_egress { &mut group.egress } else { &mut group.ingress };
        match direction {
            Some(known) => take_ids(known, rules.into_iter().flatten()),
            None if is_complete => *direction = whole(rules),
            None => {}
        }
    }
}

fn unknown(id: SecurityGroupId) -> SecurityGroup {
    SecurityGroup { id, name: None, vpc_id: None, ingress: None, egress: None }
}

/// The rules, sorted; none if one of them cannot be read.
fn whole(rules: Vec<Option<SecurityGroupRule>>) -> Option<Vec<SecurityGroupRule>> {
    let mut rules: Vec<SecurityGroupRule> = rules.into_iter().collect::<Option<_>>()?;
    rules.sort();
    rules.dedup();
    Some(rules)
}

fn take_ids(known: &mut [SecurityGroupRule], rules: impl Iterator<Item = SecurityGroupRule>) {
    let ids: BTreeMap<_, _> =
        rules.filter_map(|rule| rule.id.map(|id| ((rule.traffic, rule.peer), id))).collect();
    for rule in known.iter_mut().filter(|rule| rule.id.is_none()) {
        rule.id = ids.get(&(rule.traffic, rule.peer.clone())).cloned();
    }
    known.sort();
}

impl Describe for GroupRule {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.key.clone()
    }

    fn complete(&mut self, _: &Self) {}

    fn invalidate(&mut self, _: &[Self]) {
        self.rule = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::{Inventory, parse};

    const RULES: &str = r#"{"SecurityGroupRules": [
        {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": true, "IpProtocol": "-1", "FromPort": -1,
         "ToPort": -1, "CidrIpv4": "0.0.0.0/0"},
        {"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-1", "IsEgress": true, "IpProtocol": "tcp", "FromPort": 443,
         "ToPort": 443, "PrefixListId": "pl-1"},
        {"SecurityGroupRuleId": "sgr-3", "GroupId": "sg-2", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 443,
         "ToPort": 443, "ReferencedGroupInfo": {"GroupId": "sg-1"}},
        {"SecurityGroupRuleId": "sgr-4", "GroupId": "sg-2", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 443,
         "ToPort": 443, "CidrIpv6": "2001:db8::/56"}]}"#;

    const GROUPS: &str = r#"{"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [], "IpPermissionsEgress":
        [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]}"#;

    fn directions(inventory: &Inventory, id: &str) -> [String; 2] {
        let group = &inventory.security_groups[id];
        [&group.ingress, &group.egress].map(|rules| {
            let Some(rules) = rules else { return "unknown".to_owned() };
            let texts = rules.iter().map(|rule| format!("{} {rule}", rule.id.as_deref().unwrap_or("-")));
            texts.collect::<Vec<_>>().join(", ")
        })
    }

    fn check(texts: &[&str], id: &str, ingress: &str, egress: &str, defects: usize) {
        let named: Vec<(&str, &[u8])> = texts.iter().map(|text| ("f", text.as_bytes())).collect();
        let (inventory, found, _) = parse(named.clone());
        assert_eq!(directions(&inventory, id), [ingress, egress], "{texts:?}");
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), defects as u64, "{found:?}");
        let (reversed, ..) = parse(named.into_iter().rev());
        assert_eq!(reversed, inventory);
    }

    #[test]
    fn rules_determine_their_own_directions() {
        check(&[RULES], "sg-1", "unknown", "sgr-1 all traffic 0.0.0.0/0, sgr-2 TCP 443 pl-1", 0);
        check(&[RULES, RULES], "sg-2", "sgr-3 TCP 443 sg-1, sgr-4 TCP 443 2001:db8::/56", "unknown", 0);
    }

    #[test]
    fn groups_have_precedence_and_take_the_ids() {
        check(&[RULES, GROUPS], "sg-1", "", "sgr-1 all traffic 0.0.0.0/0", 0);
        check(
            &[RULES, r#"{"GroupId": "sg-2", "IpPermissionsEgress": []}"#],
            "sg-2",
            "sgr-3 TCP 443 sg-1, sgr-4 TCP 443 2001:db8::/56",
            "",
            0,
        );
    }

    #[test]
    fn a_rule_that_cannot_be_read_makes_its_direction_unknown() {
        let bad = |fields: &str| {
            format!(r#"{{"SecurityGroupRuleId": "sgr-9", "GroupId": "sg-2", "IsEgress": false{fields}}}"#)
        };
        let check =
            |fields: &str, defects| check(&[RULES, &bad(fields)], "sg-2", "unknown", "unknown", defects);
        check("", 2);
        check(r#", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443"#, 1);
        check(r#", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.0.0.0/99""#, 2);
        check(r#", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "ReferencedGroupInfo": {}"#, 2);
    }

    #[test]
    fn missing_rules_leave_every_direction_unknown() {
        let check = |rule: &str, defects| check(&[RULES, rule], "sg-2", "unknown", "unknown", defects);
        check(r#"{"SecurityGroupRuleId": "sgr-9", "IsEgress": false}"#, 1);
        check(r#"{"SecurityGroupRuleId": "sgr-9", "GroupId": "sg-7"}"#, 1);
        check(r#"{"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-3""#, 1);
        check(&RULES[..RULES.len() - 60], 1);
    }

    #[test]
    fn rules_with_one_id_that_differ_are_unknown() {
        let other = RULES.replace("pl-1", "pl-2");
        check(&[RULES, &other], "sg-1", "unknown", "unknown", 1);
    }
}
