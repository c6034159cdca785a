//! Values that the flags of several commands take.

use bytesize::ByteSize;
use clap::ValueEnum;

use crate::render::{AnswerFormat, Format};

/// Less memory than this is not enough for the readers themselves, bytes.
const LEAST_MEMORY: u64 = 64 << 20;

/// A size of memory as people write it.
pub(super) fn memory_size(text: &str) -> Result<u64, String> {
    let size: ByteSize = text.parse().map_err(|_| "expected a size such as 512MiB or 2GB".to_owned())?;
    if size.as_u64() < LEAST_MEMORY {
        return Err(format!("at least {} are needed", ByteSize(LEAST_MEMORY).display().iec()));
    }
    Ok(size.as_u64())
}

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
