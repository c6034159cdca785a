//! Explains from exported VPC flow logs why ECS tasks could not start.
//!
//! Everything is in the library; this only hands over the command line and hands back the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    flowcause::cli::run(std::env::args_os()).into()
}
