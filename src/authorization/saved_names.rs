//! The saved resources by name, so that those of one start are found without a look at all resources of an account.

use std::collections::{BTreeMap, BTreeSet};

use crate::authorization::secret_id::without_suffix;
use crate::inventory::Inventory;
use crate::model::access::{LogGroup, Parameter, Repository, Secret};
use crate::model::arn::Arn;
use crate::model::deployment::TaskDefinition;

/// Resources by name, each with its key in the inventory.
type ByName<'a, T> = BTreeMap<&'a str, Vec<(&'a String, &'a T)>>;

/// The saved secrets, parameters, log groups and repositories, by the names with which task definitions refer to them.
#[derive(Clone, Debug)]
pub struct SavedNames<'a> {
    pub(super) inventory: &'a Inventory,
    secrets: ByName<'a, Secret>,
    parameters: ByName<'a, Parameter>,
    groups: ByName<'a, LogGroup>,
    repositories: ByName<'a, Repository>,
}

impl<'a> SavedNames<'a> {
    /// The names in an inventory.
    #[must_use]
    pub fn of(inventory: &'a Inventory) -> Self {
        Self {
            inventory,
            secrets: by_name(&inventory.secrets, |arn, _| name_of_secret(arn)),
            parameters: by_name(&inventory.parameters, |_, one| Some(one.name.trim_start_matches('/'))),
            groups: by_name(&inventory.log_groups, |_, one| Some(&one.name)),
            repositories: by_name(&inventory.repositories, |arn, _| {
                Arn::parse(arn)?.resource.strip_prefix("repository/")
            }),
        }
    }

    /// The secrets with the names in a definition, in any Region and with any suffix.
    pub(super) fn secrets_of(&self, definition: &'a TaskDefinition) -> Vec<(&'a String, &'a Secret)> {
        let names = references(definition).into_iter().flat_map(|reference| {
            let whole = reference.split_once(":secret:").map_or(reference, |(_, name)| name);
            let whole = whole.split(':').next().unwrap_or(whole);
            [Some(whole), without_suffix(whole)].into_iter().flatten()
        });
        named(&self.secrets, names)
    }

    /// The parameters with the names in a definition, in any Region.
    pub(super) fn parameters_of(&self, definition: &'a TaskDefinition) -> Vec<(&'a String, &'a Parameter)> {
        let name =
            |reference: &'a str| reference.split_once(":parameter/").map_or(reference, |(_, name)| name);
        let names = references(definition).into_iter().map(|one| name(one).trim_start_matches('/'));
        named(&self.parameters, names)
    }

    /// The log groups of a definition, in any Region.
    pub(super) fn groups_of(&self, definition: &'a TaskDefinition) -> Vec<(&'a String, &'a LogGroup)> {
        let containers = definition.containers.iter();
        named(&self.groups, containers.filter_map(|one| one.log.as_ref()?.group.as_deref()))
    }

    /// The repositories with the names of the images of a definition, in any account and Region.
    pub(super) fn repositories_of(
        &self,
        definition: &'a TaskDefinition,
    ) -> Vec<(&'a String, &'a Repository)> {
        let images = definition.containers.iter().filter_map(|one| one.image.as_deref());
        named(&self.repositories, images.filter_map(name_of_image))
    }
}

/// The name of a secret without its suffix.
fn name_of_secret(arn: &str) -> Option<&str> {
    Arn::parse(without_suffix(arn).unwrap_or(arn))?.resource.strip_prefix("secret:")
}

/// `orders/api` of `HOST/orders/api:1.4`; none if the image has no host.
fn name_of_image(image: &str) -> Option<&str> {
    let name = image.split_once('/')?.1;
    let name = name.split('@').next().unwrap_or(name);
    Some(name.split(':').next().unwrap_or(name))
}

/// The secrets and parameters that the containers of a definition name.
fn references(definition: &TaskDefinition) -> BTreeSet<&str> {
    let containers = || definition.containers.iter();
    let secrets = containers().flat_map(|one| one.secrets.iter().map(|secret| secret.value_from.as_str()));
    secrets.chain(containers().filter_map(|one| one.registry_credentials.as_deref())).collect()
}

fn by_name<'a, T>(
    all: &'a BTreeMap<String, T>,
    name: impl Fn(&'a String, &'a T) -> Option<&'a str>,
) -> ByName<'a, T> {
    let mut by_name: ByName<'a, T> = BTreeMap::new();
    for (key, one) in all {
        if let Some(name) = name(key, one) {
            by_name.entry(name).or_default().push((key, one));
        }
    }
    by_name
}

/// The resources with one of these names.
fn named<'a, T>(all: &ByName<'a, T>, names: impl Iterator<Item = &'a str>) -> Vec<(&'a String, &'a T)> {
    names.filter_map(|name| all.get(name)).flatten().copied().collect()
}
