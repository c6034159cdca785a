//! The Amazon resolver of a VPC: whether a setting turns it off, the culprit and the fix.

use crate::diagnose::case::Case;
use crate::diagnose::phrases::{fix, plain_id};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::{Culprit, CulpritKind, Fix};
use crate::model::ids::VpcId;
use crate::model::resolution::NameServer;

/// Whether documents show the DNS servers of the task's VPC: without them, a server of its own may answer although the Amazon
/// resolver is off.
pub(super) fn knows_servers(case: &Case<'_>) -> bool {
    let vpc = case.subject.vpc_id.as_ref();
    vpc.is_some_and(|vpc| case.facts.inventory.name_servers_of(vpc).is_some())
}

/// The setting of the task's VPC because of which no name can be resolved, as a clause.
pub(super) fn setting_off(case: &Case<'_>) -> Option<String> {
    let id = case.subject.vpc_id.as_ref()?;
    let vpc = case.facts.inventory.vpcs.get(id)?;
    let servers = case.facts.inventory.name_servers_of(id);
    let is_amazon = servers.is_none_or(|servers| servers.contains(&NameServer::Amazon));
    if vpc.dns_support == Some(false) && is_amazon {
        return Some(format!("enableDnsSupport of {id} is off, so that the Amazon resolver answers nothing"));
    }
    let has_none = servers.is_some_and(<[NameServer]>::is_empty);
    has_none.then(|| format!("the DHCP options of {id} name no DNS server"))
}

/// The look-up that failed at the Amazon resolver according to the stopped reason, as a clause.
pub(super) fn failed_lookup(case: &Case<'_>) -> Option<String> {
    let host = case.reason.host.as_deref()?;
    let failed = case.reason.result == CallResult::NameNotResolved || case.reason.resolver.is_some();
    let vpc = case.subject.vpc_id.as_ref();
    let servers = vpc.and_then(|vpc| case.facts.inventory.name_servers_of(vpc)).unwrap_or_default();
    let is_own = |server: &NameServer| match (server, case.reason.resolver) {
        (NameServer::Address(own), Some(queried)) => queried.ip() == *own,
        (NameServer::Address(_), None) => true,
        (NameServer::Amazon, _) => false,
    };
    (failed && !servers.iter().any(is_own))
        .then(|| format!("the stopped reason reports that the name {host} was not resolved"))
}

/// The VPC as culprit.
pub(super) fn culprit(vpc: &VpcId, why: &str) -> Culprit {
    Culprit { id: Some(vpc.to_string()), rule: Some(why.to_owned()), ..Culprit::of(CulpritKind::Vpc) }
}

/// The fix, with the command that turns DNS support on if it is off.
pub(super) fn resolver_fix(case: &Case<'_>, vpc: &VpcId) -> Fix {
    let is_off = case.facts.inventory.vpcs.get(vpc).is_some_and(|vpc| vpc.dns_support == Some(false));
    let commands = plain_id(vpc.as_str()).into_iter().flat_map(|id| {
        let look = format!("aws ec2 describe-vpc-attribute --vpc-id {id} --attribute enableDnsSupport");
        let change =
            is_off.then(|| format!("aws ec2 modify-vpc-attribute --vpc-id {id} --enable-dns-support"));
        std::iter::once(look).chain(change)
    });
    fix(
        "Turn DNS support on, or name a working DNS server in the DHCP options. Private DNS names of endpoints need \
         DNS support and DNS hostnames. The fix could not be verified, because no packets were observed.",
        commands,
    )
}
