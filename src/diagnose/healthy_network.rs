//! Whether the network carried every request of a start.
//!
//! Input: a case. Output: a claim with the records of the replies, or what is missing for it. `network-healthy` is this claim;
//! the causes after the network, such as a missing permission, rest on it.

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::intended_service::lists_name_s3;
use crate::diagnose::missing_data::needs_mount_records;
use crate::diagnose::other_failures::{not_reached, other_failures};
use crate::diagnose::phrases::{any_row, destination, listed, missing_data, proof};
use crate::diagnose::service_answer;
use crate::diagnose::stopped_reason::{Answer, CallResult, Phase};
use crate::model::service::Service;
use crate::path::is_private;

/// The claim that the network carried every request of the start, or what speaks against it.
pub(super) fn assess_network(case: &Case<'_>) -> Assessment {
    assess_network_until(case, None)
}

/// The same for the requests of a start until the step of a service, where no text names a failure.
pub(super) fn assess_network_until(case: &Case<'_>, until: Option<&Service>) -> Assessment {
    if let Some(failing_step) = FailingStep::of(case) {
        let where_to = destination(&failing_step.all());
        return Assessment::RuledOut {
            reason: format!("The records do not show that the step to {where_to} completed."),
        };
    }
    let completed: Vec<&Attempt> =
        case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed).collect();
    let services: BTreeSet<&Service> = completed.iter().map(|attempt| &attempt.service).collect();
    let answered = case.shows_an_answer();
    // An agent that cannot call its URL sends nothing to that service.
    let needed = if case.reason.answer == Some(Answer::AgentUrl) { Vec::new() } else { needed(case, until) };
    let unseen: Vec<Service> = needed.iter().filter(|service| !services.contains(service)).cloned().collect();
    let is_seen = unseen.is_empty() || completed.iter().any(|attempt| may_be_unnamed(case, attempt));
    let names = listed(services.iter().map(|service| named(service)));
    let statement = format!("Useful data came back from {names}.");
    let Some(proof) = proof(statement, &completed, reply_or_any) else { return Assessment::NotApplicable };
    let is_unknown = case.reason.result == CallResult::Unknown && !answered;
    let but = if let Some(name) = case.reason.unresolved_name() {
        format!("its stopped reason reports that the name {name} could not be resolved")
    } else if !unseen.is_empty() && !answered {
        "not every step it needed is recorded".to_owned()
    } else if is_unknown && needed.is_empty() {
        "the steps that it needed are not known".to_owned()
    } else if let Some(host) = case.reason.silent_host() {
        format!(
            "its stopped reason reports that {host} accepted the connection and did not answer the TLS handshake"
        )
    } else if !answered && !is_unknown {
        "its stopped reason reports that an answer is missing".to_owned()
    } else {
        return healthy(case, &names, proof, if is_seen { &[] } else { &unseen });
    };
    Assessment::Inconclusive {
        summary: format!(
            "The recorded steps of {} completed ({names}), but {but}.",
            case.subject.name_within()
        ),
        proofs: std::iter::once(proof).chain(other_failures(case)).collect(),
        missing: std::iter::once(missing_data(
            unseen_text(&unseen),
            "which step failed, and whether its name was resolved at all",
        ))
        .chain(needs_mount_records(case))
        .collect(),
    }
}

