//! The command line together with the environment and the configuration file: flags, then `FLOWCAUSE_*`, then
//! `flowcause.toml`, then what is built in.
//!
//! Goes in: words. Comes out: a [`Cli`], or why there is none. The parser knows flags, the environment and defaults, in
//! that order: the file's values are given to it as other defaults, so that it checks them as if they had been typed, and
//! a flag that is added to `explain` is a key of the file at once. The other commands take what makes sense for them.

mod file;
mod takers;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory, FromArgMatches};

use crate::cli::args::{Cli, ConfigArgs};
use crate::cli::failure::Failure;

use file::Setting;
use takers::Takers;

/// The file that is read without being named, if the working folder has it.
const FILE: &str = "flowcause.toml";

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
    let mut program = Cli::command();
    if let Some((running, flags)) = chosen(&program, &words) {
        if let Some(path) = chosen_file(folder, flags) {
            let settings = read(&path, &program, &running)?;
            program = program.mut_subcommand(&running, |command| with_defaults(command, settings));
        }
        program = takers::without_variables_of_others(program, &running);
    }
    Ok(Cli::from_arg_matches(&program.try_get_matches_from(words)?)?)
}

/// The command, if it reads the file, and the flags that choose the file. Words that are wrong are left for the whole
/// parser to refuse.
fn chosen(program: &Command, words: &[OsString]) -> Option<(String, ConfigArgs)> {
    let matches = takers::lenient(program.clone()).try_get_matches_from(words).ok()?;
    let (name, matches) = matches.subcommand()?;
    Takers::of(program, name)?;
    Some((name.to_owned(), ConfigArgs::from_arg_matches(matches).ok()?))
}

/// The file to read: the one that is named, or the one that is there.
fn chosen_file(folder: &Path, flags: ConfigArgs) -> Option<PathBuf> {
    if flags.no_config {
        return None;
    }
    let usual = folder.join(FILE);
    flags.config.or_else(|| usual.exists().then_some(usual))
}

fn read(path: &Path, program: &Command, running: &str) -> Result<Vec<Setting>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("the configuration file `{}` cannot be read: {error}", path.display()))
            .hint("name another one with `--config FILE`, or leave it out with `--no-config`")
    })?;
    let takers = Takers::of(program, running).expect("only commands that read the file come here");
    file::settings(&text, &takers).map_err(|bad| bad.in_file(&path.display().to_string()))
}

/// A required flag that the file gives need not be typed.
fn with_defaults(command: Command, settings: Vec<Setting>) -> Command {
    settings.into_iter().fold(command, |command, setting| {
        command.mut_arg(setting.argument, |argument| argument.required(false).default_values(setting.values))
    })
}

#[cfg(test)]
mod tests;
