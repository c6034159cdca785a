//! The subject of documents whose content does not name it.
//!
//! Goes in: the file of a document, the entries of `manifest.json`, and the subjects that other documents name. Comes out:
//! one subject, or the reason why there is none. The manifest beside the file decides; without an entry there, the file's
//! name is compared with the names of all known subjects. If two fit, the document decides nothing. Subjects are determined
//! after all documents were read, because the order of files does not matter.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::inventory::files_read::{FilesRead, file_key, folder_of};
use crate::inventory::whole_lists::kind_of_list;
use crate::model::access::{CompleteList, SavedCall, UnplacedDocument, UnplacedReason};
use crate::model::document::{Collect, DOCUMENTS, DocumentKind};

/// How the files of one kind of document are named.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileContract {
    /// The kind of document.
    pub(super) kind: DocumentKind,
    /// The call that saves it.
    pub(super) call: &'static str,
    /// The beginning of the file's name, such as `role-policies-`; none if only a manifest names the subject.
    pub(super) prefix: Option<&'static str>,
    /// The name with its ending, for a message: `role-policies-ROLE.json`.
    pub(super) expected_name: Option<&'static str>,
}

/// A subject that other documents name: how the file's name shows it, before characters are replaced, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KnownSubject {
    pub(super) name: String,
    /// Its ARN; the id or the name of a thing without one.
    pub(super) id: String,
}

/// The name of a file without its folder and `.json`.
fn stem(path: &str) -> &str {
    let key = file_key(path);
    let name = &key[folder_of(key).len()..];
    let end = name.len().saturating_sub(".json".len());
    match name.get(end..) {
        Some(ending) if ending.eq_ignore_ascii_case(".json") => &name[..end],
        _ => name,
    }
}

/// A name as it stands in the name of a file: other characters than `A-Za-z0-9_.-` become `-`.
pub(super) fn file_form(name: &str) -> String {
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    name.chars().map(|letter| if is_kept(letter) { letter } else { '-' }).collect()
}

impl Inventory {
    /// The entry of the manifest beside a file that was saved; none if there is none, or several that differ in their call,
    /// subject, account or Region.
    pub(super) fn entry_of(&self, file: &str) -> Result<Option<&SavedCall>, UnplacedReason> {
        let key = file_key(file);
        let of_file = |one: &&SavedCall| one.file == key && one.has_succeeded();
        let entries: Vec<&SavedCall> = self.manifest.calls.iter().filter(of_file).collect();
        let Some((first, others)) = entries.split_first() else { return Ok(None) };
        let what = |one: &SavedCall| {
            (one.call.clone(), one.subject.clone(), one.account.clone(), one.region.clone())
        };
        if others.iter().any(|other| what(other) != what(first)) {
            return Err(UnplacedReason::Contradiction);
        }
        Ok(entries.into_iter().max_by_key(|one| one.saved_at))
    }

    /// Whether no manifest decides about a file: there is none in its folder. So a lost entry or a damaged manifest never
    /// makes a list whole that was saved with a filter.
    pub(super) fn has_no_manifest(&self, file: &str) -> bool {
        matches!(self.entry_of(file), Ok(None)) && !self.manifest.folders.contains(folder_of(file_key(file)))
    }

    /// The subject of a document: `within` is what the document itself names, as an ARN, an id or a name. A document without
    /// a subject is listed in [`Inventory::unplaced`].
    pub(super) fn subject_of(
        &mut self,
        contract: &FileContract,
        file: &str,
        within: Option<&str>,
        known: &BTreeSet<KnownSubject>,
    ) -> Option<String> {
        match self.find_subject(contract, file, within, known) {
            Ok(subject) => Some(subject),
            Err(reason) => {
                self.leave(contract, file, reason);
                None
            }
        }
    }

    /// Lists a document that decides nothing.
    pub(super) fn leave(&mut self, contract: &FileContract, file: &str, reason: UnplacedReason) {
        self.unplaced.insert(UnplacedDocument {
            file: file.to_owned(),
            kind: contract.kind,
            call: contract.call,
            expected_name: contract.expected_name,
            reason,
        });
    }

    fn find_subject(
        &self,
        contract: &FileContract,
        file: &str,
        within: Option<&str>,
        known: &BTreeSet<KnownSubject>,
    ) -> Result<String, UnplacedReason> {
        let entry = self.entry_of(file)?;
        if entry.is_some_and(|entry| entry.call != contract.call) {
            return Err(UnplacedReason::Contradiction);
        }
        let fits_within =
            |one: &KnownSubject| within.is_none_or(|within| one.id == within || one.name == within);
        if let Some(subject) = entry.and_then(|entry| entry.subject.clone()) {
            // The document may name its subject more shortly than the manifest: by a name or an id.
            let is_same = within.is_none_or(|within| names(&subject, within));
            return if is_same { Ok(subject) } else { Err(UnplacedReason::Contradiction) };
        }
        if let Some(within) = within {
            let fitting = known.iter().filter(|one| fits_within(one));
            return match only(fitting) {
                Err(UnplacedReason::UnknownName) if within.starts_with("arn:") => Ok(within.to_owned()),
                found => found,
            };
        }
        let prefix = contract.prefix.ok_or(UnplacedReason::NotNamed)?;
        let name = stem(file).strip_prefix(prefix).filter(|name| !name.is_empty());
        let name = name.ok_or(UnplacedReason::NotNamed)?;
        let is_named =
            |one: &&KnownSubject| one.name.chars().count() == name.len() && file_form(&one.name) == name;
        only(known.iter().filter(is_named))
    }

    /// The lists that the manifests show to be whole and that were read without a defect.
    pub(super) fn whole_lists(&self, files: &FilesRead) -> BTreeSet<CompleteList> {
        let is_read = |one: &&SavedCall| {
            kind_of_call(&one.call).is_some_and(|kind| files.is_whole(&one.file, kind))
                && self.entry_of(&one.file).is_ok()
        };
        let whole = self.manifest.calls.iter().filter(|one| one.is_whole_list()).filter(is_read);
        let list = |one: &SavedCall| CompleteList {
            call: one.call.clone(),
            account: one.account.clone(),
            region: one.region.clone(),
            saved_at: one.saved_at,
            is_unfiltered: true,
        };
        whole.map(list).collect()
    }
}

/// The one subject of some, if there is exactly one.
fn only<'a>(fitting: impl Iterator<Item = &'a KnownSubject>) -> Result<String, UnplacedReason> {
    let ids: BTreeSet<&String> = fitting.map(|one| &one.id).collect();
    match ids.len() {
        0 => Err(UnplacedReason::UnknownName),
        1 => ids.into_iter().next().cloned().ok_or(UnplacedReason::UnknownName),
        _ => Err(UnplacedReason::SeveralSubjects(ids.into_iter().cloned().collect())),
    }
}

/// Whether a name or an id within a document is that of the subject: the same text, or the end of its ARN.
fn names(subject: &str, within: &str) -> bool {
    let rest = subject.strip_suffix(within);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', ':']))
}

/// The kind of document that a call saves.
fn kind_of_call(call: &str) -> Option<DocumentKind> {
    let saves = |collect: Collect| match collect {
        Collect::Calls(calls) => {
            calls.iter().any(|one| call.split_once(' ') == Some((one.service, one.command)))
        }
        Collect::Elsewhere(_) => false,
    };
    let of_table = DOCUMENTS.iter().find(|document| saves(document.collect)).map(|document| document.kind);
    // A list can also be saved by a call of one's own.
    of_table.or_else(|| kind_of_list(call))
}

#[cfg(test)]
mod tests;
