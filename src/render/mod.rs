//! A finished report to text, one small module per format.
//!
//! Goes in: a [`Report`] and a [`Format`]. Comes out: bytes on a writer. Renderers add no facts and read nothing else:
//! width and colour are told to them. A new format is one file here and one arm in [`render`].

mod json;
pub mod sanitize;
mod terminal;

use std::io::{self, Write};

use crate::compare::Comparison;
use crate::report::Report;

pub use terminal::TerminalOptions;

/// A format of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal: the verdict first, then what proves it and what to do.
    #[default]
    Terminal,
    /// For programs: docs/json-v1.md.
    Json,
}

/// What the formats need to know of where the report goes.
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
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Terminal => terminal::render(report, options.terminal, out),
        Format::Json => json::render(report, out),
    }
}

/// A format of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComparisonFormat {
    /// For a person at a terminal.
    #[default]
    Terminal,
    /// For programs: docs/compare.md.
    Json,
}

/// Writes a comparison of two reports. The only errors are the writer's.
pub fn render_comparison(
    comparison: &Comparison,
    format: ComparisonFormat,
    terminal: TerminalOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        ComparisonFormat::Terminal => terminal::comparison::render(comparison, terminal, out),
        ComparisonFormat::Json => json::comparison(comparison, out),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::{Format, RenderOptions, render};
    use crate::report::sample;

    /// A reader that has gone away.
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
        for format in [Format::Terminal, Format::Json] {
            let error = render(&sample::rich(), format, &RenderOptions::default(), &mut Closed)
                .expect_err("nobody takes it");
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format:?}");
        }
    }
}
