//! `aws kms describe-key`: reads one key as a [`Key`]. Its policy, grants and aliases are in other documents.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::inventory::resource_parts::complete_policy;
use crate::model::access::Key;

/// Reads one key; none if it has no `KeyId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Key> {
    let key_id = item.identifier("KeyId")?;
    let manager = item.text("KeyManager");
    Some(Key {
        state: item.text("KeyState"),
        is_aws_managed: manager.map(|manager| manager == "AWS"),
        created_at: item.time("CreationDate"),
        deletion_at: item.time("DeletionDate"),
        ..named(item.text("Arn").as_deref().unwrap_or(&key_id))
    })
}

/// A key of which only the ARN or the id is known.
pub(in crate::inventory) fn named(id: &str) -> Key {
    let arn = id.starts_with("arn:").then(|| id.to_owned());
    Key { id: id.rsplit('/').next().unwrap_or(id).to_owned(), arn, ..Key::default() }
}

impl Describe for Key {
    type Id = String;

    /// The ARN, or the id: keys of several Regions may have the same id.
    fn id(&self) -> Self::Id {
        self.arn.as_ref().unwrap_or(&self.id).clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.state, other.state.as_ref());
        complete_option(&mut self.is_aws_managed, other.is_aws_managed.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
        complete_option(&mut self.deletion_at, other.deletion_at.as_ref());
        complete_policy(&mut self.policy, &other.policy);
        complete_option(&mut self.grants, other.grants.as_ref());
        complete_list(&mut self.aliases, &other.aliases);
    }

    /// A state has no date.
    fn invalidate(&mut self, others: &[Self]) {
        if others.iter().any(|other| other.state.is_some() && other.state != self.state) {
            (self.state, self.deletion_at) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};

    const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    fn read_from(documents: &[Value]) -> (Inventory, usize) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
        (inventory, defects.iter().count())
    }

    fn described(state: &str) -> Value {
        json!({"KeyMetadata": {"KeyId": ID, "Arn": ARN, "Enabled": state == "Enabled", "KeyState": state, "KeyManager": "CUSTOMER",
            "CreationDate": 1_790_000_000.5, "DeletionDate": "2026-12-24T00:00:00Z"}})
    }

    #[test]
    fn a_key_is_read() {
        let (inventory, defects) = read_from(&[described("PendingDeletion")]);
        let key = &inventory.keys[ARN];
        assert_eq!((key.id.as_str(), key.state.as_deref()), (ID, Some("PendingDeletion")));
        assert_eq!((key.is_aws_managed, defects), (Some(false), 0));
        assert!(key.created_at.is_some() && key.deletion_at.is_some() && key.grants.is_none());
        let (inventory, _) = read_from(&[json!({"KeyId": ID, "KeyManager": "AWS"})]);
        assert_eq!((&inventory.keys[ID].arn, inventory.keys[ID].is_aws_managed), (&None, Some(true)));
    }

    #[test]
    fn states_that_differ_are_not_known() {
        let (inventory, defects) = read_from(&[described("Enabled"), described("Disabled")]);
        assert_eq!((&inventory.keys[ARN].state, defects), (&None, 1));
        let (inventory, defects) = read_from(&[described("Enabled"), described("Enabled")]);
        assert_eq!((inventory.keys[ARN].state.as_deref(), defects), (Some("Enabled"), 0));
    }

    #[test]
    fn damage_is_noted() {
        assert_eq!(read_from(&[json!({"KeyMetadata": {"Arn": ARN}})]).1, 1);
        let (inventory, defects) =
            read_from(&[json!({"KeyMetadata": {"KeyId": ARN, "KeyState": ["x"], "KeyManager": null}})]);
        assert_eq!(
            (&inventory.keys[ARN].state, inventory.keys[ARN].is_aws_managed, defects),
            (&None, None, 1)
        );
    }
}
