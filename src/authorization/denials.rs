//! Everything of a start that the saved policies deny, as values for a report.

use crate::authorization::evaluation::{Dated, EvaluatedRequest, dated_denial};
use crate::authorization::hints::{self, DenialHint};
use crate::authorization::requests::{StartRequest, StartStep};
use crate::authorization::start::StartInputs;
use crate::finding::{CauseId, Culprit, CulpritKind, DeniedBy, DeniedRequest};
use crate::model::arn::Arn;
use crate::policy::{AccessDenial, DenialEffect, PolicyType, StatementRef};

/// The causes of this area, by the ids that reports use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessFault {
    /// ECS cannot become a role.
    RoleNotAssumable,
    /// No policy of the role allows a request.
    PermissionMissing,
    /// A statement of the role or of the organization denies a request.
    ExplicitDeny,
    /// The policy of a VPC endpoint does not let a request pass.
    EndpointPolicyDenies,
    /// The policy of an S3 endpoint does not let the layers of the image pass.
    S3EndpointPolicyLacksLayerBucket,
    /// The policy of a secret, a repository or a bucket does not allow a request.
    ResourcePolicyDenies,
    /// A key cannot be used: by its policy, by the role's, or by its state.
    KeyUnusable,
    /// A secret or its version does not exist.
    SecretNotFound,
    /// A parameter does not exist.
    ParameterNotFound,
    /// A log group does not exist.
    LogGroupMissing,
    /// An image or its repository does not exist.
    ImageNotFound,
    /// An environment file may not be read.
    EnvFileDenied,
}

impl AccessFault {
    /// The cause.
    #[must_use]
    pub const fn cause(self) -> CauseId {
        match self {
            Self::RoleNotAssumable => CauseId::RoleNotAssumable,
            Self::PermissionMissing => CauseId::PermissionMissing,
            Self::ExplicitDeny => CauseId::ExplicitDeny,
            Self::EndpointPolicyDenies => CauseId::EndpointPolicyDenies,
            Self::S3EndpointPolicyLacksLayerBucket => CauseId::S3EndpointPolicyLacksLayerBucket,
            Self::ResourcePolicyDenies => CauseId::ResourcePolicyDenies,
            Self::KeyUnusable => CauseId::KeyUnusable,
            Self::SecretNotFound => CauseId::SecretNotFound,
            Self::ParameterNotFound => CauseId::ParameterNotFound,
            Self::LogGroupMissing => CauseId::LogGroupMissing,
            Self::ImageNotFound => CauseId::ImageNotFound,
            Self::EnvFileDenied => CauseId::EnvFileDenied,
        }
    }
}

/// One denial of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartDenial {
    /// The cause that it belongs to.
    pub fault: AccessFault,
    /// The part of the start.
    pub step: StartStep,
    /// The action.
    pub action: &'static str,
    /// The resource, as the request has it.
    pub resource: String,
    /// The principal as policies name it.
    pub principal: String,
    /// The type of the policy that denies or does not allow.
    pub policy_type: PolicyType,
    /// By a statement, or because none allows.
    pub effect: DenialEffect,
    /// The thing whose policy it is: a role, an endpoint, a secret, a key, a repository or a bucket; for a policy of an
    /// organization its ARN.
    pub owner: Option<String>,
    /// The names of the documents: the one with the denying statement, or all of the type.
    pub documents: Vec<String>,
    /// The statement that denies; none for an implicit denial.
    pub statement: Option<StatementRef>,
    /// The mistakes that explain an implicit denial.
    pub hints: Vec<DenialHint>,
    /// Whether these documents are older than the failure.
    pub dated: Dated,
    /// The types that could allow the request, are not saved and were taken to allow nothing; see [`EvaluatedRequest`].
    pub assumed_absent: Vec<PolicyType>,
    /// Whether the request is made only if a resource does not exist.
    pub is_conditional: bool,
    /// The first container that needs it.
    pub container: Option<String>,
}

impl StartDenial {
    /// The denial as reports list it.
    #[must_use]
    pub fn denied_request(&self) -> DeniedRequest {
        let statement = self.statement.as_ref().map(StatementRef::label);
        DeniedRequest {
            action: self.action.to_owned(),
            principal: Some(self.principal.clone()),
            resource: Some(self.resource.clone()),
            policy_type: Some(self.policy_type.name()),
            // Several documents together do not allow, so none of them is named.
            document: Some(&self.documents).filter(|all| all.len() == 1).map(|all| all[0].clone()),
            statement,
            effect: Some(match self.effect {
                DenialEffect::Explicit => DeniedBy::Statement,
                DenialEffect::Implicit => DeniedBy::NoStatement,
            }),
        }
    }

