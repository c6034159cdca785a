//! The report as JSON, version 1: indented, with a line end at the end.
//!
//! The shape is [`ReportV1`]'s; this module only writes it.

use std::io::{self, Write};

use crate::compare::Comparison;
use crate::render::json_line;
use crate::report::Report;
use crate::report::check::CheckReport;
use crate::report::check::json_v1::CheckV1;
use crate::report::inspect::InspectReport;
use crate::report::inspect::json_v1::InspectV1;
use crate::report::json_v1::ReportV1;

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    json_line::write_indented(&ReportV1::from(report), out)
}

/// Writes the answer of `flowcause check`.
pub(super) fn render_check(report: &CheckReport, out: &mut impl Write) -> io::Result<()> {
    json_line::write_indented(&CheckV1::from(report), out)
}

/// Writes the answer of `flowcause inspect`.
pub(super) fn render_inspect(report: &InspectReport, out: &mut impl Write) -> io::Result<()> {
    json_line::write_indented(&InspectV1::from(report), out)
}

/// Writes a comparison; docs/compare-v1.schema.json is its shape.
pub(super) fn comparison(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    json_line::write_indented(comparison, out)
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sanitize::is_hostile;
    use crate::report::sample;

    #[test]
    fn json_is_indented_and_ends_its_last_line() {
        let mut out = Vec::new();
        render(&sample::rich(), &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("JSON is text");
        assert!(text.starts_with("{\n  \"schema_version\": \"1\",\n"));
        assert!(text.ends_with("\n}\n"));
    }

    #[test]
    fn json_escapes_control_characters() {
        let mut out = Vec::new();
        render(&sample::hostile(), &mut out).expect("memory takes everything");
        assert!(!out.contains(&0x1b));
        let text = String::from_utf8(out).expect("JSON is text");
        assert!(text.lines().all(|line| !line.contains(is_hostile)));
    }
}
