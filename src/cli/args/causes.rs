//! The flags of `causes`.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

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

  The same as Markdown, for a wiki, with the scenarios that test it:
    flowcause causes endpoint-sg-blocks-ingress --format markdown

Exit codes:
  0 printed   1 failed   2 wrong usage, such as an id that is none";

/// The flags of `causes`.
#[derive(Clone, Debug, Args)]
pub struct CausesArgs {
    /// The cause, by its id as reports give it; without one, all of them in a table.
    #[arg(value_name = "ID", value_parser = cause(), hide_possible_values = true)]
    pub id: Option<&'static Cause>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    pub format: PageFormat,

    /// Colours: auto means on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t, env = "FLOWCAUSE_COLOR")]
    pub color: ColorArg,
}

/// A cause by its id or a former one. As possible values the parser knows them, and names those near a mistyped one.
fn cause() -> impl TypedValueParser<Value = &'static Cause> {
    let ids = CAUSES.iter().map(|cause| PossibleValue::new(cause.id).aliases(cause.aliases));
    PossibleValuesParser::new(ids.collect::<Vec<_>>())
        .map(|id| registry::find(&id).expect("the parser takes ids and aliases of causes only"))
}

/// A format of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people; without the scenarios that test the cause.
    #[default]
    Terminal,
    /// As it was written.
    Markdown,
}
