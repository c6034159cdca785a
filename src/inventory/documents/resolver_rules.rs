//! `aws route53resolver list-resolver-rules`: reads one item of `ResolverRules` as a [`ResolverRule`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list};
use crate::model::name_resolution::{ResolverRule, dns_name};

/// Reads one rule; none if it has no id or no domain.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ResolverRule> {
    let target = |target: DocumentItem<'_>| target.text("Ip").or_else(|| target.text("Ipv6"));
    Some(ResolverRule {
        id: item.identifier("Id")?,
        domain: dns_name(&item.identifier("DomainName")?),
        forwards: item.text("RuleType").as_deref() == Some("FORWARD"),
        targets: item.items("TargetIps").into_iter().filter_map(target).collect(),
    })
}

impl Describe for ResolverRule {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        self.forwards |= other.forwards;
        complete_list(&mut self.targets, &other.targets);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn a_rule_forwards_a_domain() {
        let check = |fields: Value, want: (bool, usize), noted| {
            let mut value = json!({"Id": "rslvr-rr-1", "DomainName": "Amazonaws.com."});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let notes = Notes::default();
            let rule = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            assert_eq!(rule.domain, "amazonaws.com");
            assert_eq!((rule.forwards, rule.targets.len()), want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!({"RuleType": "FORWARD", "TargetIps": [{"Ip": "10.0.0.9", "Port": 53}]}), (true, 1), 0);
        check(json!({"RuleType": "FORWARD", "TargetIps": [{"Ipv6": "fd00::9"}, {}]}), (true, 1), 0);
        check(json!({"RuleType": "SYSTEM"}), (false, 0), 0);
        check(json!({"RuleType": "FORWARD", "TargetIps": 7}), (true, 0), 1);
    }
}
