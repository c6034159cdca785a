//! A verdict from the configuration alone, where the records decide nothing.
//!
//! Input: a finding without a record of an attempt that decides it, and the services that a task at the same place could reach, as `check` evaluates them.
//! Output: the first certain obstacle of the start as a likely finding, or the same finding with the documents that would
//! decide. A record outweighs a document: no obstacle is named that a record of the task contradicts.

use std::net::IpAddr;

use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::finding::Finding;
use crate::diagnose::phrases::missing_data;
use crate::diagnose::registry::find;
use crate::diagnose::resolver::{culprit, resolver_fix, setting_off};
use crate::diagnose::stopped_reason::{CallResult, Phase};
use crate::diagnose::verdict::lacks_reason;
use crate::finding::{CauseId, CheckedService, Confidence, Considered, Fix, Reachability};
use crate::inventory::DocumentKind;
use crate::model::service::Service;

/// Causes that keep packets from every route. No control rejects such packets, and AWS does not document whether a flow log
/// records them.
const UNROUTED: [CauseId; 5] = [
    CauseId::NoRoute,
    CauseId::NoPublicIp,
    CauseId::EndpointMissing,
    CauseId::PrivateDnsOff,
    CauseId::S3GatewayMissing,
];

/// Whether the configuration can add something to a finding: the records decide nothing or have no attempt, and nothing shows
/// that the failure was elsewhere.
#[must_use]
pub fn is_silent(case: &Case<'_>, finding: &Finding) -> bool {
    let may_be_network = matches!(
        case.reason.result,
        CallResult::TimedOut | CallResult::NameNotResolved | CallResult::Killed | CallResult::Unknown
    );
    let decides_nothing = finding.confidence == Confidence::Undetermined || has_no_attempt(finding);
    decides_nothing && !case.subject.start.is_elsewhere() && may_be_network && !lacks_reason(case)
}

fn has_no_attempt(finding: &Finding) -> bool {
    finding.cause.id == CauseId::NoAttemptSeen
}

/// The finding that follows from the checked services, in the order of a start. The path to the address that the stopped reason
/// states, if it does, decides first: it is what the start called.
#[must_use]
pub fn conclude(
    case: &Case<'_>,
    finding: Finding,
    checked: &[CheckedService],
    called: Option<&CheckedService>,
) -> Finding {
    if has_no_attempt(&finding) {
        return without_route(case, finding, checked);
    }
    if let Some(finding) = without_resolution(case, &finding) {
        return finding;
    }
    if let Some((called, cause)) = called.and_then(|called| Some((called, called.cause?)))
        && called.reachability == Reachability::Blocked
        && is_unanswered(case, called)
        && !is_ruled_out(&finding, cause)
    {
        return from_obstacle(case, finding, called, cause);
    }
    // The names of services lead to endpoints of the VPC: without the VPC, they seem to lead to public addresses.
    if case.subject.vpc_id.is_none() {
        return finding;
    }
    let mut candidates = checked.iter().filter(|service| is_candidate(case, service));
    // The first step that cannot be passed decides: later obstacles are not met, and an unknown one hides them.
    let first = candidates.find(|checked| {
        let is_unknown = checked.reachability == Reachability::Undetermined;
        is_unknown && checked.service != Service::Dns || checked.reachability == Reachability::Blocked
    });
    match first.map(|checked| (checked, checked.cause)) {
        // Without the list of endpoints, a start that tried nothing is all that speaks against one.
        Some((checked, Some(_))) if !lists_endpoints(case) && !case.attempts.is_empty() => {
            with_needed(finding, "describe-vpc-endpoints", &checked.service)
        }
        Some((checked, Some(cause))) if !is_ruled_out(&finding, cause) => {
            from_obstacle(case, finding, checked, cause)
        }
        Some((checked, None)) => with_missing(finding, checked),
        _ => finding,
    }
}

/// The finding that packets of the first step have no route, instead of the finding that there were none.
fn without_route(case: &Case<'_>, finding: Finding, checked: &[CheckedService]) -> Finding {
    let first = checked.iter().find(|service| service.service != Service::Dns && is_candidate(case, service));
    match first.and_then(|checked| Some((checked, checked.cause?))) {
        Some((checked, cause)) if UNROUTED.contains(&cause) && !is_ruled_out(&finding, cause) => {
            let unseen = Considered {
                cause: finding.cause.id,
                confidence: Confidence::Likely,
                reason: finding.summary.clone(),
            };
            let mut finding = from_obstacle(case, finding, checked, cause);
            let place = |id: CauseId| CauseId::ALL.iter().position(|known| *known == id);
            let later = |other: &Considered| place(other.cause) > place(unseen.cause);
            let at = finding.also_considered.iter().position(later).unwrap_or(finding.also_considered.len());
            finding.also_considered.insert(at, unseen);
            finding
        }
        _ => finding,
    }
}

