//! The comparison of one value of a request with one value of a policy.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use jiff::Timestamp as Instant;
use jiff::civil::Date;

use super::operator::{Relation, ValueComparison};
use crate::model::time::Timestamp;
use crate::policy::context::RequestContext;
use crate::policy::pattern::Wildcards;
use crate::policy::truth::{Decider, Truth};
use crate::policy::variables::ExpandedText;

/// Whether `actual` of the request compares with `expected` of the policy, before a negation.
///
/// A value of the request in another form, such as a text where a number is expected, does not match. A value of the policy in
/// another form has no known meaning.
pub(super) fn value(
    comparison: ValueComparison,
    expected: &str,
    actual: &str,
    context: &RequestContext,
    has_variables: bool,
) -> Truth {
    let text = || expand(expected, context, has_variables);
    match comparison {
        ValueComparison::StringEquals => text().matches(Wildcards::None, actual),
        ValueComparison::StringEqualsIgnoreCase => {
            text().lowercase().matches(Wildcards::None, &actual.to_lowercase())
        }
        ValueComparison::StringLike => text().matches(Wildcards::Free, actual),
        ValueComparison::Arn => arn(expected, text(), actual),
        ValueComparison::Bool => form(expected, truth_value(expected), truth_value(actual), |a, b| a == b),
        ValueComparison::IpAddress => {
            form(expected, block(expected), actual.parse::<IpAddr>().ok(), |block, ip| block.contains(ip))
        }
        ValueComparison::Numeric(relation) => {
            form(expected, number(expected), number(actual), |expected, actual| {
                numbers_in_order(*actual, *expected).is_some_and(|order| relation.holds(order))
            })
        }
        ValueComparison::Date(relation) => {
            form(expected, instant(expected), instant(actual), |expected, actual| {
                relation.holds(actual.cmp(expected))
            })
        }
        ValueComparison::Binary => {
            Truth::from(expected == actual || bytes(expected).is_some_and(|a| bytes(actual) == Some(a)))
        }
        ValueComparison::Null => Truth::unknown(Decider::Element(expected.to_owned())),
    }
}

/// Compares two values that were read, where the policy's one could be read.
fn form<A, B>(
    written: &str,
    expected: Option<A>,
    actual: Option<B>,
    holds: impl Fn(&A, &B) -> bool,
) -> Truth {
    match (expected, actual) {
        (None, _) => Truth::unknown(Decider::Element(written.to_owned())),
        (Some(_), None) => Truth::No,
        (Some(expected), Some(actual)) => Truth::from(holds(&expected, &actual)),
    }
}

fn expand(text: &str, context: &RequestContext, has_variables: bool) -> ExpandedText {
    if has_variables { ExpandedText::with_variables(text, context) } else { ExpandedText::written(text) }
}

/// Segments of an ARN, of which a policy's value needs six too. A shorter one that ends with `*` is not documented.
fn arn(written: &str, expected: ExpandedText, actual: &str) -> Truth {
    if actual.split(':').count() < 6 {
        return Truth::No;
    }
    let is_short = written.split(':').count() < 6 && !written.contains("${");
    if is_short && written.ends_with('*') {
        return Truth::unknown(Decider::Element(written.to_owned()));
    }
    expected.matches(Wildcards::Arn, actual)
}

fn truth_value(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A block of addresses; a single address is a block of one.
fn block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whole numbers exactly, others as floating point.
#[derive(Clone, Copy)]
enum ContextNumber {
    Whole(i128),
    Decimal(f64),
}

fn number(text: &str) -> Option<ContextNumber> {
    let text = text.trim();
    if let Ok(whole) = text.parse() {
        return Some(ContextNumber::Whole(whole));
    }
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    is_plain.then(|| text.parse().ok()).flatten().map(ContextNumber::Decimal)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a decimal number is compared with it, so both are floating point"
)]
fn numbers_in_order(left: ContextNumber, right: ContextNumber) -> Option<Ordering> {
    let decimal = |number| match number {
        ContextNumber::Whole(whole) => whole as f64,
        ContextNumber::Decimal(decimal) => decimal,
    };
    match (left, right) {
        (ContextNumber::Whole(left), ContextNumber::Whole(right)) => Some(left.cmp(&right)),
        _ => decimal(left).partial_cmp(&decimal(right)),
    }
}

/// The time that a value of a condition stands for, in whole seconds; none if date operators cannot read it.
#[must_use]
pub fn time_of_value(text: &str) -> Option<Timestamp> {
    instant(text).map(|instant| Timestamp(instant.as_second()))
}

/// A time of ISO 8601, with or without time of day, or seconds since the Unix epoch.
fn instant(text: &str) -> Option<Instant> {
    let text = text.trim();
    if text.len() != 4
        && let Ok(seconds) = text.parse::<i64>()
    {
        return Instant::from_second(seconds).ok();
    }
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let of_day = |date: Date| format!("{date}T00:00:00Z").parse().ok();
    let year = || text.parse().ok().filter(|_| text.len() == 4).and_then(|year| Date::new(year, 1, 1).ok());
    text.parse().ok().or_else(year).and_then(of_day)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

impl Relation {
    /// Whether the order of the request's value and the policy's value is the one that is demanded.
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
