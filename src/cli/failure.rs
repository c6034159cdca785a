//! What went wrong, for the person who typed the command.
//!
//! Goes in: errors of the stages and of the command line itself. Comes out: `error: …` and `hint: …` lines, and an
//! exit code. An error is lower case, without a final period, and has the offending value in backticks; a hint says
//! what to type next.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::cli::exit::Exit;
use crate::error::Error;
use crate::model::defect::Defects;
use crate::render::sanitize::sanitize;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command must be typed otherwise.
    Usage,
    /// Other input is needed.
    Input,
    /// The machine, or this program, is at fault.
    Internal,
}

/// A command that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose turn it is.
    pub kind: Kind,
    /// What went wrong.
    pub error: String,
    /// What to type next, or to look at.
    pub hints: Vec<String>,
}

impl Failure {
    /// A command that must be typed otherwise.
    #[must_use]
    pub fn usage(error: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, error: error.into(), hints: Vec::new() }
    }

    /// A fault of the machine.
    #[must_use]
    pub fn internal(error: impl Into<String>) -> Self {
        Self { kind: Kind::Internal, error: error.into(), hints: Vec::new() }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.kind {
            Kind::Usage => Exit::Usage,
            Kind::Input => Exit::NoUsableInput,
            Kind::Internal => Exit::Failed,
        }
    }
}

/// One line an error or hint; texts may hold names from anywhere, so they are made harmless.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", sanitize(&self.error))?;
        self.hints.iter().try_for_each(|hint| writeln!(f, "hint: {}", sanitize(hint)))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = with_sources(&error);
        match error {
            Error::NoUsableInput { defects, .. } => unusable(text, &defects)
                .hint("pass the files or folders that the flow log writes to S3, or exports of CloudWatch Logs or Firehose")
                .hint("`flowcause inspect`, with the same files, says what each of them is"),
            Error::NoPlaces { defects, .. } => unusable(text, &defects)
                .hint("save `aws ecs describe-services`, or name a place: `--subnet ID --security-group ID`"),
            Error::UnknownSubnet { .. } => Self::usage(text)
                .hint("pass the metadata that holds `aws ec2 describe-subnets`, or another `--subnet`"),
            Error::UnknownTask { .. } => Self::usage(text).hint(
                "pass the metadata that holds the task, or the `--interface` it had; without either every failed \
                 task is explained",
            ),
            Error::NotATask { .. } => Self::usage(text).hint("pass the interface of the task itself"),
            Error::Threads { .. } => Self::internal(text).hint("pass a smaller number with `--threads`"),
            Error::TemporaryFile { source } if is_about_open_files(&source) => Self::internal(text)
                .hint("allow more open files, as with `ulimit -n 4096`, or pass a larger `--memory`"),
            Error::TemporaryFile { .. } => Self::internal(text)
                .hint("set TMPDIR to a folder on a larger disk, narrow the run with `--from` and `--to`, or pass a larger `--memory`"),
            Error::StandardInput { .. } | Error::Table(_) => Self::internal(text),
        }
    }
}

/// Whether the process or the system has as many files open as it may.
fn is_about_open_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    let numbers = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(rustix::io::Errno::raw_os_error);
    #[cfg(not(unix))]
    let numbers: [i32; 0] = [];
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}

/// Inputs that are of no use, and what was wrong with the first of them.
fn unusable(error: String, defects: &Defects) -> Failure {
    let mut failure = Failure { kind: Kind::Input, error, hints: Vec::new() };
    for (kind, count, first) in defects.iter().take(3) {
        let place = first.line.map_or_else(|| first.file.clone(), |line| format!("{}:{line}", first.file));
        failure = failure.hint(format!("{} x{count}, first in `{place}`: {}", kind.name(), first.text));
    }
    failure
}

/// The error and what it came from, in one line.
fn with_sources(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::defect::{DefectKind, Place};

    #[test]
    fn errors_and_hints_have_a_line_each() {
        let failure = Failure::usage("`logs` is not there").hint("try `./logs`").hint("or\u{1b}[2J that");
        let text = "error: `logs` is not there\nhint: try `./logs`\nhint: or\\u{1b}[2J that\n";
        assert_eq!(failure.to_string(), text);
    }

    #[test]
    fn kinds_have_their_exit_codes() {
        let check = |kind, exit| assert_eq!(Failure { kind, ..Failure::usage("") }.exit(), exit);
        check(Kind::Usage, Exit::Usage);
        check(Kind::Input, Exit::NoUsableInput);
        check(Kind::Internal, Exit::Failed);
    }

    #[test]
    fn unusable_input_says_what_was_wrong_with_it() {
        let mut defects = Defects::default();
        let place = Place { file: "notes.txt".into(), line: Some(3), text: "no flow record".into() };
        defects.record(DefectKind::UnrecognisedFile, || place);
        let failure = Failure::from(Error::NoUsableInput { looked_for: "`logs`".into(), defects });
        assert_eq!(failure.exit(), Exit::NoUsableInput);
        assert_eq!(failure.error, "no flow record found in `logs`");
        assert_eq!(failure.hints[0], "unrecognised-file x1, first in `notes.txt:3`: no flow record");
    }

    #[cfg(unix)]
    #[test]
    fn a_temporary_file_lacks_room_or_a_place_among_open_ones() {
        let check = |errno: rustix::io::Errno, hint: &str| {
            let failure = Failure::from(Error::TemporaryFile { source: errno.into() });
            assert!(failure.hints[0].contains(hint), "{failure}");
        };
        check(rustix::io::Errno::NOSPC, "TMPDIR");
        check(rustix::io::Errno::MFILE, "`ulimit -n 4096`");
    }

    #[test]
    fn sources_are_part_of_the_line() {
        let source = std::io::Error::other("pipe went away");
        let failure = Failure::from(Error::StandardInput { source });
        assert_eq!(failure.error, "the standard input could not be read: pipe went away");
        assert_eq!(failure.exit(), Exit::Failed);
    }
}
