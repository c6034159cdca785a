//! Three values, and the keys and documents that would decide an unknown one.

use std::collections::BTreeSet;
use std::fmt;

use crate::policy::policy_type::PolicyType;

/// Something that is not known and decides an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decider {
    /// A key of the request context, in AWS's spelling if it is a global key, else as the policy writes it.
    Key(String),
    /// A condition key that AWS does not have, as the policy writes it.
    ForeignKey(String),
    /// Policies of this type that are not saved, or not all of them.
    Policies(PolicyType),
    /// The grants of the KMS key.
    Grants,
    /// A document that was saved and cannot be read, by its name.
    Document {
        /// The layer it belongs to.
        policy_type: PolicyType,
        /// Its name.
        name: String,
    },
    /// An element, an operator or a value of a policy without a known meaning, as the policy writes it.
    Element(String),
    /// A principal that the request cannot be compared with, such as the unique id of a role.
    Principal(String),
    /// The resource of the request, of which only this part is known.
    Resource(String),
}

/// The name alone: `aws:PrincipalOrgID`, `boundary`, `grants`, the name of a document.
impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(name)
            | Self::ForeignKey(name)
            | Self::Element(name)
            | Self::Principal(name)
            | Self::Resource(name)
            | Self::Document { name, .. } => name,
            Self::Policies(policy_type) => policy_type.name(),
            Self::Grants => "grants",
        })
    }
}

/// Yes, no, or not known. An unknown value is never empty: it has at least one decider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It depends on these.
    Unknown(BTreeSet<Decider>),
}

impl Truth {
    /// Unknown because of one thing.
    #[must_use]
    pub fn unknown(decider: Decider) -> Self {
        Self::Unknown(BTreeSet::from([decider]))
    }

    /// Both hold. `No` decides, whatever the other one is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (this, Self::Yes) => this,
            (Self::Unknown(a), Self::Unknown(b)) => Self::Unknown(a.into_iter().chain(b).collect()),
        }
    }

    /// At least one holds. `Yes` decides, whatever the other one is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) => other,
            (this, Self::No) => this,
            (Self::Unknown(a), Self::Unknown(b)) => Self::Unknown(a.into_iter().chain(b).collect()),
        }
    }

    /// The opposite; an unknown value stays unknown.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// All hold; `Yes` if there are none.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::Yes, Self::and)
    }

    /// At least one holds; `No` if there are none.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, Self::or)
    }

    /// Certain that it holds.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Certain that it does not hold.
    #[must_use]
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Truth {
        Truth::unknown(Decider::Key(name.to_owned()))
    }

    #[test]
    fn certain_values_absorb_unknown_ones() {
        assert_eq!(key("a").and(Truth::No), Truth::No);
        assert_eq!(key("a").or(Truth::Yes), Truth::Yes);
        assert_eq!(key("a").and(Truth::Yes), key("a"));
        assert_eq!(key("a").or(Truth::No), key("a"));
        assert_eq!(key("a").negated(), key("a"));
    }

    #[test]
    fn unknown_values_join_their_deciders() {
        let Truth::Unknown(both) = key("b").and(key("a")).or(key("a")) else { panic!("unknown") };
        let names: Vec<String> = both.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
