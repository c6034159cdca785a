//! The answer about a request, with the documents and statements that decide it.

use crate::policy::policy_type::PolicyType;
use crate::policy::truth::Decider;

/// The answer about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessDecision {
    /// Every policy that was seen allows the request.
    Allowed {
        /// The first statement of each type of policy that allows the request.
        by: Vec<StatementRef>,
        /// The types of which not all policies were seen. One of them may deny the request.
        unseen: Vec<PolicyType>,
    },
    /// The request is denied, whatever is not known. All denials, explicit ones first; never empty.
    Denied(Vec<AccessDenial>),
    /// The answer depends on something that is not known.
    Unknown {
        /// The keys and documents that would decide, in a fixed order; never empty.
        deciders: Vec<Decider>,
        /// The types of which not all policies were seen, if the answer becomes "allowed".
        unseen: Vec<PolicyType>,
    },
}

/// One reason why a request is denied. Each would deny it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDenial {
    /// By a statement, or because no statement allows.
    pub effect: DenialEffect,
    /// The type of the policy that denies, or that does not allow.
    pub policy_type: PolicyType,
    /// The statement that denies; none for an implicit denial.
    pub statement: Option<StatementRef>,
    /// For an implicit denial: the statements for this action that allow something else.
    pub near_misses: Vec<NearMiss>,
}

/// How a request is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenialEffect {
    /// A statement with the effect `Deny`.
    Explicit,
    /// No statement with the effect `Allow`.
    Implicit,
}

impl DenialEffect {
    /// The word in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Implicit => "implicit",
        }
    }
}

/// A statement by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementRef {
    /// The type of the policy.
    pub policy_type: PolicyType,
    /// The name of the document, or `grant` and the id of a grant.
    pub document: String,
    /// The position in `Statement`, from 0.
    pub index: usize,
    /// `Sid`.
    pub sid: Option<String>,
}

impl StatementRef {
    /// The position in `Statement`, from 1, as reports count.
    #[must_use]
    pub fn position(&self) -> usize {
        self.index.saturating_add(1)
    }

    /// `Sid`, else the position.
    #[must_use]
    pub fn label(&self) -> String {
        self.sid.clone().unwrap_or_else(|| self.position().to_string())
    }
}

/// A statement that allows the action and does not apply to the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The statement.
    pub statement: StatementRef,
    /// The parts that do not match.
    pub mismatches: Vec<StatementPart>,
}

/// A part of a statement that does not match a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementPart {
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Resource` or `NotResource`.
    Resource,
    /// A condition, by its operator and key as written.
    Condition {
        /// The operator.
        operator: String,
        /// The condition key.
        key: String,
    },
}

impl AccessDecision {
    /// The word in lower case: `allowed`, `denied` or `unknown`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "allowed",
            Self::Denied(_) => "denied",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The denials; empty if the request is not certainly denied.
    #[must_use]
    pub fn denials(&self) -> &[AccessDenial] {
        match self {
            Self::Denied(denials) => denials,
            Self::Allowed { .. } | Self::Unknown { .. } => &[],
        }
    }
}
