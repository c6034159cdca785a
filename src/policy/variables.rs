//! Policy variables: `${key}`, `${key, 'default'}` and the characters `${*}`, `${?}` and `${$}`.

use std::collections::BTreeSet;

use crate::policy::context::{KeyState, RequestContext};
use crate::policy::pattern::{self, PatternChar, Wildcards};
use crate::policy::truth::{Decider, Truth};

/// A text of a policy with the values of its variables.
#[derive(Default)]
pub(super) struct ExpandedText {
    /// The characters.
    pub(super) chars: Vec<PatternChar>,
    /// The keys without a known value.
    pub(super) unknown: BTreeSet<Decider>,
    /// A variable has no value, so the text equals nothing.
    pub(super) is_null: bool,
}

impl ExpandedText {
    /// A text without variables.
    pub(super) fn written(text: &str) -> Self {
        Self { chars: text.chars().map(PatternChar::Written).collect(), ..Self::default() }
    }

    /// A text whose variables have the values of the request.
    pub(super) fn with_variables(text: &str, context: &RequestContext) -> Self {
        let mut expanded = Self::default();
        let mut rest = text;
        while let Some((before, variable, after)) = next_variable(rest) {
            expanded.chars.extend(before.chars().map(PatternChar::Written));
            expanded.push(variable, context);
            rest = after;
        }
        expanded.chars.extend(rest.chars().map(PatternChar::Written));
        expanded
    }

    fn push(&mut self, variable: Variable<'_>, context: &RequestContext) {
        let Variable::Key { name, default } = variable else {
            return self.push_value(variable.text());
        };
        match context.get(name) {
            KeyState::Known([value]) => self.push_value(value),
            // A key with several values cannot be a variable, so its meaning is not known.
            KeyState::Known(_) => self.push_unknown(Decider::Element(format!("${{{name}}}"))),
            KeyState::Unknown(decider) => self.push_unknown(decider),
            KeyState::Absent => match default {
                Some(default) => self.push_value(default),
                None => self.is_null = true,
            },
        }
    }

    fn push_value(&mut self, value: &str) {
        self.chars.extend(value.chars().map(PatternChar::Literal));
    }

    fn push_unknown(&mut self, decider: Decider) {
        self.chars.push(PatternChar::Anything);
        self.unknown.insert(decider);
    }

    /// Appends a text without variables.
    pub(super) fn append(&mut self, text: &str) {
        self.chars.extend(text.chars().map(PatternChar::Written));
    }

    /// Puts a text without variables before this one.
    pub(super) fn after(mut self, text: &str) -> Self {
        self.chars.splice(0..0, text.chars().map(PatternChar::Written));
        self
    }

    /// The same in lower case.
    pub(super) fn lowercase(mut self) -> Self {
        let lower = |c: char| c.to_lowercase().collect::<Vec<_>>();
        let expand = |one: PatternChar| match one {
            PatternChar::Written(c) => lower(c).into_iter().map(PatternChar::Written).collect(),
            PatternChar::Literal(c) => lower(c).into_iter().map(PatternChar::Literal).collect(),
            PatternChar::Anything => vec![one],
        };
        self.chars = self.chars.into_iter().flat_map(expand).collect();
        self
    }

    /// Whether a text of the request matches. Keys without a known value decide only if a value of theirs could match.
    pub(super) fn matches(self, wildcards: Wildcards, text: &str) -> Truth {
        if self.is_null || !pattern::matches(&self.chars, wildcards, text) {
            return Truth::No;
        }
        if self.unknown.is_empty() { Truth::Yes } else { Truth::Unknown(self.unknown) }
    }
}

enum Variable<'a> {
    Literal(&'a str),
    Key { name: &'a str, default: Option<&'a str> },
}

impl<'a> Variable<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Literal(text) => text,
            Self::Key { name, .. } => name,
        }
    }
}

/// The text before the first variable, the variable, and the text after it.
fn next_variable(text: &str) -> Option<(&str, Variable<'_>, &str)> {
    let begin = text.find("${")?;
    let inner = &text[begin + 2..];
    let end = inner.find('}')?;
    Some((&text[..begin], variable(&inner[..end]), &inner[end + 1..]))
}

fn variable(inner: &str) -> Variable<'_> {
    if matches!(inner, "*" | "?" | "$") {
        return Variable::Literal(inner);
    }
    let Some((name, default)) = inner.split_once(',') else {
        return Variable::Key { name: inner.trim(), default: None };
    };
    let default = default.trim();
    let quoted = default.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    Variable::Key { name: name.trim(), default: Some(quoted.unwrap_or(default)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::context::ContextValue;

    fn check(text: &str, subject: &str, expect: &str) {
        let mut context = RequestContext::new().with("aws:PrincipalTag/team", "o*").with_others_absent();
        context.set("aws:PrincipalOrgID", ContextValue::Unknown);
        let found = ExpandedText::with_variables(text, &context).matches(Wildcards::Free, subject);
        let found = match found {
            Truth::Yes => "yes".to_owned(),
            Truth::No => "no".to_owned(),
            Truth::Unknown(deciders) => deciders.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(found, expect, "{text} {subject}");
    }

    #[test]
    fn variables_have_the_values_of_the_request() {
        check("a/${aws:PrincipalTag/team}/*", "a/o*/x", "yes");
        check("a/${AWS:principaltag/team}/*", "a/orders/x", "no");
        check("${aws:username}", "", "no");
        check("${aws:username, 'none'}", "none", "yes");
        check("${aws:username, 'n*'}", "none", "no");
        check("${*}${?}${$}", "*?$", "yes");
        check("${*}", "a", "no");
    }

    #[test]
    fn unknown_variables_decide_only_if_they_could_match() {
        check("a/${aws:PrincipalOrgID}/*", "a/o-1/x", "aws:PrincipalOrgID");
        check("b/${aws:PrincipalOrgID}/*", "a/o-1/x", "no");
        check("${aws:PrincipalOrgID}${aws:username}", "x", "no");
    }

    #[test]
    fn unfinished_variables_are_text() {
        check("${aws:username", "${aws:username", "yes");
        check("$", "$", "yes");
        check("${}", "", "no");
    }
}
