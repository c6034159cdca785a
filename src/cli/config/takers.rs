//! Which command takes which value of the configuration file and of the environment.
//!
//! Both are written once for several commands, which do not take the same values: `format = "html"` is `explain`'s alone.
//! A value that another command takes is left aside; one that none takes is wrong.

use std::env;
use std::error::Error;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// The commands that read the file. The flags of the first are its keys.
const COMMANDS: [&str; 3] = ["explain", "check", "compare"];
/// Flags that say where the file is, or are none of the command's own.
const NOT_KEYS: [&str; 4] = ["config", "no-config", "help", "version"];
/// What the other commands take of it. Not `output`: they would overwrite each other's.
const SHARED: [&str; 4] = ["metadata", "format", "fail-on", "color"];

/// The commands that read the file, the one that runs first.
pub(super) struct Takers<'a>(Vec<&'a Command>);

impl<'a> Takers<'a> {
    /// None if the command that runs reads no file.
    pub(super) fn of(program: &'a Command, running: &str) -> Option<Self> {
        let mut names = COMMANDS;
        let place = names.iter().position(|name| *name == running)?;
        names[..=place].rotate_right(1);
        let command = |name| program.find_subcommand(name).expect("it is one of the commands");
        Some(Self(names.into_iter().map(command).collect()))
    }

    /// The name of the command that runs.
    pub(super) fn running(&self) -> &'a str {
        self.0[0].get_name()
    }

    /// The flags of this name, each with its command.
    pub(super) fn flags<'b>(&'b self, key: &'b str) -> impl Iterator<Item = (&'a Command, &'a Arg)> + 'b {
        self.0.iter().filter_map(move |command| {
            keys(command)
                .find(|argument| argument.get_long() == Some(key))
                .map(|argument| (*command, argument))
        })
    }

    /// Every key.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let all = self.0.iter().find(|command| command.get_name() == COMMANDS[0]);
        all.into_iter().flat_map(|command| keys(command)).filter_map(Arg::get_long).collect()
    }

    /// Whether the variable of a flag has a value that only another command takes.
    fn is_for_others(&self, argument: &Arg) -> bool {
        let (Some(key), Some(variable)) = (argument.get_long(), argument.get_env()) else { return false };
        let Some(value) = env::var_os(variable).and_then(|value| value.into_string().ok()) else {
            return false;
        };
        let value = [value];
        let mut takes = self.flags(key).map(|(command, argument)| accepts(command, argument, &value).is_ok());
        takes.next() == Some(false) && takes.any(|takes| takes)
    }
}

/// The arguments of a command that a file can set.
fn keys(command: &Command) -> impl Iterator<Item = &Arg> {
    let has_all = command.get_name() == COMMANDS[0];
    command.get_arguments().filter(move |argument| {
        let long = argument.get_long();
        long.is_some_and(|long| if has_all { !NOT_KEYS.contains(&long) } else { SHARED.contains(&long) })
    })
}

/// The parser without what only a whole command line has: enough to find the command and the file.
pub(super) fn lenient(program: Command) -> Command {
    let ease = |argument: Arg| match argument.get_long() {
        Some("config" | "no-config") => argument,
        _ => argument.required(false).env(Resettable::Reset),
    };
    COMMANDS.into_iter().fold(program, |program, name| program.mut_subcommand(name, |one| one.mut_args(ease)))
}

/// The parser without the variables whose values only other commands take.
pub(super) fn without_variables_of_others(program: Command, running: &str) -> Command {
    let all = program.clone();
    let Some(takers) = Takers::of(&all, running) else { return program };
    program.mut_subcommand(running, |command| {
        command.mut_args(|argument| {
            if takers.is_for_others(&argument) { argument.env(Resettable::Reset) } else { argument }
        })
    })
}

/// Has the parser look at values as if they were typed, without the environment; says what it expected.
pub(super) fn accepts(command: &Command, argument: &Arg, values: &[String]) -> Result<(), String> {
    let long = argument.get_long().unwrap_or_default();
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return Ok(());
    }
    for value in values {
        let command = command.clone().mut_args(|argument| argument.env(Resettable::Reset));
        let typed = [command.get_name().to_owned(), format!("--{long}={value}"), "-".to_owned()];
        if let Err(error) = command.try_get_matches_from(typed)
            && matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation)
        {
            return Err(format!("{}, found `{value}`", expected(&error)));
        }
    }
    Ok(())
}

/// What the parser would have taken.
fn expected(error: &clap::Error) -> String {
    match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(values)), _) if !values.is_empty() => {
            format!("expected one of {}", values.join(", "))
        }
        (_, Some(source)) => source.to_string(),
        _ => "expected another value".to_owned(),
    }
}
