//! `aws route53 list-resource-record-sets`: reads one item of `ResourceRecordSets` as a [`ResourceRecordSet`].
//!
//! The document does not name its zone, and two zones may have a record of one name: then the records of both count.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::name_resolution::{ResourceRecordSet, dns_name};

/// Reads one set; none if it has no name or no type.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ResourceRecordSet> {
    let alias = item.item("AliasTarget").and_then(|target| target.text("DNSName"));
    Some(ResourceRecordSet {
        name: dns_name(&item.identifier("Name")?),
        kind: item.identifier("Type")?,
        alias: alias.map(|name| dns_name(&name)).unwrap_or_default(),
        values: item.texts_in("ResourceRecords", "Value"),
    })
}

impl Describe for ResourceRecordSet {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{} {} {}", self.name, self.kind, self.alias)
    }

    fn complete(&mut self, other: &Self) {
        for value in &other.values {
            if !self.values.contains(value) {
                self.values.push(value.clone());
            }
        }
        self.values.sort();
    }

    fn may_change() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn a_set_has_an_alias_or_values() {
        let check = |value: Value, want: Option<(&str, &str, usize)>, noted| {
            let notes = Notes::default();
            let set = read(DocumentItem::new(value.as_object().unwrap(), &notes));
            let found = set.as_ref().map(|set| (set.name.as_str(), set.alias.as_str(), set.values.len()));
            assert_eq!(found, want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        let target = json!({"HostedZoneId": "Z7", "DNSName": "VPCE-1.api.ecr.vpce.amazonaws.com.", "EvaluateTargetHealth": false});
        check(
            json!({"Name": "api.ecr.eu-west-1.amazonaws.com.", "Type": "A", "AliasTarget": target}),
            Some(("api.ecr.eu-west-1.amazonaws.com", "vpce-1.api.ecr.vpce.amazonaws.com", 0)),
            0,
        );
        check(
            json!({"Name": "x.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}),
            Some(("x.example", "", 1)),
            0,
        );
        check(
            json!({"Name": "x.example.", "Type": "A", "ResourceRecords": 7}),
            Some(("x.example", "", 0)),
            1,
        );
        check(json!({"Name": "x.example."}), None, 1);
    }
}
