#![doc = include_str!("resolver_unusable.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Absence, Case, bounded};
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::resolver::{culprit, failed_lookup, knows_servers, resolver_fix, setting_off};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::{CauseId, MissingData};
use crate::model::resolution::ResolverQuery;
use crate::model::service::Service;
use crate::model::time::Timestamp;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ResolverUnusable,
    title: "The VPC's own resolver returns no addresses to the task",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("resolver_unusable.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let names_lookup = case.reason.result == CallResult::NameNotResolved || case.reason.resolver.is_some();
    // Another name than the one in the stopped reason was resolved.
    if names_lookup && setting_off(case).is_none() && !case.attempts.is_empty() {
        return Assessment::NotApplicable;
    }
    if case.attempts.iter().any(|attempt| attempt.service != Service::Dns && attempt.shows_request()) {
        let reason = "The task tried a service, so its name was resolved.";
        return Assessment::RuledOut { reason: reason.to_owned() };
    }
    if !case.attempts.is_empty() || case.subject.start.is_elsewhere() {
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
    if let Some(why) = setting_off(case) {
        return Some(why);
    }
    let refused = queries(case).find(|query| query.response_code != "NOERROR");
    let Some(refused) = refused else { return failed_lookup(case) };
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
    let is_seen = case.visibility.is_complete() && near.absence() != Absence::Unknown;
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
    let late = case.visibility.undelivered(last(case));
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(
            late.is_none() && is_shown(case) && near.absence() == Absence::Proven,
        ),
        culprits: vec![culprit(vpc, why)],
        summary: format!(
            "{} never contacted a service, because it could not resolve names: {why}.",
            case.subject.name()
        ),
        proof,
        more_proofs: Vec::new(),
        missing: late.into_iter().chain(unknown_servers(case)).collect(),
        fix: resolver_fix(case, vpc),
    }))
}

/// The end of the time in which the task can have sent something.
fn last(case: &Case<'_>) -> Timestamp {
    bounded(case.facts.reduced, case.subject.lived).to
}

/// Whether a document or a query log shows the failure, and not the stopped reason alone.
fn is_shown(case: &Case<'_>) -> bool {
    let is_refused = || queries(case).any(|query| query.response_code != "NOERROR");
    if setting_off(case).is_some() { knows_servers(case) } else { is_refused() }
}

/// The document that would show that the Amazon resolver is the only server.
fn unknown_servers(case: &Case<'_>) -> Option<MissingData> {
    let vpc = case.subject.vpc_id.as_ref()?;
    (setting_off(case).is_some() && !knows_servers(case)).then(|| {
        missing_data(
            format!("describe-dhcp-options of {vpc}"),
            "whether the VPC has a DNS server of its own, which answers although the Amazon resolver is off",
        )
    })
}
