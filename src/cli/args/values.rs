//! Values that the flags of several commands take.

use clap::ValueEnum;

use crate::render::{AnswerFormat, Format};

/// A format of an answer by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
}

impl From<AnswerFormatArg> for AnswerFormat {
    fn from(format: AnswerFormatArg) -> Self {
        match format {
            AnswerFormatArg::Terminal => Self::Terminal,
            AnswerFormatArg::Json => Self::Json,
        }
    }
}

/// A format by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs; stable.
    Json,
    /// One task a line, as JSON.
    Ndjson,
    /// One task a row, for spreadsheets.
    Csv,
    /// For tickets and step summaries.
    Markdown,
    /// For a browser: one file that loads nothing.
    Html,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Terminal => Self::Terminal,
            FormatArg::Json => Self::Json,
            FormatArg::Ndjson => Self::Ndjson,
            FormatArg::Csv => Self::Csv,
            FormatArg::Markdown => Self::Markdown,
            FormatArg::Html => Self::Html,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal.
    #[default]
    Auto,
    /// Even into a pipe or a file.
    Always,
    /// Never.
    Never,
}
