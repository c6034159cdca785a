//! The end of the page: the inputs, their coverage of the time, and their defects.

use std::io::{self, Write};

use crate::model::defect::Defects;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{run, words};
use crate::report::{Coverage, Inputs, InterfaceCoverage, Report};

/// Interfaces with gaps that are named; the others are counted.
const GAPS_SHOWN: usize = 5;

/// Writes the data behind the report.
pub(super) fn write<W: Write>(page: &mut Page<'_, W>, report: &Report) -> io::Result<()> {
    if let Some(window) = report.window.and_then(words::window) {
        page.labelled(0, ("Window:", style::STRONG), &window)?;
    }
    if report.healthy_tasks > 0 && !report.incidents.is_empty() {
        let text = format!("{} in the metadata", words::count(report.healthy_tasks, "task"));
        page.labelled(0, ("Started normally:", style::STRONG), &text)?;
    }
    coverage(page, &report.coverage)?;
    read(page, &report.inputs)?;
    if let Some(run) = &report.run {
        page.labelled(0, ("Runs:", style::STRONG), &run::files(run))?;
    }
    defects(page, &report.inputs.defects)
}

fn coverage<W: Write>(page: &mut Page<'_, W>, coverage: &Coverage) -> io::Result<()> {
    let is_complete = |interface: &&InterfaceCoverage| interface.is_complete();
    let (complete, gaps): (Vec<_>, Vec<_>) = coverage.interfaces.iter().partition(is_complete);
    let total = coverage.interfaces.len();
    let traffic_type = if coverage.traffic_type.is_empty() { "unknown" } else { coverage.traffic_type };
    let text = match total {
        0 => format!("the records contain no interface of a task; traffic type {traffic_type}"),
        _ => format!(
            "{} of {} without gaps; {}",
            complete.len(),
            words::count(total as u64, "interface"),
            match traffic_type {
                "ACCEPT" | "REJECT" =>
                    format!("traffic type {traffic_type} only: other traffic is not recorded"),
                known => format!("traffic type {known}"),
            }
        ),
    };
    page.labelled(0, ("Coverage:", style::STRONG), &text)?;
    for gap in gaps.iter().take(GAPS_SHOWN) {
        page.hanging(2, 4, style::PLAIN, &gap_text(gap))?;
    }
    if gaps.len() > GAPS_SHOWN {
        let text = format!("and {} more, see --format json", gaps.len() - GAPS_SHOWN);
        page.prose(2, style::DIM, &text)?;
    }
    Ok(())
}

fn gap_text(gap: &InterfaceCoverage) -> String {
    let minutes = words::count(gap.minutes_expected, "minute");
    let seen = format!("{} ({}): records in {} of {minutes}", gap.id, gap.role, gap.minutes_seen);
    let lost = match gap.skipdata_minutes {
        0 => String::new(),
        lost => format!("; records were lost in {lost} (SKIPDATA)"),
    };
    let unreadable = match gap.unreadable_records {
        0 => String::new(),
        records => format!("; {} could not be read", words::count(records, "record")),
    };
    format!("{seen}{lost}{unreadable}")
}

fn read<W: Write>(page: &mut Page<'_, W>, inputs: &Inputs) -> io::Result<()> {
    page.labelled(0, ("Read:", style::STRONG), &words::read(inputs))
}

/// Writes the defects of the inputs, if there are any.
pub(super) fn defects<W: Write>(page: &mut Page<'_, W>, defects: &Defects) -> io::Result<()> {
    if defects.is_empty() {
        return Ok(());
    }
    page.labelled(0, ("Defects:", style::STRONG), "by kind, with the first of each")?;
    for (kind, count, first) in defects.iter() {
        let text = format!("{} x{count}, first in {}: {}", kind.name(), first.location(), first.text);
        page.hanging(2, 4, style::PLAIN, &text)?;
        for place in defects.elsewhere(kind) {
            page.hanging(4, 6, style::PLAIN, &format!("also in {}: {}", place.location(), place.text))?;
        }
    }
    Ok(())
}
