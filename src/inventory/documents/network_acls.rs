//! `aws ec2 describe-network-acls`: reads one item of `NetworkAcls` as a [`NetworkAcl`].
//!
//! The first matching entry decides, so a missing entry could change the answer. Therefore an ACL with an unreadable entry is
//! marked as incomplete.

use crate::inventory::item::{DocumentItem, shorten};
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::inventory::traffic;
use crate::model::ids::{NetworkAclId, SubnetId, VpcId};
use crate::model::network_acl::{AclEntry, NetworkAcl};

/// Reads one ACL; none if it has no `NetworkAclId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<NetworkAcl> {
    let id = NetworkAclId::new(item.identifier("NetworkAclId")?);
    let associations = item.items("Associations");
    let mut subnet_ids: Vec<SubnetId> =
        associations.iter().filter_map(|one| one.text("SubnetId")).map(SubnetId::new).collect();
    subnet_ids.sort();
    let mut entries = Vec::new();
    let add = |one| {
        entries.extend(entry(one));
        Some(())
    };
    let is_whole = item.whole_list("Entries", add).is_some();
    if !is_whole && item.has("Entries") {
        item.note(
            "`Entries`: expected entries, found one that cannot be read: the effect of the ACL counts as unknown"
                .to_owned(),
        );
    }
    entries.sort();
    entries.dedup();
    Some(NetworkAcl {
        id,
        vpc_id: item.text("VpcId").map(VpcId::new),
        is_default: item.flag("IsDefault").unwrap_or(false),
        subnet_ids,
        association_ids: association_ids(&associations, "NetworkAclAssociationId"),
        is_whole,
        entries,
    })
}

