//! The flags that choose the configuration file.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

/// The flags that choose the configuration file. It holds defaults: the environment and flags come before it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Take defaults from this file. [default: flowcause.toml in the working folder, if it is there]
    ///
    /// Its keys are the long flags of `explain`, such as `fail-on = 'confirmed'`; `check` and `compare` take what they can
    /// of it. Flags come first, then the environment, then the file.
    #[arg(long, value_name = "FILE", env = "FLOWCAUSE_CONFIG")]
    pub config: Option<PathBuf>,

    /// Read no configuration file, whatever --config says.
    #[arg(long, env = "FLOWCAUSE_NO_CONFIG", value_parser = FalseyValueParser::new())]
    pub no_config: bool,
}
