//! `aws iam get-account-authorization-details`: reads an item of `RoleDetailList` as a [`Role`] with its policies.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::documents::roles;
use crate::inventory::files_read::FilesRead;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Descriptions;
use crate::model::access::{CompleteList, InlinePolicy, Role};
use crate::model::document::DocumentKind;

const CALL: &str = "iam get-account-authorization-details";

/// Reads one role; none if it has no `Arn`. A policy without its text is named nevertheless, so that it counts as missing.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Role> {
    let role = roles::read(item)?;
    let mut inline = Vec::new();
    let names = item.whole_list("RolePolicyList", |policy| {
        let name = policy.identifier("PolicyName")?;
        let document = policy.policy("PolicyDocument");
        inline.extend(document.map(|document| InlinePolicy { name: name.clone(), document }));
        Some(name)
    });
    let attached = item.whole_list("AttachedManagedPolicies", |policy| policy.identifier("PolicyArn"));
    inline.sort();
    // Unlike `get-role`, this call shows an empty list of tags.
    let tags = role.tags.filter(|_| item.has_key("Tags"));
    Some(Role { inline, inline_names: names.map(sorted), attached: attached.map(sorted), tags, ..role })
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// The lists of roles in a file whose further pages are missing do not count as whole.
pub(super) fn cut_lists(roles: &mut Descriptions<Role>, files: &FilesRead) {
    for (role, file) in roles.values_mut().flatten() {
        if files.is_cut(file, DocumentKind::RoleDetails) {
            role.inline_names = None;
            role.partly_attached = role.attached.take().unwrap_or_default();
        }
    }
}

/// The accounts whose roles were saved whole: all roles of a file are of one account, and its last page is there.
pub(super) fn whole_lists(roles: &Descriptions<Role>, files: &FilesRead) -> BTreeSet<CompleteList> {
    let mut accounts: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for (role, file) in roles.values().flatten().filter(|(role, _)| role.attached.is_some()) {
        accounts.entry(file).or_default().insert(role.arn.split(':').nth(4));
    }
    let is_whole = |file: &str| files.is_whole(file, DocumentKind::RoleDetails);
    let one = |(file, accounts): (&str, BTreeSet<Option<&str>>)| {
        let account =
            accounts.first().copied().flatten().filter(|_| accounts.len() == 1 && is_whole(file))?;
        Some(CompleteList {
            call: CALL.to_owned(),
            account: Some(account.to_owned()),
            region: None,
            saved_at: None,
            // Its filter selects types of things, and the list has roles.
            is_unfiltered: true,
        })
    };
    accounts.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    const ARN: &str = "arn:aws:iam::123456789012:role/a";

    fn read_from(documents: &[(&str, Value)]) -> (Role, u64) {
        let texts: Vec<(&str, String)> =
            documents.iter().map(|(file, value)| (*file, value.to_string())).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|(file, text)| (*file, text.as_bytes())));
        (inventory.roles[ARN].clone(), defects.iter().map(|(_, count, _)| count).sum())
    }

    fn role(inline: &Value, attached: &Value) -> Value {
        json!({"Arn": ARN, "RoleName": "a", "RolePolicyList": inline, "AttachedManagedPolicies": attached})
    }

    #[test]
    fn a_role_has_all_its_policies() {
        let inline = json!([{"PolicyName": "b", "PolicyDocument": "%7B%7D"}, {"PolicyName": "a", "PolicyDocument": {}}]);
        let attached = json!([{"PolicyName": "p", "PolicyArn": "arn:p"}]);
        let page = json!({"RoleDetailList": [role(&inline, &attached)], "IsTruncated": false});
        let (found, defects) = read_from(&[("f", page)]);
        assert_eq!(defects, 0);
        assert_eq!(found.inline_names, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert!(found.inline.iter().all(|policy| policy.document.0 == "{}"));
        assert_eq!((found.attached, found.partly_attached), (Some(vec!["arn:p".to_owned()]), Vec::new()));
        assert_eq!(found.tags, None, "this call shows an empty list too");
    }

    #[test]
    fn a_truncated_list_is_not_whole() {
        let attached = json!([{"PolicyName": "p", "PolicyArn": "arn:p"}]);
        let page = |is_truncated| json!({"RoleDetailList": [role(&json!([]), &attached)], "IsTruncated": is_truncated, "Marker": "m"});
        let (found, _) = read_from(&[("f", page(true))]);
        assert_eq!((found.inline_names, found.attached), (None, None));
        assert_eq!(found.partly_attached, ["arn:p"]);
        let last = json!({"RoleDetailList": [], "IsTruncated": false});
        assert!(read_from(&[("m/1.json", page(true)), ("m/2.json", last.clone())]).0.attached.is_some());
        assert!(read_from(&[("m/1.json", page(true)), ("n/2.json", last)]).0.attached.is_none());
        let token = json!({"RoleDetailList": [role(&json!([]), &attached)], "NextToken": "x"});
        assert!(read_from(&[("f", token)]).0.attached.is_none());
    }

    #[test]
    fn the_roles_of_one_account_are_a_whole_list() {
        let role = |arn: &str| json!({"Arn": arn, "RolePolicyList": [], "AttachedManagedPolicies": []});
        let other = "arn:aws:iam::210987654321:role/a";
        let check = |roles: Value, more: Value, want: &[&str]| {
            let mut page = json!({ "RoleDetailList": roles });
            page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let (inventory, ..) = parse([("f", page.to_string().as_bytes())]);
            let accounts = inventory.complete_lists.iter().filter_map(|list| list.account.as_deref());
            assert_eq!(accounts.collect::<Vec<_>>(), want, "{page}");
        };
        check(json!([role(ARN)]), json!({}), &["123456789012"]);
        check(json!([role(ARN), role(other)]), json!({}), &[]);
        check(json!([role(ARN)]), json!({"IsTruncated": true}), &[]);
        check(json!([role(ARN), 7]), json!({}), &[]);
        check(json!([]), json!({}), &[]);
    }

    #[test]
    fn a_damaged_list_is_not_whole() {
        let damaged = role(&json!([{"PolicyName": "b"}, {"PolicyDocument": {}}]), &json!([7]));
        let (found, defects) = read_from(&[("f", json!({ "RoleDetailList": [damaged] }))]);
        assert_eq!((found.inline_names, found.attached), (None, None));
        assert_eq!(defects, 2);
        let missing = role(&json!([{"PolicyName": "b"}]), &json!(null));
        let (found, _) = read_from(&[("f", json!({ "RoleDetailList": [missing] }))]);
        assert_eq!((found.inline_names, found.inline), (Some(vec!["b".to_owned()]), Vec::new()));
        assert_eq!(found.attached, None);
    }
}
