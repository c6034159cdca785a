//! The files that a run reads and writes. Before anything is read or written, outputs are refused that would destroy an
//! input, a state or each other, or that the next run would read as input.
//!
//! Two paths are the same file if they lead to the same inode of the same device, through links of any kind.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use walkdir::WalkDir;

use crate::cli::failure::Failure;
use crate::cli::state_file::lock_path;
use crate::pipeline::{LogInput, Options};
use crate::schedule::state;

/// The files of a run.
#[derive(Default)]
pub(super) struct RunFiles {
    reads: Vec<Source>,
    writes: Vec<Output>,
}

/// A file or folder that the run reads.
struct Source {
    /// The use of the files in a message, such as `metadata`.
    purpose: &'static str,
    path: PathBuf,
}

/// A file that the run writes.
struct Output {
    /// The flag with its value, or another name.
    flag: String,
    path: PathBuf,
    is_state: bool,
    /// The file, if it exists.
    file: Option<FileIdentity>,
    /// The folder of the file; none for pipes and devices.
    folder: Option<FileIdentity>,
}

impl RunFiles {
    /// Adds the logs and documents of a run.
    pub(super) fn of_options(options: &Options) -> Self {
        let logs = options.logs.iter().filter_map(|input| match input {
            LogInput::Path(path) => Some(path),
            LogInput::Stdin => None,
        });
        Self::default().reads("flow logs", logs).reads("metadata", &options.metadata)
    }

    /// Adds files or folders that the run reads.
    pub(super) fn reads<'a>(
        mut self,
        purpose: &'static str,
        paths: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Self {
        self.reads.extend(paths.into_iter().map(|path| Source { purpose, path: path.clone() }));
        self
    }

    /// Adds the report of the run, to a file or to standard output.
    pub(super) fn report(self, path: Option<&Path>) -> Self {
        match path {
            Some(path) => self.writes(format!("`--output {}`", path.display()), path),
            None => self.standard_output(),
        }
    }

    /// Adds a file that the run writes.
    pub(super) fn writes(mut self, flag: String, path: &Path) -> Self {
        self.writes.push(Output::new(flag, path, false));
        self
    }

    /// Adds the state and its lock.
    pub(super) fn state(mut self, path: &Path) -> Self {
        let flag = format!("`--state {}`", path.display());
        let lock = lock_path(&resolved(path));
        self.writes.push(Output::new(format!("the lock of {flag}"), &lock, true));
        self.writes.push(Output::new(flag, path, true));
        self
    }

    /// Adds standard output if it appends to a file. If the shell has emptied the file, nothing is left to protect.
    fn standard_output(mut self) -> Self {
        if let Some(file) = FileIdentity::appended_by_shell() {
            let flag = "standard output".to_owned();
            self.writes.push(Output {
                flag,
                path: PathBuf::new(),
                is_state: false,
                file: Some(file),
                folder: None,
            });
        }
        self
    }

    /// Refuses outputs that would destroy something. `patterns` are the arguments that name inputs.
    pub(super) fn check(&self, patterns: &[String]) -> Result<(), Failure> {
        self.check_each_other()?;
        self.writes.iter().try_for_each(Output::check_state)?;
        if !self.writes.is_empty() {
            self.reads.iter().try_for_each(|source| self.check_source(source))?;
            patterns.iter().try_for_each(|pattern| self.check_pattern(pattern))?;
        }
        Ok(())
    }

    fn check_each_other(&self) -> Result<(), Failure> {
        for (place, second) in self.writes.iter().enumerate() {
            let Some(first) = self.writes[..place].iter().find(|first| first.is_same(second)) else {
                continue;
            };
            let name = second.path.display();
            let text = if first.is_state || second.is_state {
                format!("`{name}` cannot be both {} and {}", first.flag, second.flag)
            } else {
                format!("two reports would be written to `{name}`: {} and {}", first.flag, second.flag)
            };
            return Err(Failure::usage(text).hint("use a different file for one of them"));
        }
        Ok(())
    }

    /// Compares the outputs with a source and everything below it.
    fn check_source(&self, source: &Source) -> Result<(), Failure> {
        for entry in WalkDir::new(&source.path).follow_links(true).into_iter().filter_map(Result::ok) {
            let Some(found) = FileIdentity::at(entry.path()) else { continue };
            for output in &self.writes {
                if output.file.as_ref() == Some(&found) {
                    return Err(output.would_overwrite(entry.path(), source.purpose));
                }
                if entry.file_type().is_dir() && output.folder.as_ref() == Some(&found) {
                    return Err(output.would_be_read(&source.path, source.purpose));
                }
            }
        }
        Ok(())
    }

