//! Documents that decide nothing because their subject is not known, and calls that the credentials did not permit.

use crate::inventory::Inventory;
use crate::model::access::{SavedCall, UnplacedDocument, UnplacedReason};
use crate::report::inspect::{Importance, MissingItem};

/// Limit of documents that are listed; the others are counted.
const MOST_LISTED: usize = 20;

/// The missing data: one item for each document.
pub(super) fn missing(inventory: &Inventory) -> Vec<MissingItem> {
    let unplaced: Vec<MissingItem> = inventory.unplaced.iter().map(without_subject).collect();
    let denied: Vec<MissingItem> = inventory.manifest.denied().map(not_permitted).collect();
    [limited(unplaced), limited(denied)].concat()
}

/// The first items; the last of them also counts the others.
fn limited(mut items: Vec<MissingItem>) -> Vec<MissingItem> {
    let others = items.len().saturating_sub(MOST_LISTED);
    items.truncate(MOST_LISTED);
    if let Some(last) = items.last_mut().filter(|_| others > 0) {
        last.what = format!("{}; and {others} more", last.what);
    }
    items
}

fn without_subject(document: &UnplacedDocument) -> MissingItem {
    let UnplacedDocument { file, call, .. } = document;
    let reason = match &document.reason {
        UnplacedReason::NotNamed => "neither its content nor its name names one".to_owned(),
        UnplacedReason::UnknownName => "no other document names the one of its name".to_owned(),
        UnplacedReason::SeveralSubjects(subjects) => format!("its name fits {}", subjects.join(" and ")),
        UnplacedReason::Contradiction => "`manifest.json` contradicts itself or the document".to_owned(),
    };
    let how_to_get = match document.expected_name {
        Some(name) => format!(
            "name the file `{name}`, with `-` for characters other than `A-Za-z0-9_.-`, or save it again with the script \
             that `flowcause collect` prints"
        ),
        None => "save it again with the script that `flowcause collect` prints, which writes `manifest.json`"
            .to_owned(),
    };
    MissingItem {
        id: "document-subjects",
        importance: Importance::Limiting,
        what: format!("the subject of `{file}`, an answer of `{call}`: {reason}"),
        would_show: "which role, policy, key or bucket the document describes; without it the document decides nothing",
        how_to_get,
    }
}

fn not_permitted(call: &SavedCall) -> MissingItem {
    let SavedCall { file, call: command, subject, error, .. } = call;
    let of_subject = subject.as_ref().map_or_else(String::new, |subject| format!(" of {subject}"));
    let error = error.as_deref().unwrap_or_default();
    MissingItem {
        id: "denied-calls",
        importance: Importance::Limiting,
        what: format!(
            "the answer of `{command}`{of_subject}, which `{file}` would contain: the call failed with {error}"
        ),
        would_show: "what this document describes; without it that part stays unknown",
        how_to_get: "run the script of `flowcause collect` with credentials that have the permissions that \
                     `flowcause collect --policy` prints"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;

    fn listed(documents: &[(&str, &str)]) -> Vec<(&'static str, String, String)> {
        let (inventory, ..) = parse(documents.iter().map(|(file, text)| (*file, text.as_bytes())));
        missing(&inventory).into_iter().map(|item| (item.id, item.what, item.how_to_get)).collect()
    }

    #[test]
    fn a_document_without_a_subject_is_listed_with_the_name_it_should_have() {
        let list = r#"{"PolicyNames": []}"#;
        let found = listed(&[("m/x.json", list)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "document-subjects");
        assert_eq!(
            found[0].1,
            "the subject of `m/x.json`, an answer of `iam list-role-policies`: neither its content nor its name names one"
        );
        assert!(found[0].2.contains("`role-policies-ROLE.json`"), "{}", found[0].2);
        let roles =
            r#"[{"Role": {"Arn": "arn:aws:iam::1:role/a"}}, {"Role": {"Arn": "arn:aws:iam::2:role/a"}}]"#;
        let found = listed(&[("role-policies-a.json", list), ("roles.json", roles)]);
        assert!(
            found[0].1.ends_with("its name fits arn:aws:iam::1:role/a and arn:aws:iam::2:role/a"),
            "{}",
            found[0].1
        );
    }

    #[test]
    fn a_call_that_was_not_permitted_is_listed() {
        let call = r#"{"file": "k.json", "call": "kms get-key-policy", "subject": "arn:k", "exit_code": 254, "error": "AccessDeniedException"}"#;
        let manifest = format!(r#"{{"flowcause_manifest": 1, "files": [{call}]}}"#);
        let found = listed(&[("m/manifest.json", &manifest)]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].1,
            "the answer of `kms get-key-policy` of arn:k, which `m/k.json` would contain: the call failed with AccessDeniedException"
        );
    }

    #[test]
    fn many_documents_are_counted() {
        let names: Vec<String> = (0..30).map(|number| format!("{number}.json")).collect();
        let documents: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), r#"{"PolicyNames": []}"#)).collect();
        let found = listed(&documents);
        assert_eq!(found.len(), MOST_LISTED);
        assert!(found[MOST_LISTED - 1].1.ends_with("; and 10 more"), "{}", found[MOST_LISTED - 1].1);
    }
}
