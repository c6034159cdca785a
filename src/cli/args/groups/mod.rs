//! The groups of flags that several commands share. Each group is defined once and flattened into every command that has
//! it, so that a flag has one name, one help text and one behaviour.

mod config;
mod input;
mod limits;
mod output;
mod progress;

pub use config::ConfigArgs;
pub use input::{LogArgs, MetadataArgs};
pub use limits::LimitArgs;
pub use output::{ColorArgs, OutputArgs};
pub use progress::ProgressArgs;
