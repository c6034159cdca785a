//! The report as GitHub-flavoured Markdown, for tickets and step summaries.
//!
//! Each incident is a section that can be pasted alone: the verdict, the culprits, the records, the fix, and the causes
//! that were ruled out. Records and commands are in fenced blocks; all other text from logs and metadata passes through
//! [`escape`]. A step summary is limited to 1 MiB, so incidents beyond [`BUDGET`] are only counted.

mod escape;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use escape::{code, fenced, prose};

use crate::finding::{CaseChanges, CauseId, Confidence, Fix};
use crate::model::time::Timestamp;
use crate::render::terminal::incident::{culprit, scope};
use crate::render::words::{self, count};
use crate::report::{Incident, Report, TaskReport, Verdict};

/// Bytes of a page.
const BUDGET: usize = 900 * 1024;
/// Statements of an incident, records of a statement, tasks of an incident, and characters of a text.
const STATEMENTS_SHOWN: usize = 10;
const ROWS_SHOWN: usize = 3;
const TASKS_SHOWN: usize = 20;
const TEXT: usize = 2000;

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    out.write_all(page(report).as_bytes())
}

fn page(report: &Report) -> String {
    let mut page = format!("## {}\n", title(report));
    let named = report.tasks.iter().filter_map(|task| Some((task.name()?, task)));
    let tasks: BTreeMap<&str, &TaskReport> = named.collect();
    let mut n_omitted = 0;
    for (number, incident) in (1..).zip(&report.incidents) {
        let own = incident.tasks.iter().filter_map(|name| tasks.get(name.as_str()).copied());
        let section = section(number, incident, &own.collect::<Vec<_>>());
        if page.len() + section.len() <= BUDGET { page.push_str(&section) } else { n_omitted += 1 }
    }
    if n_omitted > 0 {
        let _ = write!(
            page,
            "\n{} omitted because of the length limit: see the JSON report.\n",
            count(n_omitted, "incident")
        );
    }
    let _ = write!(page, "\n---\n\n{}\n", inputs(report));
    page
}

fn title(report: &Report) -> String {
    if report.incidents.is_empty() {
        return "flowcause: no incident".to_owned();
    }
    let incidents = count(report.incidents.len() as u64, "incident");
    format!("flowcause: {incidents}, {}", count(report.tasks.len() as u64, "task"))
}

/// Adds a paragraph.
fn paragraph(section: &mut String, text: &str) {
    let _ = write!(section, "\n{text}\n");
}

fn section(number: u64, incident: &Incident, tasks: &[&TaskReport]) -> String {
    let mut section =
        format!("\n### {number}. {}: {}\n", words::confidence(incident.confidence), prose(incident.title));
    if !incident.culprits.is_empty() {
        let culprits: Vec<String> = incident.culprits.iter().map(|one| code(&clip(&culprit(one)))).collect();
        paragraph(
            &mut section,
            &format!("**{}** {}", words::culprit_label(incident.confidence), culprits.join(", ")),
        );
    }
    paragraph(&mut section, &prose(&clip(&incident.summary)));
    paragraph(&mut section, &facts(incident));
    if let Some(first_task) = tasks.first() {
        changed(&mut section, &first_task.verdict);
        evidence(&mut section, &first_task.verdict);
        denied(&mut section, &first_task.verdict);
    }
    fix(&mut section, incident.cause, &incident.fix);
    if let Some(first_task) = tasks.first() {
        considered(&mut section, &first_task.verdict);
        missing(&mut section, &first_task.verdict);
    }
    for task in tasks.iter().take(TASKS_SHOWN) {
        runbook(&mut section, task);
    }
    list_tasks(&mut section, incident, tasks);
    section
}

fn facts(incident: &Incident) -> String {
    let facts = format!("Cause {}, {}", code(incident.cause.name()), prose(&clip(&scope(incident))));
    match incident.first.or(incident.last).zip(incident.last.or(incident.first)) {
        Some((first, last)) => format!("{facts}, {}", words::span(first, last)),
        None => facts,
    }
}

fn evidence(section: &mut String, verdict: &Verdict) {
    if verdict.evidence.is_empty() {
        return;
    }
    paragraph(section, "**Evidence**");
    for evidence in verdict.evidence.iter().take(STATEMENTS_SHOWN) {
        paragraph(section, &prose(&clip(&evidence.statement)));
        let mut lines = Vec::new();
        for of_file in evidence.rows[..evidence.rows.len().min(ROWS_SHOWN)].chunk_by(|a, b| a.file == b.file)
        {
            lines.push(clip(&of_file[0].file));
            lines.extend(of_file.iter().map(|row| format!("{}: {}", row.line, clip(&row.record))));
        }
        section.push('\n');
        section.push_str(&fenced("text", &lines));
        more(section, evidence.rows.len().saturating_sub(ROWS_SHOWN), "record");
    }
    more(section, verdict.evidence.len().saturating_sub(STATEMENTS_SHOWN), "statement");
}

fn more(section: &mut String, n: usize, noun: &str) {
    if n > 0 {
        paragraph(section, &format!("and {} more, see the JSON report", count(n as u64, noun)));
    }
}

