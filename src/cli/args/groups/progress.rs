//! Progress and warnings on standard error.

use clap::Args;
use clap::builder::FalseyValueParser;

/// Progress and warnings on standard error.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Progress")]
pub struct ProgressArgs {
    /// Print only errors to standard error.
    #[arg(long, short, env = "FLOWCAUSE_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,

    /// Do not draw a progress bar; it is drawn only if standard error is a terminal.
    #[arg(long, env = "FLOWCAUSE_NO_PROGRESS", value_parser = FalseyValueParser::new())]
    pub no_progress: bool,
}

impl ProgressArgs {
    /// Whether a progress bar is wanted, provided that standard error is a terminal.
    #[must_use]
    pub fn wants_bar(self) -> bool {
        !self.quiet && !self.no_progress
    }
}
