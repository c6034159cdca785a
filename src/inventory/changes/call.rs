//! One call to AWS that changed the configuration, as an event of CloudTrail shows it.
//!
//! Goes in: an event. Comes out: its request and its answer with keys in UpperCamel, and lists in all forms of CloudTrail:
//! arrays, `{"items": […]}`, and, below names such as `CreateVpcEndpointRequest`, one object or text for one member.

use crate::inventory::item::DocumentItem;
use crate::model::configuration_change::{ChangeSubject, PartChange, SubjectKind};

/// A call that succeeded.
pub(super) struct RecordedCall<'a> {
    /// `eventName`.
    pub(super) name: &'a str,
    /// `requestParameters`; an empty object if they are missing.
    pub(super) request: DocumentItem<'a>,
    /// `responseElements`; an empty object if they are missing.
    pub(super) answer: DocumentItem<'a>,
    /// `requestParameters` with the keys as written, if they are an object and no text of one.
    pub(super) as_written: Option<DocumentItem<'a>>,
    /// `resources[].ARN`.
    pub(super) resources: Vec<String>,
    /// `recipientAccountId`, otherwise `userIdentity.accountId`.
    pub(super) account: Option<String>,
}

/// A thing that a call changed, and its parts if the event shows them.
pub(super) struct Found {
    pub(super) subject: ChangeSubject,
    pub(super) parts: Option<Vec<PartChange>>,
}

impl Found {
    pub(super) fn new(kind: SubjectKind, id: impl Into<String>, parts: Option<Vec<PartChange>>) -> Self {
        Self { subject: ChangeSubject { kind, id: id.into() }, parts }
    }
}

impl<'a> RecordedCall<'a> {
    /// The object that holds the parameters: the request itself, or the object in it that repeats the name of the call.
    pub(super) fn parameters(&self) -> DocumentItem<'a> {
        let key = format!("{}Request", self.name);
        if self.request.is_object(&key) {
            return self.request.item(&key).unwrap_or(self.request);
        }
        self.request
    }

    /// The object that holds the answer.
    pub(super) fn answered(&self) -> DocumentItem<'a> {
        let key = format!("{}Response", self.name);
        if self.answer.is_object(&key) {
            return self.answer.item(&key).unwrap_or(self.answer);
        }
        self.answer
    }

    /// The first ARN of a service among the resources of the event.
    pub(super) fn resource_of(&self, service: &str) -> Option<&str> {
        let is_of = |arn: &&String| arn.split(':').nth(2) == Some(service);
        self.resources.iter().find(is_of).map(String::as_str)
    }
}

/// The objects of a list; an empty list may be an empty text.
pub(super) fn objects<'a>(item: DocumentItem<'a>, key: &str) -> Vec<DocumentItem<'a>> {
    if !item.is_object(key) {
        return if item.is_list(key) { item.items(key) } else { Vec::new() };
    }
    let Some(list) = item.item(key) else { return Vec::new() };
    match ["Items", "Item"].into_iter().find(|inner| list.has_key(inner)) {
        Some(inner) if list.is_object(inner) => list.item(inner).into_iter().collect(),
        Some(inner) => list.items(inner),
        None if list.is_empty() => Vec::new(),
        None => vec![list],
    }
}

/// The texts of a list: texts, or objects with a text under `member` or `Content`.
pub(super) fn texts(item: DocumentItem<'_>, key: &str, member: &str) -> Vec<String> {
    let members = [member, "Content"];
    if !item.is_object(key) {
        return if item.is_list(key) {
            item.texts_under(key, &members)
        } else {
            item.text(key).into_iter().collect()
        };
    }
    let Some(list) = item.item(key) else { return Vec::new() };
    match ["Items", "Item"].into_iter().find(|inner| list.has_key(inner)) {
        Some(inner) => texts(list, inner, member),
        None => members.iter().find_map(|member| list.text(member)).into_iter().collect(),
    }
}

/// A flag: `true`, or an object with the flag under `Value`.
pub(super) fn flag(item: DocumentItem<'_>, key: &str) -> Option<bool> {
    if item.is_object(key) { item.item(key)?.flag("Value") } else { item.flag(key) }
}
