//! The answer about a request: the policies of every type, joined as AWS joins them.

use std::collections::BTreeSet;

use crate::policy::decision::{AccessDecision, AccessDenial, DenialEffect, StatementRef};
use crate::policy::grant_verdict::GrantVerdict;
use crate::policy::layer_verdict::LayerVerdict;
use crate::policy::layers::PolicyLayers;
use crate::policy::permission::{self, Requirement};
use crate::policy::policy_type::PolicyType;
use crate::policy::principal::PrincipalScene;
use crate::policy::request::{AccessRequest, RequestCaller};
use crate::policy::truth::Truth;
use crate::policy::verdicts::Verdicts;

/// The prefixes of the actions that resource control policies apply to, by the guide of AWS Organizations of 2026. The list
/// grows, so the policies count as not seen for other services.
const RCP_SERVICES: &[&str] = &[
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "codebuild",
    "codecommit",
    "cognito-identity",
    "cognito-idp",
    "cognito-sync",
    "comprehend",
    "comprehendmedical",
    "dax",
    "dynamodb",
    "ecr",
    "health",
    "kinesisvideo",
    "kms",
    "logs",
    "s3",
    "secretsmanager",
    "signin",
    "sqs",
    "sts",
    "support",
    "textract",
    "transcribe",
    "translate",
];

/// Determines whether a request is allowed.
///
/// The answer is a pure function of its arguments. An explicit denial is certain whatever is missing, and so is an implicit one
/// of policies that are all known; docs/policies.md has the exact conditions.
#[must_use]
pub fn evaluate(request: &AccessRequest, layers: &PolicyLayers) -> AccessDecision {
    let verdicts = Verdicts::new(
        PolicyType::ALL.map(|policy_type| judge(request, layers, policy_type)),
        GrantVerdict::judge(&layers.grants, request),
    );
    decide(&verdicts, permission::requirements(request, &verdicts))
}

/// The policies of one type. Types that cannot concern the request have no effect.
fn judge(request: &AccessRequest, layers: &PolicyLayers, policy_type: PolicyType) -> LayerVerdict {
    let is_service = matches!(request.caller, RequestCaller::Service(_));
    let is_rcp_service = || RCP_SERVICES.contains(&request.service().as_str());
    match policy_type {
        PolicyType::Scp if is_service => LayerVerdict::without_effect(policy_type),
        PolicyType::Rcp if layers.rcp.applies() && !is_rcp_service() => LayerVerdict::missing(policy_type),
        _ => LayerVerdict::judge(PrincipalScene { request, layers, policy_type }),
    }
}

/// Joins the verdicts and the requirements.
fn decide(verdicts: &Verdicts, requirements: Vec<Requirement>) -> AccessDecision {
    let denials = denials(verdicts, &requirements);
    if !denials.is_empty() {
        return AccessDecision::Denied(denials);
    }
    let unseen = verdicts.all().filter(|layer| layer.is_unseen).map(|layer| layer.policy_type).collect();
    let denies = Truth::any(verdicts.all().map(|layer| layer.denies.clone()));
    let holds = Truth::all(requirements.into_iter().map(|one| one.holds));
    match denies.negated().and(holds) {
        Truth::Unknown(deciders) => {
            AccessDecision::Unknown { deciders: deciders.into_iter().collect(), unseen }
        }
        // Without a denial no requirement fails, so the other value is yes.
        Truth::Yes | Truth::No => AccessDecision::Allowed { by: allowed_by(verdicts), unseen },
    }
}

/// All denials: the statements that deny, then the types of policies that do not allow.
fn denials(verdicts: &Verdicts, requirements: &[Requirement]) -> Vec<AccessDenial> {
    let explicit = verdicts.all().flat_map(|layer| layer.denied_by.iter()).map(|statement| AccessDenial {
        effect: DenialEffect::Explicit,
        policy_type: statement.policy_type,
        statement: Some(statement.clone()),
        near_misses: Vec::new(),
    });
    let failed = requirements.iter().filter(|one| one.holds.is_no());
    let lacking: BTreeSet<PolicyType> = failed.flat_map(|one| one.lacking.clone()).collect();
    let implicit = lacking.into_iter().map(|policy_type| AccessDenial {
        effect: DenialEffect::Implicit,
        policy_type,
        statement: None,
        near_misses: verdicts.get(policy_type).near_misses.clone(),
    });
    explicit.chain(implicit).collect()
}

/// The first statement of each type that allows, and the first grant.
fn allowed_by(verdicts: &Verdicts) -> Vec<StatementRef> {
    let grant = verdicts.grants.allowed_by.clone();
    verdicts.all().filter_map(|layer| layer.allowed_by.clone()).chain(grant).collect()
}
