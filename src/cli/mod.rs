//! The command line: from the arguments of the process to an exit code.
//!
//! This is the only part of the crate that uses the terminal, the environment and exit codes. It checks the arguments
//! ([`args`], [`config`], [`options`]), runs the pipeline, writes the report and prints errors. It makes no other decisions.

pub mod args;
mod check;
mod compare;
pub mod config;
pub mod exit;
mod explain;
pub mod export;
pub mod failure;
mod inspect;
pub mod options;
pub mod output;
pub mod prints;
pub mod progress_bar;
mod report_target;
mod run_files;
mod similar;
pub mod state_file;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use args::Command;
use config::ParseFailure;
use exit::Exit;
use failure::Failure;

use crate::ingest::is_decoding;
use crate::render::sanitize::sanitize;

/// Runs a command line. The first argument is the name of the program.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let parsed = match config::parse(arguments) {
        Ok(parsed) => parsed,
        Err(ParseFailure::Parser(error)) => return print_parser_error(&error),
        Err(ParseFailure::Configuration(failure)) => return print_failure(&failure),
    };
    print_messages(&parsed.messages);
    print_messages(&limit_messages(&parsed.cli.command));
    silence_decoder_panics();
    let done = match parsed.cli.command {
        Command::Explain(args) => explain::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Collect(args) => prints::collect(&args),
        Command::Causes(args) => prints::causes(&args),
        Command::Completions(args) => prints::completions(args),
        Command::Man(args) => prints::man(&args),
    };
    done.unwrap_or_else(|failure| print_failure(&failure))
}

/// Prints warnings and notes to standard error, even if it is not a terminal, because scheduled jobs need them in their
/// logs.
fn print_messages(messages: &[String]) {
    let mut stderr = io::stderr();
    for message in messages {
        // A message that cannot be printed does not stop the run.
        let _ = writeln!(stderr, "{}", sanitize(message));
    }
}

/// Warnings about limits that the machine cannot serve.
fn limit_messages(command: &Command) -> Vec<String> {
    let (limits, progress) = match command {
        Command::Explain(args) => (args.limits, args.progress),
        Command::Inspect(args) => (args.limits, args.progress),
        _ => return Vec::new(),
    };
    let message = options::limits::reduced_threads(limits.threads).filter(|_| !progress.quiet);
    message.map(|message| format!("warning: {message}")).into_iter().collect()
}

fn print_failure(failure: &Failure) -> Exit {
    // If standard error cannot be written, the exit code still reports the failure.
    let _ = write!(io::stderr(), "{failure}");
    failure.exit()
}

/// A decoder that panics on damaged bytes adds a defect to the report, so the panic is not printed to standard error as
/// well.
fn silence_decoder_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_decoding() {
                before(info);
            }
        }));
    });
}

/// Prints help and version to standard output, which is a success, and other errors of the parser to standard error.
fn print_parser_error(error: &clap::Error) -> Exit {
    let printed = error.print();
    if error.use_stderr() {
        return Exit::Usage;
    }
    report_target::is_read(printed).map_or_else(|failure| print_failure(&failure), |_| Exit::Done)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn exit(words: &[&str]) -> Exit {
        run(words.iter().map(OsString::from))
    }

    #[test]
    fn wrong_arguments_exit_with_the_usage_code() {
        assert_eq!(exit(&["flowcause"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explian"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explain"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explain", "no/such/log"]), Exit::Usage);
    }

    #[test]
    fn a_run_without_records_keeps_the_old_report() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let logs = folder.path().join("logs");
        let report = folder.path().join("report.json");
        fs::create_dir(&logs).expect("a folder");
        fs::write(&report, "old").expect("a file");
        let words = [OsString::from("flowcause"), "explain".into(), logs.into(), "-q".into(), "-o".into()];
        assert_eq!(run(words.into_iter().chain([report.clone().into()])), Exit::NoUsableInput);
        assert_eq!(fs::read_to_string(&report).expect("still there"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }
}
