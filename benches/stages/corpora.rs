//! Corpora on disk for the groups: made once a size, then found again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::corpus::{self, Plan};

/// Records of each corpus; one small one where nothing is optimised, which is where benches are only tried.
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

/// The folder of a finished corpus; the last thing made is its `made` file.
fn folder(records: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("corpus-{records}"));
    let finished = folder.join("made");
    if !finished.exists() {
        let made =
            corpus::write(Plan { records, seed: SEED, threads: 2 }, &folder).expect("room for a corpus");
        let sums =
            [made.files, made.rows, made.matching, made.packets, made.bytes].map(|sum| sum.to_string());
        fs::write(finished, sums.join(" ")).expect("room for one line more");
    }
    folder
}
