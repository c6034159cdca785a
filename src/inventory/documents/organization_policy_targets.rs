//! `aws organizations list-targets-for-policy`: where a policy of an organization is attached. The document does not name
//! the policy.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_list::{SubjectList, by_subject, united};
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::OrganizationPolicyTargets,
    call: "organizations list-targets-for-policy",
    prefix: Some("organizations-policy-targets-"),
    expected_name: Some("organizations-policy-targets-POLICYID.json"),
};

/// The ids of roots, organizational units and accounts.
pub(super) type PolicyTargets = SubjectList<String>;

/// Reads one page; none if its targets are those of another service.
pub(super) fn read(item: DocumentItem<'_>) -> Option<PolicyTargets> {
    let is_foreign =
        item.has_members("Targets") && item.items("Targets").iter().all(|target| !target.has("TargetId"));
    if is_foreign {
        return None;
    }
    let ids = item.whole_list("Targets", |target| target.identifier("TargetId"));
    Some(SubjectList::page(item, item.text("PolicyId"), ids))
}

/// Gives each policy its targets.
pub(super) fn complete(
    inventory: &mut Inventory,
    lists: impl Iterator<Item = PolicyTargets>,
    _is_complete: bool,
) {
    let known = inventory.known_organization_policies();
    for (subject, lists) in by_subject(lists, inventory, &CONTRACT, &known) {
        // The manifest names the ARN, which ends with the id.
        let id = subject.rsplit('/').next().unwrap_or_default();
        if let Some(policy) = inventory.organization_policies.get_mut(id) {
            policy.targets = united(&lists).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::parse;

    const POLICY: (&str, &[u8]) = (
        "p.json",
        br#"{"Policy": {"PolicySummary": {"Id": "p-1", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "{}"}}"#,
    );

    fn check(file: &str, list: &str, want: Option<&[&str]>, unplaced: usize) {
        let manifest = br#"{"flowcause_manifest": 1, "files": [{"file": "m.json", "call": "organizations list-targets-for-policy",
            "subject": "arn:aws:organizations::1:policy/o-1/service_control_policy/p-1", "filters": [], "all_pages": true, "exit_code": 0}]}"#;
        let documents = [POLICY, (file, list.as_bytes()), ("manifest.json", manifest)];
        let (inventory, _, _) = parse(documents);
        let targets = inventory.organization_policies["p-1"].targets.as_deref();
        let targets: Option<Vec<&str>> = targets.map(|targets| targets.iter().map(String::as_str).collect());
        assert_eq!((targets.as_deref(), inventory.unplaced.len()), (want, unplaced), "{file} {list}");
    }

    #[test]
    fn the_file_or_the_manifest_names_the_policy() {
        let list = r#"{"Targets": [{"TargetId": "ou-1"}, {"TargetId": "123456789012"}]}"#;
        let both: Option<&[&str]> = Some(&["123456789012", "ou-1"]);
        check("organizations-policy-targets-p-1.json", list, both, 0);
        check("m.json", list, both, 0);
        check("organizations-policy-targets-p-2.json", list, None, 1);
        check("organizations-policy-targets-p-1.json", r#"{"Targets": [], "NextToken": "x"}"#, None, 0);
        check("any.json", r#"{"Targets": [], "PolicyId": "p-1"}"#, Some(&[]), 0);
        check("any.json", r#"{"Targets": [{"Id": "1", "Arn": "arn:aws:lambda"}]}"#, None, 0);
    }
}
