//! A refused request of CloudTrail in the form of a text, and a text that such a request completes.

use super::{
    ReferenceKind, StatedAction, StatedDenial, StatedName, StatedPrincipal, StatedReference, implied_action,
};
use crate::model::access::{DenialSource, DeniedCall};
use crate::policy::PolicyType;

/// Parts of the codes of errors that mean a denial, in lower case. Other codes mean that a thing does not exist, or a limit.
const DENIALS: [&str; 3] = ["accessdenied", "unauthorized", "notauthorized"];

impl StatedDenial {
    /// The request in an event of CloudTrail. If its error is no denial, the event names only the call and its resource.
    ///
    /// The message has the same sentence as a stopped reason. Without that sentence the call does not show which action was
    /// denied: `GetSecretValue` fails also if the key may not be used. Only the policy of an endpoint denies the call itself.
    #[must_use]
    pub fn of_event(event: &DeniedCall) -> Self {
        let code = event.error_code.to_ascii_lowercase();
        let is_denial = DENIALS.iter().any(|part| code.contains(part));
        let mut denial = event.error_message.as_deref().and_then(Self::parse).unwrap_or_default();
        if !is_denial {
            denial.action = None;
        }
        if event.source == DenialSource::NetworkActivity {
            denial.policy_type = Some(PolicyType::Endpoint);
            let action = StatedAction { is_stated: true, ..implied_action(&event.action) };
            denial.action.get_or_insert(action);
        }
        denial.call.get_or_insert_with(|| event.action.clone());
        denial.error_code.get_or_insert_with(|| event.error_code.clone());
        denial.request_id = event.request_id.clone();
        denial.principal =
            denial.principal.or_else(|| event.session_arn.as_deref().map(StatedPrincipal::new));
        denial.resource = denial.resource.or_else(|| only_arn(event));
        denial.is_open = denial.policy_type.is_none();
        denial.references.extend(named(event).filter(|_| !is_denial));
        denial
    }

    /// Fills what the text leaves open with what an event of the same request shows.
    pub fn complete_with(&mut self, event: Self) {
        let is_cut = |name: &Option<StatedName>| name.as_ref().is_none_or(|name| !name.is_complete);
        if self.action.as_ref().is_none_or(|action| !action.is_stated) {
            self.action = event.action.or(self.action.take());
        }
        if is_cut(&self.resource) {
            self.resource = event.resource.or(self.resource.take());
        }
        if self.policy_type.is_none()
            && self.effect.is_none_or(|own| event.effect.is_none_or(|effect| own == effect))
        {
            self.policy_type = event.policy_type;
            self.effect = self.effect.or(event.effect);
        }
        if is_cut(&self.policy_arn) {
            self.policy_arn = event.policy_arn.or(self.policy_arn.take());
        }
        self.principal = self.principal.take().or(event.principal);
        self.request_id = self.request_id.take().or(event.request_id);
        for reference in event.references {
            let is_known = self.references.iter().any(|known| known.kind == reference.kind);
            if !is_known
                || reference.kind == ReferenceKind::Parameter && !self.references.contains(&reference)
            {
                self.references.push(reference);
            }
        }
        self.is_open = self.is_open && self.policy_type.is_none();
    }

    /// The action, if the text states which one was denied.
    #[must_use]
    pub fn denied_action(&self) -> Option<&str> {
        self.action.as_ref().filter(|action| action.is_stated).map(|action| action.name.as_str())
    }
}

/// The secret or log group that an event names.
fn named(event: &DeniedCall) -> impl Iterator<Item = StatedReference> {
    let kind = match event.action.as_str() {
        "secretsmanager:GetSecretValue" => Some(ReferenceKind::Secret),
        "logs:CreateLogStream" => Some(ReferenceKind::LogGroup),
        _ => None,
    };
    let only = event.resources.first().filter(|_| event.resources.len() == 1);
    let name = |text: &String| StatedName { text: text.clone(), is_complete: true };
    kind.zip(only).map(|(kind, text)| StatedReference { kind, name: name(text) }).into_iter()
}

/// The resource of an event that names only one.
fn only_arn(event: &DeniedCall) -> Option<StatedName> {
    let mut arns = event.resources.iter().filter(|name| name.starts_with("arn:"));
    let first = arns.next()?;
    arns.next().is_none().then(|| StatedName { text: first.clone(), is_complete: true })
}
