//! The configuration file: TOML with a table for each command. The keys of a table are the long flags of its command.
//!
//! Input: the text of the file, and the command that runs. Output: the values that the table of this command sets, as they
//! would be typed; or the first mistake in any table, with its line, the expected value and a suggestion.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::keys;
use crate::cli::failure::Failure;

/// The values that a key sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// Id of the argument in the command.
    pub(super) argument: String,
    /// The values, as they would be typed.
    pub(super) values: Vec<String>,
}

/// The reason why a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ConfigOrigin {
    /// It is in the working folder.
    Found(PathBuf),
    /// A flag or a variable names it.
    Named(PathBuf),
}

impl ConfigOrigin {
    pub(super) fn path(&self) -> &Path {
        let (Self::Found(path) | Self::Named(path)) = self;
        path
    }
}

/// A mistake in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileMistake {
    /// Line number, from 1.
    line: usize,
    text: String,
    hint: String,
}

impl FileMistake {
    /// The mistake as a failure of the run.
    pub(super) fn in_file(self, name: &str) -> Failure {
        Failure::usage(format!("`{name}`: line {}: {}", self.line, self.text)).hint(self.hint)
    }
}

/// A mistake before its line is known.
struct Mistake {
    /// Offset in the text, bytes.
    offset: usize,
    text: String,
    hint: String,
}

/// Returns the values that the file sets for the command that runs. The tables of the other commands are checked as well, so
/// that a mistake is found in the first run.
pub(super) fn settings(
    text: &str,
    program: &Command,
    running: &str,
    origin: &ConfigOrigin,
) -> Result<Vec<Setting>, FileMistake> {
    let at_line = |mistake: Mistake| FileMistake {
        line: text.bytes().take(mistake.offset).filter(|&byte| byte == b'\n').count() + 1,
        text: mistake.text,
        hint: mistake.hint,
    };
    let file = DeTable::parse(text).map_err(|error| at_line(syntax_mistake(&error)))?;
    let mut settings = Vec::new();
    for (name, value) in in_order(file.get_ref()) {
        let (command, table) = command_table(program, name, value).map_err(at_line)?;
        for (key, value) in in_order(table) {
            check_origin(command, key, origin).map_err(at_line)?;
            let setting = setting(command, key, value).map_err(at_line)?;
            settings.extend(setting.filter(|_| command.get_name() == running));
        }
    }
    Ok(settings)
}

fn syntax_mistake(error: &toml::de::Error) -> Mistake {
    Mistake {
        offset: error.span().unwrap_or_default().start,
        text: error.message().replace('\n', ", "),
        hint: "a line is `[command]` or `key = value`; write strings in quotes".to_owned(),
    }
}

/// The entries of a table in the order of the file.
fn in_order<'a, 'b>(table: &'a DeTable<'b>) -> Vec<(&'a Spanned<DeString<'b>>, &'a Spanned<DeValue<'b>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The command that an entry of the file belongs to, and its table.
fn command_table<'a, 'b, 'c>(
    program: &'a Command,
    name: &Spanned<DeString<'_>>,
    value: &'b Spanned<DeValue<'c>>,
) -> Result<(&'a Command, &'b DeTable<'c>), Mistake> {
    let mistake = |text, hint| Mistake { offset: name.span().start, text, hint };
    let name = name.get_ref();
    let command = keys::commands(program).find(|command| command.get_name() == name);
    match (command, value.get_ref()) {
        (Some(command), DeValue::Table(table)) => Ok((command, table)),
        (Some(_), other) => Err(mistake(
            format!("`{name}`: expected a table, found {}", described(other)),
            format!("write `[{name}]` on a line of its own, and the keys below it"),
        )),
        (None, DeValue::Table(_)) => {
            Err(mistake(format!("unknown table `[{name}]`"), table_hint(program, name)))
        }
        (None, _) => {
            Err(mistake(format!("the key `{name}` is not in a table"), tableless_hint(program, name)))
        }
    }
}

fn table_hint(program: &Command, name: &str) -> String {
    let commands = keys::commands(program).map(Command::get_name);
    match keys::most_similar(name, commands) {
        Some(similar) => format!("did you mean `[{similar}]`?"),
        None => format!("the tables are {}", tables(keys::commands(program))),
    }
}

