//! `aws iam get-policy-version`: the text of a version of a managed policy, which the document does not name.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::inventory::documents::Inventory;
use crate::inventory::documents::policies::read_version;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::inventory::origin::{FileContract, KnownSubject};
use crate::model::access::{ManagedPolicy, PolicyVersion};
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::PolicyVersions,
    call: "iam get-policy-version",
    prefix: Some("policy-version-"),
    expected_name: Some("policy-version-POLICYNAME-VERSION.json"),
};

/// A version of some policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SavedVersion {
    file: Rc<str>,
    version: PolicyVersion,
}

/// Reads one version; none without its id or its text.
pub(super) fn read(item: DocumentItem<'_>) -> Option<SavedVersion> {
    Some(SavedVersion { file: Rc::clone(item.file()), version: read_version(item)? })
}

/// Gives each policy its versions. A version never changes, so of two texts of one version none is known.
pub(super) fn complete(
    inventory: &mut Inventory,
    saved: impl Iterator<Item = SavedVersion>,
    _is_complete: bool,
) {
    let saved: Vec<SavedVersion> = saved.collect();
    // Determined before any version has its policy, because the order of files does not matter.
    let known: BTreeMap<String, BTreeSet<KnownSubject>> = saved
        .iter()
        .map(|one| one.version.id.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|id| (id.clone(), inventory.known_policy_versions(&id)))
        .collect();
    let none = BTreeSet::new();
    let mut doubtful: BTreeSet<(String, String)> = BTreeSet::new();
    for SavedVersion { file, version } in saved {
        let known = known.get(&version.id).unwrap_or(&none);
        let Some(arn) = inventory.subject_of(&CONTRACT, &file, None, known) else { continue };
        let unknown = || ManagedPolicy { arn: arn.clone(), ..ManagedPolicy::default() };
        let policy = inventory.managed_policies.entry(arn.clone()).or_insert_with(unknown);
        match policy.versions.iter().find(|own| own.id == version.id) {
            Some(own) if own.document != version.document => _ = doubtful.insert((arn, version.id)),
            Some(_) => {}
            None => policy.versions.push(version),
        }
        policy.versions.sort_by(|one, other| one.id.cmp(&other.id));
    }
    for (arn, id) in doubtful {
        if let Some(policy) = inventory.managed_policies.get_mut(&arn) {
            policy.versions.retain(|version| version.id != id);
        }
    }
}

impl Describe for SavedVersion {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{} {} {}", self.file, self.version.id, self.version.document.0)
    }

    /// Two descriptions with one id are the same.
    fn complete(&mut self, _other: &Self) {}

    fn may_change() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;
    use crate::model::access::UnplacedReason;

    const ARN: &str = "arn:aws:iam::123456789012:policy/team/p";

    /// The inventory of these files, which have no defect.
    fn read_from(files: &[(&str, Value)]) -> Inventory {
        let contents: Vec<String> = files.iter().map(|(_, document)| document.to_string()).collect();
        let named = files.iter().zip(&contents).map(|((name, _), content)| (*name, content.as_bytes()));
        let read = parse(named);
        assert_eq!(read.1, crate::model::defect::Defects::default());
        read.0
    }

    fn version(id: &str, document: &Value) -> Value {
        json!({"PolicyVersion": {"VersionId": id, "IsDefaultVersion": true, "Document": document}})
    }

    fn policy(arn: &str) -> (&'static str, Value) {
        ("p.json", json!({"Policy": {"Arn": arn, "DefaultVersionId": "v2"}}))
    }

    fn texts(inventory: &Inventory) -> Vec<(&str, &str)> {
        let policies = inventory.managed_policies.values();
        let versions =
            policies.flat_map(|policy| policy.versions.iter().map(|version| (policy.arn.as_str(), version)));
        versions.map(|(arn, version)| (arn, version.document.0.as_str())).collect()
    }

    #[test]
    fn the_file_names_the_policy_and_the_version() {
        let document = version("v2", &json!("%7B%7D"));
        let inventory = read_from(&[("policy-version-p-v2.json", document.clone()), policy(ARN)]);
        assert_eq!(texts(&inventory), [(ARN, "{}")]);
        assert!(inventory.managed_policies[ARN].default_version().is_some());
        let inventory = read_from(&[("policy-version-p-v1.json", document), policy(ARN)]);
        assert_eq!(texts(&inventory), [], "the document is of another version than its file's name");
        assert_eq!(inventory.unplaced.len(), 1);
    }

    #[test]
    fn a_policy_that_is_only_attached_is_known() {
        let attached =
            json!({"AttachedPolicies": [{"PolicyArn": ARN}], "RoleName": "arn:aws:iam::123456789012:role/a"});
        let inventory =
            read_from(&[("policy-version-p-v1.json", version("v1", &json!({}))), ("a.json", attached)]);
        assert_eq!(texts(&inventory), [(ARN, "{}")]);
        assert!(inventory.managed_policies[ARN].default_version().is_some());
    }

    #[test]
    fn policies_of_one_name_decide_nothing() {
        let aws = "arn:aws:iam::aws:policy/p";
        let document = ("policy-version-p-v2.json", version("v2", &json!({})));
        let inventory = read_from(&[document.clone(), policy(ARN), policy(aws)]);
        let reasons: Vec<&UnplacedReason> = inventory.unplaced.iter().map(|one| &one.reason).collect();
        assert_eq!(reasons, [&UnplacedReason::SeveralSubjects(vec![ARN.to_owned(), aws.to_owned()])]);
        let call = json!({"file": document.0, "call": "iam get-policy-version", "subject": aws});
        let manifest = ("manifest.json", json!({"flowcause_manifest": 1, "files": [call]}));
        assert_eq!(texts(&read_from(&[document, policy(ARN), policy(aws), manifest])), [(aws, "{}")]);
    }

    #[test]
    fn two_texts_of_one_version_are_not_known() {
        let named = "policy-version-p-v2.json";
        let documents = [
            (named, version("v2", &json!({}))),
            (named, version("v2", &json!({"Version": "1"}))),
            policy(ARN),
        ];
        assert_eq!(texts(&read_from(&documents)), []);
    }
}
