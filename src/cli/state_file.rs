//! The state between scheduled runs, on disk: locked for the time of a run, replaced as a whole at its end.
//!
//! The lock is a file of its own, `STATE.lock`, because the state itself is replaced. The system gives it back when the
//! run ends, however it ends, so the file may stay.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::Hasher;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;

use crate::cli::failure::{Failure, Kind};
use crate::cli::output::{OutputFile, unwritable};
use crate::schedule::state::{SavedState, StateError};

/// A state that no other run can use meanwhile.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    /// Held until the end.
    _lock: File,
    /// What the last run left.
    pub before: SavedState,
}

impl StateFile {
    /// Locks and reads it; one that is not there yet is empty.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::usage(format!("`{}` is a folder", path.display()))
                .hint(format!("name a file in it: `--state {}`", path.join("state.json").display())));
        }
        // Two links to one state have one lock.
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

    /// A name of this schedule for its temporary files: the same in every run, another one for every other state.
    #[must_use]
    pub fn owner(&self) -> String {
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let mut hasher = FxHasher::default();
        hasher.write(absolute.to_string_lossy().as_bytes());
        format!("{:016x}", hasher.finish())
    }

    /// Puts the next state in its place. This is the last thing a run does.
    pub fn replace(self, after: &SavedState) -> Result<(), Failure> {
        let mut file = OutputFile::create(&self.path, Some(&self.owner()))?;
        let mut buffered = BufWriter::new(&mut file);
        after
            .write(&mut buffered)
            .and_then(|()| buffered.flush())
            .map_err(|error| unwritable(&self.path, &error))?;
        drop(buffered);
        file.commit().map_err(|error| unwritable(&self.path, &error))
    }
}

fn lock(path: &Path) -> Result<File, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    // Nothing is ever written to it.
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(|error| unwritable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::internal(format!(
            "another run is at work: it holds `{}`",
            path.display()
        ))
        .hint("let it end: the next run takes up everything that is new")
        .hint("give every schedule a `--state` of its own; do not remove the lock, it ends with its run")),
        Err(TryLockError::Error(error)) => {
            Err(Failure::internal(format!("`{}` cannot be locked: {error}", path.display()))
                .hint("keep the state on a file system that has locks"))
        }
    }
}

/// A state is never thrown away by itself: with it would go what was told already.
fn unusable(path: &Path, error: &StateError) -> Failure {
    let path = path.display();
    let failure = Failure {
        kind: Kind::Input,
        error: format!("the state `{path}` cannot be used: {error}"),
        hints: Vec::new(),
    };
    match error {
        StateError::NoState => failure.hint("name another file with `--state`"),
        StateError::UnknownVersion(_) => {
            failure.hint("run the flowcause that wrote it, or begin anew as below").hint(anew(&path))
        }
        StateError::Damaged(_) => failure.hint(anew(&path)),
    }
}

fn anew(path: &dyn std::fmt::Display) -> String {
    format!(
        "to begin anew, `mv {path} {path}.old`: every file is read again, and what goes on is told as new"
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
    fn a_state_is_replaced_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.json");
        let file = StateFile::open(&path).expect("a writable folder");
        assert_eq!(file.before, SavedState::default());
        file.replace(&SavedState::default()).expect("a writable folder");
        assert_eq!(names(folder.path()), ["state.json", "state.json.lock"]);
        assert_eq!(StateFile::open(&path).expect("it is free again").before, SavedState::default());
    }

    #[test]
    fn one_run_at_a_time() {
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
    fn what_cannot_be_used_stays_and_says_what_to_type() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.json");
        let check = |text: &str, hint: &str| {
            fs::write(&path, text).expect("a file");
            let failure = StateFile::open(&path).expect_err("it cannot be used");
            assert_eq!(failure.exit(), Exit::NoUsableInput);
            assert!(failure.hints.iter().any(|told| told.contains(hint)), "{failure}");
            assert_eq!(fs::read_to_string(&path).expect("still there"), text);
        };
        check("{\"flowcause_state\":", "mv ");
        check("{\"flowcause_state\": 99}", "the flowcause that wrote it");
        check("{\"schema_version\": \"1\"}", "another file");
        let check =
            |path: &Path, exit| assert_eq!(StateFile::open(path).expect_err("it cannot").exit(), exit);
        check(folder.path(), Exit::Usage);
        check(&folder.path().join("none/state.json"), Exit::Usage);
    }
}
