//! The options of a run, checked by the command line before the run begins.

use std::fmt;
use std::path::PathBuf;

use crate::model::log_format::LogFormat;
use crate::model::time::Window;
use crate::reduce::Limits;

/// The source of flow records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogInput {
    /// A file, or a folder that is searched.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Writes the path, or `standard input`.
impl fmt::Display for LogInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// The options of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Flow logs, in the given order. Patterns are already expanded, and the paths exist.
    pub logs: Vec<LogInput>,
    /// Files and folders of AWS documents. They exist.
    pub metadata: Vec<PathBuf>,
    /// Task ids or ARNs. Empty: every task that failed to start.
    pub tasks: Vec<String>,
    /// Interface ids. Empty: the interfaces of the tasks.
    pub interfaces: Vec<String>,
    /// Only records that touch this window are used. None: the windows of the tasks.
    pub window: Option<Window>,
    /// Further ports of the services, in addition to 443, 53 and those that the documents show.
    pub ports: Vec<u16>,
    /// The order of the fields of records without a header.
    pub log_format: Option<LogFormat>,
    /// Worker threads. None: one per core.
    pub threads: Option<usize>,
    /// Limits of memory and disk.
    pub limits: Limits,
}