fn fix(section: &mut String, cause: CauseId, fix: &Fix) {
    if fix.text.is_empty() && fix.commands.is_empty() {
        return;
    }
    paragraph(section, "**What to do**");
    if !fix.text.is_empty() {
        paragraph(section, &prose(&clip(&fix.text)));
    }
    if fix.commands.is_empty() {
        return;
    }
    section.push('\n');
    // Commands are never shortened, because a part of a command is a different command.
    section.push_str(&fenced("sh", &fix.commands));
    paragraph(section, words::checked_fix(cause, fix.verified));
}

fn considered(section: &mut String, verdict: &Verdict) {
    let (out, open): (Vec<_>, Vec<_>) =
        verdict.also_considered.iter().partition(|one| one.confidence == Confidence::RuledOut);
    for (heading, list) in [("Ruled out", out), ("Not ruled out", open)] {
        if list.is_empty() {
            continue;
        }
        let n_causes = count(list.len() as u64, "cause");
        let _ = write!(section, "\n<details>\n<summary>{heading}: {n_causes}</summary>\n\n");
        for one in list {
            let _ = writeln!(section, "- {}: {}", code(one.cause.name()), prose(&clip(&one.reason)));
        }
        section.push_str("\n</details>\n");
    }
}

/// Adds what changed before the failure.
fn changed(section: &mut String, verdict: &Verdict) {
    if let Some(sentence) = verdict.changes.as_ref().and_then(CaseChanges::sentence) {
        paragraph(section, &format!("**Changed before** {}", prose(&clip(&sentence))));
    }
}

fn denied(section: &mut String, verdict: &Verdict) {
    if verdict.findings.is_empty() {
        return;
    }
    paragraph(section, "**Denied requests**\n");
    for one in verdict.findings.iter().take(STATEMENTS_SHOWN) {
        let _ = writeln!(section, "- {}", prose(&clip(&one.sentence())));
    }
    more(section, verdict.findings.len().saturating_sub(STATEMENTS_SHOWN), "denied request");
}

/// Adds the findings of the runbook of AWS about a task.
fn runbook(section: &mut String, task: &TaskReport) {
    let Some(review) = &task.runbook else { return };
    let name = code(&clip(task.name().unwrap_or_default()));
    paragraph(section, &format!("**AWS runbook about {name}** {}", prose(&clip(&review.summary()))));
    if let Some(note) = &review.note {
        paragraph(section, &prose(&clip(note)));
    }
    section.push('\n');
    for one in review.findings.iter().take(STATEMENTS_SHOWN) {
        let _ =
            writeln!(section, "- {}. Reported: {}", prose(&clip(&one.sentence())), prose(&clip(&one.text)));
    }
    more(section, review.findings.len().saturating_sub(STATEMENTS_SHOWN), "finding");
}

fn missing(section: &mut String, verdict: &Verdict) {
    if verdict.missing.is_empty() {
        return;
    }
    paragraph(section, "**Missing data**\n");
    for missing in &verdict.missing {
        let (what, shows) = (prose(&clip(&missing.what)), prose(&clip(&missing.would_show)));
        let _ = writeln!(section, "- {what}. It would show: {shows}");
    }
}

fn list_tasks(section: &mut String, incident: &Incident, tasks: &[&TaskReport]) {
    if tasks.is_empty() {
        return;
    }
    section.push_str("\n| task | service | interface | address | created (UTC) | stopped (UTC) |\n|---|---|---|---|---|---|\n");
    let time = |at: Option<Timestamp>| at.map(words::date_and_clock).unwrap_or_default();
    for task in tasks.iter().take(TASKS_SHOWN) {
        let cells = [
            prose(&clip(task.name().unwrap_or_default())),
            prose(&clip(task.service_name.as_deref().unwrap_or_default())),
            prose(&clip(task.interface_id.as_ref().map_or("", |id| id.as_str()))),
            task.address.map(|address| address.to_string()).unwrap_or_default(),
            time(task.created_at),
            time(task.stopped_at),
        ];
        let _ = writeln!(section, "| {} |", cells.join(" | "));
    }
    more(section, incident.tasks.len().saturating_sub(tasks.len().min(TASKS_SHOWN)), "task");
}

fn inputs(report: &Report) -> String {
    let inputs = &report.inputs;
    let n_defects = inputs.defects.iter().map(|(_, n, _)| n).sum();
    format!(
        "Read: {}, {}, {}. Written by flowcause {}.",
        count(inputs.files, "file"),
        count(inputs.records, "record"),
        count(n_defects, "defect"),
        env!("CARGO_PKG_VERSION")
    )
}

/// Returns the text, cut after [`TEXT`] characters.
fn clip(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_page_fits_a_step_summary_whatever_is_in_it() {
        for (n_incidents, evil) in [(3000, "x"), (40, "\u{1b}<@"), (3, "😀`|")] {
            let mut report = sample::rich();
            let mut incident = report.incidents.remove(0);
            incident.summary = evil.repeat(100_000);
            incident.fix.commands = vec![evil.repeat(1000)];
            report.incidents = vec![incident; n_incidents];
            report.tasks[0].verdict.evidence[0].rows[0].record = evil.repeat(100_000);
            let page = page(&report);
            assert!(page.len() < 1024 * 1024, "{} bytes of {evil:?}", page.len());
            let n_shown = page.matches("\n### ").count();
            assert!(n_shown > 0, "{evil:?}");
            let omitted = format!("{} incidents omitted because of the length limit", n_incidents - n_shown);
            assert!(n_shown == n_incidents || page.contains(&omitted), "{evil:?}");
        }
    }
}
