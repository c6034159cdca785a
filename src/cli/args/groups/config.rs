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
    /// Its keys are the long flags of `explain`, such as `fail-on = 'confirmed'`; `check` and `compare` take what they can
    /// of it. Flags come first, then the environment, then the file.
    #[arg(long, value_name = "FILE", env = "FLOWCAUSE_CONFIG")]
    pub config: Option<PathBuf>,

    /// Do not read a configuration file, not even the one that --config names.
    #[arg(long, env = "FLOWCAUSE_NO_CONFIG", value_parser = FalseyValueParser::new())]
    pub no_config: bool,
}
