//! The commands and flags that the configuration file and the environment can set.

use std::error::Error;

use clap::builder::{PossibleValuesParser, Resettable};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// The flags that the file cannot set: the first two choose the file itself.
const NOT_KEYS: [&str; 4] = ["config", "no-config", "help", "version"];

/// The flags that name a file to write. A file that is only found, and not named, cannot set them. Otherwise,
/// a file that is put into the working folder would choose the files that are replaced.
pub(super) const WRITTEN: [&str; 3] = ["output", "export", "state"];

/// The commands that have a table in the file. These are the commands with `--config`.
pub(super) fn commands(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| flag(command, "config").is_some())
}

/// The flag of a command by its long name.
pub(super) fn flag<'a>(command: &'a Command, long: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|argument| argument.get_long() == Some(long))
}

/// The keys of a command's table: its long flags.
pub(super) fn keys(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(Arg::get_long).filter(|long| !NOT_KEYS.contains(long))
}

/// Checks values with the parser of the flag. The error describes the expected values.
pub(super) fn check_values(command: &Command, argument: &Arg, values: &[String]) -> Result<(), String> {
    let long = argument.get_long().unwrap_or_default();
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return Ok(());
    }
    // The environment must not add values of its own.
    let command = command.clone().mut_args(|argument| argument.env(Resettable::Reset));
    for value in values {
        // The parser checks values before it notices absent arguments.
        let typed = [command.get_name().to_owned(), format!("--{long}={value}")];
        if let Err(error) = command.clone().try_get_matches_from(typed)
            && matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation)
        {
            return Err(format!("{}, found `{value}`", expected(&error)));
        }
    }
    Ok(())
}

/// Describes the values that the parser accepts.
fn expected(error: &clap::Error) -> String {
    match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(values)), _) if !values.is_empty() => {
            format!("expected one of {}", values.join(", "))
        }
        (_, Some(source)) => source.to_string(),
        _ => "expected another value".to_owned(),
    }
}

/// The known name that is most similar to `name`, if any is similar enough to suggest it.
pub(super) fn most_similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known = known.into_iter().map(str::to_owned);
    let known: Vec<_> = known.map(clap::builder::PossibleValue::new).collect();
    let argument = Arg::new("name").value_parser(PossibleValuesParser::new(known));
    let error = Command::new("").arg(argument).try_get_matches_from(["", "--", name]).err()?;
    match error.get(ContextKind::SuggestedValue)? {
        ContextValue::String(suggestion) => Some(suggestion.clone()),
        ContextValue::Strings(suggestions) => suggestions.last().cloned(),
        _ => None,
    }
}

/// Names as alternatives, such as `` `a`, `b` or `c` ``.
pub(super) fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_name_is_suggested() {
        let check = |name: &str, expect: Option<&str>| {
            let known = ["fail-on", "format", "min-coverage"];
            assert_eq!(most_similar(name, known).as_deref(), expect, "{name}");
        };
        check("fail_on", Some("fail-on"));
        check("failon", Some("fail-on"));
        check("formats", Some("format"));
        check("coverage", Some("min-coverage"));
        check("-x", None);
        check("", None);
    }

    #[test]
    fn the_last_alternative_follows_or() {
        let check = |names: &[&str], expect: &str| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(alternatives(&names), expect);
        };
        check(&["a"], "a");
        check(&["a", "b"], "a or b");
        check(&["a", "b", "c"], "a, b or c");
    }
}
