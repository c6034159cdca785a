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

use flowcause::ingest::files::LogFile;
use flowcause::ingest::options::ReadOptions;
use flowcause::progress::NoProgress;
use flowcause::reduce::{Flow, FlowSums, Reduced, Scope, reduce_files};
use rayon::prelude::*;

/// The one place that knows the library: reduces the files to ports 443 and 53, for everyone.
fn reduce(paths: &[PathBuf], threads: usize) -> Result<Reduced, String> {
    let files: Vec<LogFile> = paths.iter().map(|path| LogFile::at(path)).collect();
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())?;
    let reduced =
        reduce_files(&files, &ReadOptions::default(), &Scope::everyone(&[53, 443]), &pool, &NoProgress);
    if reduced.defects.is_empty() { Ok(reduced) } else { Err(format!("defects: {:?}", reduced.defects)) }
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
    let reduced = reduce(&files(folder)?, threads)?;
    println!("check {}", check_line(&reduced.flows));
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
fn check_line(flows: &[Flow]) -> String {
    let of = |sums: &FlowSums| {
        let flags = sums.tcp_flags.unwrap_or(0).into();
        [sums.packets, sums.bytes, sums.records, sums.first_start.into(), sums.last_end.into(), flags]
    };
    let add = |a: [u64; 6], b: [u64; 6]| std::array::from_fn(|place| a[place] + b[place]);
    let sums = flows.par_iter().map(|flow| of(&flow.sums)).reduce(|| [0; 6], add);
    let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
    format!("{} {}", flows.len(), sums.join(" "))
}
