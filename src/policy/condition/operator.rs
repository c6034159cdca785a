//! The names of condition operators: `ForAnyValue:StringNotLikeIfExists`.

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionOperator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub set: Option<SetOperator>,
    /// The comparison without `Not`.
    pub comparison: ValueComparison,
    /// Whether the operator is the one with `Not`.
    pub is_negated: bool,
    /// Whether the name ends with `IfExists`.
    pub if_exists: bool,
}

/// How the values of a request are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// Each value must match.
    ForAllValues,
    /// At least one value must match.
    ForAnyValue,
}

/// A comparison of one value of a request with one value of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueComparison {
    /// The same text.
    StringEquals,
    /// The same text without case.
    StringEqualsIgnoreCase,
    /// A pattern with wildcards.
    StringLike,
    /// Numbers.
    Numeric(Relation),
    /// Times.
    Date(Relation),
    /// `true` or `false`.
    Bool,
    /// The same bytes in base64.
    Binary,
    /// An address in a block of addresses.
    IpAddress,
    /// An ARN, segment by segment. `ArnEquals` and `ArnLike` are the same.
    Arn,
    /// Whether the key is absent.
    Null,
}

/// The order that a comparison demands of the request's value and the policy's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal.
    Equal,
    /// The value of the request is smaller or earlier.
    Less,
    /// Smaller or equal.
    LessOrEqual,
    /// Larger or later.
    Greater,
    /// Larger or equal.
    GreaterOrEqual,
}

/// The names in lower case, without set operator and `IfExists`.
const NAMES: &[(&str, ValueComparison, bool)] = &[
    ("stringequals", ValueComparison::StringEquals, false),
    ("stringnotequals", ValueComparison::StringEquals, true),
    ("stringequalsignorecase", ValueComparison::StringEqualsIgnoreCase, false),
    ("stringnotequalsignorecase", ValueComparison::StringEqualsIgnoreCase, true),
    ("stringlike", ValueComparison::StringLike, false),
    ("stringnotlike", ValueComparison::StringLike, true),
    ("numericequals", ValueComparison::Numeric(Relation::Equal), false),
    ("numericnotequals", ValueComparison::Numeric(Relation::Equal), true),
    ("numericlessthan", ValueComparison::Numeric(Relation::Less), false),
    ("numericlessthanequals", ValueComparison::Numeric(Relation::LessOrEqual), false),
    ("numericgreaterthan", ValueComparison::Numeric(Relation::Greater), false),
    ("numericgreaterthanequals", ValueComparison::Numeric(Relation::GreaterOrEqual), false),
    ("dateequals", ValueComparison::Date(Relation::Equal), false),
    ("datenotequals", ValueComparison::Date(Relation::Equal), true),
    ("datelessthan", ValueComparison::Date(Relation::Less), false),
    ("datelessthanequals", ValueComparison::Date(Relation::LessOrEqual), false),
    ("dategreaterthan", ValueComparison::Date(Relation::Greater), false),
    ("dategreaterthanequals", ValueComparison::Date(Relation::GreaterOrEqual), false),
    ("bool", ValueComparison::Bool, false),
    ("binaryequals", ValueComparison::Binary, false),
    ("ipaddress", ValueComparison::IpAddress, false),
    ("notipaddress", ValueComparison::IpAddress, true),
    ("arnequals", ValueComparison::Arn, false),
    ("arnlike", ValueComparison::Arn, false),
    ("arnnotequals", ValueComparison::Arn, true),
    ("arnnotlike", ValueComparison::Arn, true),
    ("null", ValueComparison::Null, false),
];

impl ConditionOperator {
    /// Reads the name of an operator; none if AWS does not have it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (set, rest) = match name.split_once(':') {
            Some(("forallvalues", rest)) => (Some(SetOperator::ForAllValues), rest),
            Some(("foranyvalue", rest)) => (Some(SetOperator::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, name.as_str()),
        };
        let (rest, if_exists) = match rest.strip_suffix("ifexists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (_, comparison, is_negated) = *NAMES.iter().find(|(known, ..)| *known == rest)?;
        let is_null = comparison == ValueComparison::Null;
        (!is_null || set.is_none() && !if_exists).then_some(Self { set, comparison, is_negated, if_exists })
    }

    /// Whether a test holds if the request does not have the key; none if AWS's pages contradict each other.
    #[must_use]
    pub fn holds_for_absent_key(self) -> Option<bool> {
        match (self.set, self.if_exists) {
            // `IfExists` makes every operator hold, and `ForAnyValue` never holds without the key.
            (Some(SetOperator::ForAnyValue), true) => None,
            (_, true) | (Some(SetOperator::ForAllValues), _) => Some(true),
            (Some(SetOperator::ForAnyValue), false) => Some(false),
            (None, false) => Some(self.is_negated),
        }
    }
}
