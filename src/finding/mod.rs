//! The parts of a conclusion, as `explain` and `check` both draw it: cause, confidence, culprit, fix, missing data.
//!
//! Plain values that name `model` alone. Other modules decide them, and `render` shows them.

mod case_changes;
mod cause_id;
mod checked_service;
mod confidence;
mod considered;
mod culprit;
mod denied_request;
mod fix;
mod hop;
mod missing;
mod runbook;
mod step_state;

pub use case_changes::{CaseChanges, ChangeEffect, JudgedChange};
pub use cause_id::CauseId;
pub(crate) use cause_id::with_causes;
pub use checked_service::{CheckedPath, CheckedService, Reachability};
pub use confidence::Confidence;
pub use considered::Considered;
pub use culprit::{Culprit, CulpritKind};
pub(crate) use denied_request::policy_words;
pub use denied_request::{DeniedBy, DeniedRequest};
pub use fix::Fix;
pub(crate) use hop::PORT_NEEDED;
pub use hop::{Control, ControlKind, Hop, HopDecision, Leg, Side};
pub use missing::MissingData;
pub use runbook::{RunbookAssessment, RunbookFinding, RunbookReview};
pub use step_state::StepState;
