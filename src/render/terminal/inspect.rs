//! The report of `flowcause inspect` for a terminal: the content of the logs, then the missing data and how to get it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::time::Timestamp;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{TerminalOptions, WIDTHS, inputs, words};
use crate::report::inspect::{Counts, Gap, Gaps, Importance, InspectReport, KindReport, LogCoverage};

/// The column of the text after a label.
const COLUMN: usize = 14;
/// Gaps that are listed; the others are in the JSON report.
const GAPS_SHOWN: usize = 3;

/// Writes the report.
pub(in super::super) fn render(
    report: &InspectReport,
    options: TerminalOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let page = &mut Page::new(out, width, options.color);
    answer(page, report)?;
    of_files(page, report)?;
    if report.total.records > 0 {
        records(page, report)?;
        time(page, &report.shown)?;
    }
    missing(page, report)?;
    flow_log(page, report)?;
    if report.defects.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.rule()?;
    inputs::defects(page, &report.defects)
}

/// Writes the first lines.
fn answer<W: Write>(page: &mut Page<'_, W>, report: &InspectReport) -> io::Result<()> {
    let total = &report.total;
    let read = format!("{} ({})", files(total.files), words::bytes(total.bytes));
    let Some((first, last)) = total.span else {
        return page.labelled(0, ("UNUSABLE", style::BAD), &format!("No flow record in {read}."));
    };
    let text = format!(
        "{} in {read}, of {}, {}.",
        words::count(total.records, "flow record"),
        words::count(total.interfaces(), "interface"),
        words::span(first, last),
    );
    match report.missing_of(Importance::Limiting).count() {
        0 => page.labelled(0, ("COMPLETE", style::GOOD), &text),
        1 => page.labelled(0, ("INCOMPLETE: 1 item", style::DOUBT), &text),
        n => page.labelled(0, (&format!("INCOMPLETE: {n} items"), style::DOUBT), &text),
    }
}

/// Writes the kinds of files, in a column as wide as their names.
fn of_files<W: Write>(page: &mut Page<'_, W>, report: &InspectReport) -> io::Result<()> {
    page.heading("Files")?;
    let names = report.kinds.iter().map(|kind| kind.kind.len() + 4);
    let column = names.max().unwrap_or(0).max(COLUMN);
    for kind in &report.kinds {
        page.aligned((&label(kind.kind), style::STRONG), column, &of_kind(kind))?;
        if let Some(version) = kind.version() {
            page.prose(column, style::DIM, &columns(kind, version))?;
        }
    }
    if report.metadata_files == 0 {
        return Ok(());
    }
    let text = format!("{} ({})", files(report.metadata_files), words::bytes(report.metadata_bytes));
    page.aligned((&label("metadata"), style::STRONG), column, &text)
}

/// `21 files (61.8 KiB), gzip, 306 records, …`.
fn of_kind(kind: &KindReport) -> String {
    let counts = &kind.counts;
    let mut parts = vec![format!("{} ({})", files(counts.files), words::bytes(counts.bytes))];
    if !kind.compressions.is_empty() {
        // The innermost first, as in "tar in gzip".
        parts.push(kind.compressions.iter().rev().copied().collect::<Vec<_>>().join(" in "));
    }
    parts.push(words::count(counts.records, "record"));
    if let Some((first, last)) = counts.span {
        parts.push(words::span(first, last));
    }
    if counts.transit_gateway > 0 {
        parts.push(format!("{} of transit gateways skipped", words::count(counts.transit_gateway, "row")));
    }
    if counts.defects > 0 {
        parts.push(words::count(counts.defects, "defect"));
    }
    parts.join(", ")
}

/// `29 fields up to version 5, named in the files`.
fn columns(kind: &KindReport, version: u8) -> String {
    let mut text = format!("{} up to version {version}", words::count(kind.fields.len() as u64, "field"));
    for by in &kind.field_order_source {
        text = format!("{text}, {}", order_source(by));
    }
    if kind.field_orders > 1 { format!("{text}, in {} orders", kind.field_orders) } else { text }
}

/// Returns how the order of the fields was determined.
fn order_source(by: &str) -> &str {
    match by {
        "header" => "named in the files",
        "log-format" => "in the order of --log-format",
        "describe-flow-logs" => "in the order of describe-flow-logs",
        "default-format" => "in the order of the default format",
        "inferred" => "in an order inferred from their values",
        other => other,
    }
}

fn records<W: Write>(page: &mut Page<'_, W>, report: &InspectReport) -> io::Result<()> {
    let total = &report.total;
    page.heading("Records")?;
    aligned(page, "action", &format!("ACCEPT {}, REJECT {}", total.accepted, total.rejected))?;
    aligned(page, "log-status", &log_status(total))?;
    aligned(page, "interfaces", &roles(&total.roles))?;
    aligned(page, "duplicates", &duplicates(report))?;
    let names: Vec<&str> = report.fields.iter().map(|field| field.field.name()).collect();
    aligned(page, "fields", &names.join(" "))?;
    if report.unknown_fields.is_empty() {
        return Ok(());
    }
    aligned(
        page,
        "",
        &format!("and unknown fields, which no version up to 11 has: {}", report.unknown_fields.join(", ")),
    )
}

