//! The requirements of a request: which types of policies must allow it, alone or together.
//!
//! Sources: IAM guide, pages `reference_policies_evaluation-logic_policy-eval-denyallow` and
//! `reference_policies_evaluation-logic-cross-account`; KMS guide, pages `key-policies`, `grants` and
//! `key-policy-modifying-external-accounts`.

use crate::policy::layer_verdict::{LayerPresence, LayerVerdict};
use crate::policy::policy_type::PolicyType;
use crate::policy::principal::CallerTruth;
use crate::policy::request::AccessRequest;
use crate::policy::truth::Truth;
use crate::policy::verdicts::Verdicts;

/// Something that must hold for a request to be allowed.
pub(super) struct Requirement {
    /// Whether it holds.
    pub(super) holds: Truth,
    /// The types of policies that do not allow, if it does not hold.
    pub(super) lacking: Vec<PolicyType>,
}

impl Requirement {
    fn of(policy_type: PolicyType, holds: Truth) -> Self {
        Self { holds, lacking: vec![policy_type] }
    }
}

/// Everything that must hold for a request to be allowed, except that no statement denies it.
pub(super) fn requirements(request: &AccessRequest, verdicts: &Verdicts) -> Vec<Requirement> {
    let filters = [PolicyType::Endpoint, PolicyType::Scp];
    let mut requirements =
        filters.map(|one| Requirement::of(one, lets_pass(verdicts.get(one)))).into_iter().collect::<Vec<_>>();
    requirements.extend(permission(request, verdicts));
    requirements
}

/// Whether a type of policies that only limits lets the request pass.
///
/// RCPs need no allowing statement, because the policy `RCPFullAWSAccess` is always attached at every level. Policies of
/// an organization and of a session exist rarely, so they are not required while none is saved.
fn lets_pass(layer: &LayerVerdict) -> Truth {
    let is_rare = matches!(layer.policy_type, PolicyType::Scp | PolicyType::Session);
    match layer.presence {
        LayerPresence::NotApplicable | LayerPresence::Empty => Truth::Yes,
        LayerPresence::NotSaved if is_rare => Truth::Yes,
        LayerPresence::NotSaved | LayerPresence::Saved => layer.allows.any(),
    }
}

/// The permission itself, by identity and resource policies, limited by the boundary and session policies.
fn permission(request: &AccessRequest, verdicts: &Verdicts) -> Vec<Requirement> {
    let sides = Sides::of(verdicts);
    if request.is_cross_account() { sides.across_accounts(verdicts) } else { sides.within_account(verdicts) }
}

/// The two sides that can allow a request.
struct Sides<'a> {
    identity: &'a LayerVerdict,
    /// The policy of the resource, of the key or of the role.
    resource: &'a LayerVerdict,
    /// The grants of the key.
    grants: Truth,
    /// Whether the policy of the resource must allow in its own account too.
    must_resource_allow: bool,
}

impl<'a> Sides<'a> {
    fn of(verdicts: &'a Verdicts) -> Self {
        let applying = |policy_type| Some(verdicts.get(policy_type)).filter(|layer| layer.applies());
        let key = if verdicts.grants.applies {
            Some(verdicts.get(PolicyType::Key))
        } else {
            applying(PolicyType::Key)
        };
        let must_allow = key.or_else(|| applying(PolicyType::Trust));
        Self {
            identity: verdicts.get(PolicyType::Identity),
            resource: must_allow.unwrap_or_else(|| verdicts.get(PolicyType::Resource)),
            grants: verdicts.grants.allows.clone(),
            must_resource_allow: must_allow.is_some(),
        }
    }

    /// Whether one of the sides applies; otherwise only the filters decide, as for a caller of AWS itself.
    fn has_any(&self) -> bool {
        self.identity.applies() || self.resource.applies() || self.must_resource_allow
    }

    /// Both sides must allow. A grant stands for both.
    fn across_accounts(&self, verdicts: &Verdicts) -> Vec<Requirement> {
        let mut requirements = limits(verdicts, &Truth::No);
        if self.identity.applies() {
            let identity = self.identity.allows.any().or(self.grants.clone());
            requirements.push(Requirement::of(PolicyType::Identity, identity));
        }
        if self.has_any() {
            let resource = self.resource.allows.any().or(self.grants.clone());
            requirements.push(Requirement::of(self.resource.policy_type, resource));
        }
        requirements
    }

    /// One side is enough, except that keys and roles must allow or delegate.
    fn within_account(&self, verdicts: &Verdicts) -> Vec<Requirement> {
        let CallerTruth { itself, unlimited, account } = self.resource.allows.clone();
        let mut requirements = limits(verdicts, &unlimited);
        if self.has_any() {
            let identity = self.identity.allows.any();
            let by_identity = if self.must_resource_allow { account.and(identity) } else { identity };
            let holds = itself.or(self.grants.clone()).or(by_identity);
            requirements.push(Requirement { holds, lacking: self.lacking() });
        }
        requirements
    }

    /// The types that do not allow, if neither side allows within an account.
    fn lacking(&self) -> Vec<PolicyType> {
        let is_resource_lacking = self.must_resource_allow && self.resource.allows.any().is_no();
        let is_identity_lacking = self.identity.applies() && self.identity.allows.any().is_no();
        let mut lacking = Vec::new();
        if is_resource_lacking || !is_identity_lacking {
            lacking.push(self.resource.policy_type);
        }
        if is_identity_lacking {
            lacking.push(PolicyType::Identity);
        }
        lacking
    }
}

/// The boundary and session policies, which do not limit a permission that a resource policy grants to the caller itself.
fn limits(verdicts: &Verdicts, unlimited: &Truth) -> Vec<Requirement> {
    let limits = [PolicyType::Boundary, PolicyType::Session];
    let limit = |one| Requirement::of(one, lets_pass(verdicts.get(one)).or(unlimited.clone()));
    limits.map(limit).into()
}
