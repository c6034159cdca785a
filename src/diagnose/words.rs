//! Sentences the causes share: who, where, how often, when; culprits and fixes in their usual forms.

use std::collections::BTreeSet;

use crate::converse::{Conversation, Sums};
use crate::diagnose::assessment::Proof;
use crate::diagnose::case::Attempt;
use crate::model::ids::{InterfaceId, SubnetId};
use crate::report::{Culprit, CulpritKind, Fix, MissingData};

/// `3 attempts, 03:12:05 to 03:14:20 UTC`.
pub(super) fn how_often(attempts: &[&Attempt]) -> String {
    let first = attempts.iter().map(|attempt| attempt.first).min();
    let last = attempts.iter().map(|attempt| attempt.last).max();
    let when = match (first, last) {
        (Some(first), Some(last)) if first < last => format!(", {} to {} UTC", first.clock(), last.clock()),
        (Some(first), _) => format!(", {} UTC", first.clock()),
        _ => String::new(),
    };
    match attempts.len() {
        1 => format!("1 attempt{when}"),
        n => format!("{n} attempts{when}"),
    }
}

/// `secretsmanager at 10.40.12.36:443 and 10.40.13.8:443`.
pub(super) fn destination(attempts: &[&Attempt]) -> String {
    let service = attempts.first().map_or("a service".to_owned(), |attempt| match &attempt.service {
        crate::model::service::Service::Unknown => "a service".to_owned(),
        crate::model::service::Service::Dns => "the DNS server".to_owned(),
        named => named.to_string(),
    });
    let addresses: BTreeSet<_> = attempts.iter().map(|attempt| attempt.destination).collect();
    let addresses: Vec<String> = addresses.iter().take(3).map(ToString::to_string).collect();
    format!("{service} at {}", addresses.join(" and "))
}

/// A proof from one part of each attempt's conversation.
pub(super) fn proof<'a>(
    says: impl Into<String>,
    attempts: &[&'a Attempt],
    part: impl Fn(&'a Attempt) -> Option<&'a Sums>,
) -> Option<Proof> {
    Proof::new(says, attempts.iter().filter_map(|attempt| part(attempt)).map(|sums| sums.sample))
}

/// What passed from the task at its own interface.
pub(super) fn near_request(attempt: &Attempt) -> Option<&Sums> {
    attempt.near.as_ref()?.request.accepted.as_ref()
}

/// Everything the views hold of an attempt, requests first.
pub(super) fn any_row(attempt: &Attempt) -> Option<&Sums> {
    attempt.views().find_map(first_sums)
}

fn first_sums(conversation: &Conversation) -> Option<&Sums> {
    let (request, reply) = (&conversation.request, &conversation.reply);
    request
        .accepted
        .as_ref()
        .or(request.rejected.as_ref())
        .or(reply.accepted.as_ref())
        .or(reply.rejected.as_ref())
}

/// An interface as culprit.
pub(super) fn interface_culprit(id: &InterfaceId) -> Culprit {
    Culprit { kind: CulpritKind::Interface, id: Some(id.to_string()), subnet_id: None, rule: None }
}

/// The network ACL of a subnet as culprit; its own id is in no document this version reads.
pub(super) fn acl_culprit(subnet: Option<SubnetId>) -> Culprit {
    Culprit { kind: CulpritKind::NetworkAcl, id: None, subnet_id: subnet, rule: None }
}

/// Something on the way to a destination as culprit.
pub(super) fn path_culprit(attempts: &[&Attempt]) -> Culprit {
    let id = attempts.first().map(|attempt| attempt.destination.to_string());
    Culprit { kind: CulpritKind::Path, id, subnet_id: None, rule: None }
}

/// A fix in words, with commands that look.
pub(super) fn fix(text: impl Into<String>, commands: impl IntoIterator<Item = String>) -> Fix {
    Fix { text: text.into(), commands: commands.into_iter().collect(), verified: false }
}

/// Data that would settle something.
pub(super) fn lack(what: impl Into<String>, would_show: impl Into<String>) -> MissingData {
    MissingData { what: what.into(), would_show: would_show.into() }
}

/// `aws ec2 describe-network-acls` for a subnet.
pub(super) fn show_acl(subnet: Option<&SubnetId>) -> Option<String> {
    let subnet = subnet?;
    Some(format!(
        "aws ec2 describe-network-acls --filters Name=association.subnet-id,Values={}",
        shell_word(subnet.as_str())
    ))
}

/// `aws ec2 describe-network-interfaces` for the groups of an interface.
pub(super) fn show_interface(id: &InterfaceId) -> String {
    format!("aws ec2 describe-network-interfaces --network-interface-ids {}", shell_word(id.as_str()))
}

/// Ids come from logs: one that is no plain word is quoted, so that a pasted command runs nothing else.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
