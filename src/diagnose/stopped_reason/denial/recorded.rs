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
        denial.request_id.clone_from(&event.request_id);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;
    use crate::policy::DenialEffect;

    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbC1dE";

    fn event(source: DenialSource, code: &str, message: &str) -> DeniedCall {
        DeniedCall {
            event_id: "e-1".to_owned(),
            time: Timestamp(1_795_403_540),
            source,
            action: "secretsmanager:GetSecretValue".to_owned(),
            error_code: code.to_owned(),
            error_message: Some(message.to_owned()),
            request_id: Some("1f3c".to_owned()),
            session_arn: Some("arn:aws:sts::123456789012:assumed-role/orders/82f6".to_owned()),
            role_arn: None,
            session_name: Some("82f6".to_owned()),
            region: None,
            endpoint_id: None,
            source_address: None,
            resources: vec![SECRET.to_owned()],
        }
    }

    fn sentence() -> String {
        format!(
            "User: arn:aws:sts::123456789012:assumed-role/orders/82f6 is not authorized to perform: \
             secretsmanager:GetSecretValue on resource: {SECRET} because no identity-based policy allows the \
             secretsmanager:GetSecretValue action"
        )
    }

    #[test]
    fn the_sentence_of_an_event_names_all_parts() {
        let denial = StatedDenial::of_event(&event(DenialSource::Management, "AccessDenied", &sentence()));
        assert_eq!(denial.denied_action(), Some("secretsmanager:GetSecretValue"));
        assert_eq!(
            (denial.policy_type, denial.effect),
            (Some(PolicyType::Identity), Some(DenialEffect::Implicit))
        );
        assert_eq!(denial.resource.map(|name| name.text).as_deref(), Some(SECRET));
    }

    #[test]
    fn an_event_without_the_sentence_names_no_denied_action() {
        let of = |source, code, message| StatedDenial::of_event(&event(source, code, message));
        let key = of(DenialSource::Management, "AccessDenied", "Access to KMS is not allowed");
        assert_eq!((key.denied_action(), key.policy_type), (None, None));
        let absent = of(
            DenialSource::Management,
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        );
        assert_eq!(absent.denied_action(), None);
        assert_eq!(absent.reference(ReferenceKind::Secret).map(|name| name.text.as_str()), Some(SECRET));
        let endpoint = of(
            DenialSource::NetworkActivity,
            "VpceAccessDenied",
            "The request was denied due to a VPC endpoint policy",
        );
        assert_eq!(endpoint.denied_action(), Some("secretsmanager:GetSecretValue"));
        assert_eq!(endpoint.policy_type, Some(PolicyType::Endpoint));
    }

    #[test]
    fn an_event_completes_a_text_and_changes_none_of_its_parts() {
        let event = StatedDenial::of_event(&event(DenialSource::Management, "AccessDenied", &sentence()));
        let whole = sentence();
        for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
            let Some(mut text) = StatedDenial::parse(&format!("{}…", &whole[..cut])) else { continue };
            let before = text.clone();
            text.complete_with(event.clone());
            assert_eq!(text.denied_action(), event.denied_action(), "{cut}");
            assert_eq!(text.policy_type, event.policy_type, "{cut}");
            assert!(before.principal.is_none() || text.principal == before.principal, "{cut}");
        }
        let mut other = StatedDenial::parse(&whole.replace("identity-based", "resource-based")).unwrap();
        other.complete_with(event);
        assert_eq!(other.policy_type, Some(PolicyType::Resource), "the text itself counts first");
    }
}
