//! The `Action` and `NotAction` elements.

use crate::policy::document::ListedValues;
use crate::policy::pattern::Wildcards;
use crate::policy::truth::{Decider, Truth};
use crate::policy::variables::ExpandedText;

/// Whether the element covers an action.
pub(super) fn covers(element: &ListedValues, action: &str) -> Truth {
    let action = action.to_lowercase();
    let listed = Truth::any(element.values.iter().map(|pattern| covers_one(pattern, &action)));
    if element.is_negated { listed.negated() } else { listed }
}

fn covers_one(pattern: &str, action: &str) -> Truth {
    // AWS refuses an action without the name of its service.
    if !pattern.contains(':') && pattern != "*" {
        return Truth::unknown(Decider::Element(pattern.to_owned()));
    }
    if !ExpandedText::written(&pattern.to_lowercase()).matches(Wildcards::Free, action).is_yes() {
        return Truth::No;
    }
    let prefix = pattern.split(':').next().unwrap_or_default();
    // AWS refuses wildcards in the name of a service, so it is not known what a saved one means.
    let is_clear = matches!(pattern, "*" | "*:*") || !prefix.contains(['*', '?']);
    if is_clear { Truth::Yes } else { Truth::unknown(Decider::Element(pattern.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is_negated: bool, values: &[&str], expect: Truth) {
        let element = ListedValues { is_negated, values: values.iter().map(|&one| one.to_owned()).collect() };
        assert_eq!(covers(&element, "secretsmanager:GetSecretValue"), expect, "{values:?}");
    }

    #[test]
    fn actions_match_without_case_and_with_wildcards() {
        check(false, &["SecretsManager:get*"], Truth::Yes);
        check(false, &["secretsmanager:GetSecretValu?"], Truth::Yes);
        check(false, &["secretsmanager:GetSecret"], Truth::No);
        check(false, &["ssm:*", "*"], Truth::Yes);
        check(false, &["*:*"], Truth::Yes);
        check(true, &["ssm:*"], Truth::Yes);
        check(true, &["secretsmanager:*"], Truth::No);
        check(false, &[], Truth::No);
    }

    #[test]
    fn a_wildcard_in_the_name_of_the_service_has_no_known_meaning() {
        check(false, &["secrets*:*"], Truth::unknown(Decider::Element("secrets*:*".to_owned())));
        check(false, &["secrets*:Put*"], Truth::No);
    }
}
