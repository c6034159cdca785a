//! The flags of `completions` and `man`, which tell a shell and a system about this program.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Shown below the flags of `completions`.
pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  bash, where bash-completion is installed:
    flowcause completions bash > ~/.local/share/bash-completion/completions/flowcause

  zsh, into a folder of $fpath:
    flowcause completions zsh > ~/.zfunc/_flowcause

  fish:
    flowcause completions fish > ~/.config/fish/completions/flowcause.fish

  PowerShell, in the profile:
    flowcause completions powershell | Out-String | Invoke-Expression

Exit codes:
  0 printed   1 failed   2 wrong usage";

/// Shown below the flags of `man`.
pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  Read the main page:
    flowcause man > flowcause.1 && man ./flowcause.1

  Install every page for yourself:
    mkdir -p ~/.local/share/man/man1
    flowcause man --output ~/.local/share/man/man1
    man flowcause-explain

Exit codes:
  0 printed or written   1 failed   2 wrong usage, such as a folder that is not there";

/// The flags of `completions`.
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// The flags of `man`.
#[derive(Clone, Debug, Default, Args)]
pub struct ManArgs {
    /// Write a page for each command into this folder, rather than the main page to the standard output.
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
