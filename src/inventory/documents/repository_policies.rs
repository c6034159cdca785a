//! `aws ecr get-repository-policy`: the policy of a repository. The document names the registry and the repository, and not the
//! Region.

use std::collections::BTreeSet;

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::known_resources::of_registry;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_policy::{SubjectPolicy, by_subject, present};
use crate::model::access::{Repository, SavedPolicy};
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::RepositoryPolicies,
    call: "ecr get-repository-policy",
    prefix: None,
    expected_name: None,
};

/// The policy of a repository.
pub(super) type RepositoryPolicy = SubjectPolicy;

/// Reads one document.
pub(super) fn read(item: DocumentItem<'_>) -> Option<RepositoryPolicy> {
    SubjectPolicy::read(item, "policyText", Some(item.identifier("repositoryName")?))
}

/// Gives each repository its policy.
pub(super) fn complete(
    inventory: &mut Inventory,
    policies: impl Iterator<Item = RepositoryPolicy>,
    _is_complete: bool,
) {
    let known = inventory.known_repositories();
    let mut placed = Vec::new();
    for policy in policies {
        let known: BTreeSet<_> = of_registry(&known, policy.account.as_deref());
        placed.extend(policy.place(inventory, &CONTRACT, &known));
    }
    let unknown = |arn: &str| Repository { arn: arn.to_owned(), ..Repository::default() };
    for (arn, policies) in by_subject(placed.into_iter()) {
        let repository = inventory.repositories.entry(arn.clone()).or_insert_with(|| unknown(&arn));
        repository.policy = present(&policies);
    }
    for arn in inventory.subjects_without_policy(CONTRACT.call, "RepositoryPolicyNotFoundException") {
        let repository = inventory.repositories.entry(arn.clone()).or_insert_with(|| unknown(&arn));
        if repository.policy == SavedPolicy::NotSaved {
            repository.policy = SavedPolicy::Absent;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;
    use crate::model::access::SavedPolicy;

    const ARN: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/orders/api";

    #[test]
    fn the_registry_and_the_name_lead_to_one_repository() {
        let check = |documents: &[Value], want: bool, unplaced: usize| {
            let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
            let (inventory, defects, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
            let policy = inventory.repositories.get(ARN).map(|one| one.policy.clone());
            assert_eq!(matches!(policy, Some(SavedPolicy::Saved(_))), want, "{documents:?}");
            assert_eq!((inventory.unplaced.len(), defects.iter().count()), (unplaced, 0), "{documents:?}");
        };
        let policy = |registry: &str| json!({"registryId": registry, "repositoryName": "orders/api", "policyText": "{}"});
        let repository =
            |arn: &str| json!({"repositories": [{"repositoryArn": arn, "repositoryName": "orders/api"}]});
        let image = json!({"taskDefinition": {"taskDefinitionArn": "d", "containerDefinitions": [
            {"name": "a", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4"}]}});
        check(&[policy("123456789012"), repository(ARN)], true, 0);
        check(&[policy("123456789012"), image], true, 0);
        check(&[policy("123456789012")], false, 1);
        check(&[policy("210987654321"), repository(ARN)], false, 1);
        let other = ARN.replace("eu-west-1", "eu-west-2");
        check(&[policy("123456789012"), repository(ARN), repository(&other)], false, 1);
    }
}
