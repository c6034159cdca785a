//! The flags that choose the configuration file.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

/// The flags that choose the configuration file. A command that has them takes defaults from the file.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Read defaults from this file. [default: flowcause.toml in the working folder, if it exists]
    ///
    /// The file is TOML with a table for each command, such as `[explain]`. The keys of a table are the long flags of the
    /// command, for example `format = 'json'`. Environment variables come before the file, and flags come before both:
    /// FLOWCAUSE_FORMAT sets --format for every command that has it, FLOWCAUSE_CHECK_FORMAT for `check` only.
    #[arg(long, value_name = "FILE", env = "FLOWCAUSE_CONFIG")]
    pub config: Option<PathBuf>,

    /// Do not read a configuration file, not even the one that --config names.
    #[arg(long, env = "FLOWCAUSE_NO_CONFIG", value_parser = FalseyValueParser::new())]
    pub no_config: bool,
}
