//! The changes between the last success and the first failure of a start, and which change broke it.
//!
//! Input: a case with its finding, and the changes that CloudTrail and AWS Config show. Output: [`CaseChanges`]. Each change of
//! something that the failing request depends on is undone alone, on a copy of the configuration at the failure, and the request
//! is evaluated again. It never changes the cause or the culprits of a verdict. Pure functions.
//!
//! Modules: `saved` (the changes by subject), `successes` (the last success), `failures` (the first failure), `request` (the
//! failing request and its evaluation), `subjects` (what it depends on), `undoing` (the effect of each change), `assumptions` (states that no event shows), `certainty` (how
//! certain the named change is).

mod assumptions;
mod certainty;
mod failures;
mod request;
mod saved;
mod subjects;
mod successes;
mod undoing;

use crate::changes::certainty::certainty;
use crate::changes::failures::Failures;
use crate::changes::request::FailingRequest;
use crate::changes::saved::{ChangeSpan, ChangesBySubject};
use crate::changes::successes::{LastSuccess, Successes};
use crate::changes::undoing::{Judged, Undoing};
use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::finding::CaseChanges;
use crate::inventory::{Inventory, exactly_at};
use crate::model::time::Timestamp;

/// The changes of a run. Give it the cases by time, so that an earlier failure of a service is known at the next one.
pub struct ChangeHistory<'a> {
    present: &'a Inventory,
    by_subject: ChangesBySubject<'a>,
    successes: Successes,
    failures: Failures,
    /// The configuration at the last failure that was examined.
    then: Option<(Timestamp, Inventory)>,
}

impl<'a> ChangeHistory<'a> {
    /// Of the present inventory, whose changes are all that are saved.
    #[must_use]
    pub fn of(present: &'a Inventory) -> Self {
        Self {
            present,
            by_subject: ChangesBySubject::of(present),
            successes: Successes::of(present),
            failures: Failures::default(),
            then: None,
        }
    }

    /// The changes before the failure of a case; none if no event is saved.
    pub fn before(&mut self, case: &Case<'_>, finding: &Finding) -> Option<CaseChanges> {
        if self.by_subject.is_empty() {
            return None;
        }
        let own = failures::first_failure(case)?;
        let success = self.successes.before(case, own);
        let first = self.failures.first(case, finding, (success.at(), own));
        let covered = self.by_subject.covered(case);
        let mut changes = CaseChanges {
            last_success: success.at(),
            first_failure: Some(first),
            covered: covered.map(|span| (span.first, span.last)),
            ..CaseChanges::default()
        };
        let span = ChangeSpan { after: success.at(), to: first };
        if self.by_subject.has_any(span) {
            self.judge(case, finding, (&success, span), &mut changes);
        }
        Some(changes)
    }

    fn judge(
        &mut self,
        case: &Case<'_>,
        finding: &Finding,
        (success, span): (&LastSuccess, ChangeSpan),
        changes: &mut CaseChanges,
    ) {
        let Some(request) = FailingRequest::of(case, finding) else { return };
        let then = self.then.take().filter(|(at, _)| *at == span.to);
        let (at, then) = then.unwrap_or_else(|| (span.to, exactly_at(self.present, span.to)));
        let undoing = Undoing {
            request: &request,
            base: request.state_in(&then, &case.sender),
            then: &then,
            at: span.to,
            saved: &self.by_subject,
            earlier_sender: success.sender(case, &then),
        };
        let Judged { events, omitted, is_assumed } = undoing.judge(span);
        (changes.events, changes.omitted) = (events, omitted);
        changes.confidence = certainty(&undoing, (case, finding), (success, is_assumed), changes);
        self.then = Some((at, then));
    }
}
