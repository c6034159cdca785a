//! One incident: the verdict, the evidence, the limits, and the fix.

use std::io::{self, Write};

use crate::finding::{
    CaseChanges, CauseId, Confidence, Considered, Culprit, CulpritKind, DeniedRequest, Fix, MissingData,
};
use crate::model::service::Service;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{TASKS_SHOWN, hops, more_tasks, run, task, words};
use crate::report::{Evidence, EvidenceRow, Incident, TaskReport, Verdict};

/// Records shown for each statement; the first ones are enough to check it.
const ROWS_SHOWN: usize = 3;

/// Writes the incident. `place` is its number and the number of incidents; `tasks` are its own.
pub(super) fn write<W: Write>(
    page: &mut Page<'_, W>,
    incident: &Incident,
    place: (usize, usize),
    tasks: &[&TaskReport],
) -> io::Result<()> {
    answer(page, incident, place)?;
    if let Some(first_task) = tasks.first() {
        changed(page, &first_task.verdict)?;
        denied(page, &first_task.verdict.findings)?;
        evidence(page, first_task, incident.tasks.len())?;
        if !first_task.verdict.path.is_empty() {
            page.heading("Configured path")?;
            hops::write(page, 2, &first_task.verdict.path)?;
        }
        considered(page, &first_task.verdict.also_considered)?;
        missing(page, weakest(tasks, incident.confidence, first_task))?;
    }
    what_to_do(page, incident.cause, &incident.fix)?;
    details(page, incident, tasks)
}

/// Returns the missing data of the first task with the confidence of the incident.
fn weakest<'a>(
    tasks: &[&'a TaskReport],
    confidence: Confidence,
    first_task: &'a TaskReport,
) -> &'a [MissingData] {
    let weak = tasks.iter().find(|task| task.verdict.confidence == confidence);
    &weak.unwrap_or(&first_task).verdict.missing
}

/// Writes the first lines: confidence, title, culprits, summary and time.
fn answer<W: Write>(
    page: &mut Page<'_, W>,
    incident: &Incident,
    (number, of): (usize, usize),
) -> io::Result<()> {
    let mut title = format!("{} ({})", incident.title, scope(incident));
    if of > 1 {
        title = format!("[{number} of {of}] {title}");
    }
    let color = match incident.cause {
        CauseId::NetworkHealthy => style::GOOD,
        _ => style::of_confidence(incident.confidence),
    };
    let label = (words::confidence(incident.confidence), color);
    page.labelled(0, label, &title)?;
    if !incident.culprits.is_empty() {
        let named: Vec<String> = incident.culprits.iter().map(culprit).collect();
        page.labelled(0, (words::culprit_label(incident.confidence), style::STRONG), &named.join("; "))?;
    }
    page.prose(0, style::PLAIN, &incident.summary)?;
    let cause = format!("cause {}", incident.cause);
    let ends = incident.first.or(incident.last).zip(incident.last.or(incident.first));
    let text = match ends {
        Some((first, last)) => format!("{cause}, {}", words::span(first, last)),
        None => cause,
    };
    let history = incident.history.as_ref().map(|history| format!("; {}", run::history(history)));
    page.prose(0, style::DIM, &format!("{text}{}", history.unwrap_or_default()))
}

/// Returns the services and the number of tasks, such as `secretsmanager, 3 tasks`.
pub(in crate::render) fn scope(incident: &Incident) -> String {
    let mut parts: Vec<String> =
        incident.services.iter().map(|service| service_name(service).to_owned()).collect();
    parts.push(words::count(incident.tasks.len() as u64, "task"));
    parts.join(", ")
}

fn service_name(service: &Service) -> &str {
    match service {
        Service::Unknown => "unknown service",
        named => named.name(),
    }
}

/// Returns the text of a culprit, such as `security group sg-0e11 (ingress: …)`.
pub(in crate::render) fn culprit(culprit: &Culprit) -> String {
    let likely = if culprit.is_likely { "most likely " } else { "" };
    let mut text = format!("{likely}{}", words::culprit_kind(culprit.kind));
    match (&culprit.id, &culprit.subnet_id) {
        (Some(id), _) if culprit.kind == CulpritKind::Path => text = format!("the path to {id}"),
        (Some(id), Some(subnet)) => text = format!("{text} {id} of {subnet}"),
        (Some(id), None) => text = format!("{text} {id}"),
        (None, Some(subnet)) => text = format!("the {text} of {subnet}"),
        (None, None) => text.push_str(" (id unknown)"),
    }
    match &culprit.rule {
        Some(rule) => format!("{text} ({rule})"),
        None => text,
    }
}