fn log_status(total: &Counts) -> String {
    format!("OK {}, NODATA {}, SKIPDATA {}", total.ok(), total.nodata, total.skipdata)
}

/// `2 task, 3 endpoint, 1 unknown`; the unknown last.
fn roles(roles: &BTreeMap<String, u64>) -> String {
    let (unknown, known): (Vec<_>, Vec<_>) = roles.iter().partition(|(role, _)| *role == "unknown");
    let all = known.into_iter().chain(unknown);
    let counted: Vec<String> = all.map(|(role, n)| format!("{n} {role}")).collect();
    counted.join(", ")
}

fn duplicates(report: &InspectReport) -> String {
    let duplicates = &report.duplicates;
    let mut text = match duplicates.records {
        0 => "none".to_owned(),
        n => format!("{}; `flowcause explain` counts them once", words::count(n, "record")),
    };
    if let Some((one, other)) = &duplicates.first {
        text = format!(
            "{text}; {} with the records of another file: first {other}, which repeats {one}",
            files(duplicates.files)
        );
    }
    text
}

fn time<W: Write>(page: &mut Page<'_, W>, shown: &LogCoverage) -> io::Result<()> {
    page.heading("Time")?;
    aligned(page, "covered", &format!("{}, summed over interfaces", words::count(shown.minutes, "minute")))?;
    let interval = match shown.long_records {
        0 => format!("records of up to {} s", shown.longest_record),
        n => format!("records of up to {} s; {n} are longer than a minute", shown.longest_record),
    };
    aligned(page, "interval", &interval)?;
    let lost = match shown.skipdata_minutes {
        0 => "none".to_owned(),
        n => format!(
            "{} of {}",
            words::count(n, "minute"),
            words::count(shown.skipdata_interfaces, "interface")
        ),
    };
    aligned(page, "SKIPDATA", &lost)?;
    gaps(page, "gaps", &shown.gaps, |all| format!("{all} without any record"))?;
    let of = words::count(shown.interfaces_with_gaps, "interface");
    gaps(page, "", &shown.interface_gaps, |all| format!("{all} without records of one interface: {of}"))
}

/// Writes the number of gaps and the largest ones.
fn gaps<W: Write>(
    page: &mut Page<'_, W>,
    label: &str,
    gaps: &Gaps,
    text: impl Fn(&str) -> String,
) -> io::Result<()> {
    if gaps.count == 0 {
        return if label.is_empty() { Ok(()) } else { aligned(page, label, "none") };
    }
    let all = format!("{} in {}", words::count(gaps.minutes, "minute"), words::count(gaps.count, "gap"));
    aligned(page, label, &text(&all))?;
    for gap in gaps.largest.iter().take(GAPS_SHOWN) {
        aligned(page, "", &one_gap(gap))?;
    }
    Ok(())
}

fn one_gap(gap: &Gap) -> String {
    let of = gap.interface.as_ref().map(|(id, role)| format!("{id} ({role}), "));
    let last = Timestamp(gap.to.0 - 1);
    format!(
        "{}{}, {}",
        of.unwrap_or_default(),
        words::span(gap.from, last),
        words::count(gap.minutes(), "minute")
    )
}

fn missing<W: Write>(page: &mut Page<'_, W>, report: &InspectReport) -> io::Result<()> {
    page.heading("Missing for `flowcause explain`")?;
    if report.missing.is_empty() {
        return page.prose(2, style::GOOD, "No known data is missing.");
    }
    if report.missing_of(Importance::Limiting).next().is_none() {
        page.prose(2, style::GOOD, "No missing data limits its verdicts.")?;
    }
    for item in report.missing_of(Importance::Limiting) {
        page.hanging(2, 4, style::STRONG, &format!("- {}", item.what))?;
        page.prose(4, style::PLAIN, &format!("It would show {}.", item.would_show))?;
        page.prose(4, style::DIM, &format!("How to get it: {}.", item.how_to_get))?;
    }
    let mut helpful = report.missing_of(Importance::Helpful).peekable();
    if helpful.peek().is_some() {
        page.prose(2, style::STRONG, "Also helpful:")?;
    }
    helpful.try_for_each(|item| {
        page.hanging(2, 4, style::PLAIN, &format!("- {}, to show {}", item.what, item.would_show))
    })
}

/// Writes the commands for a new flow log, if it would help.
fn flow_log<W: Write>(page: &mut Page<'_, W>, report: &InspectReport) -> io::Result<()> {
    if report.commands.is_empty() {
        return Ok(());
    }
    page.heading("Flow log with all recommended fields")?;
    page.prose(
        2,
        style::PLAIN,
        "The format of an existing flow log cannot be changed. These commands create a second flow log.",
    )?;
    report.commands.iter().try_for_each(|command| page.verbatim(2, command))
}

fn aligned<W: Write>(page: &mut Page<'_, W>, name: &str, text: &str) -> io::Result<()> {
    page.aligned((&label(name), style::STRONG), COLUMN, text)
}

fn label(name: &str) -> String {
    format!("  {name}")
}

fn files(n: u64) -> String {
    words::count(n, "file")
}
