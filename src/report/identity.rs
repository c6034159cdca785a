//! The identity of an incident across reports: its cause, service and culprits, never times or tasks.
//!
//! A key is a text such as `endpoint-sg-blocks-ingress secretsmanager security-group:sg-0e11`, which state files and
//! comparisons show. It has three parts with a blank between them: the cause, the service (`-` if none is known), and the
//! culprits (`-` if none), each `kind:id@subnet`, sorted, with commas between them. A culprit's rule is not part of the
//! key, because the rule can be rewritten while the resource stays the same. A task's own interface is `own`, because the
//! next task has another one.

use std::fmt::Write;

use crate::finding::Culprit;
use crate::model::ids::{InterfaceId, SubnetId};
use crate::model::service::Service;
use crate::report::TaskReport;

/// The parts of a culprit's key as texts, because a comparison of two reports has no other types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CulpritName<'a> {
    /// [`CulpritKind::name`](crate::finding::CulpritKind::name).
    pub kind: &'a str,
    /// Its id.
    pub id: Option<&'a str>,
    /// Its subnet.
    pub subnet_id: Option<&'a str>,
}

impl<'a> From<&'a Culprit> for CulpritName<'a> {
    fn from(culprit: &'a Culprit) -> Self {
        Self {
            kind: culprit.kind.name(),
            id: culprit.id.as_deref(),
            subnet_id: culprit.subnet_id.as_ref().map(SubnetId::as_str),
        }
    }
}

/// The interface and the subnet of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskLocation<'a> {
    /// Its interface.
    pub interface_id: Option<&'a str>,
    /// Its subnet.
    pub subnet_id: Option<&'a str>,
}

/// Returns the key of the incident that a task's verdict belongs to.
#[must_use]
pub fn incident_key<'a>(
    cause: &str,
    service: Option<&str>,
    culprits: impl Iterator<Item = CulpritName<'a>>,
    task: TaskLocation<'_>,
) -> String {
    let mut named: Vec<String> = culprits.map(|culprit| culprit_key(culprit, task)).collect();
    named.sort();
    named.dedup();
    let culprits = if named.is_empty() { "-".to_owned() } else { named.join(",") };
    format!("{} {} {culprits}", escaped(cause), service.map_or_else(|| "-".to_owned(), escaped))
}

/// Returns the key for a task of a report.
#[must_use]
pub fn key_of(task: &TaskReport) -> String {
    let verdict = &task.verdict;
    let location = TaskLocation {
        interface_id: task.interface_id.as_ref().map(InterfaceId::as_str),
        subnet_id: task.subnet_id.as_ref().map(SubnetId::as_str),
    };
    let service = verdict.service.as_ref().map(Service::name);
    // A culprit that only follows from other controls depends on the saved documents, and not on the incident.
    let certain = verdict.culprits.iter().filter(|culprit| !culprit.is_likely);
    incident_key(verdict.cause.name(), service, certain.map(CulpritName::from), location)
}

fn culprit_key(culprit: CulpritName<'_>, task: TaskLocation<'_>) -> String {
    let is_own = culprit.kind == "interface" && culprit.id.is_some() && culprit.id == task.interface_id;
    let (id, subnet) = if is_own {
        (Some("own"), culprit.subnet_id.or(task.subnet_id))
    } else {
        (culprit.id, culprit.subnet_id)
    };
    let id = id.map_or_else(|| "-".to_owned(), escaped);
    match subnet {
        Some(subnet) => format!("{}:{id}@{}", culprit.kind, escaped(subnet)),
        None => format!("{}:{id}", culprit.kind),
    }
}

/// Writes separators of keys as `%` and their number, because ids come from logs and documents.
fn escaped(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() || "%,@".contains(character) {
            let _ = write!(key, "%{:02X}", u32::from(character));
        } else {
            key.push(character);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_the_culprits() {
        let task = TaskLocation { interface_id: Some("eni-1"), subnet_id: Some("subnet-1") };
        let check = |cause, service, culprits: &[(&str, Option<&str>, Option<&str>)], key| {
            let names = culprits.iter().map(|&(kind, id, subnet_id)| CulpritName { kind, id, subnet_id });
            assert_eq!(incident_key(cause, service, names, task), key);
        };
        check("undetermined", None, &[], "undetermined - -");
        check(
            "endpoint-sg-blocks-ingress",
            Some("secretsmanager"),
            &[("security-group", Some("sg-2"), None), ("security-group", Some("sg-1"), None)],
            "endpoint-sg-blocks-ingress secretsmanager security-group:sg-1,security-group:sg-2",
        );
        let acl = ("network-acl", None, Some("subnet-2"));
        check(
            "task-nacl-blocks-return",
            Some("s3"),
            &[acl],
            "task-nacl-blocks-return s3 network-acl:-@subnet-2",
        );
        let own = ("interface", Some("eni-1"), None);
        check("task-egress-rejected", Some("s3"), &[own], "task-egress-rejected s3 interface:own@subnet-1");
        let other = ("interface", Some("eni-2"), None);
        check("endpoint-ingress-rejected", None, &[other], "endpoint-ingress-rejected - interface:eni-2");
        let evil = ("path", Some("a b,c@d%"), None);
        check("path-unanswered", None, &[evil], "path-unanswered - path:a%20b%2Cc%40d%25");
    }
}
