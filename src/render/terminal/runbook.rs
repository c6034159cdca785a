//! The findings of the runbook of AWS about a task: the count, then each finding with its assessment.

use std::io::{self, Write};

use crate::finding::RunbookReview;
use crate::render::terminal::layout::{Page, style};
use crate::render::words::count;

/// Findings shown; the JSON report has all.
const FINDINGS_SHOWN: usize = 20;

/// Writes the block of one task.
pub(super) fn write<W: Write>(
    page: &mut Page<'_, W>,
    indent: usize,
    review: &RunbookReview,
) -> io::Result<()> {
    page.prose(indent, style::PLAIN, &review.summary())?;
    if let Some(note) = &review.note {
        page.prose(indent, style::PLAIN, note)?;
    }
    for one in review.findings.iter().take(FINDINGS_SHOWN) {
        page.hanging(indent, indent + 2, style::PLAIN, &format!("- {}", one.sentence()))?;
        page.hanging(indent + 2, indent + 2, style::DIM, &format!("Reported: {}", one.text))?;
    }
    let n_more = review.findings.len().saturating_sub(FINDINGS_SHOWN) as u64;
    if n_more == 0 {
        return Ok(());
    }
    page.prose(indent, style::DIM, &format!("and {} more, see --format json", count(n_more, "finding")))
}
