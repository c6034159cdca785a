//! The flags of `compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{AnswerFormatArg, ColorArg, ConfigArgs};

pub(super) const EXAMPLES: &str = "\
Examples:
  After a change, did anything new break?
    flowcause compare before.json after.json --fail-on new

  What is gone, for a program:
    flowcause compare before.json after.json --format json \\
      | jq -r '.incidents[] | select(.change == \"gone\") | .key'

Exit codes:
  0 done   1 failed   2 wrong usage   3 a file is no JSON report of this version
  10 --fail-on matched";

/// The flags of `compare`.
#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// The earlier report, written by `explain --format json`.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,

    /// The later one.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,

    /// The comparison's format.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_FORMAT")]
    pub format: AnswerFormatArg,

    /// Write the comparison to a file, whole or not at all, rather than to the standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Exit with 10 if there is an incident that OLD does not have.
    #[arg(long, value_enum, value_name = "CHANGE", env = "FLOWCAUSE_FAIL_ON")]
    pub fail_on: Option<CompareFailOn>,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR")]
    pub color: ColorArg,

    /// Which configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// A change that fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareFailOn {
    /// An incident is new; a healthy network is none.
    New,
}
