//! The errors that end a run without a report.
//!
//! Bad data does not end a run: it is counted in [`Defects`] and shown in the report. The command line adds exit codes and
//! hints.

use crate::model::defect::Defects;
use crate::model::interface::InterfaceRole;

/// An error that ends a run without a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// All inputs were read, and none of them contains a flow record.
    #[error("no flow record found in {looked_for}")]
    NoUsableInput {
        /// The inputs, as the user named them.
        looked_for: String,
        /// The defects of the inputs.
        defects: Defects,
    },
    /// The user named a task that neither a document nor a record contains.
    #[error("no document and no record contains task `{id}`")]
    UnknownTask {
        /// The id as the user wrote it.
        id: String,
        /// The documented tasks.
        known: Vec<String>,
    },
    /// The user named an interface that neither a document nor a record contains.
    #[error("no document and no record contains interface `{id}`")]
    UnknownInterface {
        /// The id as the user wrote it.
        id: String,
        /// The interfaces of documents and records.
        known: Vec<String>,
    },
    /// The user named an interface that does not belong to a task.
    #[error("interface `{id}` does not belong to a task: its role in the metadata is {role}")]
    NotATask {
        /// The id as the user wrote it.
        id: String,
        /// Role of the interface, such as `endpoint`.
        role: InterfaceRole,
    },
    /// A check needs launch targets, and no document names one.
    #[error("no document in {looked_for} names a subnet where tasks are started")]
    NoLaunchTargets {
        /// The inputs, as the user named them.
        looked_for: String,
        /// The defects of the inputs.
        defects: Defects,
    },
    /// The user named a subnet that no document contains.
    #[error("no document contains subnet `{id}`")]
    UnknownSubnet {
        /// The id as the user wrote it.
        id: String,
    },
    /// The used parts of the documents do not fit in memory.
    #[error("what is used of the documents takes {used}, more than half of the memory limit of {limit}")]
    DocumentsTooLarge {
        /// The memory that they take, such as `312.4 MiB`.
        used: String,
        /// The limit.
        limit: String,
        /// The limit that they need, as `--memory` takes it, such as `625MiB`; none for a command without that flag.
        needed: Option<String>,
    },
    /// The worker threads could not be started.
    #[error("the worker threads could not be started")]
    Threads {
        /// The error of the thread pool.
        #[from]
        source: rayon::ThreadPoolBuildError,
    },
    /// A table operation failed, which is a bug of this program.
    #[error(transparent)]
    Table(#[from] crate::frame::FrameError),
    /// A temporary file could not be written or read.
    #[error("a temporary file could not be used")]
    TemporaryFile {
        /// The error of the operating system.
        #[from]
        source: std::io::Error,
    },
    /// Standard input could not be read.
    #[error("standard input could not be read")]
    StandardInput {
        /// The error of the operating system.
        source: std::io::Error,
    },
}
