//! The configuration file: TOML whose keys are the long flags of a command.
//!
//! Goes in: the file's text, and the command. Comes out: what each key sets, in words as they would be typed; or the first
//! thing that is wrong, with its line and what was expected there.

use std::error::Error;
use std::ops::Range;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::failure::Failure;

/// Flags that say where the file is, or are none of the command's own.
const NOT_KEYS: &[&str] = &["config", "no-config", "help", "version"];

/// What a key sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The argument's id in the command.
    pub(super) argument: String,
    /// As they would be typed.
    pub(super) values: Vec<String>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    /// From 1.
    line: usize,
    text: String,
    hint: String,
}

impl Bad {
    pub(super) fn in_file(self, name: &str) -> Failure {
        Failure::usage(format!("`{name}`: line {}: {}", self.line, self.text)).hint(self.hint)
    }
}

/// What the file sets.
pub(super) fn settings(text: &str, command: &Command) -> Result<Vec<Setting>, Bad> {
    let bad = |place: Range<usize>, text_of_it: String, hint: String| Bad {
        line: line_of(text, place.start),
        text: text_of_it,
        hint,
    };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().unwrap_or_default();
        bad(
            place,
            error.message().replace('\n', ", "),
            "a line is `key = value`; texts are in quotes".to_owned(),
        )
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut settings = Vec::new();
    for (key, value) in entries {
        let name = key.get_ref();
        let argument = keys(command).find(|argument| argument.get_long() == Some(name)).ok_or_else(|| {
            let known: Vec<_> = keys(command).filter_map(Arg::get_long).collect();
            let hint =
                format!("the keys are the long flags of `{}`: {}", command.get_name(), known.join(", "));
            bad(key.span(), format!("unknown key `{name}`"), hint)
        })?;
        let values = words(argument, value.get_ref())
            .and_then(|values| check(command, argument, &values).map(|()| values))
            .map_err(|wrong| {
                let hint = format!("`flowcause {} --help` says more of `--{name}`", command.get_name());
                bad(value.span(), format!("`{name}`: {wrong}"), hint)
            })?;
        if !values.is_empty() {
            settings.push(Setting { argument: argument.get_id().to_string(), values });
        }
    }
    Ok(settings)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

/// The arguments that a file can set.
fn keys(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|argument| argument.get_long().is_some_and(|long| !NOT_KEYS.contains(&long)))
}

/// A value as it would be typed; none for a flag that is off.
fn words(argument: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let found = |value: &DeValue<'_>| format!("found {}", described(value));
    match (argument.get_action(), value) {
        (ArgAction::SetTrue, DeValue::Boolean(false)) => Ok(Vec::new()),
        (ArgAction::SetTrue, DeValue::Boolean(true)) => Ok(vec!["true".to_owned()]),
        (ArgAction::SetTrue, other) => Err(format!("expected true or false, {}", found(other))),
        (ArgAction::Append, DeValue::Array(values)) => {
            let word = |value: &Spanned<DeValue<'_>>| {
                word(value.get_ref())
                    .ok_or_else(|| format!("expected texts or whole numbers, {}", found(value.get_ref())))
            };
            values.iter().map(word).collect()
        }
        (_, value) => match word(value) {
            Some(word) => Ok(vec![word]),
            None => Err(format!("expected a text or a whole number, {}", found(value))),
        },
    }
}

fn word(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => {
            // One that is too large for any flag is left for the parser to refuse.
            let read = i64::from_str_radix(number.as_str(), number.radix());
            Some(read.map_or_else(|_| number.to_string(), |read| read.to_string()))
        }
        DeValue::Datetime(time) => Some(time.to_string()),
        _ => None,
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Has the parser look at the values as if they were typed, without the environment.
fn check(command: &Command, argument: &Arg, values: &[String]) -> Result<(), String> {
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
