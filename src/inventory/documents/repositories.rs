//! `aws ecr describe-repositories`: reads one repository as a [`Repository`]. Its policy and images are in other documents.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::inventory::resource_parts::complete_policy;
use crate::model::access::Repository;

/// Reads one repository; none if it has no `repositoryArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Repository> {
    let encryption = item.item("encryptionConfiguration");
    Some(Repository {
        arn: item.identifier("repositoryArn")?,
        key: encryption.and_then(|encryption| encryption.text("kmsKey")),
        created_at: item.time("createdAt"),
        ..Repository::default()
    })
}

impl Describe for Repository {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.key, other.key.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
        complete_policy(&mut self.policy, &other.policy);
        complete_option(&mut self.images, other.images.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    #[test]
    fn a_repository_is_read() {
        let check = |repository: Value, want: Option<Option<&str>>, defects: usize| {
            let text = json!({"repositories": [repository]}).to_string();
            let (inventory, found, _) = parse([("f.json", text.as_bytes())]);
            let key = inventory.repositories.values().next().map(|one| one.key.as_deref());
            assert_eq!((key, found.iter().count()), (want, defects), "{text}");
        };
        let arn = "arn:aws:ecr:eu-west-1:123456789012:repository/orders/api";
        let whole = json!({"repositoryArn": arn, "registryId": "123456789012", "repositoryName": "orders/api",
            "repositoryUri": "x", "createdAt": "2026-01-01T00:00:00Z", "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": "k"}});
        check(whole, Some(Some("k")), 0);
        check(
            json!({"repositoryArn": arn, "encryptionConfiguration": {"encryptionType": "AES256"}}),
            Some(None),
            0,
        );
        check(json!({"repositoryArn": arn, "encryptionConfiguration": null, "createdAt": []}), Some(None), 1);
        check(json!({"repositoryName": "orders/api"}), None, 1);
        check(json!(null), None, 1);
    }
}
