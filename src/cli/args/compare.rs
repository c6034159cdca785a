//! The flags of `compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{AnswerFormatArg, ConfigArgs, OutputArgs};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Exit with code 10 if a change broke something:
    flowcause compare before.json after.json --fail-on new

  List the incidents that are gone, for a program:
    flowcause compare before.json after.json --format json \\
      | jq -r '.incidents[] | select(.change == \"gone\") | .key'

Exit codes:
  0   the comparison was written, with or without changes
  1   the run failed: for example, a file could not be written
  2   wrong usage
  3   no usable input: a file is not a JSON report of this version
  10  --fail-on matched";

/// The flags of `compare`.
#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// Earlier report, written by `explain --format json`.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,

    /// Later report, written by `explain --format json`.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,

    /// Format and destination of the comparison.
    #[command(flatten)]
    pub output: OutputArgs<AnswerFormatArg>,

    /// Exit with code 10 if NEW has an incident that OLD does not have.
    #[arg(long, value_enum, value_name = "CHANGE", env = "FLOWCAUSE_FAIL_ON", help_heading = "Exit code")]
    pub fail_on: Option<FailOnChange>,

    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// The change that makes the run exit with code 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnChange {
    /// An incident is new. A healthy network is not an incident.
    New,
}
