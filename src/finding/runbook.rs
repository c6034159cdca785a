//! The findings of a runbook of AWS about one task, each with its assessment by the records and the documents.

use crate::model::time::Timestamp;

/// The findings of one execution of the runbook about a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookReview {
    /// The id of the execution.
    pub execution_id: String,
    /// When the execution began.
    pub executed_at: Option<Timestamp>,
    /// A remark on the execution, a sentence: that it is cut, that it did not finish, that there are others.
    pub note: Option<String>,
    /// Its findings, in its order.
    pub findings: Vec<RunbookFinding>,
}

/// One finding of the runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookFinding {
    /// Its text without advice; this is untrusted text.
    pub text: String,
    /// The heading that it stands under, such as `REGISTRY CHECKS`.
    pub section: Option<String>,
    /// The kind of fault that it states, such as `security-group-egress`.
    pub kind: &'static str,
    /// The things that it names: actions, ARNs, ids, hosts, services.
    pub subjects: Vec<String>,
    /// Its assessment.
    pub assessment: RunbookAssessment,
    /// Why, a sentence without its period.
    pub reason: String,
    /// The data that would decide it; none if it is decided.
    pub would_decide: Option<String>,
}

/// The result of comparing a finding with the records and documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunbookAssessment {
    /// The verdict, the records or the saved documents show the same fault.
    BorneOut,
    /// The records or the saved documents show that it is not so, or that it did not stop the task.
    Refuted,
    /// Neither of both.
    NotDecidable,
}

impl RunbookAssessment {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BorneOut => "borne-out",
            Self::Refuted => "refuted",
            Self::NotDecidable => "not-decidable",
        }
    }

    /// The words on a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::BorneOut => "borne out",
            Self::Refuted => "refuted",
            Self::NotDecidable => "cannot be decided",
        }
    }
}

impl RunbookReview {
    /// The number of findings with this assessment.
    #[must_use]
    pub fn count(&self, assessment: RunbookAssessment) -> usize {
        self.findings.iter().filter(|one| one.assessment == assessment).count()
    }

    /// `The runbook reported 10 findings: 1 borne out, 7 refuted, 2 cannot be decided.`
    #[must_use]
    pub fn summary(&self) -> String {
        let n = match self.findings.len() {
            0 => return "The runbook reported no finding.".to_owned(),
            1 => "1 finding".to_owned(),
            n => format!("{n} findings"),
        };
        let all = [RunbookAssessment::BorneOut, RunbookAssessment::Refuted, RunbookAssessment::NotDecidable];
        let counted = all.map(|one| (self.count(one), one)).into_iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = counted.map(|(n, one)| format!("{n} {}", one.words())).collect();
        format!("The runbook reported {n}: {}.", parts.join(", "))
    }
}

impl RunbookFinding {
    /// `borne out: the reason. It would decide: …`, without the text of the finding.
    #[must_use]
    pub fn sentence(&self) -> String {
        let decides = self
            .would_decide
            .as_ref()
            .map_or_else(String::new, |data| format!(". This would decide: {data}"));
        format!("{}: {}{decides}", self.assessment.words(), self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::RunbookAssessment::{BorneOut, NotDecidable, Refuted};
    use super::*;

    #[test]
    fn the_summary_counts_the_assessments() {
        let finding = |assessment| RunbookFinding {
            text: "text".to_owned(),
            section: None,
            kind: "unknown",
            subjects: Vec::new(),
            assessment,
            reason: "reason".to_owned(),
            would_decide: None,
        };
        let review = |findings| RunbookReview {
            execution_id: "e".to_owned(),
            executed_at: None,
            note: None,
            findings,
        };
        let check = |findings: Vec<RunbookFinding>, want: &str| assert_eq!(review(findings).summary(), want);
        check(Vec::new(), "The runbook reported no finding.");
        check(vec![finding(Refuted)], "The runbook reported 1 finding: 1 refuted.");
        check(
            vec![finding(NotDecidable), finding(Refuted), finding(BorneOut), finding(Refuted)],
            "The runbook reported 4 findings: 1 borne out, 2 refuted, 1 cannot be decided.",
        );
        assert_eq!(finding(BorneOut).sentence(), "borne out: reason");
    }
}
