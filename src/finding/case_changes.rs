//! The changes before a task failed, and the one that broke its start.

use crate::finding::Confidence;
use crate::model::configuration_change::{ChangeSource, ChangeSubject};
use crate::model::time::Timestamp;

/// The changes between the last success and the first failure. Values that nothing shows are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseChanges {
    /// When a task of the same service, else of the same subnet, last reached the same service, or started.
    pub last_success: Option<Timestamp>,
    /// The first failing attempt, else the stop: of this task, or of an earlier one of its service that failed alike.
    pub first_failure: Option<Timestamp>,
    /// The times of the first and the last saved event.
    pub covered: Option<(Timestamp, Timestamp)>,
    /// The changes of the things that the failing request depends on, by time.
    pub events: Vec<JudgedChange>,
    /// The number of earlier such changes that are not listed.
    pub omitted: usize,
    /// How certain it is that the named change broke the start; none if no single change is named.
    pub confidence: Option<Confidence>,
}

/// A change, and what undoing it alone would do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JudgedChange {
    /// `eventTime`.
    pub at: Timestamp,
    /// `eventID`.
    pub event_id: Option<String>,
    /// `eventName`.
    pub event_name: String,
    /// The ARN of the caller.
    pub principal: Option<String>,
    /// Where it is recorded.
    pub source: ChangeSource,
    /// The thing that changed.
    pub subject: ChangeSubject,
    /// `recipientAccountId`.
    pub account: Option<String>,
    /// `awsRegion`.
    pub region: Option<String>,
    /// The effect.
    pub effect: ChangeEffect,
}

/// The effect of undoing one change on the failing request, with the configuration at the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeEffect {
    /// Nothing: the request fails or succeeds as before.
    None,
    /// The saved data does not show it.
    Unknown,
    /// The request would succeed; the same holds for another change.
    Opens,
    /// The request would succeed; this holds for no other change.
    BrokeIt,
}

impl ChangeEffect {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Opens => "opens",
            Self::BrokeIt => "broke-it",
        }
    }
}

impl CaseChanges {
    /// The change that broke the start, if one is named.
    #[must_use]
    pub fn culprit(&self) -> Option<&JudgedChange> {
        self.events.iter().find(|event| event.effect == ChangeEffect::BrokeIt)
    }

    /// The change before the failure, a sentence without its period. None if the saved events show nothing about it.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        if let Some(culprit) = self.culprit() {
            let likely = if self.confidence == Some(Confidence::Confirmed) { "" } else { "most likely " };
            return Some(format!("{likely}{}; undoing it opens the path", culprit.clause()));
        }
        let with = |effect| self.events.iter().filter(move |event| event.effect == effect);
        let count = |n: usize| if n == 1 { "1 change".to_owned() } else { format!("{n} changes") };
        let (opening, unknown) = (with(ChangeEffect::Opens), with(ChangeEffect::Unknown));
        if let Some(last) = opening.clone().next_back() {
            let n = opening.count();
            return Some(format!("{}; undoing any of {} opens the path", last.clause(), count(n)));
        }
        if let Some(last) = unknown.clone().next_back() {
            let others = unknown.count() - 1;
            let more = if others == 0 { String::new() } else { format!(", and {} more", count(others)) };
            return Some(format!("{}{more}; what undoing it does is unknown", last.clause()));
        }
        let (from, to) = self.covered?;
        let is_covered = self.last_success.is_some_and(|last| from <= last)
            && self.first_failure.is_some_and(|first| to >= first);
        is_covered
            .then(|| format!("nothing that explains the failure; the saved events are from {from} to {to}"))
    }
}

impl JudgedChange {
    /// `03:04:10 RevokeSecurityGroupEgress on sg-1 by ROLE (event ID)`.
    #[must_use]
    pub fn clause(&self) -> String {
        let by = self.principal.as_ref().map(|principal| format!(" by {principal}")).unwrap_or_default();
        let source = match &self.event_id {
            Some(id) => format!("event {id}"),
            None => self.source.name().to_owned(),
        };
        let subject = match self.subject.id.as_str() {
            "" => self.subject.kind.name(),
            id => id,
        };
        format!("{} {} on {subject}{by} ({source})", self.at.clock(), self.event_name)
    }
}
