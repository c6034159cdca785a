//! Limits of memory and threads.

use std::num::NonZeroUsize;

use clap::Args;

use crate::cli::args::values::{memory_size, thread_count};

/// Limits of memory and threads.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Memory limit, such as 512MiB; records beyond it are spilled to temporary files. [default: a quarter of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = memory_size, env = "FLOWCAUSE_MEMORY")]
    pub memory: Option<u64>,

    /// Number of worker threads, limited by the cores. [default: one per core]
    #[arg(long, value_name = "N", value_parser = thread_count, env = "FLOWCAUSE_THREADS")]
    pub threads: Option<NonZeroUsize>,
}
