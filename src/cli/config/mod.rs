//! Combines the command line, the environment and the configuration file. Flags come first, then `FLOWCAUSE_*`, then
//! `flowcause.toml`, then the built-in defaults.
//!
//! Input: the arguments of the process. Output: a [`Cli`] and warnings, or the reason for the refusal. The parser knows
//! flags, the environment and defaults, in this order. The values of the file become its defaults, so that the parser checks
//! them as if they were typed, and every new flag is a key of the file.

mod environment;
mod file;
mod keys;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::cli::args::{Cli, ConfigArgs};
use crate::cli::failure::Failure;

use file::Setting;

/// The file that is read from the working folder if no other file is named.
const FILE: &str = "flowcause.toml";

/// A command line that is well-formed together with the environment and the configuration file.
#[derive(Debug)]
pub struct ParsedCommandLine {
    /// The command and its flags.
    pub cli: Cli,
    /// Warnings for standard error, without `warning: `. Empty with `--quiet`.
    pub warnings: Vec<String>,
}

/// Why a command line is refused.
#[derive(Debug)]
pub enum Refusal {
    /// The parser printed help or the version, or found wrong usage.
    Parser(clap::Error),
    /// The configuration file or an environment variable is wrong.
    Configuration(Failure),
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Parser(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Configuration(failure)
    }
}

/// Parses a command line. The first argument is the name of the program.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<ParsedCommandLine, Refusal> {
    parse_in(Path::new(""), &arguments.into_iter().collect::<Vec<_>>())
}

/// Parses with the configuration file of a working folder.
fn parse_in(folder: &Path, arguments: &[OsString]) -> Result<ParsedCommandLine, Refusal> {
    let mut program = environment::with_command_variables(Cli::command());
    let mut warnings = Vec::new();
    if let Some((running, typed)) = typed(&program, arguments) {
        let command = program.find_subcommand(&running).expect("the parser found it");
        environment::check(&program, command, &typed)?;
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        warnings = environment::warnings(&program, command, names);
        if let Some(path) = chosen_file(folder, &typed)? {
            let settings = read(&path, &program, &running)?;
            program = program.mut_subcommand(running, |command| with_defaults(command, settings));
        }
    }
    let matches = program.try_get_matches_from(arguments)?;
    if is_quiet(&matches) {
        warnings.clear();
    }
    Ok(ParsedCommandLine { cli: Cli::from_arg_matches(&matches)?, warnings })
}

/// The command and its typed flags, if the command reads the configuration. The complete parser refuses wrong arguments
/// later.
fn typed(program: &Command, arguments: &[OsString]) -> Option<(String, ArgMatches)> {
    let mut matches = lenient(program.clone()).try_get_matches_from(arguments).ok()?;
    let (name, matches) = matches.remove_subcommand()?;
    keys::commands(program).any(|command| command.get_name() == name).then_some((name, matches))
}

/// The parser without required flags and without the environment, apart from the flags that choose the file.
fn lenient(program: Command) -> Command {
    let relax = |argument: Arg| match argument.get_long() {
        Some("config" | "no-config") => argument,
        _ => argument.required(false).env(Resettable::Reset),
    };
    program.mut_subcommands(|command| command.mut_args(relax))
}

/// The file to read: the named file, or the file of the working folder if it exists.
fn chosen_file(folder: &Path, typed: &ArgMatches) -> Result<Option<PathBuf>, clap::Error> {
    let flags = ConfigArgs::from_arg_matches(typed)?;
    if flags.no_config {
        return Ok(None);
    }
    let usual = folder.join(FILE);
    Ok(flags.config.or_else(|| usual.exists().then_some(usual)))
}

fn read(path: &Path, program: &Command, running: &str) -> Result<Vec<Setting>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("the configuration file `{}` cannot be read: {error}", path.display()))
            .hint("name another file with `--config FILE`, or use `--no-config`")
    })?;
    file::settings(&text, program, running).map_err(|mistake| mistake.in_file(&path.display().to_string()))
}

/// Sets the values of the file as defaults. A required flag may be absent if the file sets it.
fn with_defaults(command: Command, settings: Vec<Setting>) -> Command {
    settings.into_iter().fold(command, |command, setting| {
        command.mut_arg(setting.argument, |argument| argument.required(false).default_values(setting.values))
    })
}

fn is_quiet(matches: &ArgMatches) -> bool {
    let quiet = matches.subcommand().and_then(|(_, flags)| flags.try_get_one::<bool>("quiet").ok().flatten());
    quiet == Some(&true)
}

#[cfg(test)]
mod tests;
