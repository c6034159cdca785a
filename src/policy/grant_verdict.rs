//! The grants of a KMS key together: whether one allows the request.

use crate::policy::decision::StatementRef;
use crate::policy::layers::GrantLayer;
use crate::policy::policy_type::PolicyType;
use crate::policy::request::AccessRequest;
use crate::policy::truth::{Decider, Truth};

/// The grants of the key, for a request.
pub(super) struct GrantVerdict {
    /// Whether grants exist or may exist.
    pub(super) applies: bool,
    /// Whether one allows.
    pub(super) allows: Truth,
    /// The first one that certainly allows.
    pub(super) allowed_by: Option<StatementRef>,
}

impl GrantVerdict {
    /// Judges the grants of the key.
    pub(super) fn judge(layer: &GrantLayer, request: &AccessRequest) -> Self {
        let mut verdict = Self { applies: true, allows: Truth::unknown(Decider::Grants), allowed_by: None };
        match layer {
            GrantLayer::NotApplicable => {
                verdict = Self { applies: false, allows: Truth::No, allowed_by: None }
            }
            GrantLayer::NotSaved => {}
            GrantLayer::Saved { grants, is_complete } => {
                let truths: Vec<Truth> = grants.iter().map(|grant| grant.allows(request)).collect();
                let first = truths.iter().position(Truth::is_yes);
                verdict.allowed_by =
                    first.and_then(|at| grants.get(at).map(|grant| (at, grant))).map(|(index, grant)| {
                        let document = format!("grant {}", grant.id);
                        StatementRef { policy_type: PolicyType::Key, document, index, sid: None }
                    });
                let missing = if *is_complete { Truth::No } else { verdict.allows };
                verdict.allows = Truth::any(truths).or(missing);
            }
        }
        verdict
    }
}