/// The claim; `unseen` are the services of which no record shows that their step completed.
fn healthy(case: &Case<'_>, names: &str, proof: Proof, unseen: &[Service]) -> Assessment {
    let certainty = match case.reason.result {
        CallResult::Answered | CallResult::NotNetwork => Certainty::confirmed_if(unseen.is_empty()),
        CallResult::Unknown if case.event().is_some() => Certainty::confirmed_if(unseen.is_empty()),
        _ => Certainty::Likely,
    };
    let needs_step = (!unseen.is_empty()).then(|| {
        missing_data(unseen_text(unseen), "that the step which the stopped reason refers to completed")
    });
    let missing = if case.reason.presented.is_some() {
        Some(missing_data(
            "the records of the private hosted zone: save them with `aws route53 list-resource-record-sets`",
            "which record leads the name to the endpoint of another service",
        ))
    } else if case.reason.result == CallResult::CertificateUnknown {
        Some(missing_data(
            "the certificate that the host presents, as seen from the subnet of the task",
            "whether it is the server's own or that of a firewall on the path",
        ))
    } else if !case.shows_an_answer() {
        let would_show = "whether the task needed a service it never contacted";
        Some(missing_data("the task definition", would_show))
    } else {
        None
    };
    let reported = service_answer::clause(case).map_or_else(String::new, |clause| format!(", and {clause}"));
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty,
        culprits: Vec::new(),
        summary: format!(
            "No network fault found for {}: {names} answered{reported}.{}",
            case.subject.name_within(),
            not_reached(case)
        ),
        proof,
        more_proofs: other_failures(case),
        missing: missing.into_iter().chain(needs_step).collect(),
        fix: service_answer::advice(case),
    }))
}

/// Whether a success is one of the service that answered, at an address that no document would name: a public one, and none
/// of S3's. A private address is that of an endpoint, and its document would show the service.
fn may_be_unnamed(case: &Case<'_>, attempt: &Attempt) -> bool {
    let may_be_s3 = case.endpoints().s3_gateway().is_some() && !lists_name_s3(case);
    attempt.service == Service::Unknown && !is_private(attempt.destination.ip()) && !may_be_s3
}

fn named(service: &Service) -> &str {
    match service {
        Service::Unknown => "a service of unknown name",
        Service::Dns => "the DNS server",
        named => named.name(),
    }
}

/// The services whose step must have completed, as far as the stopped reason shows.
fn needed(case: &Case<'_>, until: Option<&Service>) -> Vec<Service> {
    // The name led there.
    if let Some(service) = &case.reason.presented {
        return vec![service.clone()];
    }
    if case.reason.result == CallResult::Unknown
        && let Some(service) = case.requested_service().filter(|_| case.event().is_some())
    {
        return vec![service];
    }
    // A layer is requested from the registry, which redirects to S3: the text may name the registry although S3 failed.
    let redirects =
        |service: &Service| case.reason.phase == Some(Phase::Layers) && *service == Service::EcrDkr;
    if let Some(service) = case.reason.service.as_ref().filter(|service| !redirects(service)) {
        return vec![service.clone()];
    }
    if let Some(stated) = stated(case, until) {
        return stated;
    }
    let images = &case.subject.images;
    let from_ecr = images.is_empty() || images.iter().any(|image| image.contains(".dkr.ecr."));
    match case.reason.phase {
        Some(Phase::SecretsOrRegistryAuth | Phase::RegistryAuth) if from_ecr => vec![Service::EcrApi],
        Some(Phase::Logging) => vec![Service::Logs],
        Some(Phase::Manifest) if from_ecr => vec![Service::EcrDkr],
        Some(Phase::Pull) if from_ecr => vec![Service::EcrDkr, Service::S3],
        Some(Phase::Layers) if from_ecr => vec![Service::S3],
        Some(Phase::EnvironmentFiles) => vec![Service::S3],
        _ => Vec::new(),
    }
}

/// The services of the failed phase in the task definition; of the whole start if the reason names no phase.
fn stated(case: &Case<'_>, last: Option<&Service>) -> Option<Vec<Service>> {
    let until = match case.reason.phase {
        Some(Phase::SecretsOrRegistryAuth) => Service::EcrApi,
        None if case.reason.result == CallResult::Unknown => last.cloned().unwrap_or(Service::S3),
        _ => return None,
    };
    let services = case.needs.services.iter().filter(|service| **service <= until).cloned();
    case.needs.is_stated.then(|| services.collect())
}

fn unseen_text(unseen: &[Service]) -> String {
    let names: Vec<&str> = unseen.iter().map(Service::name).collect();
    if names.is_empty() {
        "a record of the step that failed".to_owned()
    } else {
        format!("a completed conversation with {}", names.join(" and "))
    }
}

fn reply_or_any(attempt: &Attempt) -> Option<&crate::converse::Sums> {
    attempt.views().find_map(|view| view.reply.accepted.as_ref()).or_else(|| any_row(attempt))
}
