//! Types of values that flags of several commands accept.

use bytesize::ByteSize;
use clap::ValueEnum;

use crate::render::{AnswerFormat, Format};

/// The readers themselves need this much memory, bytes.
const MIN_MEMORY: u64 = 64 << 20;

/// Parses a size of memory, such as `512MiB`; returns bytes.
pub(super) fn memory_size(text: &str) -> Result<u64, String> {
    let size: ByteSize = text.parse().map_err(|_| "expected a size such as 512MiB or 2GB".to_owned())?;
    if size.as_u64() < MIN_MEMORY {
        return Err(format!("at least {} are needed", ByteSize(MIN_MEMORY).display().iec()));
    }
    Ok(size.as_u64())
}

/// Format of a report that exists in two formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs, with a stable schema.
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

/// Format of the report of `explain`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people.
    #[default]
    Terminal,
    /// For programs, with a stable schema.
    Json,
    /// One task per line, as JSON.
    Ndjson,
    /// One task per row, for spreadsheets.
    Csv,
    /// For tickets and job summaries.
    Markdown,
    /// For a browser, as one self-contained file.
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

/// Use of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always, even in a pipe or a file.
    Always,
    /// Never.
    Never,
}
