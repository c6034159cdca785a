//! Combines the command line, the environment and the configuration file. Flags come first, then `FLOWCAUSE_*`, then
//! `flowcause.toml`, then the built-in defaults.
//!
//! Input: the arguments of the process. Output: a [`Cli`] and messages, or the reason for the refusal. The parser knows
//! flags, the environment and defaults, in this order. The values of the file become its defaults, so that the parser checks
//! them as if they were typed, and every new flag is a key of the file.

mod environment;
mod file;
mod keys;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::cli::args::{Cli, ConfigArgs};
use crate::cli::failure::Failure;

use file::{ConfigOrigin, Setting};

/// The file that is read from the working folder if no other file is named.
const FILE: &str = "flowcause.toml";

/// A command line that is well-formed together with the environment and the configuration file.
#[derive(Debug)]
pub struct ParsedCommandLine {
    /// The command and its flags.
    pub cli: Cli,
    /// Lines for standard error: the configuration file, and warnings. Empty with `--quiet`.
    pub messages: Vec<String>,
}

/// Why a command line is refused.
#[derive(Debug)]
pub enum ParseFailure {
    /// The parser printed help or the version, or found wrong usage.
    Parser(clap::Error),
    /// The configuration file or an environment variable is wrong.
    Configuration(Failure),
}

impl From<clap::Error> for ParseFailure {
    fn from(error: clap::Error) -> Self {
        Self::Parser(error)
    }
}

impl From<Failure> for ParseFailure {
    fn from(failure: Failure) -> Self {
        Self::Configuration(failure)
    }
}

/// Parses a command line. The first argument is the name of the program.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<ParsedCommandLine, ParseFailure> {
    parse_in(Path::new(""), &arguments.into_iter().collect::<Vec<_>>())
}

/// Parses with the configuration file of a working folder.
fn parse_in(folder: &Path, arguments: &[OsString]) -> Result<ParsedCommandLine, ParseFailure> {
    let mut program = environment::with_command_variables(Cli::command());
    let mut messages = Vec::new();
    let mut note = None;
    if let Some((running, typed)) = typed(&program, arguments) {
        let command = program.find_subcommand(&running).expect("the parser found it");
        environment::check(&program, command, &typed)?;
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let warnings = environment::warnings(&program, command, names);
        messages = warnings.into_iter().map(|warning| format!("warning: {warning}")).collect();
        if let Some(origin) = chosen_file(folder, &typed)? {
            let settings = read(&origin, &program, &running)?;
            program = program.mut_subcommand(running, |command| with_defaults(command, settings, &origin));
            note = Some((format!("note: configuration file `{}`", origin.path().display()), origin));
        }
    }
    let matches = program.try_get_matches_from(arguments)?;
    let quiet = quiet(&matches);
    if quiet.is_some() {
        messages.clear();
    }
    // A file that was only found cannot hide itself.
    let hides_itself = |origin: &ConfigOrigin| {
        matches!(origin, ConfigOrigin::Found(_)) && quiet == Some(ValueSource::DefaultValue)
    };
    let note = note.filter(|(_, origin)| quiet.is_none() || hides_itself(origin));
    messages.splice(0..0, note.map(|(note, _)| note));
    Ok(ParsedCommandLine { cli: Cli::from_arg_matches(&matches)?, messages })
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
fn chosen_file(folder: &Path, typed: &ArgMatches) -> Result<Option<ConfigOrigin>, clap::Error> {
    let flags = ConfigArgs::from_arg_matches(typed)?;
    if flags.no_config {
        return Ok(None);
    }
    let usual = folder.join(FILE);
    let found = usual.exists().then_some(usual).map(ConfigOrigin::Found);
    Ok(flags.config.map(ConfigOrigin::Named).or(found))
}

fn read(origin: &ConfigOrigin, program: &Command, running: &str) -> Result<Vec<Setting>, Failure> {
    let path = origin.path();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("the configuration file `{}` cannot be read: {error}", path.display()))
            .hint("name another file with `--config FILE`, or use `--no-config`")
    })?;
    file::settings(&text, program, running, origin)
        .map_err(|mistake| mistake.in_file(&path.display().to_string()))
}

/// Sets the values of the file as defaults, and the file itself as the value of `--config`. A required flag may be absent
/// if the file sets it.
fn with_defaults(command: Command, settings: Vec<Setting>, origin: &ConfigOrigin) -> Command {
    let config =
        |argument: Arg| argument.default_value(origin.path().as_os_str().to_owned()).hide_default_value(true);
    settings.into_iter().fold(command.mut_arg("config", config), |command, setting| {
        command.mut_arg(setting.argument, |argument| argument.required(false).default_values(setting.values))
    })
}

/// The source of `--quiet`, if it is on.
fn quiet(matches: &ArgMatches) -> Option<ValueSource> {
    let (_, flags) = matches.subcommand()?;
    let is_on = flags.try_get_one::<bool>("quiet").ok().flatten() == Some(&true);
    is_on.then(|| flags.value_source("quiet")).flatten()
}

#[cfg(test)]
mod tests;
