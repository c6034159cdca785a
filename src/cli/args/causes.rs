//! The flags of `causes`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Args, Command, Error, ValueEnum};

use crate::cli::args::ColorArg;
use crate::diagnose::CAUSES;
use crate::diagnose::registry::{self, Cause};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  Every cause, with what it says:
    flowcause causes

  What one of them means, what proves it, what rules it out, what to do:
    flowcause causes endpoint-sg-blocks-ingress

  The same as Markdown, for a wiki:
    flowcause causes endpoint-sg-blocks-ingress --format markdown

Exit codes:
  0 printed   1 failed   2 wrong usage, such as an id that is none";

/// The flags of `causes`.
#[derive(Clone, Debug, Args)]
pub struct CausesArgs {
    /// The cause, by its id as reports give it; without one, all of them in a table.
    #[arg(value_name = "ID", value_parser = CauseParser, hide_possible_values = true)]
    pub id: Option<&'static Cause>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    pub format: PageFormat,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR")]
    pub color: ColorArg,
}

/// Takes a cause by its id or a former one; where there is none, names those that are near rather than all.
#[derive(Clone, Copy)]
struct CauseParser;

impl TypedValueParser for CauseParser {
    type Value = &'static Cause;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        let known = PossibleValuesParser::new(ids());
        let id = known.parse_ref(command, arg, value).map_err(|error| name_near(error, value))?;
        Ok(registry::find(&id).expect("the ids are those of causes"))
    }

    /// For completions.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ids()))
    }
}

fn ids() -> impl Iterator<Item = PossibleValue> {
    CAUSES.iter().map(|cause| PossibleValue::new(cause.id.name()).aliases(cause.aliases))
}

/// The ids with the typed text in them, or else the one that the parser finds most like it.
fn name_near(mut error: Error, typed: &OsStr) -> Error {
    error.remove(ContextKind::ValidValue);
    let typed = typed.to_string_lossy();
    let holds = |cause: &&&Cause| !typed.is_empty() && cause.id.name().contains(&*typed);
    let near: Vec<String> = CAUSES.iter().filter(holds).map(|cause| cause.id.to_string()).collect();
    if !near.is_empty() {
        error.insert(ContextKind::SuggestedValue, ContextValue::Strings(near));
    } else if error.get(ContextKind::SuggestedValue).is_none() {
        let hint = "`flowcause causes` lists every id".to_owned().into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint]));
    }
    error
}

/// A format of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people.
    #[default]
    Terminal,
    /// As it was written.
    Markdown,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::args::Cli;

    #[test]
    fn an_unknown_id_is_told_with_those_near_it() {
        let check = |typed: &str, expect: &str| {
            let error = Cli::try_parse_from(["flowcause", "causes", typed]).expect_err(typed).to_string();
            assert!(error.contains(expect), "{error}");
            assert!(!error.contains("possible values"), "{error}");
        };
        check("dns-blokced", "similar value exists: 'dns-blocked'");
        check(
            "dns",
            "some similar values exist: 'private-dns-off', 'dns-tcp-blocked', 'dns-blocked', 'dns-unanswered'",
        );
        check("xyz", "tip: `flowcause causes` lists every id");
        check("", "tip: `flowcause causes` lists every id");
    }
}
