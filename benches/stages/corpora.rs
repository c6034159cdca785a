//! Corpora on disk for the groups, generated once for each run and size.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::corpus::{self, Plan};

/// Records of each corpus. Builds without optimisation use one small corpus, because they only check that benches run.
pub(crate) const SIZES: &[u64] =
    if cfg!(debug_assertions) { &[10_000] } else { &[10_000, 100_000, 1_000_000] };

const SEED: u64 = 1;

/// The files of a corpus in one format, such as [`corpus::TEXT_V5`].
pub(crate) fn files(records: u64, format: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(records).join(format)).expect("the corpus was just made");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    files
}

/// The bytes of some files, for throughput.
pub(crate) fn bytes(files: &[PathBuf]) -> u64 {
    files.iter().map(|file| fs::metadata(file).expect("the corpus was just made").len()).sum()
}

/// The folder of a corpus. The first call of a run generates the corpus again, so that it never has an older model.
fn folder(records: u64) -> PathBuf {
    static MADE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("corpus-{records}"));
    let mut made = MADE.lock().expect("making a corpus does not panic twice");
    if made.insert(records) {
        let plan = Plan { records, seed: SEED, threads: 2 };
        let sums = corpus::write(plan, &folder).expect("room for a corpus");
        assert_eq!(sums.rows, records, "the corpus is whole");
        assert!(
            sums.matching <= sums.rows && sums.packets <= sums.bytes && sums.files > 0,
            "its sums are sane"
        );
        assert!(!sums.interfaces.is_empty() && sums.span.0 < sums.span.1, "somebody lives in it");
    }
    folder
}
