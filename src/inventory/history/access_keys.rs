//! The roles, policies, keys and other resources of the documents that a change is about.

use crate::inventory::documents::Inventory;
use crate::model::arn::Arn;
use crate::model::configuration_change::{ConfigurationChange, SubjectKind};

/// The keys of the things of the inventory that a change is about: one of the tables of access documents.
pub(super) fn keys_of(inventory: &Inventory, change: &ConfigurationChange) -> Vec<String> {
    let id = change.subject.id.as_str();
    let of_account = |arn: &Arn<'_>| {
        arn.account().is_none() || change.account.is_none() || arn.account() == change.account.as_deref()
    };
    let of_region = |arn: &Arn<'_>| {
        arn.region().is_none() || change.region.is_none() || arn.region() == change.region.as_deref()
    };
    let of_origin = |text: &str| Arn::parse(text).is_none_or(|arn| of_account(&arn) && of_region(&arn));
    let matching = |keys: &mut dyn Iterator<Item = &String>, is_same: &dyn Fn(&str) -> bool| -> Vec<String> {
        keys.filter(|key| is_same(key)).cloned().collect()
    };
    match change.subject.kind {
        SubjectKind::Role => matching(&mut inventory.roles.keys(), &|arn| {
            Arn::parse(arn).is_some_and(|arn| of_account(&arn) && arn.name() == id)
        }),
        SubjectKind::Policy => {
            inventory.managed_policies.contains_key(id).then(|| id.to_owned()).into_iter().collect()
        }
        SubjectKind::Key => {
            let wanted = id.rsplit('/').next().unwrap_or(id);
            let is_alias = id.contains("alias/");
            let named = |key: &String| {
                let known = &inventory.keys[key];
                let has_alias = || known.aliases.iter().any(|alias| id.ends_with(alias.as_str()));
                if is_alias { has_alias() } else { known.id == wanted }
            };
            let keys = inventory.keys.keys().filter(|key| of_origin(key) && named(key));
            keys.cloned().collect()
        }
        SubjectKind::Secret => matching(&mut inventory.secrets.keys(), &|arn| {
            let name = inventory.secrets[arn].name.as_deref();
            of_origin(arn) && (arn == id || name == Some(id) || is_partial(arn, id))
        }),
        SubjectKind::Repository => {
            let (account, name) = id.split_once('/').unwrap_or(("", id));
            matching(&mut inventory.repositories.keys(), &|arn| {
                let Some(arn) = Arn::parse(arn) else { return false };
                let is_account = arn.account() == Some(account) || arn.account().is_none();
                is_account && of_region(&arn) && arn.resource.strip_prefix("repository/") == Some(name)
            })
        }
        SubjectKind::Bucket => {
            inventory.buckets.contains_key(id).then(|| id.to_owned()).into_iter().collect()
        }
        SubjectKind::Registry => {
            let of = |key: &&String| {
                let registry = &inventory.registry_policies[*key];
                let is_region =
                    registry.region.is_none() || change.region.is_none() || registry.region == change.region;
                registry.registry_id == id && is_region
            };
            inventory.registry_policies.keys().filter(of).cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an id is the ARN of a secret without its random end.
fn is_partial(arn: &str, id: &str) -> bool {
    arn.strip_prefix(id).is_some_and(|rest| rest.len() == 7 && rest.starts_with('-'))
}
