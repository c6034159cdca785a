//! What one control says, before it is placed on a path.

use crate::path::hop::{Control, Hop, Leg, Passage, Side};

/// A control's decision with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    pub(super) passage: Passage,
    pub(super) rule: Option<String>,
    pub(super) because: String,
}

impl Ruling {
    pub(super) fn allowed(because: impl Into<String>) -> Self {
        Self { passage: Passage::Allowed, rule: None, because: because.into() }
    }

    pub(super) fn denied(because: impl Into<String>) -> Self {
        Self { passage: Passage::Denied, rule: None, because: because.into() }
    }

    pub(super) fn unknown(needs: impl Into<String>, because: impl Into<String>) -> Self {
        Self { passage: Passage::Unknown { needs: needs.into() }, rule: None, because: because.into() }
    }

    pub(super) fn beyond(because: impl Into<String>) -> Self {
        Self { passage: Passage::Beyond, rule: None, because: because.into() }
    }

    /// With the rule that decided.
    pub(super) fn by(self, rule: &impl ToString) -> Self {
        Self { rule: Some(rule.to_string()), ..self }
    }

    /// The same decision where it is not known whether packets meet the control at all: an allowance holds either way.
    pub(super) fn if_met(self, is_met: Option<bool>, needs: &str) -> Self {
        if is_met.is_some() || self.passage == Passage::Allowed {
            return self;
        }
        let because = format!("{}, and no document tells whether packets pass it", self.because);
        Self { passage: Passage::Unknown { needs: needs.to_owned() }, because, ..self }
    }

    /// Its place on a path.
    pub(super) fn at(self, leg: Leg, side: Side, is_outbound: bool, control: Control) -> Hop {
        let Self { passage, rule, because } = self;
        Hop { leg, side, is_outbound, control, passage, rule, because }
    }
}
