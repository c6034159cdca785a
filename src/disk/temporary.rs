//! Temporary files without a name, which the system removes however the process ends. They are in `TMPDIR`.

use std::fs::File;
use std::io::{self, ErrorKind};

/// Returns the name of the folder of temporary files.
#[must_use]
pub fn temporary_folder() -> String {
    tempfile::env::temp_dir().display().to_string()
}

/// Creates a temporary file without a name.
pub fn temporary_file() -> io::Result<File> {
    tempfile::tempfile().map_err(|error| not_written(error, 0))
}

/// Whether the error means that there is no room on the disk, or in the quota of the user.
#[must_use]
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Returns the error of a temporary file that could not be written. If the disk is full, it names the folder, and the
/// number of bytes that did not fit.
#[must_use]
pub fn not_written(error: io::Error, bytes: u64) -> io::Error {
    if !is_full(&error) {
        return error;
    }
    let folder = temporary_folder();
    let message = format!("no room in `{folder}` for {bytes} more bytes of temporary files: {error}");
    io::Error::new(error.kind(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_names_the_folder_and_the_bytes() {
        let full = not_written(ErrorKind::StorageFull.into(), 4096);
        let folder = std::env::temp_dir();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        assert!(
            full.to_string().starts_with(&format!("no room in `{}` for 4096 more bytes", folder.display())),
            "{full}"
        );
        let other = not_written(io::Error::from_raw_os_error(9), 4096);
        assert_eq!(other.raw_os_error(), Some(9));
    }
}
