//! How certain the named change is.

use crate::changes::failures::failed_attempts;
use crate::changes::successes::LastSuccess;
use crate::changes::undoing::Undoing;
use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::finding::{CaseChanges, ChangeEffect, Confidence, JudgedChange};
use crate::model::configuration_change::{ChangeSource, SubjectKind};

/// Confirmed only if the records bear both sides and nothing else that changed may have done it; none if no change is named.
pub(super) fn certainty(
    undoing: &Undoing<'_, '_, '_, '_>,
    (case, finding): (&Case<'_>, &Finding),
    (success, is_assumed): (&LastSuccess, bool),
    changes: &CaseChanges,
) -> Option<Confidence> {
    let named = changes.culprit()?;
    let is_sole = changes.omitted == 0
        && changes
            .events
            .iter()
            .all(|event| event.effect == ChangeEffect::None || event.effect == ChangeEffect::BrokeIt);
    let has_success = success.recorded.is_some_and(|success| success < named.at);
    let has_failure =
        failed_attempts(case).any(|attempt| attempt.first > named.at) && !finding.proofs.is_empty();
    let is_confirmed = is_sole
        && !is_assumed
        && has_success
        && has_failure
        && !undoing.request.is_refused()
        && undoing.base.is_blocked_as_recorded()
        && named.source == ChangeSource::CloudTrail
        && decides(finding, named)
        && is_covered(undoing, changes, named);
    Some(if is_confirmed { Confidence::Confirmed } else { Confidence::Likely })
}

/// Whether the changed control is the one that the verdict confirms, and the only one.
fn decides(finding: &Finding, named: &JudgedChange) -> bool {
    let [culprit] = finding.culprits.as_slice() else { return false };
    let is_changed = match named.subject.kind {
        SubjectKind::Subnet => culprit.subnet_id.as_ref().is_some_and(|id| id.as_str() == named.subject.id),
        _ => culprit.id.as_deref() == Some(named.subject.id.as_str()),
    };
    finding.confidence == Confidence::Confirmed && !culprit.is_likely && is_changed
}

/// Whether such calls are saved from the last success up to the first failure: events are delivered up to 15 minutes late, so
/// that an export which ends earlier may lack others.
fn is_covered(undoing: &Undoing<'_, '_, '_, '_>, changes: &CaseChanges, named: &JudgedChange) -> bool {
    let covered = undoing.saved.covered_for(&named.event_name, named.region.as_deref());
    let ends = changes.last_success.zip(changes.first_failure);
    covered
        .zip(ends)
        .is_some_and(|(covered, (success, failure))| covered.first <= success && covered.last >= failure)
}
