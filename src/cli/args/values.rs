//! Types of values that flags of several commands accept.

use std::num::NonZeroUsize;

use bytesize::ByteSize;
use clap::ValueEnum;

use crate::model::field::Field;
use crate::model::log_format::LogFormat;
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

/// Parses a number of threads. The options limit it to what the machine can use.
pub(super) fn thread_count(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<u16>().ok().and_then(|number| NonZeroUsize::new(number.into()));
    number.ok_or_else(|| format!("expected a number of threads from 1 to {}", u16::MAX))
}

/// Parses the order of fields. At least one field must be known, because the records would have no meaning.
pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    let format = LogFormat::parse(text)?;
    if format.names().any(|name| Field::from_key(name.as_bytes()).is_some()) {
        return Ok(format);
    }
    let example = "`${version} ${srcaddr} ${dstaddr}`";
    Err(format!("expected names of flow log fields such as {example}, found no known field"))
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
