//! `aws route53resolver list-resolver-rule-associations`: reads one item of `ResolverRuleAssociations`.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::ids::VpcId;
use crate::model::name_resolution::ResolverRuleAssociation;

/// Reads one association; none if it has no id or no rule.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ResolverRuleAssociation> {
    Some(ResolverRuleAssociation {
        id: item.identifier("Id")?,
        rule_id: item.identifier("ResolverRuleId")?,
        vpc_id: item.text("VPCId").map(VpcId::new),
        is_in_effect: item.text("Status").is_none_or(|status| status == "COMPLETE"),
    })
}

impl Describe for ResolverRuleAssociation {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn an_association_names_rule_and_vpc() {
        let check = |fields: Value, want: Option<(Option<&str>, bool)>, noted| {
            let mut value = json!({"Id": "rslvr-rrassoc-1", "ResolverRuleId": "rslvr-rr-1"});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let notes = Notes::default();
            let one = read(DocumentItem::new(value.as_object().unwrap(), &notes));
            let found = one.as_ref().map(|one| (one.vpc_id.as_ref().map(VpcId::as_str), one.is_in_effect));
            assert_eq!(found, want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!({"VPCId": "vpc-1", "Status": "COMPLETE"}), Some((Some("vpc-1"), true)), 0);
        check(json!({"VPCId": "vpc-1", "Status": "DELETING"}), Some((Some("vpc-1"), false)), 0);
        check(json!({"VPCId": []}), Some((None, true)), 1);
        check(json!({"ResolverRuleId": null}), None, 1);
    }
}
