//! The wire types of what a runbook of AWS reported about one task.

use serde::Serialize;

use super::wire::{all, rfc_3339};
use crate::finding::{RunbookFinding, RunbookReview};

#[derive(Debug, Serialize)]
pub(super) struct RunbookV1<'a> {
    execution_id: &'a str,
    executed_at: Option<String>,
    summary: String,
    note: Option<&'a str>,
    findings: Vec<RunbookFindingV1<'a>>,
}

#[derive(Debug, Serialize)]
struct RunbookFindingV1<'a> {
    text: &'a str,
    section: Option<&'a str>,
    kind: &'static str,
    subjects: &'a [String],
    assessment: &'static str,
    reason: &'a str,
    would_decide: Option<&'a str>,
}

impl<'a> From<&'a RunbookReview> for RunbookV1<'a> {
    fn from(review: &'a RunbookReview) -> Self {
        Self {
            execution_id: &review.execution_id,
            executed_at: review.executed_at.and_then(rfc_3339),
            summary: review.summary(),
            note: review.note.as_deref(),
            findings: all(&review.findings),
        }
    }
}

impl<'a> From<&'a RunbookFinding> for RunbookFindingV1<'a> {
    fn from(finding: &'a RunbookFinding) -> Self {
        Self {
            text: &finding.text,
            section: finding.section.as_deref(),
            kind: finding.kind,
            subjects: &finding.subjects,
            assessment: finding.assessment.name(),
            reason: &finding.reason,
            would_decide: finding.would_decide.as_deref(),
        }
    }
}