    /// Refuses a new file that the next run would find with a pattern.
    fn check_pattern(&self, typed: &str) -> Result<(), Failure> {
        let Some(pattern) = absolute(Path::new(typed)).to_str().and_then(|text| Pattern::new(text).ok())
        else {
            return Ok(());
        };
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
        let finds = |output: &&Output| {
            let paths = [absolute(&output.path), resolved(&output.path)];
            output.folder.is_some() && paths.iter().any(|path| pattern.matches_path_with(path, options))
        };
        match self.writes.iter().find(finds) {
            Some(output) => Err(output.would_be_read(Path::new(typed), "input")),
            None => Ok(()),
        }
    }
}

impl Output {
    fn new(flag: String, path: &Path, is_state: bool) -> Self {
        // A folder cannot be written; the message comes later.
        let file = Some(path).filter(|path| !path.is_dir()).and_then(FileIdentity::at);
        let is_special = fs::metadata(path).is_ok_and(|found| !found.is_file());
        let folder = resolved(path).parent().filter(|_| !is_special).and_then(FileIdentity::at);
        Self { flag, path: path.to_owned(), is_state, file, folder }
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same_path = !self.path.as_os_str().is_empty() && resolved(&self.path) == resolved(&other.path);
        is_same_path || (self.file.is_some() && self.file == other.file)
    }

    fn would_overwrite(&self, input: &Path, purpose: &str) -> Failure {
        Failure::usage(format!(
            "{} would overwrite `{}`, which is read as {purpose}",
            self.flag,
            input.display()
        ))
        .hint("name a file outside the files and folders that the run reads")
    }

    fn would_be_read(&self, folder: &Path, purpose: &str) -> Failure {
        Failure::usage(format!(
            "{} is in `{}`, which is read as {purpose}: the next run would read it",
            self.flag,
            folder.display()
        ))
        .hint("name a file outside the files and folders that the run reads")
    }

    /// Refuses to replace the state of another schedule, or its lock.
    fn check_state(&self) -> Result<(), Failure> {
        let name = self.path.as_os_str().to_string_lossy();
        let of_lock = name.strip_suffix(".lock").map(Path::new);
        if self.is_state || !(is_state(&self.path) || of_lock.is_some_and(is_state)) {
            return Ok(());
        }
        Err(Failure::usage(format!("{} would overwrite the state of a schedule", self.flag))
            .hint("use another file; `mv` the state to another name if it is no longer needed"))
    }
}

/// Whether a file is a state.
fn is_state(path: &Path) -> bool {
    let mut head = Vec::new();
    let is_file = fs::metadata(path).is_ok_and(|found| found.is_file());
    let file = is_file.then(|| fs::File::open(path).ok()).flatten();
    let read = file.map(|file| file.take(state::HEAD_BYTES).read_to_end(&mut head));
    read.is_some_and(|read| read.is_ok()) && state::is_head_of_state(&head)
}

/// The path with all links resolved, whether or not the file exists.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(existing) = path.canonicalize() {
        return existing;
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A value that is equal for all paths of one file: its device and inode or, on systems without these, the path with all
/// links resolved.
#[derive(Debug, PartialEq, Eq)]
struct FileIdentity(PathBuf);

impl FileIdentity {
    /// The identity of an existing file or folder; none for a device, which cannot be overwritten.
    #[cfg(unix)]
    fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().and_then(|found| Self::of(&found))
    }

    #[cfg(unix)]
    fn of(found: &fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::{FileTypeExt, MetadataExt};
        let is_device = found.file_type().is_char_device();
        (!is_device).then(|| Self(format!("{}:{}", found.dev(), found.ino()).into()))
    }

    #[cfg(not(unix))]
    fn at(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self)
    }

    /// The file that standard output appends to.
    #[cfg(unix)]
    fn appended_by_shell() -> Option<Self> {
        use std::os::fd::AsFd;
        let file = fs::File::from(std::io::stdout().as_fd().try_clone_to_owned().ok()?);
        let found = file.metadata().ok().filter(|found| found.is_file() && found.len() > 0)?;
        Self::of(&found)
    }

    /// Unknown on this system.
    #[cfg(not(unix))]
    fn appended_by_shell() -> Option<Self> {
        None
    }
}
