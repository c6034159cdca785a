//! The decision of one control, before it is placed on a path.

use crate::finding::{Control, Hop, HopDecision, Leg, Side};

/// A control's decision with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) decision: HopDecision,
    pub(super) rule: Option<String>,
    pub(super) reason: String,
}

impl Decision {
    pub(super) fn allowed(reason: impl Into<String>) -> Self {
        Self { decision: HopDecision::Allowed, rule: None, reason: reason.into() }
    }

    pub(super) fn denied(reason: impl Into<String>) -> Self {
        Self { decision: HopDecision::Denied, rule: None, reason: reason.into() }
    }

    pub(super) fn unknown(needs: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { decision: HopDecision::Unknown { needs: needs.into() }, rule: None, reason: reason.into() }
    }

    pub(super) fn external(reason: impl Into<String>) -> Self {
        Self { decision: HopDecision::External, rule: None, reason: reason.into() }
    }

    /// Adds the rule that decided.
    pub(super) fn by(self, rule: &impl ToString) -> Self {
        Self { rule: Some(rule.to_string()), ..self }
    }

    /// The same decision if it is unknown whether packets pass the control: an allowance holds in both cases.
    pub(super) fn if_met(self, is_met: Option<bool>, needs: &str) -> Self {
        if is_met.is_some() || self.decision == HopDecision::Allowed {
            return self;
        }
        let reason = format!("{}, and no document shows whether packets pass it", self.reason);
        Self { decision: HopDecision::Unknown { needs: needs.to_owned() }, reason, ..self }
    }

    /// Its place on a path.
    pub(super) fn at(self, leg: Leg, side: Side, is_outbound: bool, control: Control) -> Hop {
        let Self { decision, rule, reason } = self;
        Hop { leg, side, is_outbound, control, decision, rule, reason }
    }
}
