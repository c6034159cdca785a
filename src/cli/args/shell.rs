//! The flags of `completions` and `man`, which describe this program to a shell and to the system's manual.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Shown below the flags of `completions`.
pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  bash, if bash-completion is installed:
    flowcause completions bash > ~/.local/share/bash-completion/completions/flowcause

  zsh, to a folder in $fpath:
    flowcause completions zsh > ~/.zfunc/_flowcause

  fish:
    flowcause completions fish > ~/.config/fish/completions/flowcause.fish

  PowerShell, in your profile:
    flowcause completions powershell | Out-String | Invoke-Expression

Exit codes:
  0   the script was printed
  1   the run failed: for example, standard output could not be written
  2   wrong usage";

/// Shown below the flags of `man`.
pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  Read the main page:
    flowcause man > flowcause.1 && man ./flowcause.1

  Install every page for your user:
    mkdir -p ~/.local/share/man/man1
    flowcause man --output ~/.local/share/man/man1
    man flowcause-explain

Exit codes:
  0   the page was printed, or all pages were written
  1   the run failed: for example, a file could not be written
  2   wrong usage, such as a folder that does not exist";

/// The flags of `completions`.
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that reads the script.
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// The flags of `man`.
#[derive(Clone, Debug, Default, Args)]
pub struct ManArgs {
    /// Write one page per command to this folder, instead of the main page to standard output.
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
