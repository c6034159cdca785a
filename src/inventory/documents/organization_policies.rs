//! `aws organizations describe-policy`: reads `Policy` as an [`OrganizationPolicy`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::access::{OrganizationPolicy, OrganizationPolicyKind};

/// Reads one policy; none if it is of a type that limits no requests, such as a tag policy.
pub(super) fn read(item: DocumentItem<'_>) -> Option<OrganizationPolicy> {
    let summary = item.item("PolicySummary")?;
    let kind = match summary.identifier("Type")?.as_str() {
        "SERVICE_CONTROL_POLICY" => OrganizationPolicyKind::ServiceControl,
        "RESOURCE_CONTROL_POLICY" => OrganizationPolicyKind::ResourceControl,
        _ => return None,
    };
    Some(OrganizationPolicy {
        id: summary.identifier("Id")?,
        arn: summary.text("Arn"),
        kind,
        content: item.policy("Content")?,
        targets: None,
    })
}

impl Describe for OrganizationPolicy {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.arn, other.arn.as_ref());
        complete_option(&mut self.targets, other.targets.as_ref());
    }

    /// Of two texts none is known; the text is then no JSON, which the evaluator reports.
    fn invalidate(&mut self, others: &[Self]) {
        if others.iter().any(|other| other.content != self.content) {
            self.content.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;
    use crate::model::access::{OrganizationPolicy, OrganizationPolicyKind};

    fn read_from(documents: &[Value]) -> (Vec<OrganizationPolicy>, u64) {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
        let policies = inventory.organization_policies.into_values().collect();
        (policies, defects.iter().map(|(_, count, _)| count).sum())
    }

    fn policy(kind: &str, content: &str) -> Value {
        let summary =
            json!({"Id": "p-1", "Arn": "arn:aws:organizations::1:policy/o-1/p-1", "Name": "n", "Type": kind});
        json!({"Policy": {"PolicySummary": summary, "Content": content}})
    }

    #[test]
    fn a_policy_has_its_type_and_its_text() {
        let (found, defects) = read_from(&[policy("SERVICE_CONTROL_POLICY", "{\"Statement\": []}")]);
        assert_eq!((found.len(), defects), (1, 0));
        assert_eq!(found[0].kind, OrganizationPolicyKind::ServiceControl);
        assert_eq!((found[0].content.0.as_str(), found[0].targets.as_ref()), ("{\"Statement\":[]}", None));
        let (found, _) = read_from(&[policy("RESOURCE_CONTROL_POLICY", "{")]);
        assert_eq!(
            (found[0].kind, found[0].content.0.as_str()),
            (OrganizationPolicyKind::ResourceControl, "{")
        );
    }

    #[test]
    fn other_types_limit_no_requests() {
        assert_eq!(read_from(&[policy("TAG_POLICY", "{}")]), (Vec::new(), 1));
    }

    #[test]
    fn of_two_texts_none_is_known() {
        let (found, defects) = read_from(&[
            policy("SERVICE_CONTROL_POLICY", "{}"),
            policy("SERVICE_CONTROL_POLICY", "{\"a\":1}"),
        ]);
        assert_eq!((found[0].content.0.as_str(), defects), ("", 1));
    }
}
