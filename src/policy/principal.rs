//! The `Principal` and `NotPrincipal` elements: whom a statement is about, and how directly it names the caller.

use crate::model::endpoint::EndpointKind;
use crate::policy::condition::ConditionTest;
use crate::policy::context::KeyState;
use crate::policy::document::{NamedPrincipal, PolicyEffect, PolicyStatement};
use crate::policy::layers::{PolicyLayer, PolicyLayers};
use crate::policy::policy_type::PolicyType;
use crate::policy::request::{AccessRequest, ArnParts, RequestCaller, session_role};
use crate::policy::truth::{Decider, Truth};

/// Whether a statement is about the caller, by the way in which it names the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallerTruth {
    /// It names the session, the role, the user or the service, or everyone: a resource policy then grants without identity
    /// policies.
    pub(super) itself: Truth,
    /// It names the caller in a way that boundaries and session policies do not limit: by the session, the user or the
    /// service, or by `*` with a condition on `aws:PrincipalArn`.
    pub(super) unlimited: Truth,
    /// It names the account: it delegates to the identity policies of that account.
    pub(super) account: Truth,
}

impl CallerTruth {
    /// The statement is about every caller of its policy.
    const EVERYONE: Self = Self { itself: Truth::Yes, unlimited: Truth::Yes, account: Truth::No };
    /// It is about another caller.
    pub(super) const OTHER: Self = Self { itself: Truth::No, unlimited: Truth::No, account: Truth::No };

    fn direct(truth: Truth) -> Self {
        Self { itself: truth.clone(), unlimited: truth, ..Self::OTHER }
    }

    fn role(truth: Truth) -> Self {
        Self { itself: truth, ..Self::OTHER }
    }

    fn account(truth: Truth) -> Self {
        Self { account: truth, ..Self::OTHER }
    }

    /// A role by `*`. AWS documents that boundaries and session policies do not limit this grant if the statement has a
    /// condition on `aws:PrincipalArn`; without one it is not known.
    fn anyone() -> Self {
        Self { unlimited: Truth::unknown(Decider::Principal("*".to_owned())), ..Self::role(Truth::Yes) }
    }

    /// With a condition on `aws:PrincipalArn`, `*` grants to the caller itself.
    fn made_direct(self) -> Self {
        if self == Self::anyone() { Self::EVERYONE } else { self }
    }

    /// The same with another fact that must hold.
    pub(super) fn and(self, other: &Truth) -> Self {
        Self {
            itself: self.itself.and(other.clone()),
            unlimited: self.unlimited.and(other.clone()),
            account: self.account.and(other.clone()),
        }
    }

    /// One of two statements.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            itself: self.itself.or(other.itself),
            unlimited: self.unlimited.or(other.unlimited),
            account: self.account.or(other.account),
        }
    }

    /// In any way.
    pub(super) fn any(&self) -> Truth {
        self.itself.clone().or(self.account.clone())
    }

    /// In every way, if something that is not known holds.
    pub(super) fn unknown(decider: &Decider) -> Self {
        let unknown = || Truth::unknown(decider.clone());
        Self { itself: unknown(), unlimited: unknown(), account: unknown() }
    }
}

/// The request, and the facts about policies that decide what a principal means.
#[derive(Clone, Copy)]
pub(super) struct PrincipalScene<'a> {
    pub(super) request: &'a AccessRequest,
    pub(super) layers: &'a PolicyLayers,
    pub(super) policy_type: PolicyType,
}

