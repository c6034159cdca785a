//! The flags of `causes`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Args, Command, Error, ValueEnum};

use crate::cli::args::{ColorArgs, ConfigArgs};
use crate::diagnose::CAUSES;
use crate::diagnose::registry::{self, Cause};

/// Shown below the flags.
pub(super) const EXAMPLES: &str = "\
Examples:
  List every cause with a summary:
    flowcause causes

  Print the page of one cause: its meaning, what proves it, what rules it out, and the fix:
    flowcause causes endpoint-sg-blocks-ingress

  Print the page as Markdown, for example for a wiki:
    flowcause causes endpoint-sg-blocks-ingress --format markdown

Exit codes:
  0   the page was printed
  1   the run failed: for example, standard output could not be written
  2   wrong usage, such as an unknown id";

/// The flags of `causes`.
#[derive(Clone, Debug, Args)]
pub struct CausesArgs {
    /// Id of the cause, as in the reports. [default: a table of all causes]
    #[arg(value_name = "ID", value_parser = CauseParser, hide_possible_values = true)]
    pub id: Option<&'static Cause>,

    /// Format of the page.
    #[arg(long, short, value_enum, default_value_t, env = "FLOWCAUSE_FORMAT", help_heading = "Output")]
    pub format: PageFormat,

    /// Colours.
    #[command(flatten)]
    pub color: ColorArgs,

    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// Parses the id of a cause, or a former id. The error for an unknown id suggests similar ids instead of listing all.
#[derive(Clone, Copy)]
struct CauseParser;

impl TypedValueParser for CauseParser {
    type Value = &'static Cause;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        let known = PossibleValuesParser::new(ids());
        let id = known.parse_ref(command, arg, value).map_err(|error| suggest_similar(error, value))?;
        Ok(registry::find(&id).expect("every possible value is the id of a cause"))
    }

    /// The values that shell completions offer.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ids()))
    }
}

fn ids() -> impl Iterator<Item = PossibleValue> {
    CAUSES.iter().map(|cause| PossibleValue::new(cause.id.name()).aliases(cause.aliases))
}

/// Suggests the ids that contain the typed text; without any, keeps the suggestion of the parser.
fn suggest_similar(mut error: Error, typed: &OsStr) -> Error {
    error.remove(ContextKind::ValidValue);
    let typed = typed.to_string_lossy();
    let contains = |cause: &&&Cause| !typed.is_empty() && cause.id.name().contains(&*typed);
    let similar: Vec<String> = CAUSES.iter().filter(contains).map(|cause| cause.id.to_string()).collect();
    if !similar.is_empty() {
        error.insert(ContextKind::SuggestedValue, ContextValue::Strings(similar));
    } else if error.get(ContextKind::SuggestedValue).is_none() {
        let hint = "`flowcause causes` lists every id".to_owned().into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint]));
    }
    error
}

/// Format of a cause's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people.
    #[default]
    Terminal,
    /// The source of the page.
    Markdown,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::args::Cli;

    #[test]
    fn an_unknown_id_is_refused_with_similar_ids() {
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
