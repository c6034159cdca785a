#![doc = include_str!("resolver_unusable.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::{fix, plain_id};
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::resolution::{NameServer, ResolverQuery};
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ResolverUnusable,
    title: "The VPC's own resolver returns no addresses to the task",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("resolver_unusable.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    if case.attempts.iter().any(|attempt| attempt.service != Service::Dns && attempt.shows_request()) {
        let reason = "The task tried a service, so its name was resolved.";
        return Assessment::RuledOut { reason: reason.to_owned() };
    }
    if !case.attempts.is_empty() || case.subject.start_elsewhere.is_some() {
        return Assessment::NotApplicable;
    }
    let answered =
        queries(case).find(|query| query.response_code == "NOERROR" && !query.addresses.is_empty());
    if let Some(query) = answered {
        return Assessment::RuledOut {
            reason: format!(
                "The Resolver answered the task's query for {} ({}:{}).",
                query.name, query.file, query.line
            ),
        };
    }
    match reason(case) {
        Some(why) => claim(case, &why),
        None => Assessment::NotApplicable,
    }
}

/// The queries that the task's own addresses sent to the Resolver while it started.
fn queries<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c ResolverQuery> {
    let addresses = case.subject.addresses.iter();
    let queries = addresses.flat_map(|&source| case.facts.inventory.queries_from(source));
    queries.filter(|query| case.subject.can_begin(query.at))
}

/// Why names could not be resolved.
fn reason(case: &Case<'_>) -> Option<String> {
    let id = case.subject.vpc_id.as_ref()?;
    let vpc = case.facts.inventory.vpcs.get(id)?;
    let servers = case.facts.inventory.name_servers_of(id);
    let is_amazon = servers.is_none_or(|servers| servers.contains(&NameServer::Amazon));
    if vpc.dns_support == Some(false) && is_amazon {
        return Some(format!("enableDnsSupport of {id} is off, so that the Amazon resolver answers nothing"));
    }
    if servers.is_some_and(<[NameServer]>::is_empty) {
        return Some(format!("the DHCP options of {id} name no DNS server"));
    }
    let refused = queries(case).find(|query| query.response_code != "NOERROR")?;
    Some(format!(
        "the Resolver answered the query for {} with {} ({}:{})",
        refused.name, refused.response_code, refused.file, refused.line
    ))
}

fn claim(case: &Case<'_>, why: &str) -> Assessment {
    let near = &case.visibility.near;
    let (Some(interface), Some(vpc)) = (&case.subject.interface_id, &case.subject.vpc_id) else {
        return Assessment::NotApplicable;
    };
    let statement =
        format!("The interface {interface} was recorded, but no packet from it to a service was.");
    let Some(proof) = Proof::new(statement, near.rows.iter().copied()) else {
        return Assessment::NotApplicable;
    };
    let is_seen = case.visibility.is_complete() && 2 * near.minutes_seen >= near.minutes_expected;
    if !is_seen {
        return Assessment::Inconclusive {
            summary: format!(
                "{} has no recorded packet to a service, and {why}, but its records have gaps.",
                case.subject.name()
            ),
            proofs: vec![proof],
            missing: crate::diagnose::missing_data::needs_complete_records(case),
        };
    }
    let is_off = case.facts.inventory.vpcs.get(vpc).is_some_and(|vpc| vpc.dns_support == Some(false));
    let commands = plain_id(vpc.as_str()).into_iter().flat_map(|id| {
        let look = format!("aws ec2 describe-vpc-attribute --vpc-id {id} --attribute enableDnsSupport");
        let change =
            is_off.then(|| format!("aws ec2 modify-vpc-attribute --vpc-id {id} --enable-dns-support"));
        std::iter::once(look).chain(change)
    });
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: vec![Culprit {
            kind: CulpritKind::Vpc,
            id: Some(vpc.to_string()),
            subnet_id: None,
            rule: Some(why.to_owned()),
            is_likely: false,
        }],
        summary: format!(
            "{} never contacted a service, because it could not resolve names: {why}.",
            case.subject.name()
        ),
        proof,
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: fix(
            "Turn DNS support on, or name a working DNS server in the DHCP options. Private DNS names of endpoints need \
             DNS support and DNS hostnames. The fix could not be verified, because no packets were observed.",
            commands,
        ),
    }))
}
