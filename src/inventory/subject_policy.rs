//! Policies of a subject that their document may not name: one file, or several files of one subject.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::inventory::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::inventory::origin::{FileContract, KnownSubject};
use crate::model::access::{PolicyText, SavedPolicy, UnplacedReason};
use crate::model::time::Timestamp;

/// The policies of one subject in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SubjectPolicy {
    pub(super) file: Rc<str>,
    /// The subject that the document itself names.
    pub(super) within: Option<String>,
    /// The account that the document names.
    pub(super) account: Option<String>,
    policies: BTreeSet<PolicyText>,
}

impl SubjectPolicy {
    /// Reads the policy under a key; none, with a note, if there is none.
    pub(super) fn read(item: DocumentItem<'_>, key: &str, within: Option<String>) -> Option<Self> {
        let policy = item.known(key, DocumentItem::policy)?;
        if policy.0.trim().is_empty() {
            item.note(format!("`{key}`: expected a policy, found an empty text"));
            return None;
        }
        let policies = BTreeSet::from([policy]);
        Some(Self { file: Rc::clone(item.file()), within, account: item.text("registryId"), policies })
    }

    /// Finds the subject; a document without one is listed as such, and so is a file with two policies.
    pub(super) fn place(
        self,
        inventory: &mut Inventory,
        contract: &FileContract,
        known: &BTreeSet<KnownSubject>,
    ) -> Option<(String, DatedPolicy)> {
        if self.policies.len() > 1 && self.within.is_none() {
            inventory.leave(contract, &self.file, UnplacedReason::Contradiction);
            return None;
        }
        let subject = inventory.subject_of(contract, &self.file, self.within.as_deref(), known)?;
        Some((subject, self.dated(inventory)))
    }

    /// The policy, with the time at which the manifest shows that it was saved; not saved if the file has two.
    pub(super) fn dated(self, inventory: &Inventory) -> DatedPolicy {
        let saved_at = inventory.entry_of(&self.file).ok().flatten().and_then(|entry| entry.saved_at);
        let is_one = self.policies.len() == 1;
        DatedPolicy { policy: self.policies.into_iter().next().filter(|_| is_one), saved_at }
    }
}

impl Describe for SubjectPolicy {
    type Id = String;

    fn id(&self) -> Self::Id {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} {}", self.file, part(&self.account), part(&self.within))
    }

    /// Adds the policy of another document of the same file.
    fn complete(&mut self, other: &Self) {
        self.policies.extend(other.policies.iter().cloned());
    }

    fn may_change() -> bool {
        true
    }
}

/// A policy and when it was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DatedPolicy {
    /// None if documents differ.
    policy: Option<PolicyText>,
    saved_at: Option<Timestamp>,
}

/// The policy that counts: the only one, or the latest one if all have a date.
pub(super) fn present(policies: &[DatedPolicy]) -> SavedPolicy {
    let first = policies.first();
    let is_same = policies.iter().all(|one| Some(&one.policy) == first.map(|first| &first.policy));
    let latest = policies.iter().max_by_key(|one| one.saved_at);
    let counts = latest.filter(|latest| {
        let is_older = |one: &DatedPolicy| one.saved_at.is_some() && one.saved_at < latest.saved_at;
        is_same || policies.iter().all(|one| one.policy == latest.policy || is_older(one))
    });
    counts.and_then(|one| one.policy.clone()).map_or(SavedPolicy::NotSaved, SavedPolicy::Saved)
}

/// The policies of each subject.
pub(super) fn by_subject(
    placed: impl Iterator<Item = (String, DatedPolicy)>,
) -> BTreeMap<String, Vec<DatedPolicy>> {
    let mut all: BTreeMap<String, Vec<DatedPolicy>> = BTreeMap::new();
    for (subject, policy) in placed {
        all.entry(subject).or_default().push(policy);
    }
    all
}

impl Inventory {
    /// The subjects of a call that failed with the error for a missing policy.
    pub(super) fn subjects_without_policy(&self, call: &str, error: &str) -> Vec<String> {
        let subjects = self.manifest.calls.iter().filter(|one| one.call == call);
        let mut subjects: Vec<String> = subjects.filter_map(|one| one.subject.clone()).collect();
        subjects.dedup();
        subjects.retain(|subject| self.manifest.error(call, subject) == Some(error));
        subjects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_that_differ_need_dates() {
        let policy = |text: &str, saved_at: Option<i64>| DatedPolicy {
            policy: Some(PolicyText(text.to_owned())),
            saved_at: saved_at.map(Timestamp),
        };
        let check = |policies: &[DatedPolicy], want: Option<&str>| {
            let want = want.map(|text| SavedPolicy::Saved(PolicyText(text.to_owned())));
            assert_eq!(present(policies), want.unwrap_or_default(), "{policies:?}");
        };
        check(&[], None);
        check(&[policy("a", None)], Some("a"));
        check(&[policy("a", None), policy("a", Some(1))], Some("a"));
        check(&[policy("a", None), policy("b", None)], None);
        check(&[policy("a", None), policy("b", Some(1))], None);
        check(&[policy("a", Some(2)), policy("b", Some(1))], Some("a"));
        check(&[policy("a", Some(1)), policy("b", Some(1))], None);
        check(&[DatedPolicy { policy: None, saved_at: None }], None);
    }
}