fn evidence<W: Write>(page: &mut Page<'_, W>, first_task: &TaskReport, n_tasks: usize) -> io::Result<()> {
    if first_task.verdict.evidence.is_empty() {
        return Ok(());
    }
    match task::name(first_task) {
        Some(name) if n_tasks > 1 => page.heading(&format!("Evidence (task {name})"))?,
        _ => page.heading("Evidence")?,
    }
    for Evidence { statement, rows } in &first_task.verdict.evidence {
        page.hanging(2, 2, style::PLAIN, statement)?;
        let shown: Vec<&EvidenceRow> = rows.iter().take(ROWS_SHOWN).collect();
        shown.chunk_by(|a, b| a.file == b.file).try_for_each(|of_file| records(page, of_file))?;
        if rows.len() > ROWS_SHOWN {
            let n_more = (rows.len() - ROWS_SHOWN) as u64;
            let text = format!("and {} more, see --format json", words::count(n_more, "record"));
            page.prose(4, style::DIM, &text)?;
        }
    }
    Ok(())
}

/// Writes the records of one file: its path once, then each complete record after its line number.
fn records<W: Write>(page: &mut Page<'_, W>, rows: &[&EvidenceRow]) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    page.verbatim(4, &first.file)?;
    rows.iter().try_for_each(|row| page.verbatim(6, &format!("{}: {}", row.line, row.record)))
}

/// Writes what changed before the failure.
fn changed<W: Write>(page: &mut Page<'_, W>, verdict: &Verdict) -> io::Result<()> {
    let Some(sentence) = verdict.changes.as_ref().and_then(CaseChanges::sentence) else { return Ok(()) };
    page.labelled(0, ("Changed before:", style::STRONG), &sentence)
}

/// Writes the denied requests, each on a line.
fn denied<W: Write>(page: &mut Page<'_, W>, all: &[DeniedRequest]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    page.heading("Denied requests")?;
    all.iter().try_for_each(|one| page.hanging(2, 4, style::PLAIN, &format!("- {}", one.sentence())))
}

fn considered<W: Write>(page: &mut Page<'_, W>, all: &[Considered]) -> io::Result<()> {
    let (out, open): (Vec<&Considered>, Vec<&Considered>) =
        all.iter().partition(|considered| considered.confidence == Confidence::RuledOut);
    for (heading, list) in [("Ruled out", out), ("Not ruled out", open)] {
        if list.is_empty() {
            continue;
        }
        page.heading(heading)?;
        // Adjacent causes with the same reason share a line.
        for alike in list.chunk_by(|a, b| a.reason == b.reason) {
            let causes: Vec<&str> = alike.iter().map(|considered| considered.cause.name()).collect();
            page.hanging(2, 4, style::PLAIN, &format!("{}: {}", causes.join(", "), alike[0].reason))?;
        }
    }
    Ok(())
}

fn missing<W: Write>(page: &mut Page<'_, W>, all: &[MissingData]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    page.heading("Missing data")?;
    for MissingData { what, would_show } in all {
        page.hanging(2, 4, style::PLAIN, &format!("- {what}"))?;
        page.hanging(4, 4, style::PLAIN, &format!("It would show: {would_show}"))?;
    }
    Ok(())
}

fn what_to_do<W: Write>(page: &mut Page<'_, W>, cause: CauseId, fix: &Fix) -> io::Result<()> {
    if fix.text.is_empty() && fix.commands.is_empty() {
        return Ok(());
    }
    page.heading("What to do")?;
    if !fix.text.is_empty() {
        page.prose(2, style::PLAIN, &fix.text)?;
    }
    if !fix.commands.is_empty() {
        page.blank()?;
        fix.commands.iter().try_for_each(|command| page.verbatim(2, command))?;
        page.blank()?;
    }
    // Advice for a search is not a change that could be checked.
    if fix.commands.is_empty() && !fix.verified {
        return Ok(());
    }
    page.prose(2, style::DIM, words::checked_fix(cause, fix.verified))
}

fn details<W: Write>(page: &mut Page<'_, W>, incident: &Incident, tasks: &[&TaskReport]) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    page.heading("Tasks")?;
    for (index, task) in tasks.iter().take(TASKS_SHOWN).enumerate() {
        if index > 0 {
            page.blank()?;
        }
        let before = index.checked_sub(1).and_then(|before| tasks.get(before));
        let previous_reason = before.and_then(|before| before.stopped_reason.as_deref());
        task::write(page, task, previous_reason)?;
    }
    more_tasks(page, incident.tasks.len().saturating_sub(tasks.len().min(TASKS_SHOWN)))
}
