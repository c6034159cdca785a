//! One diagnosed task of the report.

use super::{Diagnosed, QuotedRecords};
use crate::diagnose::assessment::Proof;
use crate::model::service::Service;
use crate::report::{Evidence, EvidenceRow, TaskReport, Verdict};

pub(super) fn report(one: &Diagnosed, quotes: &QuotedRecords<'_>) -> TaskReport {
    let subject = one.subject.clone();
    TaskReport {
        task_id: subject.task_id,
        task_arn: subject.task_arn,
        interface_id: subject.interface_id,
        address: subject.addresses.first().copied(),
        subnet_id: subject.subnet_id,
        service_name: subject.service_name,
        created_at: subject.created_at,
        stopped_at: subject.stopped_at,
        stopped_reason: subject.stopped_reason,
        verdict: verdict(one, quotes),
        steps: one.steps.clone(),
        coverage_gaps: one.coverage_gaps.clone(),
        runbook: one.runbook.clone(),
    }
}

fn verdict(one: &Diagnosed, quotes: &QuotedRecords<'_>) -> Verdict {
    let finding = &one.finding;
    let of_step = one.failing_step.clone();
    let is_named = of_step.as_ref().is_some_and(|service| *service != Service::Unknown);
    Verdict {
        cause: finding.cause.id,
        confidence: finding.confidence,
        service: if is_named { of_step } else { finding.service.clone().or(of_step) },
        culprits: finding.culprits.clone(),
        summary: finding.summary.clone(),
        evidence: finding.proofs.iter().map(|proof| evidence(proof, quotes)).collect(),
        also_considered: finding.also_considered.clone(),
        missing: finding.missing.clone(),
        findings: finding.denied.clone(),
        changes: finding.changes.clone(),
        path: one.path.clone(),
        observed: one.observed.clone(),
    }
}

fn evidence(proof: &Proof, quotes: &QuotedRecords<'_>) -> Evidence {
    let row = |row| EvidenceRow { file: quotes.file(row), line: row.line, record: quotes.record(row) };
    Evidence { statement: proof.statement().to_owned(), rows: proof.rows().map(row).collect() }
}
