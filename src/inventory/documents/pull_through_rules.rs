//! `aws ecr describe-pull-through-cache-rules`: reads one rule as a [`PullThroughRule`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::access::PullThroughRule;

/// Reads one rule; none if it has no registry or no prefix.
pub(super) fn read(item: DocumentItem<'_>) -> Option<PullThroughRule> {
    Some(PullThroughRule {
        registry_id: item.identifier("registryId")?,
        prefix: item.identifier("ecrRepositoryPrefix")?,
        upstream: item.text("upstreamRegistryUrl"),
        created_at: item.time("createdAt"),
    })
}

impl Describe for PullThroughRule {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{}/{}", self.registry_id, self.prefix)
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.upstream, other.upstream.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
    }

    /// The rules of one registry in two Regions may have the same prefix.
    fn may_change() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::inventory::parse;

    #[test]
    fn a_rule_is_read() {
        let rule = json!({"ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io", "registryId": "123456789012",
            "createdAt": "2026-01-01T00:00:00Z", "credentialArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub"});
        let text = json!({"pullThroughCacheRules": [rule, {"registryId": "1"}, 7]}).to_string();
        let (inventory, defects, _) = parse([("f.json", text.as_bytes())]);
        let rule = &inventory.pull_through_rules["123456789012/docker-hub"];
        assert_eq!(rule.upstream.as_deref(), Some("registry-1.docker.io"));
        assert!(rule.created_at.is_some() && inventory.pull_through_rules.len() == 1);
        assert_eq!(defects.iter().map(|(_, count, _)| count).sum::<u64>(), 2);
    }
}
