//! Output files, which are replaced atomically. Every file that the program writes is written here.
//!
//! A file is written under a temporary name in the same folder and renamed at the end. Readers therefore never see a
//! partial report, and a failed run keeps the old file. The temporary file is always a new one: a file or a link that has
//! its name is never opened. The new file has the mode of the file that it replaces, otherwise the mode of the umask.

#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

/// A file that is being written. If it is dropped without [`OutputFile::commit`], the temporary file is deleted.
#[derive(Debug)]
pub struct OutputFile {
    target: PathBuf,
    /// None if the target is not a regular file, for example a pipe, which is written directly.
    temporary: Option<PathBuf>,
    file: Option<File>,
}

impl OutputFile {
    /// Fails before the long run if the file cannot be written. It leaves no file behind.
    pub fn check(path: &Path, owner: Option<&str>) -> Result<(), Failure> {
        if is_special(path) { Ok(()) } else { Self::create(path, owner).map(drop) }
    }

    /// Opens the file for writing. Only one run at a time has a given `owner`, so the temporary file that a killed run of
    /// this owner left is removed.
    pub fn create(path: &Path, owner: Option<&str>) -> Result<Self, Failure> {
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::usage(format!("`{}` is a folder", path.display()))
                .hint(format!("name a file in it: `{}`", path.join("report.json").display())));
        }
        // The target of a symbolic link is replaced, not the link itself.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if is_special(&target) {
            let file =
                OpenOptions::new().write(true).open(&target).map_err(|error| unwritable(path, &error))?;
            return Ok(Self { target, temporary: None, file: Some(file) });
        }
        let (temporary, file) = create_beside(&target, owner).map_err(|error| unwritable(path, &error))?;
        Ok(Self { target, temporary: Some(temporary), file: Some(file) })
    }

    /// Writes a file and replaces the target. Returns false if the target is a pipe and its reader closed it early.
    pub fn write_whole(
        path: &Path,
        owner: Option<&str>,
        render: impl FnOnce(&mut BufWriter<&mut Self>) -> io::Result<()>,
    ) -> Result<bool, Failure> {
        let mut file = Self::create(path, owner)?;
        let mut buffered = BufWriter::new(&mut file);
        let written = render(&mut buffered).and_then(|()| buffered.flush());
        // Drops the buffer without flushing it again after an error.
        drop(buffered.into_parts());
        match written.and_then(|()| file.commit()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Replaces the target with the written file.
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

/// Makes the rename durable where the system supports it. After a power failure, a file that was renamed later must not
/// exist without this one.
fn sync_folder(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        // Some systems cannot sync folders. The content of the file is already synced.
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
        // The file is closed first, because some systems cannot delete open files.
        self.file = None;
        if let Some(temporary) = &self.temporary {
            // The error cannot be reported here, and the name shows that the file is temporary.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Whether the path is a pipe, a device or another special file, which must not be replaced.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Creates a temporary file in the same folder, so that it can be renamed within one file system.
fn create_beside(target: &Path, owner: Option<&str>) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = |unique: &str| target.with_file_name(format!(".{name}.{unique}.part"));
    let left = owner.map(beside);
    if let Some(left) = &left {
        // Removes a link itself and not its target. If it cannot be removed, another name is used.
        let _ = fs::remove_file(left);
    }
    let process = std::process::id();
    let others = (0..100_u32).map(|number| beside(&format!("{process}-{number}")));
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for temporary in left.into_iter().chain(others) {
        match create_new(&temporary, fs::metadata(target).ok().as_ref()) {
            Ok(file) => return Ok((temporary, file)),
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => error = taken,
            Err(error) => return Err(error),
        }
    }
    Err(error)
}

/// Creates a file, and never opens one that exists or follows a link. It gets the mode of the file that it will replace
/// before anything is written.
#[cfg(unix)]
fn create_new(path: &Path, replaced: Option<&Metadata>) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let Some(replaced) = replaced else { return options.open(path) };
    let file = options.mode(0o600).open(path)?;
    let is_foreign =
        file.metadata().is_ok_and(|own| (own.uid(), own.gid()) != (replaced.uid(), replaced.gid()));
    if is_foreign {
        // Only the superuser can keep another owner. The mode is kept in any case.
        let _ = fchown(&file, Some(replaced.uid()), Some(replaced.gid()));
    }
    let mode = replaced.permissions().mode() & 0o777;
    if let Err(error) = file.set_permissions(Permissions::from_mode(mode)) {
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(file)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _replaced: Option<&Metadata>) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The failure for a file that cannot be written.
#[must_use]
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let text = format!("`{}` cannot be written: {error}", path.display());
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.exists() => {
            Failure::usage(text).hint(format!("create the folder first: `mkdir -p {}`", parent.display()))
        }
        _ => Failure::internal(text).hint("use another file"),
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
    fn a_file_is_replaced_atomically() {
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
    fn an_uncommitted_file_is_deleted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        let mut output = OutputFile::create(&path, None).expect("a writable folder");
        output.write_all(b"half").expect("space");
        drop(output);
        OutputFile::check(&path, None).expect("a writable folder");
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn the_temporary_file_of_a_killed_run_is_removed() {
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

    #[cfg(unix)]
    #[test]
    fn a_link_with_the_temporary_name_is_not_written_through() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("victim"), "precious").expect("a file");
        for planted in ["victim", "nowhere"] {
            std::os::unix::fs::symlink(at(planted), at(".report.json.1f.part")).expect("a link");
            OutputFile::write_whole(&at("report.json"), Some("1f"), |out| out.write_all(b"new"))
                .expect("a writable folder");
            assert_eq!(fs::read_to_string(at("victim")).expect("still there"), "precious");
            assert_eq!(fs::read_to_string(at("report.json")).expect("in its place"), "new");
            let mut names = names(folder.path());
            names.sort();
            assert_eq!(names, ["report.json", "victim"]);
        }
        // A folder with this name cannot be removed, so another name is used.
        fs::create_dir(at(".report.json.1f.part")).expect("a folder");
        OutputFile::check(&at("report.json"), Some("1f")).expect("a writable folder");
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_of_a_file_is_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        let write = || OutputFile::write_whole(&path, Some("1f"), |out| out.write_all(b"new"));
        write().expect("a writable folder");
        fs::write(folder.path().join("usual"), "").expect("a file");
        let usual = fs::metadata(folder.path().join("usual")).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(), usual, "the mode of the umask");
        for kept in [0o600, 0o640, 0o666, 0o400] {
            fs::set_permissions(&path, Permissions::from_mode(kept)).expect("an own file");
            write().expect("a writable folder");
            assert_eq!(mode(), kept);
        }
    }

    #[test]
    fn a_folder_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let check = |path: &Path, exit| {
            assert_eq!(OutputFile::check(path, None).expect_err("it is not").exit(), exit);
        };
        check(folder.path(), Exit::Usage);
        check(&folder.path().join("none/report.json"), Exit::Usage);
    }
}
