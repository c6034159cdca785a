//! One request to AWS: who calls which action on which resource, in which context.

use crate::policy::context::RequestContext;

/// The caller of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestCaller {
    /// A role or a user of an account.
    Principal {
        /// The ARN of the role or user: `arn:aws:iam::111122223333:role/orders-execution`.
        arn: String,
        /// The ARN of the session of a role: `arn:aws:sts::111122223333:assumed-role/orders-execution/NAME`.
        session: Option<String>,
    },
    /// An AWS service by its principal name: `ecs-tasks.amazonaws.com`.
    Service(String),
}

impl RequestCaller {
    /// Takes the ARN of a role, a user, an account's root user or a role session.
    ///
    /// The ARN of a session does not contain the path of its role, so the role is taken to have the path `/`.
    #[must_use]
    pub fn from_arn(arn: &str) -> Self {
        let role = session_role(arn).and_then(|role| {
            let parts = ArnParts::of(arn)?;
            Some(format!("arn:{}:iam::{}:role/{role}", parts.partition, parts.account))
        });
        match role {
            Some(role) => Self::Principal { arn: role, session: Some(arn.to_owned()) },
            None => Self::Principal { arn: arn.to_owned(), session: None },
        }
    }

    /// The account of the caller; none for a service.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Principal { arn, .. } => ArnParts::of(arn).map(|parts| parts.account),
            Self::Service(_) => None,
        }
    }

    /// Whether the caller is a session of a role, and not a user or a root user.
    pub(super) fn is_role(&self) -> bool {
        matches!(self, Self::Principal { arn, .. } if ArnParts::of(arn).is_some_and(|parts| parts.resource.starts_with("role/")))
    }
}

/// The name of the role in the ARN of a session.
pub(super) fn session_role(arn: &str) -> Option<&str> {
    let parts = ArnParts::of(arn)?;
    let session = parts.resource.strip_prefix("assumed-role/")?;
    session.split_once('/').map(|(role, _)| role)
}

/// A request, as policies judge it.
#[derive(Clone, Debug)]
pub struct AccessRequest {
    /// The caller.
    pub caller: RequestCaller,
    /// The action, `secretsmanager:GetSecretValue`. Case does not matter.
    pub action: String,
    /// The ARN of the resource, or `*` for an action without resources.
    pub resource: String,
    /// The account of the resource, for ARNs that have none; by default that of the ARN, else the caller's.
    pub resource_account: Option<String>,
    /// The condition keys.
    pub context: RequestContext,
}

impl AccessRequest {
    /// The account that owns the resource, as far as it is known.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        let of_arn =
            || ArnParts::of(&self.resource).map(|parts| parts.account).filter(|account| !account.is_empty());
        self.resource_account.as_deref().or_else(of_arn).or_else(|| self.caller.account())
    }

    /// Whether caller and resource are in different accounts. A service is in no account.
    #[must_use]
    pub fn is_cross_account(&self) -> bool {
        self.caller.account().is_some_and(|account| self.owner().is_some_and(|owner| owner != account))
    }

    /// The prefix of the action in lower case: `kms`.
    pub(super) fn service(&self) -> String {
        self.action.split(':').next().unwrap_or_default().to_ascii_lowercase()
    }
}

/// The parts of an ARN that decisions use.
pub(super) struct ArnParts<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> ArnParts<'a> {
    /// The parts of an ARN; none for a text with fewer than six.
    pub(super) fn of(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (partition, service) = (parts.next()?, parts.next()?);
        let account = parts.nth(1)?;
        Some(Self { partition, service, account, resource: parts.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_names_its_role() {
        let caller = RequestCaller::from_arn("arn:aws:sts::111122223333:assumed-role/orders/0f");
        let RequestCaller::Principal { arn, session } = &caller else { panic!("a principal") };
        assert_eq!(arn, "arn:aws:iam::111122223333:role/orders");
        assert_eq!(session.as_deref(), Some("arn:aws:sts::111122223333:assumed-role/orders/0f"));
        assert_eq!(caller.account(), Some("111122223333"));
        assert!(caller.is_role());
    }

    #[test]
    fn texts_that_are_no_arns_have_no_account() {
        for text in ["", "*", "arn:aws:iam", "arn", "role/x"] {
            assert_eq!(RequestCaller::from_arn(text).account(), None, "{text}");
        }
    }
}
