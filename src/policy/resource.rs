//! The `Resource` and `NotResource` elements.

use crate::policy::context::RequestContext;
use crate::policy::document::ListedValues;
use crate::policy::pattern::Wildcards;
use crate::policy::truth::{Decider, Truth};
use crate::policy::variables::ExpandedText;

/// The number of colons before the part of an ARN that identifies the resource.
const COLONS: usize = 5;

/// Whether the element covers a resource. `completes_short_arns` is that of the type of policy.
pub(super) fn covers(
    element: &ListedValues,
    resource: &str,
    context: &RequestContext,
    has_variables: bool,
    completes_short_arns: bool,
) -> Truth {
    let covers_one = |pattern: &String| {
        // AWS refuses a resource that is neither an ARN nor begins with a wildcard.
        if !pattern.starts_with("arn:") && !pattern.starts_with('*') {
            return Truth::unknown(Decider::Element(pattern.clone()));
        }
        let mut expanded = expand(pattern, context, has_variables);
        if completes_short_arns {
            complete(pattern, &mut expanded);
        }
        if element.is_negated && expanded.is_null {
            // AWS documents that the pattern matches no resource, but not whether the statement then covers all of them.
            return Truth::unknown(Decider::Element(pattern.clone()));
        }
        // The resource `*` of an action without resources is covered only by a pattern that covers everything.
        expanded.matches(if pattern == "*" { Wildcards::Free } else { Wildcards::Resource }, resource)
    };
    let listed = Truth::any(element.values.iter().map(covers_one));
    if element.is_negated { listed.negated() } else { listed }
}

/// Variables have values only after the fifth colon; before it they are text.
fn expand(pattern: &str, context: &RequestContext, has_variables: bool) -> ExpandedText {
    match pattern.match_indices(':').nth(COLONS - 1) {
        Some((at, _)) if has_variables => {
            let (head, tail) = pattern.split_at(at + 1);
            ExpandedText::with_variables(tail, context).after(head)
        }
        _ => ExpandedText::written(pattern),
    }
}

/// Adds the segments that a short ARN lacks: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
fn complete(pattern: &str, expanded: &mut ExpandedText) {
    if pattern.starts_with("arn:") {
        let missing = COLONS.saturating_sub(pattern.matches(':').count());
        expanded.append(&":*".repeat(missing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbC1dE";

    fn check(pattern: &str, resource: &str, completes: bool, expect: Truth) {
        let element = ListedValues { is_negated: false, values: vec![pattern.to_owned()] };
        let context =
            RequestContext::new().with("aws:PrincipalTag/team", "orders").with("aws:userid", "111122223333");
        assert_eq!(covers(&element, resource, &context, true, completes), expect, "{pattern} {resource}");
    }

    #[test]
    fn segments_and_case_count() {
        check("*", SECRET, true, Truth::Yes);
        check("arn:aws:secretsmanager:*:*:secret:orders/*", SECRET, true, Truth::Yes);
        check("arn:aws:secretsmanager:*:*:secret:Orders/*", SECRET, true, Truth::No);
        check("arn:aws:secretsmanager:*:*:secret:*/db-??????", SECRET, true, Truth::Yes);
        check("arn:aws:secretsmanager:*:*:secret:*/db-?????", SECRET, true, Truth::No);
    }

    #[test]
    fn short_arns_are_completed_in_some_policies() {
        check("arn:aws:secretsmanager", SECRET, true, Truth::Yes);
        check("arn:aws:secretsmanager", SECRET, false, Truth::No);
        check("arn:aws:secretsmanager:*", SECRET, false, Truth::Yes);
        check("arn:aws:secretsmanager:eu-west-1", SECRET, true, Truth::Yes);
        check("arn:aws:sqs", SECRET, true, Truth::No);
    }

    #[test]
    fn variables_have_values_in_the_last_part_only() {
        check("arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}/*", SECRET, true, Truth::Yes);
        check("arn:aws:secretsmanager:*:${aws:userid}:secret:orders/*", SECRET, true, Truth::No);
    }

    #[test]
    fn an_exception_without_a_value_has_no_known_meaning() {
        let covers = |values: &[&str]| {
            let element =
                ListedValues { is_negated: true, values: values.iter().map(|&one| one.to_owned()).collect() };
            super::covers(&element, SECRET, &RequestContext::new().with_others_absent(), true, true)
        };
        let null = "arn:aws:secretsmanager:*:*:secret:${aws:username}/*";
        assert_eq!(covers(&[null]), Truth::unknown(Decider::Element(null.to_owned())));
        assert_eq!(covers(&[null, "*"]), Truth::No);
    }

    #[test]
    fn an_action_without_resources_needs_the_wildcard() {
        check("*", "*", true, Truth::Yes);
        check("arn:aws:ecr:*:*:repository/*", "*", true, Truth::No);
        check("arn:*", "*", true, Truth::No);
    }
}
