//! The reduction alone, over a folder: `cargo bench --bench reduce -- DIR --threads 2`.
//!
//! Measured: walking the folder, reading every file, keeping ports 443 and 53, and building the flows table of the
//! aggregate, in wall seconds. Corpus: any folder of flow logs; `benches/peers/run` gives it those of the `corpus`
//! bench. Prints the check line that every peer must print too, then the seconds. Without a folder it does nothing,
//! which is what `cargo bench` and `cargo test --benches` ask of it.

#![allow(clippy::print_stdout, reason = "a command of its own")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// One row of the flows table, without what the check does not need.
struct Group {
    packets: u64,
    bytes: u64,
    records: u64,
    first_start: i64,
    last_end: i64,
    tcp_flags: u64,
}

/// The one place that knows the library: reduces the files to ports 443 and 53, unscoped.
///
/// With the reduction in place: `flowcause::reduce::reduce_files(files, &[443, 53], threads)`, its `flows` mapped to
/// [`Group`].
fn reduce(files: &[PathBuf], threads: usize) -> Result<Vec<Group>, String> {
    let _ = (files, threads);
    Err("the library has no reduction yet".to_owned())
}

fn main() -> ExitCode {
    let (folder, threads) = match options(std::env::args().skip(1)) {
        Ok((Some(folder), threads)) => (folder, threads),
        Ok((None, _)) => return ExitCode::SUCCESS,
        Err(problem) => return fail(&problem),
    };
    match measure(&folder, threads) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    println!("reduce: {problem}");
    ExitCode::FAILURE
}

fn options(mut args: impl Iterator<Item = String>) -> Result<(Option<PathBuf>, usize), String> {
    let (mut folder, mut threads) = (None, 2);
    while let Some(name) = args.next() {
        match name.as_str() {
            "--threads" => {
                let value = args.next().unwrap_or_default();
                threads = value.parse().map_err(|_| format!("--threads wants a number, not `{value}`"))?;
            }
            flag if flag.starts_with("--") => {} // what cargo adds, such as --bench
            path => folder = Some(PathBuf::from(path)),
        }
    }
    Ok((folder, threads))
}

fn measure(folder: &Path, threads: usize) -> Result<(), String> {
    let clock = Instant::now();
    let groups = reduce(&files(folder)?, threads)?;
    let check = check_line(&groups);
    println!("check {check}");
    println!("seconds {:.3}", clock.elapsed().as_secs_f64());
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Groups, then the sums of packets, bytes, records, first start, last end and or-ed flags.
fn check_line(groups: &[Group]) -> String {
    let count = groups.len();
    let packets: u64 = groups.iter().map(|group| group.packets).sum();
    let bytes: u64 = groups.iter().map(|group| group.bytes).sum();
    let records: u64 = groups.iter().map(|group| group.records).sum();
    let starts: i64 = groups.iter().map(|group| group.first_start).sum();
    let ends: i64 = groups.iter().map(|group| group.last_end).sum();
    let flags: u64 = groups.iter().map(|group| group.tcp_flags).sum();
    format!("{count} {packets} {bytes} {records} {starts} {ends} {flags}")
}