    /// The thing whose policy denies or does not allow; none if no document names it.
    #[must_use]
    pub fn culprit(&self) -> Option<Culprit> {
        let owner = self.owner.as_ref()?;
        let kind = match self.policy_type {
            PolicyType::Identity | PolicyType::Boundary | PolicyType::Session | PolicyType::Trust => {
                CulpritKind::Role
            }
            PolicyType::Endpoint => CulpritKind::VpcEndpoint,
            PolicyType::Key => CulpritKind::Key,
            PolicyType::Scp | PolicyType::Rcp => CulpritKind::Policy,
            PolicyType::Resource => match Arn::parse(owner)?.service {
                "secretsmanager" => CulpritKind::Secret,
                "ecr" => CulpritKind::Repository,
                _ => CulpritKind::Bucket,
            },
        };
        // A key that the role may not use is what the cause is about, whichever policy lacks the permission.
        let (kind, id) = match self.fault {
            AccessFault::KeyUnusable => (CulpritKind::Key, &self.resource),
            _ => (kind, owner),
        };
        // A bucket's policy is that of all its objects.
        let id = match kind {
            CulpritKind::Bucket => id.split('/').next().unwrap_or(id),
            _ => id.as_str(),
        };
        let rule = self.statement.as_ref().map(|one| one.sid.clone().unwrap_or_else(|| one.document.clone()));
        Some(Culprit { kind, id: Some(id.to_owned()), subnet_id: None, rule, is_likely: false })
    }
}

/// All denials of evaluated requests, in the order of the start.
#[must_use]
pub fn denials_of_start(inputs: &StartInputs<'_>, evaluated: &[EvaluatedRequest]) -> Vec<StartDenial> {
    let of_request = |one| of_request(inputs, one);
    evaluated.iter().flat_map(of_request).collect()
}

fn of_request<'a>(
    inputs: &'a StartInputs<'_>,
    evaluated: &'a EvaluatedRequest,
) -> impl Iterator<Item = StartDenial> + 'a {
    evaluated.decision.denials().iter().map(move |denial| of_denial(inputs, evaluated, denial))
}

fn of_denial(inputs: &StartInputs<'_>, evaluated: &EvaluatedRequest, denial: &AccessDenial) -> StartDenial {
    let request = &evaluated.request;
    let documents = match &denial.statement {
        Some(statement) => vec![statement.document.clone()],
        None => evaluated.layers.names(denial.policy_type).into_iter().map(str::to_owned).collect(),
    };
    StartDenial {
        fault: fault(request, denial),
        step: request.step,
        action: request.action,
        resource: request.resource.clone(),
        principal: request.principal.name().to_owned(),
        policy_type: denial.policy_type,
        effect: denial.effect,
        owner: owner(inputs, request, denial),
        documents,
        statement: denial.statement.clone(),
        hints: hints::of_denial(inputs, evaluated, denial),
        dated: dated_denial(inputs.incident, denial, &evaluated.layers),
        assumed_absent: evaluated.assumed_absent.clone(),
        is_conditional: request.is_conditional,
        container: request.container.clone(),
    }
}

/// The cause that a denial belongs to.
fn fault(request: &StartRequest, denial: &AccessDenial) -> AccessFault {
    let is_file = request.step == StartStep::ReadEnvironmentFile;
    match denial.policy_type {
        PolicyType::Trust => AccessFault::RoleNotAssumable,
        PolicyType::Endpoint if request.step == StartStep::ReadLayers => {
            AccessFault::S3EndpointPolicyLacksLayerBucket
        }
        PolicyType::Endpoint => AccessFault::EndpointPolicyDenies,
        PolicyType::Key => AccessFault::KeyUnusable,
        PolicyType::Resource => AccessFault::ResourcePolicyDenies,
        _ if request.step == StartStep::AssumeRole => AccessFault::RoleNotAssumable,
        _ if denial.effect == DenialEffect::Explicit => AccessFault::ExplicitDeny,
        _ if request.action == "kms:Decrypt" => AccessFault::KeyUnusable,
        _ if is_file => AccessFault::EnvFileDenied,
        _ => AccessFault::PermissionMissing,
    }
}

/// The thing whose policy denies or does not allow.
fn owner(inputs: &StartInputs<'_>, request: &StartRequest, denial: &AccessDenial) -> Option<String> {
    match denial.policy_type {
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => {
            Some(request.principal.name().to_owned())
        }
        PolicyType::Endpoint => {
            let way = inputs.paths.get(&request.service, request.region.as_deref(), inputs.home().region);
            way.endpoint().map(ToString::to_string)
        }
        PolicyType::Resource | PolicyType::Key | PolicyType::Trust => Some(request.resource.clone()),
        PolicyType::Scp | PolicyType::Rcp => denial.statement.as_ref().map(|one| one.document.clone()),
    }
}
