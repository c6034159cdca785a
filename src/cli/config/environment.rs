//! The environment variables `FLOWCAUSE_*`.
//!
//! `FLOWCAUSE_FORMAT` sets `--format` of every command that has it. `FLOWCAUSE_CHECK_FORMAT` sets it for `check` only and
//! comes before the general variable. The parser reads the variables; this module chooses which one, checks the values
//! beforehand so that an error names the variable, and warns about variables without effect.

use std::collections::BTreeSet;
use std::env;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::keys;
use crate::cli::failure::Failure;

const PREFIX: &str = "FLOWCAUSE_";
/// The flags that determine the exit code. If a command does not have them, their variables must not be ignored silently.
const EXIT_CODE_FLAGS: [&str; 2] = ["fail-on", "min-coverage"];

/// Makes the parser read the variables for one command that are set, instead of the general ones.
pub(super) fn with_command_variables(program: Command) -> Command {
    program.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        command.mut_args(|argument| match command_variable(&name, &argument) {
            Some(variable) if env::var_os(&variable).is_some() => argument.env(variable),
            _ => argument,
        })
    })
}

/// The general variable of a flag, if it has one.
fn variable(argument: &Arg) -> Option<&str> {
    argument.get_env().and_then(|name| name.to_str())
}

/// The variable that sets a flag for one command only.
fn command_variable(command: &str, argument: &Arg) -> Option<String> {
    let flag = variable(argument)?.strip_prefix(PREFIX)?;
    Some(format!("{PREFIX}{}_{flag}", command.to_uppercase()))
}

/// Checks the variables that the parser reads for this command. `typed` holds the flags of the command line, which come
/// before the environment.
pub(super) fn check(program: &Command, running: &Command, typed: &ArgMatches) -> Result<(), Failure> {
    for argument in running.get_arguments() {
        let Some(variable) = variable(argument) else { continue };
        let Some(value) = env::var_os(variable).and_then(|value| value.into_string().ok()) else { continue };
        if typed.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let values = [value];
        keys::check_values(running, argument, &values).map_err(|wrong| {
            Failure::usage(format!("environment variable `{variable}`: {wrong}"))
                .hint(value_hint(program, running, argument, &values))
        })?;
    }
    Ok(())
}

/// Suggests the variable for the command that accepts the values.
fn value_hint(program: &Command, running: &Command, argument: &Arg, values: &[String]) -> String {
    let long = argument.get_long().unwrap_or_default();
    let accepts = |command: &&Command| {
        let same = keys::flag(command, long);
        same.is_some_and(|argument| keys::check_values(command, argument, values).is_ok())
    };
    let other = keys::commands(program).find(accepts).map(Command::get_name);
    match other.and_then(|other| Some((other, command_variable(other, argument)?))) {
        Some((other, variable)) => format!("use `{variable}` to set `--{long}` for `{other}` only"),
        None => format!("`flowcause {} --help` describes `--{long}`", running.get_name()),
    }
}

/// Warnings about variables that have no effect. `names` holds the names of all environment variables.
pub(super) fn warnings(
    program: &Command,
    running: &Command,
    names: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let names: BTreeSet<String> = names.into_iter().filter(|name| name.starts_with(PREFIX)).collect();
    let known = known(program);
    let unknown = names.iter().filter(|&name| !known.contains(name)).map(|name| unknown(name, &known));
    let unused = EXIT_CODE_FLAGS.into_iter().filter_map(|long| {
        let variable = format!("{PREFIX}{}", long.to_uppercase().replace('-', "_"));
        let lacks_flag = keys::flag(running, long).is_none() && keys::flag(running, "output").is_some();
        let command = running.get_name();
        (lacks_flag && names.contains(&variable)).then(|| {
            format!("environment variable `{variable}` has no effect: `{command}` has no `--{long}`")
        })
    });
    unknown.chain(unused).collect()
}

/// The variables of all commands.
fn known(program: &Command) -> BTreeSet<String> {
    let of_command = |command: &Command| {
        let name = command.get_name().to_owned();
        let both =
            move |argument: &Arg| [variable(argument).map(str::to_owned), command_variable(&name, argument)];
        command.get_arguments().flat_map(both).flatten().collect::<Vec<_>>()
    };
    program.get_subcommands().flat_map(of_command).collect()
}

fn unknown(name: &str, known: &BTreeSet<String>) -> String {
    // The common prefix would make every name similar.
    let flag = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let known: Vec<String> = known.iter().map(|name| flag(name)).collect();
    let suggestion = keys::most_similar(&flag(name), known.iter().map(String::as_str));
    let question =
        suggestion.map_or_else(String::new, |similar| format!("; did you mean `{PREFIX}{similar}`?"));
    format!("unknown environment variable `{name}`{question}")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn variables_without_effect_cause_a_warning() {
        let program = Cli::command();
        let check = |command: &str, name: &str, expect: &str| {
            let running = program.find_subcommand(command).expect("a command");
            let warnings = warnings(&program, running, [name.to_owned()]);
            assert_eq!(warnings.concat(), expect, "{command} {name}");
        };
        let unknown = |name: &str, hint: &str| format!("unknown environment variable `{name}`{hint}");
        check("check", "FLOWCAUSE_FAIL_ON", "");
        check("check", "FLOWCAUSE_CHECK_FAIL_ON", "");
        check("check", "FLOWCAUSE_EXPLAIN_THREADS", "");
        check("check", "FLOWCAUSE_THREADS", "");
        check("check", "OTHER_FAIL_ON", "");
        let meant = "; did you mean `FLOWCAUSE_FAIL_ON`?";
        check("check", "FLOWCAUSE_FAILON", &unknown("FLOWCAUSE_FAILON", meant));
        let meant = "; did you mean `FLOWCAUSE_EXPLAIN_THREADS`?";
        check("explain", "FLOWCAUSE_EXPLAIN_THREAD", &unknown("FLOWCAUSE_EXPLAIN_THREAD", meant));
        check("explain", "FLOWCAUSE_X", &unknown("FLOWCAUSE_X", ""));
        check(
            "inspect",
            "FLOWCAUSE_FAIL_ON",
            "environment variable `FLOWCAUSE_FAIL_ON` has no effect: `inspect` has no `--fail-on`",
        );
        check("causes", "FLOWCAUSE_FAIL_ON", "");
    }

    #[test]
    fn a_variable_is_named_after_its_flag() {
        let program = Cli::command();
        for command in program.get_subcommands() {
            for argument in command.get_arguments() {
                let (Some(long), Some(variable)) = (argument.get_long(), variable(argument)) else {
                    continue;
                };
                assert_eq!(variable, format!("{PREFIX}{}", long.to_uppercase().replace('-', "_")));
            }
        }
        let names: Vec<String> = known(&program).into_iter().collect();
        for command in program.get_subcommands() {
            let prefix = format!("{PREFIX}{}_", command.get_name().to_uppercase());
            let general = names.iter().filter_map(|name| name.strip_prefix(&prefix));
            assert!(general.map(|flag| format!("{PREFIX}{flag}")).all(|general| names.contains(&general)));
        }
    }
}
