//! Verdicts as JUnit results for viewers of test results: one suite, with one case for each task.
//!
//! A task that failed because of the network is a failure; a task with a healthy network passed; a task with inconclusive
//! data was skipped. The document satisfies the schemas of Jenkins and of Ant.
//! [`sanitize`](crate::render::sanitize) makes the characters visible that XML does not allow.

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::finding::{CauseId, Confidence};
use crate::render::sanitize::sanitize;
use crate::render::terminal::incident::culprit;
use crate::report::{Report, TaskReport};

/// Records shown for a statement.
const ROWS_SHOWN: usize = 3;

/// The result of a task as a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TestOutcome {
    Passed,
    Failed,
    Skipped,
}

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").write_inner_content(|xml| suite(report, xml))?;
    out.write_all(b"\n")
}

fn suite<W: Write>(report: &Report, xml: &mut Writer<W>) -> io::Result<()> {
    let count = |outcome| report.tasks.iter().filter(|task| of(task) == outcome).count().to_string();
    let seconds: u64 = report.tasks.iter().map(seconds).fold(0, u64::saturating_add);
    xml.create_element("testsuite")
        .with_attribute(("name", "ECS tasks that did not start"))
        .with_attribute(("package", "flowcause"))
        .with_attribute(("id", "0"))
        .with_attribute(("hostname", "localhost"))
        .with_attribute(("timestamp", timestamp(report).as_str()))
        .with_attribute(("time", seconds.to_string().as_str()))
        .with_attribute(("tests", report.tasks.len().to_string().as_str()))
        .with_attribute(("failures", count(TestOutcome::Failed).as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", count(TestOutcome::Skipped).as_str()))
        .write_inner_content(|xml| {
            properties(report, xml)?;
            report.tasks.iter().try_for_each(|task| case(task, xml))?;
            xml.create_element("system-out").write_empty()?;
            xml.create_element("system-err").write_empty()?;
            Ok(())
        })?;
    Ok(())
}

/// The window's first second, or the first packet of an incident if the window has no beginning, without a zone as the
/// schemas want it; the epoch where nothing was read.
fn timestamp(report: &Report) -> String {
    let from = report.window.and_then(|window| window.from.dated());
    let first = from.or_else(|| report.incidents.iter().filter_map(|incident| incident.first).min());
    let first = first.map(|at| at.to_string()).unwrap_or_default();
    match first.strip_suffix('Z') {
        Some(text) if text.len() == 19 => text.to_owned(),
        _ => "1970-01-01T00:00:00".to_owned(),
    }
}

fn properties<W: Write>(report: &Report, xml: &mut Writer<W>) -> io::Result<()> {
    let values = [
        ("flowcause.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("healthy_tasks", report.healthy_tasks.to_string()),
        ("records_read", report.inputs.records.to_string()),
        ("defects", report.inputs.defects.iter().map(|(_, count, _)| count).sum::<u64>().to_string()),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in &values {
            let property = xml.create_element("property").with_attribute(("name", *name));
            property.with_attribute(("value", value.as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn of(task: &TaskReport) -> TestOutcome {
    match (task.verdict.confidence, task.verdict.cause) {
        (Confidence::Undetermined | Confidence::RuledOut, _) => TestOutcome::Skipped,
        (_, CauseId::NetworkHealthy) => TestOutcome::Passed,
        _ => TestOutcome::Failed,
    }
}

/// Returns the lifetime of the task in seconds.
fn seconds(task: &TaskReport) -> u64 {
    let span = task.created_at.zip(task.stopped_at).map_or(0, |(from, to)| to.seconds_since(from));
    u64::try_from(span).unwrap_or_default()
}

fn case<W: Write>(task: &TaskReport, xml: &mut Writer<W>) -> io::Result<()> {
    let (name, class) =
        (task.name().unwrap_or("task without an id"), task.service_name.as_deref().unwrap_or("task"));
    let case = xml
        .create_element("testcase")
        .with_attribute(("classname", sanitize(class).as_ref()))
        .with_attribute(("name", sanitize(name).as_ref()))
        .with_attribute(("time", seconds(task).to_string().as_str()));
    let element = match of(task) {
        TestOutcome::Passed => {
            case.write_empty()?;
            return Ok(());
        }
        TestOutcome::Failed => "failure",
        TestOutcome::Skipped => "skipped",
    };
    case.write_inner_content(|xml| {
        xml.create_element(element)
            .with_attribute(("type", task.verdict.cause.name()))
            .with_attribute(("message", sanitize(&task.verdict.summary).as_ref()))
            .write_text_content(BytesText::new(&details(task)))?;
        Ok(())
    })?;
    Ok(())
}

/// Returns the details of a verdict, one line for each.
fn details(task: &TaskReport) -> String {
    let verdict = &task.verdict;
    let mut lines = format!("\nCause: {} ({})\n", verdict.cause, verdict.confidence.name());
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(lines, "{label}{}", sanitize(value));
    };
    if let Some(reason) = &task.stopped_reason {
        line("Stop reason: ", reason);
    }
    verdict.culprits.iter().for_each(|one| line("At fault: ", &culprit(one)));
    for evidence in &verdict.evidence {
        line("", &evidence.statement);
        for row in evidence.rows.iter().take(ROWS_SHOWN) {
            line("  ", &format!("{}:{}: {}", row.file, row.line, row.record));
        }
    }
    verdict.missing.iter().for_each(|missing| line("Missing: ", &missing.what));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_character_is_legal_in_xml() {
        let mut report = sample::rich();
        report.tasks.truncate(1);
        let all: String = ('\0'..='\u{1_ffff}').collect();
        report.tasks[0].service_name = Some(all.clone());
        report.tasks[0].verdict.summary = all;
        let mut out = Vec::new();
        render(&report, &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("XML is text");
        let is_legal = |c: char| matches!(c, '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(is_legal));
        assert_eq!(text.matches("%&amp;&apos;(").count(), 2);
    }

    #[test]
    fn verdicts_have_their_outcomes() {
        let outcome = |cause, confidence| {
            let mut task = sample::rich().tasks.remove(0);
            (task.verdict.cause, task.verdict.confidence) = (cause, confidence);
            of(&task)
        };
        assert!(outcome(CauseId::NoRoute, Confidence::Confirmed) == TestOutcome::Failed);
        assert!(outcome(CauseId::NoRoute, Confidence::Likely) == TestOutcome::Failed);
        assert!(outcome(CauseId::NoRoute, Confidence::Undetermined) == TestOutcome::Skipped);
        assert!(outcome(CauseId::NetworkHealthy, Confidence::Confirmed) == TestOutcome::Passed);
        assert!(outcome(CauseId::NetworkHealthy, Confidence::Likely) == TestOutcome::Passed);
        assert!(outcome(CauseId::NetworkHealthy, Confidence::Undetermined) == TestOutcome::Skipped);
    }
}
