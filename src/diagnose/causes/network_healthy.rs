#![doc = include_str!("network_healthy.md")]

use std::collections::BTreeSet;

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::lead::Lead;
use crate::diagnose::registry::Cause;
use crate::diagnose::stopped_reason::{Answer, Phase};
use crate::diagnose::words::{any_row, fix, lack, proof};
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: "network-healthy",
    title: "The network did its part",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("network_healthy.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    if let Some(lead) = Lead::of(case) {
        return Assessment::RuledOut { because: format!("The step to {} did not complete.", lead.step.service) };
    }
    let completed: Vec<&Attempt> =
        case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed).collect();
    let services: BTreeSet<&Service> = completed.iter().map(|attempt| &attempt.service).collect();
    let unseen: Vec<Service> = needed(case).into_iter().filter(|service| !services.contains(service)).collect();
    let names = services.iter().map(|service| service.name()).collect::<Vec<_>>().join(", ");
    let says = format!("Useful data came back from {names}.");
    let Some(proof) = proof(says, &completed, reply_or_any) else { return Assessment::NotConcerned };
    let blames_network = !matches!(case.reason.answer, Answer::Answered | Answer::NotNetwork | Answer::Killed | Answer::Unknown);
    if !unseen.is_empty() || blames_network || case.reason.answer == Answer::Unknown && needed(case).is_empty() {
        return Assessment::CannotTell {
            summary: format!("Every recorded step of {} completed ({names}), but not every step it needed is recorded.", case.subject.name()),
            proofs: vec![proof],
            missing: vec![lack(unseen_text(&unseen), "which step failed, and whether its name was resolved at all")],
        };
    }
    let answered = matches!(case.reason.answer, Answer::Answered | Answer::NotNetwork);
    Assessment::Holds(Box::new(Claim {
        certainty: Certainty::confirmed_if(answered),
        culprits: Vec::new(),
        summary: if answered {
            format!(
                "The network did its part for {}: {names} answered, and the stopped reason is the service's own answer.",
                lower(&case.subject.name())
            )
        } else {
            format!("The network did its part for {}: {names} answered.", lower(&case.subject.name()))
        },
        proof,
        more_proofs: Vec::new(),
        missing: if answered {
            Vec::new()
        } else {
            vec![lack("the task definition", "whether the task needed a service it never contacted")]
        },
        fix: fix(
            "Look at what the service said: the execution role's permissions, endpoint and bucket policies, the names of \
             secrets, log groups and images, and the Region in their ARNs.",
            [],
        ),
    }))
}

fn lower(name: &str) -> String {
    name.replacen("Task ", "task ", 1).replacen("The task", "the task", 1)
}

/// The services whose step must have completed, as far as the stopped reason tells.
fn needed(case: &Case<'_>) -> Vec<Service> {
    if let Some(service) = &case.reason.service {
        return vec![service.clone()];
    }
    let images = &case.subject.images;
    let from_ecr = images.is_empty() || images.iter().any(|image| image.contains(".dkr.ecr."));
    match case.reason.phase {
        Some(Phase::SecretsOrRegistryAuth | Phase::RegistryAuth) if from_ecr => vec![Service::EcrApi],
        Some(Phase::Logging) => vec![Service::Logs],
        Some(Phase::Manifest) if from_ecr => vec![Service::EcrDkr],
        Some(Phase::Pull | Phase::Layers) if from_ecr => vec![Service::EcrDkr, Service::S3],
        Some(Phase::EnvironmentFiles) => vec![Service::S3],
        _ => Vec::new(),
    }
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
