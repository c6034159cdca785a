//! The log files: walks folders, sorts files by name, and gives each the number by which evidence refers to it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use walkdir::WalkDir;

use super::seekable::SeekableFile;
use super::spool::{Spool, Spooled};
use crate::disk::open_input;
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::source::SourceId;

/// The most bytes that are read from a stream, which may be endless: a day of a large network, and less than most disks
/// hold.
const MAX_STREAMED: u64 = 64 << 30;

/// A log file, or the content of standard input or of a pipe.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The name as the user gave it. Files in folders have the path from the given folder on.
    pub name: String,
    /// Size on disk, bytes.
    pub size: u64,
    /// The time of the last change; none if there is none or the system does not know it.
    modified: Option<SystemTime>,
    content: Storage,
}

#[derive(Clone, Debug)]
enum Storage {
    Path(PathBuf),
    Bytes(Arc<[u8]>),
    Spool(Spool),
}

impl LogFile {
    /// A file on disk.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let (size, modified) = size_and_time(path).unwrap_or_default();
        Self {
            name: path.to_string_lossy().into_owned(),
            size,
            modified,
            content: Storage::Path(path.to_owned()),
        }
    }

    /// Bytes that are in memory already.
    #[must_use]
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let size = bytes.len() as u64;
        Self { name: name.to_owned(), size, modified: None, content: Storage::Bytes(bytes.into()) }
    }

    /// The content of a stream. It is copied to a temporary file, because evidence is read a second time. A stream that
    /// is too long is cut off and reported as a defect.
    pub fn of_stream(name: &str, stream: impl Read, defects: &mut Defects) -> io::Result<Self> {
        let spool = match Spool::of(stream, MAX_STREAMED)? {
            Spooled::Whole(spool) => spool,
            Spooled::Cut(spool) => {
                defects.record(DefectKind::UnreadableFile, || Place {
                    file: name.to_owned(),
                    line: None,
                    text: format!(
                        "the stream has more than {MAX_STREAMED} bytes; the bytes before that were used"
                    ),
                });
                spool
            }
        };
        let size = spool.length();
        Ok(Self { name: name.to_owned(), size, modified: None, content: Storage::Spool(spool) })
    }

    /// Opens the file for reading from the start.
    pub(in crate::ingest) fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.content {
            Storage::Path(path) => Box::new(File::open(path)?),
            Storage::Bytes(bytes) => Box::new(&bytes[..]),
            Storage::Spool(spool) => Box::new(spool.from(0)),
        })
    }

    /// How the file was changed since it was found; none if it was not. Something that was cut off at a line end cannot
    /// be seen otherwise.
    pub(in crate::ingest) fn change(&self) -> Option<String> {
        let Storage::Path(path) = &self.content else { return None };
        let before = self.size;
        match size_and_time(path) {
            None => Some("file changed while it was read: it was removed".to_owned()),
            Some((after, _)) if after != before => {
                Some(format!("file changed while it was read: from {before} to {after} bytes"))
            }
            Some((_, modified)) if modified != self.modified => {
                Some("file changed while it was read: its time of modification is another".to_owned())
            }
            Some(_) => None,
        }
    }

    /// Opens a range of its bytes.
    pub(in crate::ingest) fn range(&self, start: u64, length: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.content {
            Storage::Path(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                Box::new(file.take(length))
            }
            Storage::Bytes(bytes) => {
                let mut rest = &bytes[..];
                let skipped = usize::try_from(start).unwrap_or(usize::MAX).min(rest.len());
                rest = &rest[skipped..];
                Box::new(rest.take(length))
            }
            Storage::Spool(spool) => Box::new(spool.from(start).take(length)),
        })
    }

    /// Opens the file for reading in any order, as Parquet needs it.
    pub(in crate::ingest) fn seekable(&self) -> SeekableFile {
        match &self.content {
            Storage::Path(path) => SeekableFile::File(path.clone()),
            Storage::Bytes(bytes) => SeekableFile::Bytes(bytes::Bytes::from_owner(Arc::clone(bytes))),
            Storage::Spool(spool) => SeekableFile::Spool(spool.clone()),
        }
    }
}

/// The size of a file in bytes, and the time of its last change.
fn size_and_time(path: &Path) -> Option<(u64, Option<SystemTime>)> {
    path.metadata().ok().map(|about| (about.len(), about.modified().ok()))
}

/// All files under the given paths, each once, sorted by name. Folders that cannot be read are defects.
pub fn find_files(paths: &[PathBuf], defects: &mut Defects) -> Vec<LogFile> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => found.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => defects.record(DefectKind::UnreadableFile, || Place {
                    file: error.path().unwrap_or(path).to_string_lossy().into_owned(),
                    line: None,
                    text: error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
                }),
            }
        }
    }
    found.sort();
    // A file with two names, for example `logs` and `./logs`, is read once, under the first name.
    let mut known = BTreeSet::new();
    found.retain(|path| known.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    found.iter().map(|path| LogFile::at(path)).collect()
}

/// Whether the path names a pipe or a device. These can be read only once, but evidence is read a second time.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Copies a pipe to a temporary file.
pub fn read_stream(path: &Path, defects: &mut Defects) -> Option<LogFile> {
    let name = path.to_string_lossy();
    match open_input(path).and_then(|pipe| LogFile::of_stream(&name, pipe, defects)) {
        Ok(file) => Some(file),
        Err(error) => {
            let place = || Place { file: name.into_owned(), line: None, text: error.to_string() };
            defects.record(DefectKind::UnreadableFile, place);
            None
        }
    }
}

/// The number of the file at `index` in the sorted list.
#[must_use]
pub fn source_id(index: usize) -> SourceId {
    SourceId(u32::try_from(index).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_and_a_file_given_twice_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("AWSLogs/1/vpcflowlogs");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("b.log"), "b").unwrap();
        std::fs::write(deep.join("a.log"), "aa").unwrap();
        let mut defects = Defects::default();
        let roundabout = folder.path().join("AWSLogs/../AWSLogs");
        let files = find_files(&[folder.path().into(), deep.join("b.log"), roundabout], &mut defects);
        let names: Vec<_> =
            files.iter().map(|file| (file.name.rsplit('/').next().unwrap(), file.size)).collect();
        assert_eq!(names, [("a.log", 2), ("b.log", 1)]);
        assert!(defects.is_empty());
    }

    #[test]
    fn a_change_of_a_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, "a\nb\n").unwrap();
        let found = || LogFile::at(&path);
        let file = found();
        assert_eq!(file.change(), None);
        std::fs::write(&path, "a\n").unwrap();
        assert_eq!(file.change().as_deref(), Some("file changed while it was read: from 4 to 2 bytes"));
        let file = found();
        let later = file.modified.unwrap() + std::time::Duration::from_secs(5);
        File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(file.change().is_some_and(|text| text.ends_with("time of modification is another")));
        let file = found();
        std::fs::remove_file(&path).unwrap();
        assert!(file.change().is_some_and(|text| text.ends_with("it was removed")));
        assert_eq!(LogFile::of_bytes("a", Vec::new()).change(), None);
    }

    #[test]
    fn a_missing_path_is_a_defect() {
        let mut defects = Defects::default();
        assert!(find_files(&["no/such/file".into()], &mut defects).is_empty());
        assert_eq!(defects.count(DefectKind::UnreadableFile), 1);
    }
}
