//! `aws iam get-role-policy`: an inline policy of a role. The document names the role, but not its account.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::inventory::origin::FileContract;
use crate::model::access::{InlinePolicy, PolicyText, Role};
use crate::model::document::DocumentKind;
use crate::model::time::Timestamp;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::RolePolicies,
    call: "iam get-role-policy",
    prefix: None,
    expected_name: None,
};

/// An inline policy of a role of some account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RolePolicy {
    file: Rc<str>,
    role: String,
    name: String,
    document: PolicyText,
}

/// Reads one policy; none without the names of the role and the policy, and the policy.
pub(super) fn read(item: DocumentItem<'_>) -> Option<RolePolicy> {
    Some(RolePolicy {
        file: Rc::clone(item.file()),
        role: item.identifier("RoleName")?,
        name: item.identifier("PolicyName")?,
        document: item.policy("PolicyDocument")?,
    })
}

/// The documents of a policy: when each was saved, if that is known.
type Saved = Vec<(Option<Timestamp>, PolicyText)>;

/// Gives each role its policies.
pub(super) fn complete(
    inventory: &mut Inventory,
    policies: impl Iterator<Item = RolePolicy>,
    _is_complete: bool,
) {
    let known = inventory.known_roles();
    let mut of_roles: BTreeMap<(String, String), Saved> = BTreeMap::new();
    for RolePolicy { file, role, name, document } in policies {
        if let Some(arn) = inventory.subject_of(&CONTRACT, &file, Some(&role), &known) {
            let saved_at = inventory.entry_of(&file).ok().flatten().and_then(|entry| entry.saved_at);
            of_roles.entry((arn, name)).or_default().push((saved_at, document));
        }
    }
    for ((arn, name), mut saved) in of_roles {
        let unknown = || Role { arn: arn.clone(), ..Role::default() };
        let role = inventory.roles.entry(arn.clone()).or_insert_with(unknown);
        let before =
            role.inline.iter().position(|policy| policy.name == name).map(|at| role.inline.remove(at));
        saved.extend(before.map(|policy| (None, policy.document)));
        role.inline.extend(current(saved).map(|document| InlinePolicy { name, document }));
        role.inline.sort();
    }
}

/// The document that counts: the only one, or the latest if all have a date.
fn current(mut saved: Saved) -> Option<PolicyText> {
    let is_same = saved.windows(2).all(|two| two[0].1 == two[1].1);
    saved.sort();
    let (latest, document) = saved.pop()?;
    let is_dated = saved.iter().all(|(at, other)| at.is_some() && *at < latest || *other == document);
    (is_same || is_dated).then_some(document)
}

impl Describe for RolePolicy {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{} {} {} {}", self.file, self.role, self.name, self.document.0)
    }

    /// Two descriptions with one id are the same.
    fn complete(&mut self, _other: &Self) {}
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;
    use crate::model::access::UnplacedReason;

    const ARN: &str = "arn:aws:iam::123456789012:role/a";

    fn read_from(documents: &[(&str, Value)]) -> Inventory {
        let texts: Vec<(&str, String)> =
            documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
        assert!(defects.is_empty(), "{defects:?}");
        inventory
    }

    fn policy(document: &Value) -> Value {
        json!({"RoleName": "a", "PolicyName": "p", "PolicyDocument": document})
    }

    fn roles(arns: &[&str]) -> (&'static str, Value) {
        let roles: Vec<Value> = arns.iter().map(|arn| json!({"Role": {"Arn": arn}})).collect();
        ("roles.json", json!(roles))
    }

    #[test]
    fn the_role_of_that_name_has_the_policy() {
        let inventory = read_from(&[("any.json", policy(&json!("%7B%7D"))), roles(&[ARN])]);
        assert_eq!(
            inventory.roles[ARN].inline,
            [InlinePolicy { name: "p".into(), document: PolicyText("{}".into()) }]
        );
        assert!(inventory.roles[ARN].inline_names.is_none(), "one policy is not the list");
    }

    #[test]
    fn roles_of_one_name_in_two_accounts_need_a_manifest() {
        let other = "arn:aws:iam::210987654321:role/team/a";
        let documents = [("m/any.json", policy(&json!({}))), roles(&[ARN, other])];
        let inventory = read_from(&documents);
        let reasons: Vec<&UnplacedReason> = inventory.unplaced.iter().map(|one| &one.reason).collect();
        assert_eq!(reasons, [&UnplacedReason::SeveralSubjects(vec![ARN.to_owned(), other.to_owned()])]);
        let manifest = |subject: &str| {
            let file = json!({"file": "any.json", "call": "iam get-role-policy", "subject": subject, "exit_code": 0});
            ("m/manifest.json", json!({"flowcause_manifest": 1, "files": [file]}))
        };
        let [policy, roles] = documents;
        let inventory = read_from(&[policy.clone(), roles.clone(), manifest(other)]);
        assert_eq!((inventory.roles[other].inline.len(), inventory.unplaced.len()), (1, 0));
        let inventory = read_from(&[policy, roles, manifest("arn:aws:iam::210987654321:role/b")]);
        let reasons: Vec<&UnplacedReason> = inventory.unplaced.iter().map(|one| &one.reason).collect();
        assert_eq!(reasons, [&UnplacedReason::Contradiction]);
    }

    #[test]
    fn policies_that_differ_are_not_known() {
        let one = ("1.json", policy(&json!({"Version": "1"})));
        let inventory =
            read_from(&[one.clone(), ("2.json", policy(&json!({"Version": "2"}))), roles(&[ARN])]);
        assert_eq!(inventory.roles[ARN].inline, []);
        let inventory = read_from(&[one, ("2.json", policy(&json!("{\"Version\":\"1\"}"))), roles(&[ARN])]);
        assert_eq!(inventory.roles[ARN].inline.len(), 1);
    }
}
