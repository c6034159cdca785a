//! The wire types of the changes before the failure of one task.

use serde::Serialize;

use super::wire::{all, rfc_3339};
use crate::finding::{CaseChanges, Confidence, JudgedChange};
use crate::model::configuration_change::ChangeSource;
use crate::model::time::Timestamp;

#[derive(Debug, Serialize)]
pub(super) struct ChangesV1<'a> {
    between: BetweenV1,
    covered: Option<CoveredV1>,
    events: Vec<ChangeV1<'a>>,
    omitted: usize,
    confidence: Option<&'static str>,
    summary: Option<String>,
}

#[derive(Debug, Serialize)]
struct BetweenV1 {
    last_success: Option<String>,
    first_failure: Option<String>,
}

#[derive(Debug, Serialize)]
struct CoveredV1 {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChangeV1<'a> {
    at: Option<String>,
    event_id: Option<&'a str>,
    event_name: &'a str,
    principal: Option<&'a str>,
    source: &'static str,
    account: Option<&'a str>,
    region: Option<&'a str>,
    subject: SubjectV1<'a>,
    effect: &'static str,
}

#[derive(Debug, Serialize)]
struct SubjectV1<'a> {
    kind: &'static str,
    id: Option<&'a str>,
}

impl<'a> From<&'a CaseChanges> for ChangesV1<'a> {
    fn from(changes: &'a CaseChanges) -> Self {
        let time = |at: Option<Timestamp>| at.and_then(rfc_3339);
        Self {
            between: BetweenV1 {
                last_success: time(changes.last_success),
                first_failure: time(changes.first_failure),
            },
            covered: changes.covered.map(|(from, to)| CoveredV1 { from: rfc_3339(from), to: rfc_3339(to) }),
            events: all(&changes.events),
            omitted: changes.omitted,
            confidence: changes.confidence.map(Confidence::name),
            summary: changes.sentence(),
        }
    }
}

impl<'a> From<&'a JudgedChange> for ChangeV1<'a> {
    fn from(change: &'a JudgedChange) -> Self {
        let id = change.subject.id.as_str();
        Self {
            at: rfc_3339(change.at),
            event_id: change.event_id.as_deref(),
            event_name: &change.event_name,
            principal: change.principal.as_deref(),
            source: match change.source {
                ChangeSource::CloudTrail => "cloudtrail",
                ChangeSource::Config => "config",
            },
            account: change.account.as_deref(),
            region: change.region.as_deref(),
            subject: SubjectV1 { kind: change.subject.kind.name(), id: (!id.is_empty()).then_some(id) },
            effect: change.effect.name(),
        }
    }
}
