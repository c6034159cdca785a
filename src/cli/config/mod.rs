//! The command line together with the environment and the configuration file: flags, then `FLOWCAUSE_*`, then
//! `flowcause.toml`, then what is built in.
//!
//! Goes in: words. Comes out: a [`Cli`], or why there is none. The parser knows flags, the environment and defaults, in
//! that order: the file's values are given to it as other defaults, so that it checks them as if they had been typed, and
//! a flag that is added to `explain` is a key of the file at once.

mod file;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::cli::args::{Cli, ConfigArgs};
use crate::cli::failure::Failure;

use file::Setting;

/// The file that is read without being named, if the working folder has it.
const FILE: &str = "flowcause.toml";
/// The command whose flags are the file's keys.
const COMMAND: &str = "explain";

/// Why a command line cannot be carried out.
#[derive(Debug)]
pub enum Refusal {
    /// What the parser says: help, version, or wrong usage.
    Parser(clap::Error),
    /// The configuration file cannot be used.
    File(Failure),
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Parser(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::File(failure)
    }
}

/// Parses a command line, program name included.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Cli, Refusal> {
    parse_in(Path::new(""), words.into_iter().collect())
}

/// Parses with the files of a working folder.
fn parse_in(folder: &Path, words: Vec<OsString>) -> Result<Cli, Refusal> {
    let command = Cli::command();
    let mut matches = command.clone().try_get_matches_from(&words)?;
    if let Some(path) = chosen_file(folder, &matches) {
        let settings = read(&path, &command)?;
        let command = command.mut_subcommand(COMMAND, |explain| with_defaults(explain, settings));
        matches = command.try_get_matches_from(words)?;
    }
    Ok(Cli::from_arg_matches(&matches)?)
}

/// The file to read: the one that is named, or the one that is there.
fn chosen_file(folder: &Path, matches: &ArgMatches) -> Option<PathBuf> {
    let flags = ConfigArgs::from_arg_matches(matches.subcommand_matches(COMMAND)?).ok()?;
    if flags.no_config {
        return None;
    }
    let usual = folder.join(FILE);
    flags.config.or_else(|| usual.exists().then_some(usual))
}

fn read(path: &Path, command: &Command) -> Result<Vec<Setting>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("the configuration file `{}` cannot be read: {error}", path.display()))
            .hint("name another one with `--config FILE`, or leave it out with `--no-config`")
    })?;
    let explain = command.find_subcommand(COMMAND).expect("it is one of the commands");
    file::settings(&text, explain).map_err(|bad| bad.in_file(&path.display().to_string()))
}

fn with_defaults(command: Command, settings: Vec<Setting>) -> Command {
    settings.into_iter().fold(command, |command, setting| {
        command.mut_arg(setting.argument, |argument| argument.default_values(setting.values))
    })
}

#[cfg(test)]
mod tests;
