//! Why a service did not do what a start asked it to do: a permission, a policy, a key, a name, an image, a certificate.
//!
//! Input: a case. Output: the cause that its stopped reason or CloudTrail names, with the resource at fault and the data that would decide.
//! The causes after the network share it. They rest on the claim that the network carried every request, so that a fault of
//! the network, which the records show, has precedence.
//!
//! Modules: `named` (the cause that a text or an event names), `denied` (the list of denied requests),
//! `culprits`, `needed` (what to save), `documents` (what the saved policies and resources add),
//! `saved_alone` (what they show without a text), `also` (what else they show), `partial_arn` (a secret without its suffix).

mod also;
mod culprits;
mod denied;
mod documents;
mod named;
mod needed;
mod partial_arn;
mod saved_alone;

pub(super) use denied::all as denied;
pub(super) use needed::environment_files;

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::diagnose::healthy_network::assess_network_until;
use crate::diagnose::other_failures::{not_reached, other_failures};
use crate::diagnose::phrases::fix;
use crate::diagnose::refusal::partial_arn::PartialArn;
use crate::diagnose::registry::find;
use crate::diagnose::service_answer;
use crate::diagnose::stopped_reason::Answer;
use crate::finding::{CauseId, Confidence, Culprit, Fix, MissingData};
use crate::model::service::Service;

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
    /// The service of the step that only the documents show: no later step was made.
    pub(super) until: Option<Service>,
}

impl Refusal {
    /// The refusal of a case; none if nothing names such a cause.
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let named = named::by_report(case);
        let is_open = matches!(named, None | Some(CauseId::PermissionMissing));
        let partial = PartialArn::of(case).filter(|_| is_open);
        let Some(cause) = partial.map(PartialArn::cause).or(named) else { return saved_alone::find(case) };
        let mut refusal = Self {
            cause,
            clause: denied::clause(case),
            culprits: culprits::of(case, cause),
            missing: needed::to_decide(case, cause),
            fix: advice(case, cause),
            certainty: Certainty::Likely,
            until: None,
        };
        documents::compare(case, &mut refusal);
        if partial.is_some() && refusal.certainty != Certainty::Confirmed {
            refusal.missing.extend(needed::to_decide(case, CauseId::SecretNotFound));
        }
        // The text does not state that the secret does not exist.
        if partial.is_some() && cause == CauseId::SecretNotFound {
            refusal.certainty = Certainty::Likely;
        }
        Some(refusal)
    }

    /// One sentence for a ticket.
    pub(super) fn summary(&self, case: &Case<'_>) -> String {
        format!("{} did not start: {}.", case.subject.name(), self.clause)
    }
}

/// The assessment of one of these causes.
pub(super) fn assess(case: &Case<'_>, cause: CauseId) -> Assessment {
    let refusal = match Refusal::of(case) {
        Some(refusal) if refusal.cause == cause => refusal,
        other => return beside(case, other.as_ref(), cause),
    };
    let Assessment::Holds(carried) = assess_network_until(case, refusal.until.as_ref()) else {
        return Assessment::Beside { reason: refusal.summary(case) };
    };
    Assessment::Holds(Box::new(Claim {
        // The surer one is the smaller: the claim is no surer than the records are.
        certainty: refusal.certainty.max(carried.certainty),
        service: case.requested_service(),
        summary: format!("{} {}{}", refusal.summary(case), network_clause(cause), not_reached(case)),
        culprits: refusal.culprits,
        missing: refusal.missing.into_iter().chain(carried.missing).collect(),
        fix: refusal.fix,
        ..*carried
    }))
}

/// Another cause than that of the refusal: the one that the refusal leaves open, or one that the saved documents show too.
fn beside(case: &Case<'_>, refusal: Option<&Refusal>, cause: CauseId) -> Assessment {
    let is_open = |partial: &PartialArn<'_>| {
        refusal.is_some_and(|known| known.cause == partial.cause() && known.certainty == Certainty::Likely)
    };
    let other = PartialArn::of(case).filter(is_open).map(PartialArn::other);
    let other = other.filter(|(other, _)| *other == cause).map(|(_, reason)| reason);
    match other.or_else(|| also::sentence(case, cause)) {
        Some(reason) => Assessment::Beside { reason },
        None => Assessment::NotApplicable,
    }
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
    let is_open = is_open && named::by_report(case).is_some();
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
            "{} This follows from only {}: without the role the task gets no interface, so no record can show it.",
            refusal.summary(case),
            if case.reason.shows_an_answer() { "the stopped reason" } else { "the event of CloudTrail" },
        ),
        culprits: refusal.culprits,
        proofs: other_failures(case),
        also_considered,
        denied: finding.denied,
        changes: None,
        missing: refusal.missing,
        fix: refusal.fix,
    }
}

/// The keys and documents that would decide what the saved policies leave open.
pub(super) fn undecided(case: &Case<'_>) -> Vec<MissingData> {
    documents::undecided(case)
}
