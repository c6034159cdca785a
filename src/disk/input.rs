//! Opens an input that the user named. A named pipe that no program writes to does not block the run for ever.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long a named pipe may wait for a program that opens it for writing.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Opens a file, or a pipe. A pipe may be as slow as it likes once a program has opened it for writing.
pub fn open_input(path: &Path) -> io::Result<File> {
    if is_named_pipe(path) { open_within(path, LONGEST_WAIT) } else { File::open(path) }
}

/// Whether the path is a pipe that another program may open later. The pipe of a process substitution, such as
/// `/dev/fd/63`, has no place in a folder: its writer has it open from the start.
#[cfg(unix)]
fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|about| about.file_type().is_fifo()) && path.canonicalize().is_ok()
}

#[cfg(not(unix))]
fn is_named_pipe(_path: &Path) -> bool {
    false
}

/// Opens a named pipe on another thread, because the system waits for the writer. After the time has passed, that
/// thread waits alone until the process ends.
fn open_within(path: &Path, wait: Duration) -> io::Result<File> {
    let (opened, result) = channel();
    let own = path.to_owned();
    thread::spawn(move || opened.send(File::open(own)));
    result.recv_timeout(wait).unwrap_or_else(|_| {
        let message = format!(
            "a named pipe that no program opened for writing within {} seconds; start the program that writes to it, or \
             pass its output with `-` or `<(command)`",
            wait.as_secs()
        );
        Err(io::Error::new(io::ErrorKind::TimedOut, message))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    fn named_pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        path
    }

    #[test]
    fn a_named_pipe_without_a_writer_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = named_pipe(folder.path());
        assert!(is_named_pipe(&path));
        let error = open_within(&path, Duration::from_millis(50)).expect_err("no writer");
        assert!(error.to_string().contains("no program opened for writing"), "{error}");
    }

    #[test]
    fn a_slow_writer_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = named_pipe(folder.path());
        let writing =
            Command::new("sh").args(["-c", "sleep 0.1; (sleep 0.1; echo 7) > \"$0\""]).arg(&path).spawn();
        let mut text = String::new();
        open_input(&path).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "7\n");
        writing.unwrap().wait().unwrap();
    }

    #[test]
    fn files_are_no_named_pipes() {
        assert!(!is_named_pipe(tempfile::tempdir().unwrap().path()));
        assert!(open_input(Path::new("no/such/file")).is_err());
    }
}
