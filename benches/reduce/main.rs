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
use flowcause::reduce::{Folded, Limits, Scope, reduce_files};

/// The one place that knows the library: reduces the files to ports 443 and 53, for everyone, and sums up the flows.
fn reduce(paths: &[PathBuf], options: &Options) -> Result<Sums, String> {
    let files: Vec<LogFile> = paths.iter().map(|path| LogFile::at(path)).collect();
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().map_err(|e| told(&e))?;
    let limits = options.memory.map_or(Limits::NONE, |memory| Limits { memory });
    let scope = Scope::everyone(&[53, 443]);
    let aggregate = reduce_files(&files, &ReadOptions::default(), &scope, limits, &pool, &NoProgress)
        .map_err(|e| told(&e))?;
    if !aggregate.defects.is_empty() {
        return Err(format!("defects: {:?}", aggregate.defects));
    }
    let (pieces, _) = aggregate.each_piece(&pool, sums).map_err(|e| told(&e))?;
    Ok(pieces.into_iter().fold([0; 7], add))
}

/// Groups, then the sums of packets, bytes, records, first start, last end and or-ed flags.
type Sums = [u64; 7];

fn add(a: Sums, b: Sums) -> Sums {
    std::array::from_fn(|place| a[place] + b[place])
}

fn sums(flows: &[Folded]) -> Sums {
    let of = |flow: &Folded| {
        let sums = &flow.sums;
        let flags = sums.tcp_flags.unwrap_or(0).into();
        [1, sums.packets, sums.bytes, sums.records, sums.first_start.into(), sums.last_end.into(), flags]
    };
    flows.iter().map(of).fold([0; 7], add)
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => return fail(&problem),
    };
    let Some(folder) = &options.folder else { return ExitCode::SUCCESS };
    match measure(folder, &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    println!("reduce: {problem}");
    ExitCode::FAILURE
}

struct Options {
    folder: Option<PathBuf>,
    threads: usize,
    memory: Option<usize>,
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { folder: None, threads: 2, memory: None };
    while let Some(name) = args.next() {
        let mut number = |name: &str| {
            let value = args.next().unwrap_or_default();
            value.parse().map_err(|_| format!("{name} wants a number, not `{value}`"))
        };
        match name.as_str() {
            "--threads" => options.threads = number("--threads")?,
            "--memory" => options.memory = Some(number("--memory")?),
            flag if flag.starts_with("--") => {} // what cargo adds, such as --bench
            path => options.folder = Some(PathBuf::from(path)),
        }
    }
    Ok(options)
}

fn measure(folder: &Path, options: &Options) -> Result<(), String> {
    let clock = Instant::now();
    let sums = reduce(&files(folder)?, options)?;
    println!("check {}", sums.map(|sum| sum.to_string()).join(" "));
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
