//! `aws ec2 describe-security-groups`: reads one item of `SecurityGroups` as a [`SecurityGroup`].
//!
//! Groups only allow traffic, so a missing rule would turn "allowed" into "denied". Therefore a direction with an unreadable
//! rule has no rules at all, which means that they are unknown.

use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_option};
use crate::inventory::traffic;
use crate::model::ids::{PrefixListId, SecurityGroupId, VpcId};
use crate::model::security_group::{RulePeer, SecurityGroup, SecurityGroupRule};

/// The lists of peers, at least one of which has a member: a rule without a peer does not exist.
const PEER_LISTS: [&str; 5] = ["IpRanges", "Ipv4Ranges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"];

/// Reads one group; none if it has no `GroupId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<SecurityGroup> {
    Some(SecurityGroup {
        id: SecurityGroupId::new(item.identifier("GroupId")?),
        name: item.text("GroupName"),
        vpc_id: item.text("VpcId").map(VpcId::new),
        ingress: rules(item, "IpPermissions"),
        egress: rules(item, "IpPermissionsEgress"),
    })
}

/// The rules of a direction, sorted; none if they are missing, or if one of them cannot be read.
fn rules(item: DocumentItem<'_>, key: &str) -> Option<Vec<SecurityGroupRule>> {
    let read = item.whole_list(key, |permission| Some(rules_of(permission)));
    if read.is_none() && item.has(key) {
        item.note(format!(
            "`{key}`: expected rules, found one that cannot be read: this direction counts as unknown"
        ));
    }
    let mut rules: Vec<SecurityGroupRule> = read?.into_iter().flatten().collect();
    rules.sort();
    rules.dedup();
    Some(rules)
}

/// One rule for each peer of a permission.
fn rules_of(permission: DocumentItem<'_>) -> Vec<SecurityGroupRule> {
    let traffic = traffic::read(permission, "IpProtocol", Some(permission), "FromPort", "ToPort");
    let rule = |traffic| move |peer| SecurityGroupRule { id: None, traffic, peer };
    let is_known = PEER_LISTS.into_iter().any(|key| permission.has_members(key));
    if !is_known && traffic.is_some() && PEER_LISTS.into_iter().all(|key| permission.is_list(key)) {
        permission.note("expected peers, found none".to_owned());
    } else {
        note_lost_peers(permission);
    }
    traffic.map(|traffic| peers(permission).into_iter().map(rule(traffic)).collect()).unwrap_or_default()
}

/// Notes a permission that may have lost peers: a list is null or, of the lists of `describe-security-groups`, which shows
/// all of them, the only one that is missing. Without its peers the permission would allow less.
fn note_lost_peers(permission: DocumentItem<'_>) {
    let is_lost = |key: &&&str| permission.is_null(key);
    let of_describe = || PEER_LISTS.iter().filter(|key| **key != "Ipv4Ranges");
    let missing: Vec<&&str> = of_describe().filter(|key| !permission.has(key)).collect();
    let only = (missing.len() == 1 && !permission.has("Ipv4Ranges")).then(|| missing[0]);
    if let Some(key) = PEER_LISTS.iter().find(is_lost).or(only) {
        permission.note(format!("expected `{key}`, found none"));
    }
}

