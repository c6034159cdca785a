//! A comparison of two reports: new incidents come first, and unchanged ones are only counted.

use std::io::{self, Write};

use crate::compare::{ChangeKind, ComparedReport, Comparison, IncidentChange, InterfaceChange, Minutes};
use crate::model::time::Window;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{TerminalOptions, WIDTHS, words};

/// Changes of one kind that are named; the others are counted.
const SHOWN: usize = 20;

/// The changes in the order of the page, and their names.
const CHANGES: [(ChangeKind, &str); 5] = [
    (ChangeKind::New, "New"),
    (ChangeKind::Grown, "Grown"),
    (ChangeKind::ConfidenceChanged, "Confidence changed"),
    (ChangeKind::Shrunk, "Shrunk"),
    (ChangeKind::Gone, "Gone"),
];

/// Writes the comparison.
pub(in crate::render) fn render(
    comparison: &Comparison,
    options: TerminalOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    let page = &mut Page::new(out, options.width.clamp(WIDTHS.0, WIDTHS.1), options.color);
    let n = |change| comparison.incidents.iter().filter(|one| one.change == change).count();
    let counts = CHANGES.iter().map(|(change, name)| format!("{}: {}", name.to_lowercase(), n(*change)));
    let counts: Vec<String> = counts.chain([format!("unchanged: {}", n(ChangeKind::Unchanged))]).collect();
    page.labelled(0, ("Incidents:", style::STRONG), &counts.join(", "))?;
    for (change, name) in CHANGES {
        let of_kind = || comparison.incidents.iter().filter(|one| one.change == change);
        list(page, name, of_kind().map(incident))?;
    }
    coverage(page, comparison)?;
    let defects = comparison.defects.iter();
    list(
        page,
        "Defects",
        defects.map(|defect| format!("{}: {}, was {}", defect.kind, defect.new, defect.old)),
    )?;
    page.blank()?;
    page.rule()?;
    page.labelled(0, ("Old:", style::STRONG), &side(&comparison.old))?;
    page.labelled(0, ("New:", style::STRONG), &side(&comparison.new))
}

fn coverage<W: Write>(page: &mut Page<'_, W>, comparison: &Comparison) -> io::Result<()> {
    let coverage = &comparison.coverage;
    let types = coverage.traffic_type.iter().map(|[old, new]| format!("traffic type {new}, was {old}"));
    list(page, "Coverage", types.chain(coverage.interfaces.iter().map(interface)))
}

fn list<W: Write>(
    page: &mut Page<'_, W>,
    title: &str,
    lines: impl Iterator<Item = String>,
) -> io::Result<()> {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return Ok(());
    }
    page.heading(title)?;
    for line in lines.iter().take(SHOWN) {
        page.hanging(2, 4, style::PLAIN, line)?;
    }
    match lines.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => page.prose(2, style::DIM, &format!("and {more} more, see --format json")),
    }
}

/// `The title (cause, s3; security-group sg-0e11): 5 tasks, was 2; confirmed, was likely`.
fn incident(one: &IncidentChange) -> String {
    let mut about = vec![one.cause.clone()];
    about.extend(one.service.clone());
    let culprits = one.culprits.iter().map(|culprit| {
        let id = culprit.id.as_deref().or(culprit.subnet_id.as_deref()).unwrap_or("(id unknown)");
        format!("{} {id}", culprit.kind)
    });
    let about: Vec<String> = std::iter::once(about.join(", ")).chain(culprits).collect();
    let about = format!("{} ({})", one.title, about.join("; "));
    let tasks = |n| words::count(n, "task");
    match (&one.old, &one.new) {
        (Some(old), Some(new)) => {
            let mut text = format!("{about}: {}, was {}", tasks(new.tasks), old.tasks);
            if new.confidence != old.confidence {
                text = format!("{text}; {}, was {}", new.confidence, old.confidence);
            }
            text
        }
        (Some(only), None) | (None, Some(only)) => {
            format!("{about}: {}, {}", tasks(only.tasks), only.confidence)
        }
        (None, None) => about,
    }
}

fn interface(change: &InterfaceChange) -> String {
    format!("{} ({}): {}, was {}", change.id, change.role, minutes(change.new), minutes(change.old))
}

fn minutes(minutes: Minutes) -> String {
    let seen = format!("{} of {}", minutes.minutes_seen, words::count(minutes.minutes_expected, "minute"));
    match minutes.skipdata_minutes {
        0 => seen,
        lost => format!("{seen}, records lost in {lost}"),
    }
}

fn side(side: &ComparedReport) -> String {
    let tasks = words::count(side.tasks, "task");
    let window = words::window(Window {
        from: side.from.unwrap_or(Window::ALWAYS.from),
        to: side.to.unwrap_or(Window::ALWAYS.to),
    });
    match window {
        Some(window) => format!("{}, {tasks}, {window}", side.file),
        None => format!("{}, {tasks}", side.file),
    }
}
