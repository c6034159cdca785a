//! `aws iam get-account-authorization-details`: reads an item of `Policies` as a [`ManagedPolicy`] with the text that counts.

use crate::inventory::documents::policies;
use crate::inventory::item::DocumentItem;
use crate::model::access::ManagedPolicy;

/// Reads one policy; none if its `Arn` is not of a policy of IAM. Only the version that counts is kept: a policy has up to
/// five.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ManagedPolicy> {
    let policy = policies::read(item)?;
    let default = policy.default_version_id.as_deref();
    let is_kept = |version: &DocumentItem<'_>| {
        version.flag("IsDefaultVersion") == Some(true)
            || default.is_some() && version.text("VersionId").as_deref() == default
    };
    let versions = item.items("PolicyVersionList").into_iter().filter(is_kept);
    Some(ManagedPolicy { versions: versions.filter_map(policies::read_version).collect(), ..policy })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::inventory::parse;

    #[test]
    fn only_the_version_that_counts_is_kept() {
        let versions = json!([
            {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Version": "1"}},
            {"VersionId": "v2", "IsDefaultVersion": true, "Document": "%7B%22Version%22%3A%222%22%7D", "CreateDate": 1},
        ]);
        let arn = "arn:aws:iam::aws:policy/service-role/p";
        let page =
            json!({"Policies": [{"Arn": arn, "DefaultVersionId": "v2", "PolicyVersionList": versions}]});
        let (inventory, defects, _) = parse([("f", page.to_string().as_bytes())]);
        assert!(defects.is_empty());
        let policy = &inventory.managed_policies[arn];
        assert_eq!(policy.versions.len(), 1);
        assert_eq!(
            policy.default_version().map(|version| version.document.0.as_str()),
            Some(r#"{"Version":"2"}"#)
        );
    }
}
