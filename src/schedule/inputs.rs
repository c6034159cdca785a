//! The log files of a run, under names that are the same in the next run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::ingest::files::LogFile;
use crate::schedule::state::SavedState;

/// A log file and the name under which the state stores it.
#[derive(Clone, Debug)]
pub(super) struct NamedFile {
    pub(super) key: String,
    pub(super) file: LogFile,
}

/// The files of a run, in their order.
#[derive(Debug, Default)]
pub(super) struct InputFiles {
    pub(super) files: Vec<NamedFile>,
    keys: BTreeSet<String>,
    /// Number of duplicate files that are skipped.
    pub(super) duplicated: u64,
}

impl InputFiles {
    /// Names the files. An object with a name from AWS can occur several times with one size, for example in two
    /// folders. Only the first copy is used, because such names are unique.
    pub(super) fn of(files: Vec<LogFile>, roots: &[PathBuf]) -> Self {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, file) in files.iter().enumerate() {
            by_key.entry(key(&file.name, roots)).or_default().push(place);
        }
        let mut inputs = Self::default();
        let mut keys: Vec<Option<String>> = vec![None; files.len()];
        for (key, places) in by_key {
            if let [place] = places[..] {
                keys[place] = Some(key);
                continue;
            }
            let is_copy = |place: &usize| is_aws_name(&key) && files[*place].size == files[places[0]].size;
            let (copies, others): (Vec<usize>, Vec<usize>) = places.iter().partition(|place| is_copy(place));
            inputs.duplicated += copies.len().saturating_sub(1) as u64;
            for place in others {
                keys[place] = Some(slashed(&files[place].name));
            }
            if let Some(&first) = copies.first() {
                keys[first] = Some(key);
            }
        }
        let named = files.into_iter().zip(keys).filter_map(|(file, key)| Some(NamedFile { key: key?, file }));
        inputs.files = named.collect();
        inputs.keys = inputs.files.iter().map(|named| named.key.clone()).collect();
        inputs
    }

    /// Returns whether the inputs contain a file of this name.
    pub(super) fn contains(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Returns whether an earlier run read the file with its current size.
    pub(super) fn is_known(&self, place: usize, state: &SavedState) -> bool {
        let named = &self.files[place];
        state.files.get(&named.key).is_some_and(|known| known.size == named.file.size)
    }
}

/// Returns the object's name if AWS named it, in whatever folder it is now; otherwise the path below the input
/// folder.
fn key(name: &str, roots: &[PathBuf]) -> String {
    let path = Path::new(name);
    let last = path.file_name().map(|last| last.to_string_lossy().into_owned()).unwrap_or_default();
    if is_aws_name(&last) {
        return last;
    }
    let below = roots.iter().filter_map(|root| path.strip_prefix(root).ok());
    let below = below.filter(|below| !below.as_os_str().is_empty());
    // The innermost root gives the shortest path.
    let below = below.min_by_key(|below| below.components().count());
    slashed(&below.unwrap_or(path).to_string_lossy())
}

/// Returns the same spelling of a path on all systems.
fn slashed(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").map_or_else(|| path.clone(), ToOwned::to_owned)
}

/// Returns whether AWS named the object: `account_vpcflowlogs_region_fl-id_timestamp_hash.extension`.
fn is_aws_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    let [account, kind, _region, flow_log, stamp, hash] = parts[..] else { return false };
    let is_stamp = stamp.len() == 14 && stamp.ends_with('Z') && stamp.as_bytes()[8] == b'T';
    account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && kind == "vpcflowlogs"
        && flow_log.starts_with("fl-")
        && is_stamp
        && hash.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str =
        "111122223333_vpcflowlogs_eu-west-1_fl-063b5d60c3ac359d7_20261123T0305Z_68fcec70.log.gz";

    #[test]
    fn keys_do_not_depend_on_the_folder() {
        let check = |name: &str, roots: &[&str], expect: &str| {
            let roots: Vec<PathBuf> = roots.iter().map(PathBuf::from).collect();
            assert_eq!(key(name, &roots), expect, "{name} in {roots:?}");
        };
        check(&format!("logs/AWSLogs/2026/11/23/{OBJECT}"), &["logs"], OBJECT);
        check(OBJECT, &[OBJECT], OBJECT);
        check("logs/a/b.log", &["logs"], "a/b.log");
        check("logs/a/b.log", &["logs", "logs/a"], "b.log");
        check("./logs/b.log", &["./logs/b.log"], "logs/b.log");
        check("/var/logs/b.log", &["/var/logs/b.log"], "/var/logs/b.log");
    }

    #[test]
    fn names_from_aws_are_recognized() {
        let check = |name: &str, expect| assert_eq!(is_aws_name(name), expect, "{name}");
        check(OBJECT, true);
        check("111122223333_vpcflowlogs_eu-west-1_fl-0a_20261123T0305Z_68fcec70.log.parquet", true);
        check("flows.log", false);
        check("111122223333_vpcflowlogs_eu-west-1_fl-0a_20261123T0305Z.log", false);
        check("abcdefghijkl_vpcflowlogs_eu-west-1_fl-0a_20261123T0305Z_68fcec70.log.gz", false);
    }

    #[test]
    fn copies_are_read_once_and_other_files_of_one_name_are_kept() {
        let bytes = |size: usize| vec![0; size];
        let files = vec![
            LogFile::of_bytes(&format!("a/{OBJECT}"), bytes(3)),
            LogFile::of_bytes(&format!("b/{OBJECT}"), bytes(3)),
            LogFile::of_bytes(&format!("c/{OBJECT}"), bytes(4)),
            LogFile::of_bytes("a/x.log", bytes(3)),
            LogFile::of_bytes("b/x.log", bytes(3)),
        ];
        let inputs = InputFiles::of(files, &["a".into(), "b".into(), "c".into()]);
        let keys: Vec<&str> = inputs.files.iter().map(|named| named.key.as_str()).collect();
        assert_eq!(keys, [OBJECT, &format!("c/{OBJECT}"), "a/x.log", "b/x.log"]);
        assert_eq!(inputs.duplicated, 1);
    }
}
