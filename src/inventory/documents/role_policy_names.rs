//! `aws iam list-role-policies`: the names of the inline policies of one role, which the document does not name.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_list::{PlacedList, SubjectList, by_subject, united};
use crate::model::access::Role;
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::RolePolicyNames,
    call: "iam list-role-policies",
    prefix: Some("role-policies-"),
    expected_name: Some("role-policies-ROLE.json"),
};

/// The names of inline policies.
pub(super) type RolePolicyNames = SubjectList<String>;

/// Reads one page.
#[expect(clippy::unnecessary_wraps, reason = "a reader may return none")]
pub(super) fn read(item: DocumentItem<'_>) -> Option<RolePolicyNames> {
    let names = item.whole_list_of_texts("PolicyNames");
    Some(SubjectList::page(item, item.text("RoleName"), names))
}

/// Gives each role its list.
pub(super) fn complete(
    inventory: &mut Inventory,
    lists: impl Iterator<Item = RolePolicyNames>,
    _is_complete: bool,
) {
    let known = inventory.known_roles();
    for (arn, mut lists) in by_subject(lists, inventory, &CONTRACT, &known) {
        let unknown = || Role { arn: arn.clone(), ..Role::default() };
        let role = inventory.roles.entry(arn.clone()).or_insert_with(unknown);
        let before = role.inline_names.take();
        lists.extend(before.map(|entries| PlacedList {
            subject: arn,
            entries,
            is_whole: true,
            saved_at: None,
            is_recorded: false,
        }));
        role.inline_names = united(&lists).0;
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::parse;

    const ROLE: (&str, &[u8]) = ("role.json", br#"{"Role": {"Arn": "arn:aws:iam::1:role/path/a+b"}}"#);

    #[test]
    fn names_are_whole_unless_the_list_is_truncated() {
        let check = |list: &str, want: Option<&[&str]>, defects| {
            let (inventory, found, _) = parse([ROLE, ("m/role-policies-a-b.json", list.as_bytes())]);
            let names = inventory.roles.values().next().and_then(|role| role.inline_names.as_deref());
            let names: Option<Vec<&str>> = names.map(|names| names.iter().map(String::as_str).collect());
            assert_eq!(names.as_deref(), want, "{list}");
            assert_eq!((found.iter().count(), inventory.unplaced.len()), (defects, 0), "{list}");
        };
        check(r#"{"PolicyNames": ["p", "o"]}"#, Some(&["o", "p"]), 0);
        check(r#"{"PolicyNames": [], "IsTruncated": false}"#, Some(&[]), 0);
        check(r#"{"PolicyNames": ["p"], "IsTruncated": true, "Marker": "m"}"#, None, 0);
        check(r#"{"PolicyNames": ["p"], "NextToken": "m"}"#, None, 0);
        check(r#"{"PolicyNames": ["p", {}]}"#, None, 1);
        check(r#"{"PolicyNames": "p"}"#, None, 1);
        check(r#"{"PolicyNames": null}"#, None, 1);
        check(r#"{"PolicyNames": ["p"], "IsTruncated": null}"#, None, 0);
        check(r#"{"PolicyNames": ["p"], "IsTruncated": "x"}"#, None, 1);
        check(r#"{"PolicyNames": ["p"], "Marker": null}"#, Some(&["p"]), 0);
    }
}
