//! The documents of one start, selected from the inventory.
//!
//! Only this file and `saved_names` read the inventory. It takes a small copy: an account may have thousands of roles.

use std::collections::BTreeMap;

use crate::authorization::documents::{AccessDocuments, EndpointAccess};
use crate::authorization::saved_names::SavedNames;
use crate::inventory::Inventory;
use crate::model::access::{Boundary, DeniedCall, Key};
use crate::model::arn::Arn;
use crate::model::deployment::TaskDefinition;

impl AccessDocuments {
    /// The documents that the start of a task concerns.
    #[must_use]
    pub fn of_start(inventory: &Inventory, definition: &TaskDefinition) -> Self {
        Self::of_named_start(&SavedNames::of(inventory), definition)
    }

    /// The documents that the start of a task concerns, where the names of the saved resources are known from another start.
    #[must_use]
    pub fn of_named_start<'a>(names: &SavedNames<'a>, definition: &'a TaskDefinition) -> Self {
        let inventory = names.inventory;
        let mut documents = Self { complete_lists: inventory.complete_lists.clone(), ..Self::default() };
        documents.add_roles(inventory, definition);
        documents.add_resources(names, definition);
        let home = Arn::parse(&definition.arn).map(|arn| format!("{}/{}", arn.account, arn.region));
        if let Some(registry) = home.and_then(|home| inventory.registry_policies.get(&home)) {
            documents.registry_policy.clone_from(&registry.policy);
        }
        documents.endpoints.extend(inventory.endpoints.values().map(|endpoint| {
            let (kind, vpc_id, policy) = (endpoint.kind, endpoint.vpc_id.clone(), endpoint.policy.clone());
            (endpoint.id.clone(), EndpointAccess { kind, vpc_id, policy })
        }));
        documents
    }

    fn add_roles(&mut self, inventory: &Inventory, definition: &TaskDefinition) {
        let roles = [&definition.execution_role_arn, &definition.task_role_arn].into_iter().flatten();
        self.roles.extend(roles.filter_map(|arn| Some((arn.clone(), inventory.roles.get(arn)?.clone()))));
        let of_roles = self.roles.values().flat_map(|role| {
            let boundary = match &role.boundary {
                Boundary::Policy(arn) => Some(arn),
                Boundary::Absent | Boundary::NotSaved => None,
            };
            role.attached.iter().flatten().chain(&role.partly_attached).chain(boundary)
        });
        let policies =
            of_roles.filter_map(|arn| Some((arn.clone(), inventory.managed_policies.get(arn)?.clone())));
        self.managed_policies.extend(policies);
        let of_organization = inventory.organization_policies.iter();
        self.organization_policies.extend(of_organization.map(|(id, policy)| (id.clone(), policy.clone())));
    }

    fn add_resources<'a>(&mut self, names: &SavedNames<'a>, definition: &'a TaskDefinition) {
        let inventory = names.inventory;
        self.secrets.extend(copies(names.secrets_of(definition)));
        self.parameters.extend(copies(names.parameters_of(definition)));
        self.log_groups.extend(copies(names.groups_of(definition)));
        self.repositories.extend(copies(names.repositories_of(definition)));
        self.buckets.extend(inventory.buckets.iter().map(|(name, bucket)| (name.clone(), bucket.clone())));
        self.pull_through_rules.extend(inventory.pull_through_rules.values().cloned());
        self.add_keys(inventory);
    }

    /// The keys of the selected secrets and parameters. Of a key with replicas in several Regions, the one in the Region of
    /// the first user counts.
    fn add_keys(&mut self, inventory: &Inventory) {
        let of_secrets = self.secrets.values().map(|one| (one.key.clone(), one.arn.clone()));
        let of_parameters =
            self.parameters.values().map(|one| (one.key.clone(), one.arn.clone().unwrap_or_default()));
        let mut keys: BTreeMap<String, Key> = BTreeMap::new();
        for (reference, user) in of_secrets.chain(of_parameters) {
            let Some(reference) = reference else { continue };
            let region = Arn::parse(&user).and_then(|arn| arn.region());
            let is_used = |key: &&Key| {
                let own = key.arn.as_deref().and_then(Arn::parse).and_then(|arn| arn.region());
                let is_here = own.is_none() || region.is_none() || own == region;
                is_here && is_named(key, &reference)
            };
            for key in inventory.keys.values().filter(is_used) {
                keys.entry(key.id.clone()).or_insert_with(|| key.clone());
            }
        }
        self.keys.extend(keys);
    }
}

