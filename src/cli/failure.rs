//! Failures of a command, as messages for the user.
//!
//! Input: errors of the stages and of the command line. Output: `error: …` and `hint: …` lines, and an exit code. An error
//! is in lower case, has no final period, and shows the wrong value in backticks. A hint names the next thing to type.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::cli::exit::Exit;
use crate::cli::similar::similar_id;
use crate::disk::is_full;
use crate::error::Error;
use crate::model::defect::Defects;
use crate::render::sanitize::sanitize;

/// The side that must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The user must change the command, the environment or the configuration file.
    Usage,
    /// The user must provide other input.
    Input,
    /// The machine or this program is at fault.
    Internal,
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The side that must act.
    pub kind: FailureKind,
    /// The error, without `error: `.
    pub error: String,
    /// The next things to type or to check, without `hint: `.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure that the user can correct in the command line, the environment or the configuration file.
    #[must_use]
    pub fn usage(error: impl Into<String>) -> Self {
        Self { kind: FailureKind::Usage, error: error.into(), hints: Vec::new() }
    }

    /// A failure of the machine or of this program.
    #[must_use]
    pub fn internal(error: impl Into<String>) -> Self {
        Self { kind: FailureKind::Internal, error: error.into(), hints: Vec::new() }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the known id that was probably meant, if there is one.
    fn suggest(self, typed: &str, known: &[String]) -> Self {
        match similar_id(typed, known) {
            Some(id) => self.hint(format!("did you mean `{id}`?")),
            None => self,
        }
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.kind {
            FailureKind::Usage => Exit::Usage,
            FailureKind::Input => Exit::NoUsableInput,
            FailureKind::Internal => Exit::Failed,
        }
    }
}

/// Writes one line for the error and one for each hint. Control characters are escaped, because the texts can contain
/// names from untrusted input.
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
                .hint("run `flowcause inspect` with the same files: it shows the format of each of them"),
            Error::NoLaunchTargets { defects, .. } => unusable(text, &defects)
                .hint("add the output of `aws ecs describe-services`, or name a subnet: `--subnet ID --security-group ID`"),
            Error::UnknownSubnet { .. } => Self::usage(text)
                .hint("add the output of `aws ec2 describe-subnets` to the metadata, or name another `--subnet`"),
            Error::UnknownTask { id, known } => Self::usage(text).suggest(&id, &known).hint(
                "add the documents of the task to the metadata, or name its `--interface`; without both flags, every \
                 failed task is explained",
            ),
            Error::UnknownInterface { id, known } => Self::usage(text).suggest(&id, &known).hint(
                "add logs or documents that contain the interface, or name its `--task`; without both flags, every \
                 failed task is explained",
            ),
            Error::NotATask { .. } => Self::usage(text).hint("name the interface of the task itself"),
            Error::DocumentsTooLarge { needed, .. } => {
                let larger = needed.as_ref().map_or_else(
                    || "use a machine with more memory".to_owned(),
                    |needed| format!("use `--memory {needed}`"),
                );
                Self::internal(text).hint(format!("{larger}, or pass the documents of fewer tasks, days or accounts"))
            }
            Error::Threads { .. } => Self::internal(text).hint("use a smaller number of `--threads`"),
            Error::TemporaryFile { source } if is_about_open_files(&source) => Self::internal(text)
                .hint("allow more open files, for example with `ulimit -n 4096`, or use a larger `--memory`"),
            Error::TemporaryFile { .. } => Self::internal(text)
                .hint("set TMPDIR to a folder on a larger disk, limit the time range with `--from` and `--to`, or use a larger `--memory`"),
            Error::StandardInput { source } if is_full(&source) => Self::internal(text)
                .hint("standard input is copied to a temporary file: set TMPDIR to a folder on a larger disk, or save the \
                       input to a file and pass the file"),
            Error::StandardInput { .. } | Error::Table(_) => Self::internal(text),
        }
    }
}

/// Whether the process or the system has reached its limit of open files.
fn is_about_open_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    let numbers = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(rustix::io::Errno::raw_os_error);
    #[cfg(not(unix))]
    let numbers: [i32; 0] = [];
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}

/// Unusable input, with the first defects as hints.
fn unusable(error: String, defects: &Defects) -> Failure {
    let mut failure = Failure { kind: FailureKind::Input, error, hints: Vec::new() };
    for (kind, count, first) in defects.iter().take(3) {
        let place = first.location();
        failure = failure.hint(format!("{} x{count}, first in `{place}`: {}", kind.name(), first.text));
        for other in defects.elsewhere(kind).take(3) {
            failure =
                failure.hint(format!("{}, also in `{}`: {}", kind.name(), other.location(), other.text));
        }
    }
    failure
}

/// Returns the error and its sources in one line.
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
    fn each_error_and_hint_has_its_own_line() {
        let failure = Failure::usage("`logs` is not there").hint("try `./logs`").hint("or\u{1b}[2J that");
        let text = "error: `logs` is not there\nhint: try `./logs`\nhint: or\\u{1b}[2J that\n";
        assert_eq!(failure.to_string(), text);
    }

    #[test]
    fn kinds_have_their_exit_codes() {
        let check = |kind, exit| assert_eq!(Failure { kind, ..Failure::usage("") }.exit(), exit);
        check(FailureKind::Usage, Exit::Usage);
        check(FailureKind::Input, Exit::NoUsableInput);
        check(FailureKind::Internal, Exit::Failed);
    }

    #[test]
    fn unusable_input_names_its_first_defects() {
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
    fn a_temporary_file_can_lack_disk_space_or_a_file_descriptor() {
        let check = |errno: rustix::io::Errno, hint: &str| {
            let failure = Failure::from(Error::TemporaryFile { source: errno.into() });
            assert!(failure.hints[0].contains(hint), "{failure}");
        };
        check(rustix::io::Errno::NOSPC, "TMPDIR");
        check(rustix::io::Errno::MFILE, "`ulimit -n 4096`");
    }

    #[test]
    fn standard_input_can_lack_room_for_its_copy() {
        let source = crate::disk::not_written(io::ErrorKind::StorageFull.into(), 262_144);
        let failure = Failure::from(Error::StandardInput { source });
        assert!(failure.error.contains("for 262144 more bytes of temporary files"), "{failure}");
        assert!(failure.hints[0].contains("TMPDIR"), "{failure}");
    }

    #[test]
    fn the_error_line_includes_the_sources() {
        let source = std::io::Error::other("pipe went away");
        let failure = Failure::from(Error::StandardInput { source });
        assert_eq!(failure.error, "standard input could not be read: pipe went away");
        assert_eq!(failure.exit(), Exit::Failed);
    }
}
