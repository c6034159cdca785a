//! Writes a finished report, with one module for each format.
//!
//! Input: a [`Report`] and a [`Format`]. Output: bytes on a writer. Renderers add no facts and read nothing else;
//! width and colour are parameters. A new format is one file here and one arm in [`render`].

mod csv;
mod evidence;
mod html;
mod json;
mod json_line;
mod junit;
mod markdown;
mod ndjson;
mod ocsf;
mod parquet;
mod prometheus;
pub mod sanitize;
mod slack;
mod terminal;
mod words;

use std::io::{self, Write};

use crate::compare::Comparison;
use crate::report::Report;
use crate::report::check::CheckReport;
use crate::report::inspect::InspectReport;

pub use terminal::TerminalOptions;

/// A format of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For a terminal: the verdict first, then the evidence and the fix.
    #[default]
    Terminal,
    /// For programs: docs/json-v1.md.
    Json,
    /// One task a line, as JSON.
    Ndjson,
    /// One task a row, for spreadsheets.
    Csv,
    /// For tickets and step summaries.
    Markdown,
    /// For a browser: one file that needs nothing else, docs/html-report.md.
    Html,
    /// One test case for each task, for viewers of test results.
    Junit,
    /// One OCSF Detection Finding a line, for security data lakes.
    Ocsf,
    /// Gauges for the textfile collector of Prometheus' node exporter.
    Prometheus,
    /// The body of a message to Slack; its text serves SNS.
    Slack,
    /// One record of evidence a row, for spreadsheets.
    EvidenceCsv,
    /// One record of evidence a line, as JSON.
    EvidenceNdjson,
    /// One record of evidence a row, for engines.
    EvidenceParquet,
}

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 13] = [
        Self::Terminal,
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::Markdown,
        Self::Html,
        Self::Junit,
        Self::Ocsf,
        Self::Prometheus,
        Self::Slack,
        Self::EvidenceCsv,
        Self::EvidenceNdjson,
        Self::EvidenceParquet,
    ];

    /// Returns the name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
            Self::Ocsf => "ocsf",
            Self::Prometheus => "prometheus",
            Self::Slack => "slack",
            Self::EvidenceCsv => "evidence-csv",
            Self::EvidenceNdjson => "evidence-ndjson",
            Self::EvidenceParquet => "evidence-parquet",
        }
    }
}

/// A format of the reports of commands other than `explain`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnswerFormat {
    /// For a person at a terminal.
    #[default]
    Terminal,
    /// For programs.
    Json,
}

/// Options of the formats that depend on the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// For [`Format::Terminal`].
    pub terminal: TerminalOptions,
}

/// Writes the report. The only errors are the writer's.
pub fn render(
    report: &Report,
    format: Format,
    options: &RenderOptions,
    mut out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let out = &mut out;
    match format {
        Format::Terminal => terminal::render(report, options.terminal, out),
        Format::Json => json::render(report, out),
        Format::Ndjson => ndjson::render_tasks(report, out),
        Format::Csv => csv::render_tasks(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::Ocsf => ocsf::render(report, out),
        Format::Prometheus => prometheus::render(report, out),
        Format::Slack => slack::render(report, out),
        Format::EvidenceCsv => csv::render_evidence(report, out),
        Format::EvidenceNdjson => ndjson::render_evidence(report, out),
        Format::EvidenceParquet => self::parquet::render_evidence(report, out),
        Format::Html => html::render(report, out),
    }
}

/// Writes the report of `flowcause check`. The only errors are the writer's.
pub fn render_check(
    report: &CheckReport,
    format: AnswerFormat,
    options: &RenderOptions,
    mut out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let out = &mut out;
    match format {
        AnswerFormat::Terminal => terminal::render_check(report, options.terminal, out),
        AnswerFormat::Json => json::render_check(report, out),
    }
}

/// Writes the report of `flowcause inspect`. The only errors are the writer's.
pub fn render_inspect(
    report: &InspectReport,
    format: AnswerFormat,
    options: &RenderOptions,
    mut out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let out = &mut out;
    match format {
        AnswerFormat::Terminal => terminal::render_inspect(report, options.terminal, out),
        AnswerFormat::Json => json::render_inspect(report, out),
    }
}

#[cfg(test)]
mod snapshot_tests;
/// Writes a page that is Markdown, such as a cause's, for the terminal.
pub fn article(markdown: &str, options: TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    terminal::article(markdown, options, out)
}

/// Writes a list of terms, each with a title and its meaning, for the terminal.
pub fn glossary(
    rows: &[(&str, &str, &str)],
    options: TerminalOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    terminal::glossary(rows, options, out)
}

/// Writes a comparison of two reports. The only errors are the writer's.
pub fn render_comparison(
    comparison: &Comparison,
    format: AnswerFormat,
    terminal: TerminalOptions,
    mut out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let out = &mut out;
    match format {
        AnswerFormat::Terminal => terminal::comparison::render(comparison, terminal, out),
        AnswerFormat::Json => json::comparison(comparison, out),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::{Format, RenderOptions, render};
    use crate::report::sample;

    /// A reader that closed its end.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_stays_recognisable() {
        for format in Format::ALL {
            let error = render(&sample::rich(), format, &RenderOptions::default(), &mut Closed)
                .expect_err("the pipe is closed");
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format:?}");
        }
    }
}
