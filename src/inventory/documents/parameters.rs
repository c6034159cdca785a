//! `aws ssm describe-parameters`: reads one parameter as a [`Parameter`].
//!
//! The value of a parameter is never read: answers of `get-parameter`, `get-parameters` and their relatives are refused.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::access::Parameter;
use crate::model::time::Timestamp;

/// Reads one parameter; none if it has no `Name`, or holds the value.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Parameter> {
    if item.has_key("Value") {
        let text = "expected a description, found the value of a parameter (`ssm get-parameters`): delete the file, and save \
                    `ssm describe-parameters` instead";
        item.note(text.to_owned());
        return None;
    }
    Some(Parameter {
        name: item.identifier("Name")?,
        arn: item.text("ARN"),
        kind: item.text("Type"),
        key: item.text("KeyId"),
        modified_at: item.time("LastModifiedDate"),
    })
}

impl Describe for Parameter {
    type Id = String;

    /// The ARN, or the name in documents of older versions of the AWS CLI.
    fn id(&self) -> Self::Id {
        self.arn.as_ref().unwrap_or(&self.name).clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.kind, other.kind.as_ref());
        complete_option(&mut self.key, other.key.as_ref());
        complete_option(&mut self.modified_at, other.modified_at.as_ref());
    }

    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, self.modified_at)
    }

    /// Descriptions of the same day, or without one, that differ.
    fn invalidate(&mut self, others: &[Self]) {
        for other in others.iter().filter(|other| other.modified_at == self.modified_at) {
            if other.key != self.key {
                self.key = None;
            }
            if other.kind != self.kind {
                self.kind = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};

    const ARN: &str = "arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db";

    fn read_from(document: &Value) -> (Inventory, Vec<String>) {
        let text = document.to_string();
        let (inventory, defects, _) = parse([("f.json", text.as_bytes())]);
        (inventory, defects.iter().map(|(_, _, place)| format!("{place:?}")).collect())
    }

    #[test]
    fn a_parameter_is_known_by_its_arn_or_its_name() {
        let (inventory, defects) = read_from(&json!({"Parameters": [
            {"Name": "/prod/db", "ARN": ARN, "Type": "SecureString", "KeyId": "alias/aws/ssm", "LastModifiedDate": 1_790_000_000.25,
             "Version": 1, "Tier": "Standard", "Policies": []},
            {"Name": "plain", "Type": "String"}]}));
        assert_eq!(defects.len(), 0);
        let found = &inventory.parameters[ARN];
        assert_eq!((found.name.as_str(), found.kind.as_deref()), ("/prod/db", Some("SecureString")));
        assert!(found.key.is_some() && found.modified_at.is_some());
        assert_eq!(inventory.parameters["plain"].arn, None);
    }

    #[test]
    fn damage_loses_only_the_damaged_item() {
        let check = |document: Value, items: usize, defects: usize| {
            let (inventory, found) = read_from(&document);
            assert_eq!((inventory.parameters.len(), found.len()), (items, defects), "{document} {found:?}");
        };
        check(json!({"Parameters": 7}), 0, 1);
        check(json!({"Parameters": null}), 0, 1);
        check(json!({"Parameters": [null, {"Name": "a"}]}), 1, 1);
        check(json!({"Parameters": [{"Name": ["a"]}, {"Name": "b", "Type": {}, "KeyId": 7}]}), 1, 1);
    }

    #[test]
    fn values_are_refused() {
        let value = |more: Value| {
            let mut value =
                json!({"Name": "/prod/db", "Type": "SecureString", "Value": "hunter2", "Version": 1});
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            value
        };
        for document in [
            json!({"Parameters": [value(json!({}))], "InvalidParameters": []}),
            json!({"Parameter": value(json!({"ARN": ARN}))}),
            json!({"Parameters": [value(json!({"Value": {"hunter2": 1}})), value(json!({"Value": null}))]}),
            json!([value(json!({"LastModifiedDate": "2026-01-01T00:00:00Z"}))]),
            json!({"Parameters": [{"Name": {"hunter2": 1}, "Type": ["hunter2"], "LastModifiedDate": "hunter2"}]}),
            json!({"Parameters": ["hunter2"]}),
            json!({"Parameters": "hunter2", "InvalidParameters": []}),
        ] {
            let (inventory, defects) = read_from(&document);
            assert!(inventory.parameters.is_empty(), "{document}");
            assert!(!defects.is_empty(), "{document}");
            assert!(!format!("{inventory:?} {defects:?}").contains("hunter2"), "{document} {defects:?}");
        }
    }
}
