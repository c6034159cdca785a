//! Explains from exported VPC flow logs why ECS tasks could not start.
//!
//! The library contains all code. This file passes the command line to it and returns the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    flowcause::cli::run(std::env::args_os()).into()
}