/// A hint for a key outside of a table: the commands that have it, or all commands.
fn tableless_hint(program: &Command, key: &str) -> String {
    let owners: Vec<_> =
        keys::commands(program).filter(|command| keys::keys(command).any(|own| own == key)).collect();
    if owners.is_empty() {
        return format!("each key belongs in the table of a command: {}", tables(keys::commands(program)));
    }
    format!("write it in the table of a command: {}", tables(owners))
}

fn tables<'a>(commands: impl IntoIterator<Item = &'a Command>) -> String {
    let names = commands.into_iter().map(|command| format!("`[{}]`", command.get_name()));
    keys::alternatives(&names.collect::<Vec<_>>())
}

/// Refuses files to write in a configuration file that was only found.
fn check_origin(
    command: &Command,
    key: &Spanned<DeString<'_>>,
    origin: &ConfigOrigin,
) -> Result<(), Mistake> {
    let name = key.get_ref();
    let ConfigOrigin::Found(file) = origin else { return Ok(()) };
    if !keys::WRITTEN.contains(&&**name) {
        return Ok(());
    }
    Err(Mistake {
        offset: key.span().start,
        text: format!(
            "`{name}` in `[{}]` names a file to write, which needs a configuration file that you name",
            command.get_name()
        ),
        hint: format!("name the file with `--config {}`, or use the flag `--{name}` instead", file.display()),
    })
}

/// The values that a key sets; none if it is a flag that is off.
fn setting(
    command: &Command,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<Option<Setting>, Mistake> {
    let (name, table) = (key.get_ref(), command.get_name());
    let known = keys::keys(command).find(|known| known == name);
    let Some(argument) = known.and_then(|known| keys::flag(command, known)) else {
        let text = format!("unknown key `{name}` in `[{table}]`");
        return Err(Mistake { offset: key.span().start, text, hint: key_hint(command, name) });
    };
    let values = values(argument, value.get_ref())
        .and_then(|values| keys::check_values(command, argument, &values).map(|()| values))
        .map_err(|wrong| Mistake {
            offset: value.span().start,
            text: format!("`{name}` in `[{table}]`: {wrong}"),
            hint: format!("`flowcause {table} --help` describes `--{name}`"),
        })?;
    Ok((!values.is_empty()).then(|| Setting { argument: argument.get_id().to_string(), values }))
}

fn key_hint(command: &Command, name: &str) -> String {
    if let Some(similar) = keys::most_similar(name, keys::keys(command)) {
        return format!("did you mean `{similar}`?");
    }
    let known: Vec<_> = keys::keys(command).collect();
    format!("the keys of `[{}]` are its long flags: {}", command.get_name(), known.join(", "))
}

/// The values of a key as they would be typed; none for a flag that is off.
fn values(argument: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let found = |value: &DeValue<'_>| format!("found {}", described(value));
    match (argument.get_action(), value) {
        (ArgAction::SetTrue, DeValue::Boolean(false)) => Ok(Vec::new()),
        (ArgAction::SetTrue, DeValue::Boolean(true)) => Ok(vec!["true".to_owned()]),
        (ArgAction::SetTrue, other) => Err(format!("expected true or false, {}", found(other))),
        (ArgAction::Append, DeValue::Array(values)) => {
            let one = |value: &Spanned<DeValue<'_>>| {
                typed(value.get_ref())
                    .ok_or_else(|| format!("expected strings or integers, {}", found(value.get_ref())))
            };
            values.iter().map(one).collect()
        }
        (_, value) => match typed(value) {
            Some(typed) => Ok(vec![typed]),
            None => Err(format!("expected a string or an integer, {}", found(value))),
        },
    }
}

/// A single value as it would be typed.
fn typed(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => {
            // The parser of the flag refuses a number that does not fit.
            let read = i64::from_str_radix(number.as_str(), number.radix());
            Some(read.map_or_else(|_| number.to_string(), |read| read.to_string()))
        }
        DeValue::Datetime(time) => Some(time.to_string()),
        _ => None,
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