/// The finding that the Amazon resolver is off, if it is and no record contradicts it.
fn without_resolution(case: &Case<'_>, finding: &Finding) -> Option<Finding> {
    let id = CauseId::ResolverUnusable;
    if !case.attempts.is_empty() || is_ruled_out(finding, id) {
        return None;
    }
    let why = setting_off(case)?;
    let (vpc, cause) = (case.subject.vpc_id.as_ref()?, find(id.name())?);
    let mut also_considered = finding.also_considered.clone();
    also_considered.retain(|other| other.cause != id);
    Some(Finding {
        cause,
        confidence: Confidence::Likely,
        culprits: vec![culprit(vpc, &why)],
        summary: format!("{} Most likely it could not resolve names: {why}. {ONLY}", finding.summary),
        also_considered,
        fix: resolver_fix(case, vpc),
        ..finding.clone()
    })
}

/// The last sentence of a summary that no record supports.
const ONLY: &str =
    "This follows from only the configuration, as it was saved, because the records do not decide it.";

/// Whether the start contacts a service, as far as documents and the stopped reason show, and no record shows that the task
/// reached it.
fn is_candidate(case: &Case<'_>, checked: &CheckedService) -> bool {
    let service = &checked.service;
    if *service == Service::Dns {
        // An attempt to a service shows that its name was resolved.
        return case.attempts.iter().all(|attempt| attempt.service == Service::Dns);
    }
    // The start continued behind every service before one that was reached.
    let is_passed = case.attempts.iter().any(|attempt| {
        attempt.outcome == Outcome::Completed && attempt.service.is_start_step() && attempt.service > *service
    });
    let is_needed = case.needs.services.contains(service) && !is_passed;
    let named = match case.reason.phase {
        Some(Phase::Layers) => Some(&Service::S3),
        _ => case.reason.service.as_ref(),
    };
    let is_named = named.is_none_or(|named| named == service);
    let mut own = case.attempts.iter().filter(|attempt| attempt.service == *service);
    // A success at an address of unknown service may be this one's.
    let may_be_own = case
        .attempts
        .iter()
        .any(|attempt| attempt.outcome == Outcome::Completed && attempt.service == Service::Unknown);
    is_needed && is_named && !may_be_own && !own.any(|attempt| attempt.outcome == Outcome::Completed)
}

/// Whether no record shows a reply from what the stopped reason states: from its address, else from the service or from an
/// address that may be the service's. Names of a sender with IPv6 may lead to an address that another route serves.
fn is_unanswered(case: &Case<'_>, called: &CheckedService) -> bool {
    let is_own = |attempt: &&Attempt| match case.reason.address {
        Some(address) => attempt.destination == address,
        None => [&called.service, &Service::Unknown].contains(&&attempt.service),
    };
    let is_v4_only = || case.sender.addresses.iter().all(IpAddr::is_ipv4);
    let is_known = case.reason.address.is_some() || case.subject.vpc_id.is_some() && is_v4_only();
    let mut own = case.attempts.iter().filter(is_own);
    is_known && !own.any(|attempt| attempt.views().any(|view| view.reply.accepted.is_some()))
}

/// Whether the records contradict a cause.
fn is_ruled_out(finding: &Finding, cause: CauseId) -> bool {
    let is_it = |other: &Considered| other.cause == cause && other.confidence == Confidence::RuledOut;
    finding.also_considered.iter().any(is_it)
}

fn from_obstacle(case: &Case<'_>, finding: Finding, checked: &CheckedService, id: CauseId) -> Finding {
    let Some(cause) = find(id.name()) else { return finding };
    let name = case.subject.name_within();
    let is_resolution = checked.service == Service::Dns;
    let what = if is_resolution {
        format!("{name} could not resolve names")
    } else {
        format!("{name} could not reach {}", checked.host.as_deref().unwrap_or(checked.service.name()))
    };
    let text = match checked.fix.text.as_str() {
        "" => "Change the control that the summary names.".to_owned(),
        text => text.to_owned(),
    };
    let mut also_considered = finding.also_considered;
    also_considered.retain(|other| other.cause != id);
    let unlisted = (!lists_endpoints(case) && !is_resolution).then(|| {
        missing_data("describe-vpc-endpoints", "that the name of the service leads to no endpoint of the VPC")
    });
    Finding {
        missing: finding.missing.into_iter().chain(unlisted).collect(),
        cause,
        confidence: Confidence::Likely,
        service: (!is_resolution).then(|| checked.service.clone()),
        culprits: checked.culprits.clone(),
        summary: format!("{} Most likely {what}: {}. {ONLY}", finding.summary, checked.summary),
        also_considered,
        // No packet was observed on which the fix could be tried.
        fix: Fix { text, commands: checked.fix.commands.clone(), verified: false },
        ..finding
    }
}

/// The same finding with the documents that are missing to evaluate this service.
fn with_missing(finding: Finding, checked: &CheckedService) -> Finding {
    let service = &checked.service;
    checked.missing.iter().fold(finding, |finding, document| with_needed(finding, document, service))
}

/// The same finding with a document that would show whether the task reaches this service.
fn with_needed(mut finding: Finding, document: &str, service: &Service) -> Finding {
    let is_known = finding.missing.iter().any(|known| known.what.contains(document));
    if !is_known {
        let would_show = format!("whether the configuration lets the task reach {service}");
        finding.missing.push(missing_data(document, would_show));
    }
    finding
}

/// Whether a document lists the endpoints of the VPC.
fn lists_endpoints(case: &Case<'_>) -> bool {
    case.facts.inventory.documents.contains(&DocumentKind::VpcEndpoints)
}