/// The requests of a start that AWS refused, as CloudTrail recorded them: those of the role's session, whose name is the id of
/// the task, and the one whose id a stopped reason names.
#[must_use]
pub fn denied_calls_of_start<'a>(
    inventory: &'a Inventory,
    task_id: Option<&str>,
    request_id: Option<&str>,
) -> Vec<&'a DeniedCall> {
    let is_of_start = |call: &&DeniedCall| {
        let of_task = task_id.is_some() && call.session_name.as_deref() == task_id;
        of_task || request_id.is_some() && call.request_id.as_deref() == request_id
    };
    let mut calls: Vec<&DeniedCall> = inventory.denied_calls.values().filter(is_of_start).collect();
    calls.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    calls
}

/// Whether a reference is the id, the ARN or an alias of a key.
fn is_named(key: &Key, reference: &str) -> bool {
    let name = Arn::parse(reference).map_or(reference, |arn| arn.resource);
    name.strip_prefix("key/").unwrap_or(name) == key.id || key.aliases.iter().any(|alias| alias == name)
}

fn copies<T: Clone>(all: Vec<(&String, &T)>) -> impl Iterator<Item = (String, T)> {
    all.into_iter().map(|(key, one)| (key.clone(), one.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    const DEFINITION: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:7";
    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbC1dE";

    /// The documents of a start with a secret, an image and a log group.
    fn selected(documents: &[Value]) -> AccessDocuments {
        let definition = json!({"taskDefinition": {"taskDefinitionArn": DEFINITION,
            "executionRoleArn": "arn:aws:iam::123456789012:role/orders",
            "containerDefinitions": [{"name": "api", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1",
                "secrets": [{"name": "DB", "valueFrom": SECRET}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/orders"}}}]}});
        let texts: Vec<String> = documents.iter().chain([&definition]).map(Value::to_string).collect();
        let inventory = parse(texts.iter().map(|text| ("f.json", text.as_bytes()))).0;
        let definition = inventory.task_definitions.get(DEFINITION).unwrap();
        AccessDocuments::of_start(&inventory, definition)
    }

    fn secret(arn: &str) -> Value {
        json!({"ARN": arn, "Name": "x", "CreatedDate": "2026-01-01T00:00:00Z", "KmsKeyId": "alias/orders"})
    }

    fn managed(name: &str) -> Value {
        json!({"PolicyName": name, "Arn": format!("arn:aws:iam::123456789012:policy/{name}"), "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": []}}]})
    }

    #[test]
    fn only_what_the_definition_names_is_taken() {
        let found = selected(&[
            secret(SECRET),
            secret(&SECRET.replace("eu-west-1", "us-east-1").replace("AbC1dE", "QqQ2rR")),
            secret(&SECRET.replace("orders/db", "billing/db")),
            json!({"logGroups": [
                {"logGroupName": "/ecs/orders", "arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/orders:*"},
                {"logGroupName": "/ecs/other", "arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/other:*"}]}),
            json!({"KeyMetadata": {"KeyId": "1234", "Arn": "arn:aws:kms:eu-west-1:123456789012:key/1234", "KeyState": "Enabled"}}),
            json!({"Aliases": [{"AliasName": "alias/orders", "AliasArn": "arn:aws:kms:eu-west-1:123456789012:alias/orders",
                "TargetKeyId": "1234"}]}),
            json!({"RoleDetailList": [{"RoleName": "orders", "Arn": "arn:aws:iam::123456789012:role/orders", "RoleId": "AROA1",
                "RolePolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}]}],
                "Policies": [managed("p"), managed("q")], "IsTruncated": false}),
            json!({"Role": {"RoleName": "other", "Arn": "arn:aws:iam::123456789012:role/other", "RoleId": "AROA2"}}),
        ]);
        assert_eq!(found.secrets.len(), 2, "the same name in another Region is a clue");
        assert_eq!(found.log_groups.len(), 1);
        assert_eq!(found.keys.keys().collect::<Vec<_>>(), ["1234"]);
        assert_eq!(found.roles.len(), 1);
        assert_eq!(found.managed_policies.keys().collect::<Vec<_>>(), ["arn:aws:iam::123456789012:policy/p"]);
    }

    #[test]
    fn a_list_read_to_its_end_is_whole_where_its_items_are() {
        let list =
            json!({"SecretList": [{"ARN": SECRET.replace("orders/db", "billing/db"), "Name": "billing/db"}]});
        let found = selected(std::slice::from_ref(&list));
        let of = |found: &AccessDocuments, region| {
            found.whole_list("secretsmanager list-secrets", "123456789012", region).is_some()
        };
        assert!(of(&found, "eu-west-1") && !of(&found, "us-east-1"));
        assert!(!of(&selected(&[json!({"SecretList": []})]), "eu-west-1"), "an empty list names no Region");
        assert!(!of(&selected(&[secret(SECRET)]), "eu-west-1"), "a description is no list");
    }
}
