//! The options of a run, checked by the command line before the run begins.

use std::fmt;
use std::path::PathBuf;

use crate::model::log_format::LogFormat;
use crate::model::time::Window;
use crate::reduce::Limits;

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
    /// The order of the fields of records that come without a header.
    pub log_format: Option<LogFormat>,
    /// Worker threads; none means one a core.
    pub threads: Option<usize>,
    /// What may be taken of memory and disk.
    pub limits: Limits,
}
