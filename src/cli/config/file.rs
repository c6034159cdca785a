//! The configuration file: TOML whose keys are the long flags of `explain`.
//!
//! Goes in: the file's text, and the commands that read it. Comes out: what each key sets for the one that runs, in words
//! as they would be typed; or the first thing that is wrong, with its line and what was expected there.

use std::ops::Range;

use clap::{Arg, ArgAction};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::failure::Failure;

use super::takers::{Takers, accepts};

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

/// What the file sets for the command that runs.
pub(super) fn settings(text: &str, takers: &Takers<'_>) -> Result<Vec<Setting>, Bad> {
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
        if takers.flags(name).next().is_none() {
            let hint = format!("the keys are the long flags of `explain`: {}", takers.keys().join(", "));
            return Err(bad(key.span(), format!("unknown key `{name}`"), hint));
        }
        let setting = setting(takers, name, value.get_ref())
            .map_err(|(wrong, hint)| bad(value.span(), format!("`{name}`: {wrong}"), hint))?;
        settings.extend(setting);
    }
    Ok(settings)
}

/// What a key sets for the command that runs; nothing if the value is off, or another command's. If no command takes it:
/// what the first that has the flag expected, and a hint.
fn setting(takers: &Takers<'_>, key: &str, value: &DeValue<'_>) -> Result<Option<Setting>, (String, String)> {
    let mut refused = None;
    for (command, argument) in takers.flags(key) {
        let taken =
            words(argument, value).and_then(|values| accepts(command, argument, &values).map(|()| values));
        match taken {
            Ok(values) => {
                let is_set = command.get_name() == takers.running() && !values.is_empty();
                return Ok(is_set.then(|| Setting { argument: argument.get_id().to_string(), values }));
            }
            Err(wrong) if refused.is_none() => {
                let hint = format!("`flowcause {} --help` says more of `--{key}`", command.get_name());
                refused = Some((wrong, hint));
            }
            Err(_) => {}
        }
    }
    refused.map_or(Ok(None), Err)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
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
