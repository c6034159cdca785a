//! Sentences the causes share: who, where, how often, when; culprits and fixes in their usual forms.

use std::collections::BTreeSet;

use crate::converse::{Conversation, Sums};
use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case};
use crate::finding::{Culprit, CulpritKind, Fix, MissingData};
pub(super) use crate::model::ids::plain_id;
use crate::model::ids::{EndpointId, InterfaceId, SubnetId};

/// `3 attempts, 03:12:05 to 03:14:20 UTC`.
pub(super) fn how_often(attempts: &[&Attempt]) -> String {
    let first = attempts.iter().map(|attempt| attempt.first).min();
    let last = attempts.iter().map(|attempt| attempt.last).max();
    let when = match (first, last) {
        (Some(first), Some(last)) if first < last => format!(", {} to {} UTC", first.clock(), last.clock()),
        (Some(first), _) => format!(", {} UTC", first.clock()),
        _ => String::new(),
    };
    format!("{}{when}", self::attempts(attempts.len()))
}

/// `secretsmanager at 10.40.12.36:443 and 10.40.13.8:443`.
pub(super) fn destination(attempts: &[&Attempt]) -> String {
    let service = attempts.first().map_or("a service".to_owned(), |attempt| match &attempt.service {
        crate::model::service::Service::Unknown => "a service".to_owned(),
        crate::model::service::Service::Dns => "the DNS server".to_owned(),
        named => named.to_string(),
    });
    let addresses: BTreeSet<_> = attempts.iter().map(|attempt| attempt.destination).collect();
    format!("{service} at {}", listed(addresses))
}

/// `10.40.12.36 port 443`: where replies come from.
pub(super) fn reply_sources(attempts: &[&Attempt]) -> String {
    let from: BTreeSet<_> = attempts.iter().map(|attempt| attempt.destination).collect();
    listed(from.iter().map(|from| format!("{} port {}", from.ip(), from.port())))
}

/// Entries of a list that a sentence names; the rest is counted in it.
const MOST_LISTED: usize = 3;

/// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`.
pub(super) fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let n_more = items.len().saturating_sub(MOST_LISTED);
    if n_more > 0 {
        items.truncate(MOST_LISTED);
        items.push(format!("{n_more} more"));
    }
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// `1 attempt`, `7 attempts`.
pub(super) fn attempts(n: usize) -> String {
    if n == 1 { "1 attempt".to_owned() } else { format!("{n} attempts") }
}

