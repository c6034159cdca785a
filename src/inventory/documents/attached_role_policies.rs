//! `aws iam list-attached-role-policies`: the managed policies of one role, which the document does not name.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_list::{PlacedList, SubjectList, by_subject, united};
use crate::model::access::Role;
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::AttachedRolePolicies,
    call: "iam list-attached-role-policies",
    prefix: Some("attached-role-policies-"),
    expected_name: Some("attached-role-policies-ROLE.json"),
};

/// The ARNs of attached policies.
pub(super) type AttachedPolicies = SubjectList<String>;

/// Reads one page.
#[expect(clippy::unnecessary_wraps, reason = "a reader may return none")]
pub(super) fn read(item: DocumentItem<'_>) -> Option<AttachedPolicies> {
    let arns = item.whole_list("AttachedPolicies", |policy| policy.identifier("PolicyArn"));
    Some(SubjectList::page(item, item.text("RoleName"), arns))
}

/// Gives each role its list.
pub(super) fn complete(
    inventory: &mut Inventory,
    lists: impl Iterator<Item = AttachedPolicies>,
    _is_complete: bool,
) {
    let known = inventory.known_roles();
    for (arn, mut lists) in by_subject(lists, inventory, &CONTRACT, &known) {
        let unknown = || Role { arn: arn.clone(), ..Role::default() };
        let role = inventory.roles.entry(arn.clone()).or_insert_with(unknown);
        let before = role.attached.take().map(|entries| (entries, true));
        let before = before.or_else(|| Some((std::mem::take(&mut role.partly_attached), false)));
        lists.extend(before.map(|(entries, is_whole)| PlacedList {
            subject: arn,
            entries,
            is_whole,
            saved_at: None,
            is_recorded: false,
        }));
        (role.attached, role.partly_attached) = united(&lists);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};
    use crate::model::access::{Role, UnplacedReason};

    const ARN: &str = "arn:aws:iam::123456789012:role/a";

    fn read_from(documents: &[(&str, Value)]) -> (Inventory, u64) {
        let texts: Vec<(&str, String)> =
            documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
        (inventory, defects.iter().map(|(_, count, _)| count).sum())
    }

    fn role(arn: &str) -> (&'static str, Value) {
        ("role.json", json!({"Role": {"Arn": arn, "RoleName": "a"}}))
    }

    fn list(arns: &[&str], is_truncated: bool) -> Value {
        let policies: Vec<Value> =
            arns.iter().map(|arn| json!({"PolicyName": "p", "PolicyArn": arn})).collect();
        json!({"AttachedPolicies": policies, "IsTruncated": is_truncated})
    }

    #[test]
    fn the_file_names_the_role() {
        let (inventory, defects) =
            read_from(&[("attached-role-policies-a.json", list(&["arn:p"], false)), role(ARN)]);
        assert_eq!(inventory.roles[ARN].attached, Some(vec!["arn:p".to_owned()]));
        assert_eq!((defects, inventory.unplaced.len()), (0, 0));
    }

    #[test]
    fn a_role_that_only_a_task_definition_names_is_known() {
        let definition = json!({"taskDefinition": {"taskDefinitionArn": "d", "executionRoleArn": ARN}});
        let (inventory, _) =
            read_from(&[("attached-role-policies-a.json", list(&[], false)), ("d.json", definition)]);
        assert_eq!(
            inventory.roles[ARN],
            Role { arn: ARN.to_owned(), attached: Some(Vec::new()), ..Role::default() }
        );
    }

    #[test]
    fn a_document_without_a_subject_decides_nothing() {
        let other = "arn:aws:iam::210987654321:role/a";
        let check = |documents: &[(&str, Value)], reason: UnplacedReason| {
            let (inventory, defects) = read_from(documents);
            assert!(inventory.roles.values().all(|role| role.attached.is_none()));
            let unplaced: Vec<_> = inventory.unplaced.iter().collect();
            assert_eq!(unplaced.len(), 1);
            assert_eq!((&unplaced[0].reason, defects), (&reason, 0));
            assert_eq!(unplaced[0].expected_name, Some("attached-role-policies-ROLE.json"));
        };
        check(&[("x.json", list(&[], false)), role(ARN)], UnplacedReason::NotNamed);
        let named = "attached-role-policies-a.json";
        check(&[(named, list(&[], false))], UnplacedReason::UnknownName);
        let both = vec![ARN.to_owned(), other.to_owned()];
        check(&[(named, list(&[], false)), role(ARN), role(other)], UnplacedReason::SeveralSubjects(both));
        let two_lists = [(named, list(&["arn:p"], false)), (named, list(&["arn:q"], false)), role(ARN)];
        check(&two_lists, UnplacedReason::Contradiction);
    }

    #[test]
    fn a_truncated_list_is_whole_only_with_its_last_page() {
        let named = "attached-role-policies-a.json";
        let (inventory, _) = read_from(&[(named, list(&["arn:p"], true)), role(ARN)]);
        let role_a = &inventory.roles[ARN];
        assert_eq!((&role_a.attached, role_a.partly_attached.as_slice()), (&None, &["arn:p".to_owned()][..]));
        let (inventory, _) =
            read_from(&[(named, list(&["arn:p"], true)), (named, list(&["arn:q"], false)), role(ARN)]);
        assert_eq!(inventory.roles[ARN].attached.as_ref().map(Vec::len), Some(2));
        let damaged = json!({"AttachedPolicies": [{"PolicyArn": "arn:p"}, 7]});
        let (inventory, defects) = read_from(&[(named, damaged), role(ARN)]);
        assert_eq!((&inventory.roles[ARN].attached, defects), (&None, 1));
    }

    #[test]
    fn lists_that_differ_are_not_whole() {
        let listed = list(&["arn:q"], false);
        let detail = json!({"RoleDetailList": [{"Arn": ARN, "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyArn": "arn:p"}]}]});
        let (inventory, _) = read_from(&[("attached-role-policies-a.json", listed), ("d.json", detail)]);
        assert_eq!(inventory.roles[ARN].attached, None);
        assert_eq!(inventory.roles[ARN].partly_attached, ["arn:p", "arn:q"]);
    }
}
