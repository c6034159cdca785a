#![doc = include_str!("network_healthy.md")]

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::missing_data::needs_mount_records;
use crate::diagnose::other_failures::{not_reached, other_failures};
use crate::diagnose::phrases::{any_row, destination, fix, listed, missing_data, proof};
use crate::diagnose::stopped_reason::{CallResult, Phase};
use crate::finding::CauseId;
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NetworkHealthy,
    title: "No network fault found",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("network_healthy.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    if let Some(failing_step) = FailingStep::of(case) {
        let where_to = destination(&failing_step.all());
        return Assessment::RuledOut {
            reason: format!("The records do not show that the step to {where_to} completed."),
        };
    }
    let completed: Vec<&Attempt> =
        case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed).collect();
    let services: BTreeSet<&Service> = completed.iter().map(|attempt| &attempt.service).collect();
    let answered = matches!(case.reason.result, CallResult::Answered | CallResult::NotNetwork);
    // The service that answered may be behind an address that no document names.
    let may_be_unnamed = answered && services.contains(&Service::Unknown);
    let is_seen = |service: &Service| services.contains(service) || may_be_unnamed;
    let unseen: Vec<Service> = needed(case).into_iter().filter(|service| !is_seen(service)).collect();
    let names = listed(services.iter().map(|service| named(service)));
    let statement = format!("Useful data came back from {names}.");
    let Some(proof) = proof(statement, &completed, reply_or_any) else { return Assessment::NotApplicable };
    let is_unknown = case.reason.result == CallResult::Unknown;
    let but = if !unseen.is_empty() {
        "not every step it needed is recorded"
    } else if is_unknown && needed(case).is_empty() {
        "the steps that it needed are not known"
    } else if case.reason.result == CallResult::CertificateUnknown {
        "its stopped reason reports a certificate that is not trusted: a firewall on the path may have answered instead \
         of the service"
    } else if !answered && !is_unknown {
        "its stopped reason reports that an answer is missing"
    } else {
        return healthy(case, &names, proof, answered);
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

fn healthy(case: &Case<'_>, names: &str, proof: Proof, answered: bool) -> Assessment {
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(answered),
        culprits: Vec::new(),
        summary: format!(
            "No network fault found for {}: {names} answered{}.{}",
            case.subject.name_within(),
            match case.reason.result {
                CallResult::Answered => ", and the stopped reason is the service's own answer",
                CallResult::NotNetwork => ", and the stopped reason reports a failure outside the network",
                _ => "",
            },
            not_reached(case)
        ),
        proof,
        more_proofs: other_failures(case),
        missing: if answered {
            Vec::new()
        } else {
            vec![missing_data("the task definition", "whether the task needed a service it never contacted")]
        },
        fix: fix(
            "Check the service's error message, the execution role's permissions, endpoint and bucket policies, the \
             names of secrets, log groups and images, and the Region in their ARNs.",
            [],
        ),
    }))
}

fn named(service: &Service) -> &str {
    match service {
        Service::Unknown => "a service of unknown name",
        Service::Dns => "the DNS server",
        named => named.name(),
    }
}

/// The services whose step must have completed, as far as the stopped reason shows.
fn needed(case: &Case<'_>) -> Vec<Service> {
    // A layer is requested from the registry, which redirects to S3: the text may name the registry although S3 failed.
    let redirects =
        |service: &Service| case.reason.phase == Some(Phase::Layers) && *service == Service::EcrDkr;
    if let Some(service) = case.reason.service.as_ref().filter(|service| !redirects(service)) {
        return vec![service.clone()];
    }
    if let Some(stated) = stated(case) {
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
fn stated(case: &Case<'_>) -> Option<Vec<Service>> {
    let until = match case.reason.phase {
        Some(Phase::SecretsOrRegistryAuth) => Service::EcrApi,
        None if case.reason.result == CallResult::Unknown => Service::S3,
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