/// The blocks of a permission. AWS Config also has blocks as texts, and IPv4 blocks twice.
fn peers(permission: DocumentItem<'_>) -> Vec<RulePeer> {
    let keys = [("IpRanges", "CidrIp"), ("Ipv4Ranges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")];
    let blocks =
        keys.into_iter().flat_map(|(key, member)| permission.cidrs(key, member)).map(RulePeer::Block);
    let ids = |key, member| {
        permission.items(key).into_iter().filter_map(move |peer: DocumentItem<'_>| peer.identifier(member))
    };
    let lists = ids("PrefixListIds", "PrefixListId").map(|id| RulePeer::PrefixList(PrefixListId::new(id)));
    // A rule over a peering connection that is gone matches nothing.
    let is_stale = |pair: &DocumentItem<'_>| pair.text("PeeringStatus").as_deref() == Some("deleted");
    let pairs = permission.items("UserIdGroupPairs").into_iter().filter(move |pair| !is_stale(pair));
    let groups = pairs
        .filter_map(|pair| pair.identifier("GroupId"))
        .map(|id| RulePeer::Group(SecurityGroupId::new(id)));
    distinct(blocks.chain(lists).chain(groups))
}

impl Describe for SecurityGroup {
    type Id = SecurityGroupId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.name, other.name.as_ref());
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_option(&mut self.ingress, other.ingress.as_ref());
        complete_option(&mut self.egress, other.egress.as_ref());
    }

    fn invalidate(&mut self, others: &[Self]) {
        let differs = |rules: fn(&Self) -> Option<&Vec<SecurityGroupRule>>| {
            let mut known = others.iter().filter_map(rules);
            let first = known.next();
            known.any(|other| Some(other) != first)
        };
        if differs(|group| group.ingress.as_ref()) {
            self.ingress = None;
        }
        if differs(|group| group.egress.as_ref()) {
            self.egress = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<SecurityGroup>, Vec<String>) {
        let notes = Notes::default();
        let group = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (group, notes.into_inner())
    }

    /// The ingress rules of these permissions as the model prints them, or "unknown".
    fn check(permissions: Value, want: &[&str], notes: usize) {
        let (group, noted) = read_value(&json!({"GroupId": "sg-1", "IpPermissions": permissions}));
        let texts = |rules: Vec<SecurityGroupRule>| rules.iter().map(ToString::to_string).collect();
        let found: Vec<String> = group.unwrap().ingress.map_or(vec!["unknown".to_owned()], texts);
        assert_eq!(found, want, "{permissions}");
        assert_eq!(noted.len(), notes, "{permissions}: {noted:?}");
    }

    #[test]
    fn a_permission_is_one_rule_for_each_peer() {
        let permission = json!({
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "IpRanges": [{"CidrIp": "10.40.0.7/16", "Description": "x"}, {"CidrIp": "10.41.0.0/16"}],
            "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/56"}], "PrefixListIds": [{"PrefixListId": "pl-1"}],
            "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "123456789012"}]
        });
        let want = [
            "TCP 443 10.40.0.0/16",
            "TCP 443 10.41.0.0/16",
            "TCP 443 2001:db8::/56",
            "TCP 443 pl-1",
            "TCP 443 sg-2",
        ];
        check(json!([permission.clone()]), &want, 0);
        check(json!([permission.clone(), permission]), &want, 0);
        check(
            json!([{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]}]),
            &["all traffic sg-1"],
            0,
        );
        check(json!([]), &[], 0);
    }

    #[test]
    fn blocks_may_be_texts() {
        let ranges = json!({"IpProtocol": "-1", "FromPort": null, "IpRanges": ["0.0.0.0/0"], "Ipv4Ranges": [{"CidrIp": "0.0.0.0/0"}]});
        check(json!([ranges]), &["all traffic 0.0.0.0/0"], 0);
    }

    #[test]
    fn a_rule_that_cannot_be_read_makes_its_direction_unknown() {
        let good = json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]});
        let unknown = |bad: Value| check(json!([good.clone(), bad]), &["unknown"], 2);
        unknown(json!({"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}));
        unknown(json!({"IpProtocol": "tcp", "FromPort": 99_999, "IpRanges": []}));
        unknown(
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/33"}]}),
        );
        unknown(json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": {}}));
        unknown(
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupName": "default"}]}),
        );
        unknown(json!("tcp 443"));
        unknown(json!({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}));
        unknown(
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": null, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}),
        );
        unknown(json!({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53}));
        unknown(
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "UserIdGroupPairs": null}),
        );
        unknown(
            json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": [], "PrefixListIds": []}),
        );
        check(json!("all"), &["unknown"], 2);
    }

    #[test]
    fn the_other_direction_keeps_its_rules() {
        let (group, notes) = read_value(&json!({
            "GroupId": "sg-1", "IpPermissions": [{}], "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        }));
        let group = group.unwrap();
        assert_eq!((group.ingress, group.egress.map(|rules| rules.len())), (None, Some(1)));
        assert_eq!(
            notes,
            [
                "expected `IpProtocol`, found none",
                "`IpPermissions`: expected rules, found one that cannot be read: this direction counts as unknown"
            ]
        );
    }

    #[test]
    fn a_missing_direction_is_unknown() {
        let (group, notes) = read_value(&json!({"GroupId": "sg-1", "IpPermissions": []}));
        let group = group.unwrap();
        assert_eq!((group.ingress, group.egress), (Some(Vec::new()), None));
        assert!(notes.is_empty());
        assert_eq!(read_value(&json!({"IpPermissions": []})).1, ["expected `GroupId`, found none"]);
    }
}
