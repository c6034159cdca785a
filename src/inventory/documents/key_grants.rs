//! `aws kms list-grants`: the grants on one key. Each grant names the key; an empty list does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::documents::Inventory;
use crate::inventory::documents::keys::named;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_list::{PlacedList, SubjectList, united};
use crate::model::access::Grant;
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::KeyGrants,
    call: "kms list-grants",
    prefix: Some("grants-"),
    expected_name: Some("grants-KEYID.json"),
};

/// The grants on a key.
pub(super) type KeyGrants = SubjectList<Grant>;

/// Reads one page.
#[expect(clippy::unnecessary_wraps, reason = "a reader may return none")]
pub(super) fn read(item: DocumentItem<'_>) -> Option<KeyGrants> {
    let mut keys = BTreeSet::new();
    let grants = item.whole_list("Grants", |grant| {
        keys.extend(grant.text("KeyId"));
        read_grant(grant)
    });
    let only = keys.first().filter(|_| keys.len() == 1).cloned();
    Some(SubjectList::page(item, item.text("KeyId").or(only), grants))
}

/// Reads one grant. Constraints that cannot be read are noted, and then the list is not whole.
fn read_grant(grant: DocumentItem<'_>) -> Option<Grant> {
    if grant.is_null("Constraints") {
        grant.note("`Constraints`: expected an object, found `null`".to_owned());
    }
    let constraints = grant.item("Constraints");
    let context = |key| {
        let given = constraints.filter(|constraints| constraints.has_key(key))?;
        given.known(key, DocumentItem::item)?.pairs()
    };
    let operations = grant.known("Operations", DocumentItem::whole_list_of_texts)?;
    Some(Grant {
        id: grant.identifier("GrantId")?,
        grantee: grant.identifier("GranteePrincipal")?,
        operations,
        context_subset: context("EncryptionContextSubset").unwrap_or_default(),
        context_equals: context("EncryptionContextEquals"),
    })
}

/// Gives each key its grants, if all are known.
pub(super) fn complete(
    inventory: &mut Inventory,
    lists: impl Iterator<Item = KeyGrants>,
    _is_complete: bool,
) {
    let known = inventory.known_keys();
    let mut of_keys: BTreeMap<String, Vec<PlacedList<Grant>>> = BTreeMap::new();
    for list in lists {
        if let Some(placed) = list.place(inventory, &CONTRACT, &known) {
            of_keys.entry(inventory.arn_of_key(&placed.subject)).or_default().push(placed);
        }
    }
    for (arn, lists) in of_keys {
        let key = inventory.keys.entry(arn.clone()).or_insert_with(|| named(&arn));
        key.grants = united(&lists).0;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};

    const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn read_from(file: &str, documents: &[Value]) -> (Inventory, u64) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|text| (file, text.as_bytes())));
        (inventory, defects.iter().map(|(_, count, _)| count).sum())
    }

    fn grant(more: &Value) -> Value {
        let mut grant = json!({"KeyId": ARN, "GrantId": "g", "GranteePrincipal": "arn:aws:iam::123456789012:role/a",
            "Operations": ["Decrypt", "DescribeKey"], "RetiringPrincipal": "x", "IssuingAccount": "y"});
        grant.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        grant
    }

    fn count(inventory: &Inventory) -> Option<usize> {
        inventory.keys.get(ARN)?.grants.as_ref().map(Vec::len)
    }

    #[test]
    fn each_grant_names_the_key() {
        let constraints = json!({"Constraints": {"EncryptionContextSubset": {"SecretARN": "s"}}});
        let (inventory, defects) =
            read_from("f.json", &[json!({"Grants": [grant(&constraints)], "Truncated": false})]);
        let found = &inventory.keys[ARN].grants.as_ref().unwrap()[0];
        assert_eq!((found.operations.len(), found.context_equals.is_none(), defects), (2, true, 0));
        assert_eq!(found.context_subset, [("SecretARN".to_owned(), "s".to_owned())]);
    }

    #[test]
    fn a_list_that_is_not_whole_is_not_known() {
        let check = |document: Value, want: Option<usize>, defects: u64| {
            let (inventory, found) = read_from("f.json", std::slice::from_ref(&document));
            assert_eq!((count(&inventory), found), (want, defects), "{document}");
        };
        let one = grant(&json!({}));
        check(json!({"Grants": [one]}), Some(1), 0);
        check(json!({"Grants": [one], "Truncated": true, "NextMarker": "x"}), None, 0);
        check(json!({"Grants": [one], "Truncated": null}), None, 0);
        check(json!({"Grants": [one, 7]}), None, 1);
        check(json!({"Grants": [one, grant(&json!({"Operations": null}))]}), None, 1);
        check(
            json!({"Grants": [grant(&json!({"Constraints": {"EncryptionContextEquals": null}}))]}),
            None,
            1,
        );
        check(json!({"Grants": [grant(&json!({"Constraints": 7}))]}), None, 1);
        check(json!({"Grants": [], "KeyId": ARN, "Truncated": false}), Some(0), 0);
        check(json!({"Grants": null, "KeyId": ARN}), None, 1);
    }

    #[test]
    fn an_empty_list_has_its_key_in_the_name_of_the_file() {
        let key = json!({"KeyMetadata": {"KeyId": ARN, "Arn": ARN}});
        let name = "grants-1234abcd-12ab-34cd-56ef-1234567890ab.json";
        let (inventory, defects) = read_from(name, &[json!({"Grants": []}), key.clone()]);
        assert_eq!((count(&inventory), defects, inventory.unplaced.len()), (Some(0), 0, 0));
        let (inventory, _) = read_from("grants.json", &[json!({"Grants": []}), key]);
        assert_eq!((count(&inventory), inventory.unplaced.len()), (None, 1));
    }
}
