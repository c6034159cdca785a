//! A start that called an IPv4 address over an interface that has IPv6 addresses only.
//!
//! Input: a finding without a recorded attempt. Output: the same finding, or a likely one that the task sent nothing: the
//! stopped reason shows it, and the documents show why. No record can show packets that were never sent.

use std::net::{IpAddr, SocketAddr};

use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::diagnose::phrases::{fix, interface_culprit};
use crate::diagnose::registry::find;
use crate::finding::{CauseId, Confidence, Considered};
use crate::path::Region;

/// The finding that nothing was sent, if the records decide nothing.
pub(super) fn conclude(case: &Case<'_>, finding: Finding) -> Finding {
    let id = CauseId::NoAttemptSeen;
    let is_ruled_out = |other: &Considered| other.cause == id && other.confidence == Confidence::RuledOut;
    let is_open = finding.confidence == Confidence::Undetermined
        && case.attempts.is_empty()
        && !finding.also_considered.iter().any(is_ruled_out);
    let (Some(called), Some(interface), Some(cause)) =
        (unreachable(case).filter(|_| is_open), &case.subject.interface_id, find(id.name()))
    else {
        return finding;
    };
    let mut finding = Finding {
        cause,
        confidence: Confidence::Likely,
        culprits: vec![interface_culprit(interface)],
        summary: format!(
            "{} sent nothing: it called {called}, an IPv4 address, and its interface {interface} has IPv6 addresses only. This \
             follows from only the stopped reason and the documents, because packets that were never sent have no record.",
            case.subject.name()
        ),
        fix: fix(advice(case), []),
        ..finding
    };
    finding.also_considered.retain(|other| other.cause != id);
    let address = called.to_string();
    finding.missing.retain(|missing| !missing.what.contains(&address));
    finding
}

/// The IPv4 address that the start called over its own interface, which has IPv6 addresses only.
fn unreachable(case: &Case<'_>) -> Option<SocketAddr> {
    let addresses = &case.subject.addresses;
    let has_only_v6 = !addresses.is_empty() && addresses.iter().all(IpAddr::is_ipv6);
    let is_own = !case.subject.start.is_elsewhere() && !case.subject.start.is_of_instance();
    let called = case.reason.address.filter(SocketAddr::is_ipv4)?;
    (case.reason.sent_nothing && has_only_v6 && is_own).then_some(called)
}

/// The name of the service that has IPv6 addresses, and the other ways.
fn advice(case: &Case<'_>) -> String {
    let name = case.reason.host.as_deref().and_then(dual_stack).map_or_else(
        || "Call the service by a name that has IPv6 addresses".to_owned(),
        |name| {
            format!("Name the image by the dual-stack host of its registry, {name}, which has IPv6 addresses")
        },
    );
    format!(
        "{name}; or start the task in a subnet that has IPv4 addresses, or in one with DNS64 and a route for 64:ff9b::/96."
    )
}

/// `123456789012.dkr-ecr.eu-west-1.on.aws` of `123456789012.dkr.ecr.eu-west-1.amazonaws.com`.
fn dual_stack(host: &str) -> Option<String> {
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let region = Region::named(rest.strip_suffix(".amazonaws.com")?)?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| format!("{account}.dkr-ecr.{}.on.aws", region.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_has_a_dual_stack_host() {
        let check = |host, want: Option<&str>| assert_eq!(dual_stack(host).as_deref(), want, "{host}");
        check("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Some("123456789012.dkr-ecr.eu-west-1.on.aws"));
        check("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", None);
        check("registry-1.docker.io", None);
    }
}
