//! The text of the runbook's analysis, taken apart into findings.
//!
//! Each finding is a paragraph under a heading that is underlined with `=`. Links and advice follow it. The same paragraph
//! may hold several findings, one after the other, so a line that begins as a known finding begins a new one.

/// The most findings that are taken from one text.
const MOST_FINDINGS: usize = 200;

/// The longest text of a finding, characters.
const LONGEST: usize = 600;

/// Beginnings of lines with links and advice, which are no finding.
const ADVICE: &[&str] = &[
    "- http",
    "http",
    "See http",
    "For more information",
    "If you are leveraging custom networking",
    "The Security Group associated with the VPC Endpoint should allow",
    "Task ENI in",
];

/// Beginnings of findings, as they are recorded.
const BEGINNINGS: &[&str] = &[
    "The registry domain [",
    "The IP's [",
    "You have enabled ",
    "The route table ",
    "VPC Endpoint (",
    "The resource based policy ",
];

/// The words that stand in place of findings if the analysis did not run.
const SKIPPED: &str = "Task Analysis Skipped";

/// A finding as the runbook wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReportedFinding {
    pub(super) section: Option<String>,
    pub(super) text: String,
}

/// The findings of an analysis.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    pub(super) findings: Vec<ReportedFinding>,
    /// Whether the runbook did not analyse the task.
    pub(super) is_skipped: bool,
    /// Findings beyond the limit.
    pub(super) is_cut: bool,
    section: Option<String>,
    lines: Vec<String>,
}

impl Analysis {
    /// Takes a text apart.
    pub(super) fn of(text: &str) -> Self {
        let mut analysis = Self::default();
        for line in text.lines().map(str::trim) {
            if is_rule(line) {
                analysis.heading(line);
            } else if line.is_empty() {
                analysis.finish();
            } else {
                if begins(line) {
                    analysis.finish();
                }
                analysis.lines.push(line.to_owned());
            }
        }
        analysis.finish();
        analysis
    }

    /// Takes the line above a rule as a heading: `=` underlines a section, `#` the title of the whole text.
    fn heading(&mut self, rule: &str) {
        let heading = self.lines.pop();
        self.finish();
        self.section = heading.filter(|_| rule.starts_with('=')).map(|text| clip(&text));
    }

    fn finish(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let stated: Vec<String> = lines.into_iter().filter(|line| !is_advice(line)).collect();
        let text = clip(&stated.join(" "));
        if text.is_empty() {
            return;
        }
        if text.contains(SKIPPED) {
            self.is_skipped = true;
        } else if self.findings.len() == MOST_FINDINGS {
            self.is_cut = true;
        } else {
            self.findings.push(ReportedFinding { section: self.section.clone(), text });
        }
    }
}

fn is_rule(line: &str) -> bool {
    let first = line.chars().next();
    line.len() >= 3 && matches!(first, Some('=' | '#' | '+')) && line.chars().all(|one| Some(one) == first)
}

fn begins(line: &str) -> bool {
    let is_endpoint = line.starts_with('[') && line.contains(" VPC Endpoint]");
    is_endpoint || BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

fn is_advice(line: &str) -> bool {
    ADVICE.iter().any(|beginning| line.starts_with(beginning))
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "The route table rtb-1 associated with Task Subnet subnet-1 does not have network access either via Internet Gateway or Nat Gateway.";

    fn check(text: &str, want: &[(Option<&str>, &str)]) {
        let found = Analysis::of(text).findings;
        let found: Vec<_> = found.iter().map(|one| (one.section.as_deref(), one.text.as_str())).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn findings_stand_under_headings_and_before_advice() {
        let title = " \nTask Failure Reason Analysis:\n#############################\n\n";
        let text = format!(
            "{title}REGISTRY CHECKS\n===============\n{ROUTE}\nIf you are leveraging custom networking path via x\n\n- https://docs\n\nLog Configuration Checks\n====\nThe log group [x] is missing\nSee https://docs"
        );
        let registry = Some("REGISTRY CHECKS");
        check(
            &text,
            &[(registry, ROUTE), (Some("Log Configuration Checks"), "The log group [x] is missing")],
        );
        check(title, &[]);
        check("", &[]);
    }

    #[test]
    fn known_beginnings_part_a_paragraph() {
        let endpoint =
            "[logs VPC Endpoint]: Security Group rules for ['sg-1'] are not allowing the egress traffic.";
        check(&format!("{ROUTE}\n{endpoint}\nmore"), &[(None, ROUTE), (None, &format!("{endpoint} more"))]);
    }

    #[test]
    fn an_analysis_that_did_not_run_has_no_finding() {
        let analysis = Analysis::of(
            "Task Analysis Skipped, Please review each section of the RunBook Execution logs below",
        );
        assert!(analysis.is_skipped && analysis.findings.is_empty());
        let endless = Analysis::of(&"a finding\n\n".repeat(MOST_FINDINGS + 1));
        assert!(endless.is_cut && endless.findings.len() == MOST_FINDINGS);
        assert_eq!(Analysis::of(&"ä".repeat(LONGEST + 1)).findings[0].text.chars().count(), LONGEST + 1);
    }
}