impl PrincipalScene<'_> {
    /// Whether a statement is about the caller.
    pub(super) fn judge(self, statement: &PolicyStatement) -> CallerTruth {
        let unclear = |name: &str| CallerTruth::direct(Truth::unknown(Decider::Element(name.to_owned())));
        match (self.policy_type.has_principals(), &statement.principals) {
            (false, None) => CallerTruth::EVERYONE,
            // Neither an identity policy with principals nor a resource policy without them can be saved in AWS.
            (false, Some(_)) | (true, None) => unclear("Principal"),
            (true, Some(element)) if !element.is_negated => {
                let listed = self.is_listed(&element.principals);
                if has_arn_condition(statement) { listed.made_direct() } else { listed }
            }
            (true, Some(_)) if statement.effect != PolicyEffect::Deny => unclear("NotPrincipal"),
            (true, Some(element)) => CallerTruth::direct(self.is_denied_by_exception(&element.principals)),
        }
    }

    fn is_listed(self, principals: &[NamedPrincipal]) -> CallerTruth {
        principals.iter().map(|one| self.is_named(one)).fold(CallerTruth::OTHER, CallerTruth::or)
    }

    fn is_named(self, principal: &NamedPrincipal) -> CallerTruth {
        let unclear = |value: &str| Truth::unknown(Decider::Principal(value.to_owned()));
        match (principal, &self.request.caller) {
            (NamedPrincipal::Anyone, _) if !self.request.caller.is_role() => CallerTruth::EVERYONE,
            (NamedPrincipal::Anyone, _) => CallerTruth::anyone(),
            (NamedPrincipal::Unclear(value), _) => CallerTruth::direct(unclear(value)),
            (NamedPrincipal::Service(name), RequestCaller::Service(caller)) => {
                CallerTruth::direct(Truth::from(name == "*" || name == caller))
            }
            (NamedPrincipal::Account(account), RequestCaller::Principal { arn, .. }) => {
                self.is_of_account(account, arn)
            }
            (NamedPrincipal::Arn(named), RequestCaller::Principal { arn, session }) => {
                self.is_arn(named, arn, session.as_deref())
            }
            (NamedPrincipal::UniqueId(id), RequestCaller::Principal { .. }) => {
                CallerTruth::role(self.has_unique_id(id))
            }
            _ => CallerTruth::OTHER,
        }
    }

    fn is_gateway(self) -> bool {
        self.policy_type == PolicyType::Endpoint && self.layers.endpoint_kind == EndpointKind::Gateway
    }

    /// The policy of a gateway endpoint that names an account is about the root user alone.
    fn is_of_account(self, account: &str, arn: &str) -> CallerTruth {
        let Some(caller) = ArnParts::of(arn).filter(|parts| parts.account == account) else {
            return CallerTruth::OTHER;
        };
        match caller.resource {
            "root" => CallerTruth::EVERYONE,
            _ if self.is_gateway() => CallerTruth::OTHER,
            _ => CallerTruth::account(Truth::Yes),
        }
    }

    fn is_arn(self, named: &str, arn: &str, session: Option<&str>) -> CallerTruth {
        let is_role = self.request.caller.is_role();
        let found = match session {
            _ if named == arn && is_role => CallerTruth::role(Truth::Yes),
            _ if named == arn => CallerTruth::EVERYONE,
            Some(session) => CallerTruth::direct(Truth::from(named == session)),
            // The session is not known; a policy may name it.
            None if is_role && is_session_of(named, arn) => {
                CallerTruth::direct(Truth::unknown(Decider::Principal(named.to_owned())))
            }
            None => CallerTruth::OTHER,
        };
        // AWS documents only `*` for gateway endpoints.
        let gateway = Truth::unknown(Decider::Principal(named.to_owned()));
        if self.is_gateway() { found.and(&gateway) } else { found }
    }

    /// Compares the unique id of a role with `aws:userid`, which is the id, a colon and the name of the session.
    fn has_unique_id(self, id: &str) -> Truth {
        match self.request.context.get("aws:userid") {
            KeyState::Known(values) => {
                Truth::from(values.iter().any(|value| value.split(':').next() == Some(id)))
            }
            KeyState::Absent | KeyState::Unknown(_) => Truth::unknown(Decider::Principal(id.to_owned())),
        }
    }

    /// `NotPrincipal` with `Deny`: whether the caller is none of the exceptions.
    ///
    /// A caller with a permissions boundary is always denied. AWS may check the account before the role, so it documents that
    /// the account must be listed too; with only one of both the answer is not known.
    fn is_denied_by_exception(self, principals: &[NamedPrincipal]) -> Truth {
        let listed = self.is_listed(principals);
        let named = listed.itself;
        let unclear = || Truth::unknown(Decider::Element("NotPrincipal".to_owned()));
        let exempt = match listed.account {
            _ if !self.is_account_checked_first(principals) => named,
            Truth::No if named.is_no() => Truth::No,
            Truth::Yes if !named.is_no() => named,
            _ if named.is_no() => unclear(),
            _ => named.and(unclear()),
        };
        exempt.negated().or(self.has_boundary())
    }

    /// Only for roles and users, and not if everyone is listed.
    fn is_account_checked_first(self, principals: &[NamedPrincipal]) -> bool {
        let is_root = |arn: &str| ArnParts::of(arn).is_some_and(|parts| parts.resource == "root");
        let is_of_account =
            matches!(&self.request.caller, RequestCaller::Principal { arn, .. } if !is_root(arn));
        is_of_account && !principals.contains(&NamedPrincipal::Anyone)
    }

    fn has_boundary(self) -> Truth {
        match &self.layers.boundary {
            PolicyLayer::NotApplicable => Truth::No,
            PolicyLayer::NotSaved => Truth::unknown(Decider::Policies(PolicyType::Boundary)),
            PolicyLayer::Saved { levels, is_complete } => {
                Truth::from(!is_complete || levels.iter().any(|level| !level.is_empty()))
            }
        }
    }
}

fn has_arn_condition(statement: &PolicyStatement) -> bool {
    let is_positive = |test: &ConditionTest| test.operator.is_some_and(|operator| !operator.is_negated);
    statement
        .conditions
        .iter()
        .any(|test| test.key.eq_ignore_ascii_case("aws:PrincipalArn") && is_positive(test))
}

/// Whether an ARN is that of a session of a role.
fn is_session_of(named: &str, role: &str) -> bool {
    let (Some(session), Some(role)) = (ArnParts::of(named), ArnParts::of(role)) else {
        return false;
    };
    session.account == role.account
        && session_role(named).is_some_and(|name| role.resource.rsplit('/').next() == Some(name))
}
