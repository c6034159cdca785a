//! The state file of scheduled runs: it is locked during a run and replaced atomically at its end.
//!
//! The lock is on a separate file, `STATE.lock`, because the state file itself is replaced. The operating system releases
//! the lock when the process ends, even if it is killed, so `STATE.lock` can stay.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;

use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output::{OutputFile, unwritable};
use crate::schedule::state::{SavedState, StateError};

/// A state file that is locked for this run.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    /// Locked until it is dropped.
    _lock: File,
    /// The state at the start of this run.
    pub before: SavedState,
}

impl StateFile {
    /// Locks and reads the state file. If it does not exist, the state is empty.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::usage(format!("`{}` is a folder", path.display()))
                .hint(format!("name a file in it: `--state {}`", path.join("state.json").display())));
        }
        // Two links to one state file share one lock.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let lock = lock(&path)?;
        let before = match fs::read(&path) {
            Ok(bytes) => SavedState::from_json(&bytes).map_err(|error| unusable(&path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => SavedState::default(),
            Err(error) => {
                return Err(Failure::internal(format!("`{}` cannot be read: {error}", path.display())));
            }
        };
        Ok(Self { path, _lock: lock, before })
    }

    /// A name for the temporary files of this schedule. It is the same in every run and differs between state files.
    #[must_use]
    pub fn owner(&self) -> String {
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let mut hasher = FxHasher::default();
        hasher.write(absolute.to_string_lossy().as_bytes());
        format!("{:016x}", hasher.finish())
    }

    /// Replaces the state file. This is the last step of a run.
    pub fn replace(self, after: &SavedState) -> Result<(), Failure> {
        OutputFile::write_whole(&self.path, Some(&self.owner()), |out| after.write(out)).map(drop)
    }
}

/// The file that is locked while a run uses the state.
#[must_use]
pub fn lock_path(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn lock(path: &Path) -> Result<File, Failure> {
    let path = lock_path(path);
    // A link is not followed, and a pipe would block.
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(Failure::usage(format!("`{}` is not a file, so it cannot be locked", path.display()))
            .hint("remove it, or use another file for `--state`"));
    }
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    // The file stays empty.
    let opened = options.write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(|error| unwritable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::internal(format!(
            "another run uses this state: `{}` is locked",
            path.display()
        ))
        .hint("wait until it ends; the next run then reads everything that is new")
        .hint("use a separate `--state` for each schedule; do not delete the lock file, because the lock ends with its run")),
        Err(TryLockError::Error(error)) => {
            Err(Failure::internal(format!("`{}` cannot be locked: {error}", path.display()))
                .hint("move the state to a file system that supports locks"))
        }
    }
}

/// An unusable state is never replaced automatically, because every known incident would then be reported as new.
fn unusable(path: &Path, error: &StateError) -> Failure {
    let path = path.display();
    let failure = Failure {
        kind: FailureKind::Input,
        error: format!("the state `{path}` cannot be used: {error}"),
        hints: Vec::new(),
    };
    match error {
        StateError::NoState => failure.hint("use another file for `--state`"),
        StateError::UnknownVersion(_) => {
            failure.hint("use the version of flowcause that wrote it, or start over").hint(start_over(&path))
        }
        StateError::Damaged(_) => failure.hint(start_over(&path)),
    }
}

fn start_over(path: &dyn std::fmt::Display) -> String {
    format!(
        "to start over, run `mv {path} {path}.old`: every file is then read again, and ongoing incidents are new"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Exit;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_state_is_replaced_atomically() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.json");
        let file = StateFile::open(&path).expect("a writable folder");
        assert_eq!(file.before, SavedState::default());
        file.replace(&SavedState::default()).expect("a writable folder");
        assert_eq!(names(folder.path()), ["state.json", "state.json.lock"]);
        assert_eq!(StateFile::open(&path).expect("it is free again").before, SavedState::default());
    }

    #[test]
    fn only_one_run_at_a_time_uses_a_state() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.json");
        let held = StateFile::open(&path).expect("a writable folder");
        let failure = StateFile::open(&path).expect_err("it is held");
        assert_eq!(failure.exit(), Exit::Failed);
        assert!(failure.error.contains("state.json.lock"), "{failure}");
        assert!(StateFile::open(&folder.path().join("other.json")).is_ok());
        drop(held);
        assert!(StateFile::open(&path).is_ok());
    }

    #[test]
    fn an_unusable_state_is_kept_and_the_hint_names_the_next_command() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.json");
        let check = |text: &str, hint: &str| {
            fs::write(&path, text).expect("a file");
            let failure = StateFile::open(&path).expect_err("it cannot be used");
            assert_eq!(failure.exit(), Exit::NoUsableInput);
            assert!(failure.hints.iter().any(|text| text.contains(hint)), "{failure}");
            assert_eq!(fs::read_to_string(&path).expect("still there"), text);
        };
        check("{\"state_version\":", "mv ");
        check("{\"state_version\": 99}", "the version of flowcause that wrote it");
        check("{\"schema_version\": \"1\"}", "another file");
        let check =
            |path: &Path, exit| assert_eq!(StateFile::open(path).expect_err("it cannot").exit(), exit);
        check(folder.path(), Exit::Usage);
        check(&folder.path().join("none/state.json"), Exit::Usage);
    }
}