/// The ids of associations with subnets, sorted.
pub(super) fn association_ids(associations: &[DocumentItem<'_>], key: &str) -> Vec<(String, SubnetId)> {
    let of = |one: &DocumentItem<'_>| one.text(key).zip(one.text("SubnetId").map(SubnetId::new));
    let mut ids: Vec<(String, SubnetId)> = associations.iter().filter_map(of).collect();
    ids.sort();
    ids
}

/// One entry; returns none and adds a note if it cannot be read.
fn entry(item: DocumentItem<'_>) -> Option<AclEntry> {
    let found = entry_of(item);
    if found.is_none() {
        let number = item.text("RuleNumber").unwrap_or_else(|| "-".to_owned());
        item.note(format!(
            "`RuleNumber` `{}`: expected an entry, found one with a missing part",
            shorten(&number)
        ));
    }
    found
}

fn entry_of(item: DocumentItem<'_>) -> Option<AclEntry> {
    Some(AclEntry {
        egress: item.flag("Egress")?,
        number: u16::try_from(item.number("RuleNumber")?).ok()?,
        allows: allows(&item.text("RuleAction")?)?,
        traffic: traffic::read(item, "Protocol", item.item("PortRange"), "From", "To")?,
        block: item.cidr("CidrBlock").or_else(|| item.cidr("Ipv6CidrBlock"))?,
    })
}

pub(in crate::inventory) fn allows(action: &str) -> Option<bool> {
    match action.to_ascii_lowercase().as_str() {
        "allow" => Some(true),
        "deny" => Some(false),
        _ => None,
    }
}

impl Describe for NetworkAcl {
    type Id = NetworkAclId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.subnet_ids, &other.subnet_ids);
        complete_list(&mut self.association_ids, &other.association_ids);
        if !self.is_whole && other.is_whole {
            self.entries.clone_from(&other.entries);
            self.is_whole = true;
        }
        complete_list(&mut self.entries, &other.entries);
        self.is_default |= other.is_default;
    }

    fn invalidate(&mut self, others: &[Self]) {
        self.is_whole &= others.iter().all(|other| !other.is_whole || other.entries == self.entries);
        // Nothing decides between two ACLs that name the same subnet: see the look-ups.
        self.subnet_ids = others.iter().flat_map(|other| other.subnet_ids.iter().cloned()).collect();
        self.subnet_ids.sort();
        self.subnet_ids.dedup();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<NetworkAcl>, Vec<String>) {
        let notes = Notes::default();
        let acl = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (acl, notes.into_inner())
    }

    fn check(entries: Value, want: &[&str], is_whole: bool, notes: usize) {
        let (acl, noted) = read_value(&json!({"NetworkAclId": "acl-1", "Entries": entries}));
        let acl = acl.unwrap();
        let direction = |egress| if egress { "out" } else { "in" };
        let found: Vec<String> =
            acl.entries.iter().map(|entry| format!("{} {entry}", direction(entry.egress))).collect();
        assert_eq!(found, want, "{entries}");
        assert_eq!((acl.is_whole, noted.len()), (is_whole, notes), "{entries}: {noted:?}");
    }

    #[test]
    fn entries_are_sorted_by_direction_and_number() {
        check(
            json!([
                {"Egress": true, "RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"},
                {"Egress": true, "RuleNumber": 100, "RuleAction": "allow", "Protocol": "6", "CidrBlock": "10.0.0.0/8",
                 "PortRange": {"From": 443, "To": 443}},
                {"Egress": false, "RuleNumber": 32768, "RuleAction": "deny", "Protocol": "-1", "Ipv6CidrBlock": "::/0"},
                {"Egress": false, "RuleNumber": 90, "RuleAction": "allow", "Protocol": "1", "CidrBlock": "0.0.0.0/0",
                 "IcmpTypeCode": {"Code": -1, "Type": -1}}]),
            &[
                "in rule 90 allow ICMP 0.0.0.0/0",
                "in rule 32768 deny all traffic ::/0",
                "out rule 100 allow TCP 443 10.0.0.0/8",
                "out rule 32767 deny all traffic 0.0.0.0/0",
            ],
            true,
            0,
        );
    }

    #[test]
    fn an_entry_that_cannot_be_read_makes_the_answer_unknown() {
        let good = json!({"Egress": true, "RuleNumber": 1, "RuleAction": "ALLOW", "Protocol": 6, "PortRange": {"From": 0, "To": 65535}, "CidrBlock": "10.0.0.0/8"});
        let unknown = |key: &str, value: Value, notes| {
            let mut bad = good.clone();
            bad[key] = value;
            check(json!([bad]), &[], false, notes);
        };
        unknown("Egress", Value::Null, 2);
        unknown("Egress", json!("out"), 3);
        unknown("RuleNumber", json!(70_000), 2);
        unknown("RuleAction", json!("perhaps"), 2);
        unknown("Protocol", json!("tls"), 3);
        unknown("PortRange", json!({"From": 9, "To": 1}), 3);
        unknown("CidrBlock", json!("10.0.0.0"), 3);
        unknown("CidrBlock", Value::Null, 2);
        check(json!([good, 7]), &["out rule 1 allow TCP 10.0.0.0/8"], false, 2);
        check(Value::Null, &[], false, 1);
        check(json!({}), &[], false, 2);
        check(json!([]), &[], true, 0);
    }

    #[test]
    fn subnets_come_from_associations() {
        let (acl, _) = read_value(
            &json!({"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Entries": [],
            "Associations": [{"SubnetId": "subnet-2"}, {"SubnetId": "subnet-1", "NetworkAclId": "acl-1"}, {}]}),
        );
        let acl = acl.unwrap();
        assert_eq!(acl.subnet_ids, ["subnet-1", "subnet-2"].map(SubnetId::new));
        assert!(acl.is_default);
        assert_eq!(read_value(&json!({"Entries": []})).1, ["expected `NetworkAclId`, found none"]);
    }

    #[test]
    fn an_acl_with_two_descriptions_that_differ_is_incomplete() {
        let acl = |number: u16| {
            let entry = json!({"Egress": true, "RuleNumber": number, "RuleAction": "allow", "Protocol": 6, "PortRange": {"From": 0, "To": 65535}, "CidrBlock": "10.0.0.0/8"});
            read_value(&json!({"NetworkAclId": "acl-1", "Entries": [entry]})).0.unwrap()
        };
        let mut one = acl(1);
        let mut other = acl(2);
        other.subnet_ids.push(SubnetId::new("subnet-2"));
        one.invalidate(&[acl(1), other]);
        assert_eq!((one.is_whole, one.subnet_ids), (false, vec![SubnetId::new("subnet-2")]));
        let mut one = acl(1);
        one.invalidate(&[acl(1), read_value(&json!({"NetworkAclId": "acl-1", "VpcId": "vpc-2"})).0.unwrap()]);
        assert!(one.is_whole);
    }
}
