//! The calls that saved the documents, and the documents that decide nothing because their subject is not known.

use std::collections::BTreeSet;

use crate::model::document::DocumentKind;
use crate::model::time::Timestamp;

/// A call of the AWS CLI that saved a document, or failed to: an entry of `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SavedCall {
    /// The path of the file, as the folder of the manifest was given, without `.gz`.
    pub file: String,
    /// The call, such as `iam list-attached-role-policies`.
    pub call: String,
    /// The ARN of the thing that the call names; none for a list of a Region.
    pub subject: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The Region; none for a global service.
    pub region: Option<String>,
    /// The filters of the call, as written.
    pub filters: Vec<String>,
    /// Whether all pages of the list were saved.
    pub has_all_pages: bool,
    /// When the call was made.
    pub saved_at: Option<Timestamp>,
    /// The exit code of the AWS CLI; 0 if the document was saved.
    pub exit_code: Option<i64>,
    /// The name of the error, such as `AccessDenied`.
    pub error: Option<String>,
}

impl SavedCall {
    /// Whether the call saved its document.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.error.is_none() && self.exit_code.unwrap_or(0) == 0
    }

    /// Whether the credentials were not permitted to make the call.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        self.error
            .as_deref()
            .is_some_and(|error| error.starts_with("AccessDenied") || error == "UnauthorizedOperation")
    }

    /// Whether it saved a whole list: all pages, without a filter.
    #[must_use]
    pub fn is_whole_list(&self) -> bool {
        self.has_succeeded() && self.has_all_pages && self.filters.is_empty()
    }
}

/// The calls of all `manifest.json` that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The calls, sorted.
    pub calls: BTreeSet<SavedCall>,
    /// The folders with a manifest, readable or not, each with the separator at its end.
    pub folders: BTreeSet<String>,
}

impl Manifest {
    /// The calls of this name for a subject.
    pub fn of<'a>(&'a self, call: &'a str, subject: &'a str) -> impl Iterator<Item = &'a SavedCall> {
        let is_wanted = move |one: &&SavedCall| one.call == call && one.subject.as_deref() == Some(subject);
        self.calls.iter().filter(is_wanted)
    }

    /// When the document of a subject was last saved; none if no manifest shows it.
    #[must_use]
    pub fn saved_at(&self, call: &str, subject: &str) -> Option<Timestamp> {
        self.of(call, subject).filter(|one| one.has_succeeded()).filter_map(|one| one.saved_at).max()
    }

    /// The error of a call for a subject that never succeeded, such as `AccessDenied` or `NoSuchEntity`.
    #[must_use]
    pub fn error<'a>(&'a self, call: &'a str, subject: &'a str) -> Option<&'a str> {
        if self.of(call, subject).any(SavedCall::has_succeeded) {
            return None;
        }
        self.of(call, subject).find_map(|one| one.error.as_deref())
    }

    /// The calls that were not permitted and saved nothing at another time either.
    pub fn denied(&self) -> impl Iterator<Item = &SavedCall> {
        let is_saved = |denied: &SavedCall| {
            let is_same = |one: &&SavedCall| one.file == denied.file && one.call == denied.call;
            self.calls.iter().filter(is_same).any(SavedCall::has_succeeded)
        };
        self.calls.iter().filter(move |one| one.is_access_denied() && !is_saved(one))
    }
}

/// A document whose content does not name its subject, and whose subject cannot be determined. It decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnplacedDocument {
    /// The file, as the user named it.
    pub file: String,
    /// The kind of document.
    pub kind: DocumentKind,
    /// The call that saves it, such as `iam list-role-policies`.
    pub call: &'static str,
    /// The name that the file should have, such as `role-policies-ROLE.json`; none if only `manifest.json` can name the
    /// subject.
    pub expected_name: Option<&'static str>,
    /// Why the subject is not known.
    pub reason: UnplacedReason,
}

/// Why the subject of a document is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnplacedReason {
    /// Neither a manifest nor the name of the file names a subject.
    NotNamed,
    /// The name of the file fits no known subject.
    UnknownName,
    /// The name of the file fits these subjects.
    SeveralSubjects(Vec<String>),
    /// The manifest contradicts itself or the document.
    Contradiction,
}
