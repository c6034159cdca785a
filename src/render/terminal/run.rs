//! The additional parts of a run with a state: new, ongoing and resolved incidents.

use std::io::{self, Write};

use crate::model::ids::SubnetId;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::words;
use crate::report::{Incident, IncidentHistory, PastIncident, Report, Run, Status};

/// Incidents of earlier runs that are named; the others are counted.
const PAST_SHOWN: usize = 10;

/// Writes the first line: the number of incidents with each status.
pub(super) fn summary<W: Write>(page: &mut Page<'_, W>, report: &Report, run: &Run) -> io::Result<()> {
    let is = |incident: &&Incident, status| {
        incident.history.as_ref().map(|history| history.status) == Some(status)
    };
    let n = |status| report.incidents.iter().filter(|incident| is(incident, status)).count();
    let mut parts = vec![format!("New: {}", n(Status::New)), format!("ongoing: {}", n(Status::Ongoing))];
    if n(Status::Returned) > 0 {
        parts.push(format!("returned: {}", n(Status::Returned)));
    }
    parts.push(format!("resolved: {}", run.resolved.len()));
    if !run.not_seen.is_empty() {
        parts.push(format!("not seen: {}", run.not_seen.len()));
    }
    page.prose(0, style::STRONG, &parts.join(", "))?;
    page.blank()
}

/// Writes the text of a run without a new incident.
pub(super) fn nothing_new<W: Write>(page: &mut Page<'_, W>, run: &Run) -> io::Result<()> {
    let text = format!(
        "There is no new failed task: {} read, {} already diagnosed by earlier runs.",
        words::count(run.new_files, "new file"),
        words::count(run.tasks_already_diagnosed, "failed task"),
    );
    page.prose(0, style::PLAIN, &text)
}

/// Returns the history of an incident for its last line of facts.
pub(super) fn history(history: &IncidentHistory) -> String {
    let tasks = words::count(history.tasks, "task");
    let since = history
        .since
        .map_or_else(String::new, |since| format!(" since {} UTC", words::date_and_clock(since)));
    match history.status {
        Status::New => "new".to_owned(),
        Status::Ongoing => format!("ongoing{since}, {tasks} in all runs"),
        Status::Returned => format!("returned, known{since}, {tasks} in all runs"),
        Status::Resolved => "resolved in an earlier run".to_owned(),
    }
}

/// Writes the incidents without tasks in this run.
pub(super) fn past<W: Write>(page: &mut Page<'_, W>, run: &Run) -> io::Result<()> {
    list(page, "Resolved since the last run", &run.resolved)?;
    list(page, "Not seen in this run; no start of a task shows that it ended", &run.not_seen)
}

/// Returns the counts of files compared with earlier runs.
pub(super) fn files(run: &Run) -> String {
    let mut parts = vec![words::count(run.new_files, "new log file")];
    if run.files_reread > 0 {
        parts.push(format!("{} reread", run.files_reread));
    }
    if run.files_missing > 0 {
        parts.push(format!("{} of earlier runs missing", run.files_missing));
    }
    if run.files_duplicated > 0 {
        parts.push(format!("{} skipped as duplicates", run.files_duplicated));
    }
    if run.tasks_already_diagnosed > 0 {
        let tasks = words::count(run.tasks_already_diagnosed, "failed task");
        parts.push(format!("{tasks} skipped because earlier runs diagnosed them"));
    }
    parts.join(", ")
}

fn list<W: Write>(page: &mut Page<'_, W>, title: &str, incidents: &[PastIncident]) -> io::Result<()> {
    if incidents.is_empty() {
        return Ok(());
    }
    page.heading(title)?;
    for incident in incidents.iter().take(PAST_SHOWN) {
        page.hanging(2, 4, style::PLAIN, &one(incident))?;
    }
    match incidents.len().saturating_sub(PAST_SHOWN) {
        0 => Ok(()),
        more => page.prose(2, style::DIM, &format!("and {more} more, see --format json")),
    }
}

/// `title (s3, 3 tasks; network-acl acl-0e77), last failure …; task … started …`.
fn one(incident: &PastIncident) -> String {
    let mut scope = incident.services.clone();
    scope.push(words::count(incident.tasks, "task"));
    let mut named = vec![scope.join(", ")];
    for culprit in &incident.culprits {
        let id = culprit.id.as_deref().or(culprit.subnet_id.as_ref().map(SubnetId::as_str));
        named.push(format!("{} {}", culprit.kind, id.unwrap_or("(id unknown)")));
    }
    let mut text = format!("{} ({})", incident.title, named.join("; "));
    if let Some(last) = incident.last {
        text = format!("{text}, last failure {} UTC", words::date_and_clock(last));
    }
    match &incident.resolved_by {
        Some(start) => {
            format!("{text}; {} started {} UTC", start.task_arn, words::date_and_clock(start.started_at))
        }
        None => text,
    }
}
