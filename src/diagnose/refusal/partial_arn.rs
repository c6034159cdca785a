//! A denial for the ARN of a secret without its suffix.
//!
//! AWS checks the permission before it looks for the secret. It prints the ARN as the task definition has it if there is no such
//! secret, so the denial has two possible reasons: the policy, or the absence of the secret.

use crate::authorization::{RequestSubject, ResourceState, StartResource, without_suffix};
use crate::diagnose::case::Case;
use crate::finding::CauseId;
use crate::policy::{DenialEffect, PolicyType};

/// A denied secret that no document shows.
#[derive(Clone, Copy)]
pub(super) struct PartialArn<'c> {
    secret: &'c StartResource,
}

impl<'c> PartialArn<'c> {
    /// The secret that the text names, if it may be absent.
    pub(super) fn of(case: &'c Case<'_>) -> Option<Self> {
        let denial = case.denial()?;
        let is_open = matches!(denial.policy_type, None | Some(PolicyType::Identity))
            && denial.effect != Some(DenialEffect::Explicit)
            && denial.denied_action() == Some("secretsmanager:GetSecretValue");
        let stated = denial.resource.as_ref().filter(|_| is_open)?;
        let may_be_absent = |one: &&StartResource| {
            matches!(one.subject, RequestSubject::Secret { .. })
                && matches!(one.state, ResourceState::Missing(_) | ResourceState::NotKnown)
                && one.id == stated.text
                && without_suffix(&one.id).is_none()
        };
        case.access.as_ref()?.resources.iter().find(may_be_absent).map(|secret| Self { secret })
    }

    /// The likelier reason: the secret, if a whole list lacks it.
    pub(super) fn cause(self) -> CauseId {
        if self.is_missing() { CauseId::SecretNotFound } else { CauseId::PermissionMissing }
    }

    /// The other reason, with a sentence on it.
    pub(super) fn other(self) -> (CauseId, String) {
        let arn = &self.secret.id;
        if self.is_missing() {
            let reason = format!("The denial is about {arn}: a policy may lack the permission as well.");
            (CauseId::PermissionMissing, reason)
        } else {
            let reason = format!(
                "The denial is about {arn} without a suffix: AWS checks the permission first, so the secret may not exist."
            );
            (CauseId::SecretNotFound, reason)
        }
    }

    fn is_missing(self) -> bool {
        matches!(self.secret.state, ResourceState::Missing(_))
    }
}
