//! The `Condition` element: one test for each operator and key.
//!
//! `operator` reads the names of operators, `compare` compares single values, and this module joins them: the values of a
//! policy by "or" (for negated operators: none of them), the values of a request by the set operator.

mod compare;
mod operator;

use crate::policy::context::{KeyState, RequestContext};
use crate::policy::truth::{Decider, Truth};

pub use compare::time_of_value;
pub use operator::{ConditionOperator, Relation, SetOperator, ValueComparison};

/// One operator with one key and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionTest {
    /// The operator, as written.
    pub name: String,
    /// The operator; none if AWS does not have it.
    pub operator: Option<ConditionOperator>,
    /// The condition key, as written.
    pub key: String,
    /// The values, as written. Numbers and truth values are texts.
    pub values: Vec<String>,
}

impl ConditionTest {
    /// Takes an operator, a key and its values.
    #[must_use]
    pub fn new(name: &str, key: &str, values: Vec<String>) -> Self {
        Self { name: name.to_owned(), operator: ConditionOperator::parse(name), key: key.to_owned(), values }
    }

    /// Whether the test holds in a context. `has_variables` is that of the document.
    pub(super) fn evaluate(&self, context: &RequestContext, has_variables: bool) -> Truth {
        let unclear = || Truth::unknown(Decider::Element(self.name.clone()));
        let Some(operator) = self.operator else {
            return unclear();
        };
        if operator.comparison == ValueComparison::Null {
            return self.is_null(context);
        }
        match context.get(&self.key) {
            KeyState::Unknown(decider) => Truth::unknown(decider),
            KeyState::Absent => operator.holds_for_absent_key().map_or_else(unclear, Truth::from),
            KeyState::Known(values) => self.evaluate_values(operator, values, context, has_variables),
        }
    }

    fn evaluate_values(
        &self,
        operator: ConditionOperator,
        values: &[String],
        context: &RequestContext,
        has_variables: bool,
    ) -> Truth {
        let mut truths = values.iter().map(|value| {
            let equals_one = self
                .values
                .iter()
                .map(|expected| compare::value(operator.comparison, expected, value, context, has_variables));
            let equals_one = Truth::any(equals_one);
            if operator.is_negated { equals_one.negated() } else { equals_one }
        });
        match operator.set {
            Some(SetOperator::ForAllValues) => Truth::all(truths),
            Some(SetOperator::ForAnyValue) => Truth::any(truths),
            None if values.len() == 1 => truths.next().unwrap_or(Truth::No),
            // AWS does not document how several values are compared without a set operator.
            None => {
                let truths: Vec<Truth> = truths.collect();
                let (all, any) = (Truth::all(truths.clone()), Truth::any(truths));
                if all == any { all } else { Truth::unknown(Decider::Element(self.name.clone())) }
            }
        }
    }

    /// `Null` with `true` holds if the key is absent, with `false` if it is present.
    fn is_null(&self, context: &RequestContext) -> Truth {
        let is_absent = match context.get(&self.key) {
            KeyState::Unknown(decider) => return Truth::unknown(decider),
            KeyState::Absent => true,
            KeyState::Known(_) => false,
        };
        Truth::any(self.values.iter().map(|value| match value.to_ascii_lowercase().as_str() {
            "true" => Truth::from(is_absent),
            "false" => Truth::from(!is_absent),
            _ => Truth::unknown(Decider::Element(value.clone())),
        }))
    }
}

#[cfg(test)]
mod tests;
