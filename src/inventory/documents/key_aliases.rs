//! `aws kms list-aliases`: the names of keys. A name without a target belongs to a key that AWS has not made yet.

use crate::inventory::documents::Inventory;
use crate::inventory::documents::keys::named;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::arn::Arn;

/// An alias and the ARN of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyAlias {
    arn: String,
    name: String,
    /// The ARN of the key; none if there is none, or documents differ.
    key: Option<String>,
}

/// Reads one alias; none if it has no `AliasArn` or no `AliasName`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<KeyAlias> {
    let arn = item.identifier("AliasArn")?;
    let name = item.identifier("AliasName")?;
    let key = item.text("TargetKeyId").zip(Arn::parse(&arn)).map(|(id, parts)| {
        let Arn { partition, region, account, .. } = parts;
        if id.starts_with("arn:") { id } else { format!("arn:{partition}:kms:{region}:{account}:key/{id}") }
    });
    Some(KeyAlias { arn, name, key })
}

/// Gives each key its names; a key that no other document describes is added.
pub(super) fn complete(
    inventory: &mut Inventory,
    aliases: impl Iterator<Item = KeyAlias>,
    _is_complete: bool,
) {
    for KeyAlias { name, key, .. } in aliases {
        let Some(arn) = key else { continue };
        let key = inventory.keys.entry(arn.clone()).or_insert_with(|| named(&arn));
        key.aliases.push(name);
        key.aliases.sort();
    }
}

impl Describe for KeyAlias {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, _: &Self) {}

    /// An alias may be given to another key.
    fn invalidate(&mut self, _: &[Self]) {
        self.key = None;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::inventory::parse;

    #[test]
    fn aliases_name_keys() {
        let alias = |name: &str, target: Option<&str>| {
            let mut alias = json!({"AliasName": name, "AliasArn": format!("arn:aws:kms:eu-west-1:1:{name}"), "CreationDate": 1.5});
            if let Some(target) = target {
                alias["TargetKeyId"] = json!(target);
            }
            alias
        };
        let check = |aliases: serde_json::Value, want: &[(&str, &[&str])], defects: usize| {
            let text = json!({"Aliases": aliases}).to_string();
            let (inventory, found, _) = parse([("f.json", text.as_bytes())]);
            let keys: Vec<(&str, Vec<&str>)> = inventory
                .keys
                .iter()
                .map(|(arn, key)| (arn.as_str(), key.aliases.iter().map(String::as_str).collect()))
                .collect();
            let want: Vec<(&str, Vec<&str>)> =
                want.iter().map(|(arn, names)| (*arn, names.to_vec())).collect();
            assert_eq!((keys, found.iter().count()), (want, defects), "{text}");
        };
        let key = "arn:aws:kms:eu-west-1:1:key/k";
        check(
            json!([alias("alias/b", Some("k")), alias("alias/a", Some(key)), alias("alias/aws/ebs", None)]),
            &[(key, &["alias/a", "alias/b"])],
            0,
        );
        check(json!([alias("alias/a", Some("k")), alias("alias/a", Some("l"))]), &[], 1);
        check(json!([{"AliasName": "alias/a"}, {"AliasArn": 7.5, "AliasName": []}]), &[], 1);
    }
}
