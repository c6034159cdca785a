//! The output: format, destination and colours of a report.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::ColorArg;

/// Format and destination of a report. `Format` holds the formats that the command can write.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs<Format: ValueEnum + Default + Send + Sync + 'static> {
    /// Format of the report.
    #[arg(long, short, value_enum, default_value_t, env = "FLOWCAUSE_FORMAT")]
    pub format: Format,

    /// Write the report to FILE instead of standard output; the file is replaced atomically.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Colours of text for people.
    #[command(flatten)]
    pub color: ColorArgs,
}

/// Colours of text for people.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct ColorArgs {
    /// Use of colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, env = "FLOWCAUSE_COLOR")]
    pub color: ColorArg,
}
