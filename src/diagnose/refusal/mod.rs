//! Why a service did not do what a start asked it to do: a permission, a policy, a key, a name, an image, a certificate.
//!
//! Input: a case. Output: the cause that its stopped reason names, with the resource at fault and the data that would decide.
//! The causes after the network share it. They rest on the claim that the network carried every request, so that a fault of
//! the network, which the records show, has precedence.
//!
//! Modules: `named` (the cause that a text names), `culprits`, `needed` (what to save).

mod culprits;
mod named;
mod needed;

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
}

impl Refusal {
    /// The refusal of a case; none if the stopped reason names no such cause.
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let cause = named::by_text(case)?;
        Some(Self {
            cause,
            clause: clause(case),
            culprits: culprits::of(case, cause),
            missing: needed::to_decide(case, cause),
            fix: advice(case, cause),
        })
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
        certainty: Certainty::Likely,
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
pub fn conclude_without_records(case: &Case<'_>, finding: Finding) -> Finding {
    let is_open = finding.confidence == Confidence::Undetermined && case.failing_step().is_none();
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

/// The requests that the stopped reason reports as denied.
pub(super) fn denied(case: &Case<'_>) -> Vec<DeniedRequest> {
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

/// What the stopped reason reports: the denied request, else the failure with the part of the text that names it.
fn clause(case: &Case<'_>) -> String {
    match denied(case).first() {
        Some(denied) => {
            let principal = case.reason.denial.as_ref().and_then(|denial| denial.principal.as_ref());
            let by = principal.and_then(StatedPrincipal::role_name).map(|name| format!("the role {name}"));
            format!("{} was denied {}", by.as_deref().unwrap_or("its caller"), denied.sentence())
        }
        None => service_answer::clause(case).unwrap_or_else(|| "a service refused a request".to_owned()),
    }
}