/// A proof from one part of each attempt's conversation.
pub(super) fn proof<'a>(
    statement: impl Into<String>,
    attempts: &[&'a Attempt],
    part: impl Fn(&'a Attempt) -> Option<&'a Sums>,
) -> Option<Proof> {
    Proof::new(statement, attempts.iter().filter_map(|attempt| part(attempt)).map(|sums| sums.sample))
}

/// The requests that the task's own interface accepted.
pub(super) fn near_request(attempt: &Attempt) -> Option<&Sums> {
    attempt.near.as_ref()?.request.accepted.as_ref()
}

/// The requests that arrived at another interface which sent no reply.
pub(super) fn arrived(attempt: &Attempt) -> Option<&Sums> {
    attempt.mirrors.iter().map(|mirror| &mirror.conversation).find_map(|far| match far.reply.accepted {
        None => far.request.accepted.as_ref(),
        Some(_) => None,
    })
}

/// A reply that left another interface.
pub(super) fn far_reply(attempt: &Attempt) -> Option<&Sums> {
    attempt.mirrors.iter().find_map(|mirror| mirror.conversation.reply.accepted.as_ref())
}

/// Returns the record that shows most of an attempt: a rejected one if there is one.
pub(super) fn any_row(attempt: &Attempt) -> Option<&Sums> {
    attempt.views().find_map(rejected_sums).or_else(|| attempt.views().find_map(first_sums))
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

fn rejected_sums(conversation: &Conversation) -> Option<&Sums> {
    conversation.request.rejected.as_ref().or(conversation.reply.rejected.as_ref())
}

/// An interface as culprit.
pub(super) fn interface_culprit(id: &InterfaceId) -> Culprit {
    Culprit {
        kind: CulpritKind::Interface,
        id: Some(id.to_string()),
        subnet_id: None,
        rule: None,
        is_likely: false,
    }
}

/// Interfaces as culprits, each once, in the order of the attempts.
pub(super) fn interface_culprits<'a>(ids: impl IntoIterator<Item = &'a InterfaceId>) -> Vec<Culprit> {
    let mut culprits = Vec::new();
    for culprit in ids.into_iter().map(interface_culprit) {
        if !culprits.contains(&culprit) {
            culprits.push(culprit);
        }
    }
    culprits
}

/// The network ACL of a subnet as culprit, where no document names its id.
pub(super) fn acl_culprit(subnet: Option<SubnetId>) -> Culprit {
    Culprit { kind: CulpritKind::NetworkAcl, id: None, subnet_id: subnet, rule: None, is_likely: false }
}

/// Something on the way to a destination as culprit.
pub(super) fn path_culprit(attempts: &[&Attempt]) -> Culprit {
    let id = attempts.first().map(|attempt| attempt.destination.to_string());
    Culprit { kind: CulpritKind::Path, id, subnet_id: None, rule: None, is_likely: false }
}

/// A fix in words, with commands that look.
pub(super) fn fix(text: impl Into<String>, commands: impl IntoIterator<Item = String>) -> Fix {
    Fix { text: text.into(), commands: commands.into_iter().collect(), verified: false }
}

/// Data that would settle something.
pub(super) fn missing_data(what: impl Into<String>, would_show: impl Into<String>) -> MissingData {
    MissingData { what: what.into(), would_show: would_show.into() }
}

/// `aws ec2 describe-network-acls` for a subnet.
pub(super) fn show_acl(subnet: Option<&SubnetId>) -> Option<String> {
    let subnet = plain_id(subnet?.as_str())?;
    Some(format!("aws ec2 describe-network-acls --filters Name=association.subnet-id,Values={subnet}"))
}

/// `aws ec2 describe-route-tables` for the task's subnet, and for the VPC's main table, which serves it if none is its own.
pub(super) fn show_routes(case: &Case<'_>) -> Vec<String> {
    let show = |name: &str, id: &str, more: &str| {
        plain_id(id)
            .map(|id| format!("aws ec2 describe-route-tables --filters Name={name},Values={id}{more}"))
    };
    let of_subnet =
        case.subject.subnet_id.as_ref().and_then(|id| show("association.subnet-id", id.as_str(), ""));
    let main = " Name=association.main,Values=true";
    let of_vpc = case.subject.vpc_id.as_ref().and_then(|id| show("vpc-id", id.as_str(), main));
    of_subnet.into_iter().chain(of_vpc).collect()
}

/// `aws ec2 describe-vpc-endpoints` of one endpoint.
pub(super) fn show_endpoint(id: &EndpointId) -> Option<String> {
    Some(format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {}", plain_id(id.as_str())?))
}

/// `aws ec2 describe-network-interfaces` for the groups of an interface.
pub(super) fn show_interface(id: &InterfaceId) -> Option<String> {
    let id = plain_id(id.as_str())?;
    Some(format!("aws ec2 describe-network-interfaces --network-interface-ids {id}"))
}

/// `aws ec2 describe-security-groups` for the groups of an interface, if a document names them.
pub(super) fn show_groups(case: &Case<'_>, id: &InterfaceId) -> Option<String> {
    let groups = &case.facts.inventory.interface(id)?.group_ids;
    let ids: Vec<&str> = groups.iter().filter_map(|group| plain_id(group.as_str())).collect();
    (!ids.is_empty()).then(|| format!("aws ec2 describe-security-groups --group-ids {}", ids.join(" ")))
}

/// `eni-0a1b (endpoint vpce-0c2d)`, as far as documents show.
pub(super) fn interface_name(case: &Case<'_>, id: &InterfaceId) -> String {
    match case.facts.inventory.endpoint_of_interface(id) {
        Some(endpoint) => format!("{id} (endpoint {})", endpoint.id),
        None => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences() {
        let check = |n: usize, expect| assert_eq!(listed(1..=n), expect);
        check(0, "");
        check(1, "1");
        check(2, "1 and 2");
        check(3, "1, 2 and 3");
        check(5, "1, 2, 3 and 2 more");
        assert_eq!((attempts(1).as_str(), attempts(2).as_str()), ("1 attempt", "2 attempts"));
    }
}
