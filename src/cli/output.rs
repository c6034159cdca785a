//! Where the report goes: the standard output, or a file that appears whole or not at all.
//!
//! A file is written under another name in the same folder and renamed at the end, so that no reader ever sees half a
//! report and a run that fails leaves the old one in place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

/// A file in the making. Dropped without [`OutputFile::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct OutputFile {
    target: PathBuf,
    /// None where the target is no regular file, such as a pipe: then it is written directly.
    temporary: Option<PathBuf>,
    file: Option<File>,
}

impl OutputFile {
    /// Fails early, before the long run, if the file cannot be written; leaves nothing behind.
    pub fn check(path: &Path, owner: Option<&str>) -> Result<(), Failure> {
        if is_special(path) { Ok(()) } else { Self::create(path, owner).map(drop) }
    }

    /// Opens the file to be. Of one `owner` there is one run at a time: what its last one left when it was killed is
    /// written over.
    pub fn create(path: &Path, owner: Option<&str>) -> Result<Self, Failure> {
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::usage(format!("`{}` is a folder", path.display()))
                .hint(format!("name a file in it: `{}`", path.join("report.json").display())));
        }
        // What a link points at is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if is_special(&target) {
            let file =
                OpenOptions::new().write(true).open(&target).map_err(|error| unwritable(path, &error))?;
            return Ok(Self { target, temporary: None, file: Some(file) });
        }
        let (temporary, file) = create_beside(&target, owner).map_err(|error| unwritable(path, &error))?;
        Ok(Self { target, temporary: Some(temporary), file: Some(file) })
    }

    /// Writes a file and puts it in its place.
    pub fn write_whole(
        path: &Path,
        owner: Option<&str>,
        render: impl FnOnce(&mut BufWriter<&mut Self>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut file = Self::create(path, owner)?;
        let mut buffered = BufWriter::new(&mut file);
        let written = render(&mut buffered).and_then(|()| buffered.flush());
        // What could not be written must not be tried again when the buffer is dropped.
        drop(buffered.into_parts());
        written.and_then(|()| file.commit()).map_err(|error| unwritable(path, &error))
    }

    /// Puts the file in its place.
    pub fn commit(mut self) -> io::Result<()> {
        let Some(temporary) = &self.temporary else {
            return self.flush();
        };
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        fs::rename(temporary, &self.target)?;
        self.temporary = None;
        sync_folder(&self.target);
        Ok(())
    }
}

/// Makes the new name last a power cut, where the system can: what is renamed after it must not be there without it.
fn sync_folder(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        // Not every system takes folders; the file itself is safe.
        let _ = folder.sync_all();
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        // Closed first: some systems do not remove open files.
        self.file = None;
        if let Some(temporary) = &self.temporary {
            // Nobody is left to be told, and the name says what it is.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Whether there is something that must not be renamed over: a pipe, a device.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// A new file in the same folder, so that renaming stays within one file system.
fn create_beside(target: &Path, owner: Option<&str>) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    if let Some(owner) = owner {
        let temporary = target.with_file_name(format!(".{name}.{owner}.part"));
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&temporary)?;
        return Ok((temporary, file));
    }
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let temporary = target.with_file_name(format!(".{name}.{process}-{number}.part"));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A file that cannot be written, and what the system says.
#[must_use]
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let text = format!("`{}` cannot be written: {error}", path.display());
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.exists() => {
            Failure::usage(text).hint(format!("make the folder first: `mkdir -p {}`", parent.display()))
        }
        _ => Failure::internal(text).hint("name another file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Exit;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_appears_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        fs::write(&path, "old").expect("a file");
        let mut output = OutputFile::create(&path, None).expect("a writable folder");
        output.write_all(b"new").expect("space");
        assert_eq!(fs::read_to_string(&path).expect("still there"), "old");
        output.commit().expect("the same folder");
        assert_eq!(fs::read_to_string(&path).expect("in its place"), "new");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn what_is_not_committed_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        let mut output = OutputFile::create(&path, None).expect("a writable folder");
        output.write_all(b"half").expect("space");
        drop(output);
        OutputFile::check(&path, None).expect("a writable folder");
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn what_a_killed_run_left_is_written_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        let mut output = OutputFile::create(&path, Some("1f")).expect("a writable folder");
        output.write_all(b"half of something").expect("space");
        std::mem::forget(output);
        assert_eq!(names(folder.path()), [".report.json.1f.part"]);
        let mut output = OutputFile::create(&path, Some("1f")).expect("a writable folder");
        output.write_all(b"whole").expect("space");
        output.commit().expect("the same folder");
        assert_eq!(names(folder.path()), ["report.json"]);
        assert_eq!(fs::read_to_string(&path).expect("in its place"), "whole");
    }

    #[test]
    fn folders_are_not_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let check = |path: &Path, exit| {
            assert_eq!(OutputFile::check(path, None).expect_err("it is not").exit(), exit);
        };
        check(folder.path(), Exit::Usage);
        check(&folder.path().join("none/report.json"), Exit::Usage);
    }
}
