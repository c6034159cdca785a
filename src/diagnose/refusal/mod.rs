//! Why a service did not do what a start asked it to do: a permission, a policy, a key, a name, an image, a certificate.
//!
//! Input: a case. Output: the cause that its stopped reason names, with the resource at fault and the data that would decide.
//! The causes after the network share it. They rest on the claim that the network carried every request, so that a fault of
//! the network, which the records show, has precedence.
//!
//! Modules: `named` (the cause that a text names), `culprits`, `needed` (what to save), `documents` (what the saved policies
//! and resources add).

mod culprits;
mod documents;
mod named;
mod needed;

use crate::authorization::StartDenial;
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::diagnose::healthy_network::assess_network;
use crate::diagnose::other_failures::{not_reached, other_failures};
use crate::diagnose::phrases::fix;
use crate::diagnose::registry::find;
use crate::diagnose::service_answer;
use crate::diagnose::stopped_reason::{Answer, StatedPrincipal};
use crate::finding::{CauseId, Confidence, Culprit, DeniedBy, DeniedRequest, Fix, MissingData};
use crate::policy::DenialEffect;

/// Why a service refused a request, or could not serve it.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The cause.
    pub(super) cause: CauseId,
    /// A clause on it, with the words of the stopped reason.
    pub(super) clause: String,
    /// The resource at fault.
    pub(super) culprits: Vec<Culprit>,
    /// The data that would decide.
    pub(super) missing: Vec<MissingData>,
    /// The fix.
    pub(super) fix: Fix,
    /// Confirmed if a saved document agrees with the text.
    pub(super) certainty: Certainty,
}

impl Refusal {
    /// The refusal of a case; none if the stopped reason names no such cause.
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let Some(cause) = named::by_text(case) else { return documents::alone(case) };
        let mut refusal = Self {
            cause,
            clause: clause(case),
            culprits: culprits::of(case, cause),
            missing: needed::to_decide(case, cause),
            fix: advice(case, cause),
            certainty: Certainty::Likely,
        };
        documents::compare(case, &mut refusal);
        Some(refusal)
    }

    /// One sentence for a ticket.
    pub(super) fn summary(&self, case: &Case<'_>) -> String {
        format!("{} did not start: {}.", case.subject.name(), self.clause)
    }
}

/// The assessment of one of these causes.
pub(super) fn assess(case: &Case<'_>, cause: CauseId) -> Assessment {
    let Some(refusal) = Refusal::of(case).filter(|refusal| refusal.cause == cause) else {
        return Assessment::NotApplicable;
    };
    let Assessment::Holds(carried) = assess_network(case) else {
        return Assessment::Beside { reason: refusal.summary(case) };
    };
    Assessment::Holds(Box::new(Claim {
        // The surer one is the smaller: the claim is no surer than the records are.
        certainty: refusal.certainty.max(carried.certainty),
        service: case.reason.requested_service(),
        summary: format!("{} {}{}", refusal.summary(case), network_clause(cause), not_reached(case)),
        culprits: refusal.culprits,
        missing: refusal.missing.into_iter().chain(carried.missing).collect(),
        fix: refusal.fix,
        ..*carried
    }))
}

/// The advice of the answer, or that for a layer where the text mentions the manifest too.
fn advice(case: &Case<'_>, cause: CauseId) -> Fix {
    match cause {
        CauseId::S3EndpointPolicyLacksLayerBucket => {
            fix(Answer::LayerRefused.advice(case.region().as_ref()), [])
        }
        _ => service_answer::advice(case),
    }
}

/// The sentence on the network. Behind a certificate that is not trusted, another server may have answered.
fn network_clause(cause: CauseId) -> &'static str {
    match cause {
        CauseId::CertificateUntrusted => "The connection to it was completed.",
        _ => "The network carried its requests.",
    }
}

/// The finding on a task whose role ECS could not assume: the task never had an interface, so no record can show it.
#[must_use]
pub fn conclude_without_records(case: &Case<'_>, finding: Finding) -> Finding {
    let is_open = finding.confidence == Confidence::Undetermined && case.failing_step().is_none();
    let is_open = is_open && named::by_text(case).is_some();
    let of_role = |refusal: &Refusal| refusal.cause == CauseId::RoleNotAssumable;
    let Some(refusal) = Refusal::of(case).filter(|refusal| is_open && of_role(refusal)) else {
        return finding;
    };
    let Some(cause) = find(refusal.cause.name()) else { return finding };
    let mut also_considered = finding.also_considered;
    also_considered.retain(|other| other.cause != refusal.cause);
    Finding {
        cause,
        confidence: Confidence::Likely,
        service: None,
        summary: format!(
            "{} This follows from only the stopped reason: without the role the task gets no interface, so no record can \
             show it.",
            refusal.summary(case)
        ),
        culprits: refusal.culprits,
        proofs: other_failures(case),
        also_considered,
        denied: finding.denied,
        missing: refusal.missing,
        fix: refusal.fix,
    }
}

/// The requests that the stopped reason or the saved policies show as denied, in the order of the start.
pub(super) fn denied(case: &Case<'_>) -> Vec<DeniedRequest> {
    let mut all: Vec<DeniedRequest> = Vec::new();
    let of_documents = case.access.iter().flat_map(|access| &access.denials);
    for denied in of_documents.filter(|denial| !denial.is_conditional).map(StartDenial::denied_request) {
        if !all.contains(&denied) {
            all.push(denied);
        }
    }
    let is_same = |one: &DeniedRequest, other: &DeniedRequest| {
        (&one.action, &one.resource, one.policy_type) == (&other.action, &other.resource, other.policy_type)
    };
    let of_text = stated(case).into_iter().filter(|one| !all.iter().any(|known| is_same(one, known)));
    of_text.chain(all.iter().cloned()).collect()
}

/// The request that the stopped reason reports as denied.
fn stated(case: &Case<'_>) -> Vec<DeniedRequest> {
    let Some(denial) = &case.reason.denial else { return Vec::new() };
    let Some(action) = denial.action.as_ref().filter(|action| action.is_stated) else { return Vec::new() };
    vec![DeniedRequest {
        action: action.name.clone(),
        principal: denial.principal.as_ref().map(|principal| principal.as_str().to_owned()),
        resource: culprits::complete(case, denial.resource.as_ref()),
        policy_type: denial.policy_type.map(crate::policy::PolicyType::name),
        document: culprits::complete(case, denial.policy_arn.as_ref()),
        statement: None,
        effect: denial.effect.map(|effect| match effect {
            DenialEffect::Explicit => DeniedBy::Statement,
            DenialEffect::Implicit => DeniedBy::NoStatement,
        }),
    }]
}

/// The keys and documents that would decide what the saved policies leave open.
pub(super) fn undecided(case: &Case<'_>) -> Vec<MissingData> {
    documents::undecided(case)
}

/// The report of the stopped reason: the denied request, else the failure with the part of the text that names it.
fn clause(case: &Case<'_>) -> String {
    match stated(case).first() {
        Some(denied) => {
            let principal = case.reason.denial.as_ref().and_then(|denial| denial.principal.as_ref());
            let by = principal.and_then(StatedPrincipal::role_name).map(|name| format!("the role {name}"));
            format!("{} was denied {}", by.as_deref().unwrap_or("its caller"), denied.sentence())
        }
        None => service_answer::clause(case).unwrap_or_else(|| "a service refused a request".to_owned()),
    }
}
