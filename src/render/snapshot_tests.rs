//! Every text format of the rich and of the hostile report, as reviewed.
//!
//! `INSTA_UPDATE=always cargo test --lib snapshot` writes them again.

use super::{Format, RenderOptions, render};
use crate::report::{Report, sample};

fn text(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &RenderOptions::default(), &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("the format is text")
}

/// The terminal and the JSON report have tests of their own; Parquet is not text.
fn formats() -> impl Iterator<Item = Format> {
    let elsewhere = [Format::Terminal, Format::Json, Format::EvidenceParquet];
    Format::ALL.into_iter().filter(move |format| !elsewhere.contains(format))
}

#[test]
fn formats_are_as_reviewed() {
    for format in formats() {
        for (name, report) in
            [("rich", sample::rich()), ("hostile", sample::hostile()), ("empty", sample::empty())]
        {
            let text = text(&report, format).replace(env!("CARGO_PKG_VERSION"), "@@VERSION@@");
            insta::assert_snapshot!(format!("{}_{name}", format.name()), text);
        }
    }
}

#[test]
fn no_format_passes_on_characters_that_move_a_cursor() {
    for format in formats() {
        let text = text(&sample::hostile(), format);
        let moves = |c: char| c.is_control() && !matches!(c, '\n' | '\r') || c == '\u{202e}';
        assert!(!text.contains(moves), "{format:?}");
    }
}
