//! Why a run ended without a report.
//!
//! Only the environment ends a run. Bad data does not: it becomes a [`Defects`] entry and shows in the report.
//! Exit codes and hints are the command line's business.

use crate::model::defect::Defects;
use crate::model::interface::Role;

/// A run without a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Everything was read and nothing in it was a flow record.
    #[error("no flow record found in {looked_for}")]
    NoUsableInput {
        /// What was searched, as the user named it.
        looked_for: String,
        /// What was wrong with what was there.
        defects: Defects,
    },
    /// A task was asked for that neither a document nor a record names.
    #[error("no document and no record names task `{id}`")]
    UnknownTask {
        /// As it was asked for.
        id: String,
    },
    /// An interface was asked for that is known to be no task's.
    #[error("interface `{id}` belongs to no task: the metadata knows it as {role}")]
    NotATask {
        /// As it was asked for.
        id: String,
        /// What it belongs to, such as `endpoint`.
        role: Role,
    },
    /// A check was asked for, and no document says where tasks are started.
    #[error("no document in {looked_for} names a subnet where tasks are started")]
    NoPlaces {
        /// What was searched, as the user named it.
        looked_for: String,
        /// What was wrong with what was there.
        defects: Defects,
    },
    /// A subnet was asked for that no document names.
    #[error("no document names subnet `{id}`")]
    UnknownSubnet {
        /// As it was asked for.
        id: String,
    },
    /// The worker threads could not be started.
    #[error("the worker threads could not be started")]
    Threads {
        /// What the thread pool says.
        #[from]
        source: rayon::ThreadPoolBuildError,
    },
    /// A table operation failed: a bug of this program.
    #[error(transparent)]
    Table(#[from] crate::frame::FrameError),
    /// A temporary file could not be written or read.
    #[error("a temporary file could not be used")]
    TemporaryFile {
        /// What the system says.
        #[from]
        source: std::io::Error,
    },
    /// The standard input could not be read.
    #[error("the standard input could not be read")]
    StandardInput {
        /// What the system says.
        source: std::io::Error,
    },
}
