//! One job alone, over a folder: `cargo bench --bench reduce -- DIR --threads 2 --reduction summary`.
//!
//! | `--reduction` | measured |
//! |---|---|
//! | `aggregate` | ports 443 and 53 to the flows table of the aggregate, as `flowcause reduce` builds it |
//! | `scoped` | the same for a few interfaces and a time, as `flowcause explain` reads its cases |
//! | `summary` | ports 443 and 53 by interface, addresses, service port, protocol and action: the readers with a sink of this bench |
//! | `inflate` | gzip text to bytes only: by ISA-L with the feature `isal`, otherwise by zlib-rs |
//! | `decode` | the Parquet columns that `summary` needs to arrays only |
//! | `decode-aggregate` | the same for the columns of the aggregate's key and sums |
//!
//! `--memory BYTES` limits the memory of `aggregate` and `scoped`, like the flag of the program.
//!
//! Measured, in wall seconds: from walking the folder to the check line. Corpus: any folder of flow logs;
//! `benches/peers/run` uses those of the `corpus` bench. It prints the check line, which every peer must print too, and then
//! the seconds. Without a folder it does nothing, because `cargo bench` and `cargo test --benches` run it without options.

#![allow(clippy::print_stdout, reason = "a command of its own")]

mod aggregate;
mod check;
mod floor;
mod groups;
mod options;
mod summary;
mod workers;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use flowcause::ingest::files::LogFile;
use walkdir::WalkDir;

use options::{Options, Reduction};

fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => measure(&options),
        Ok(None) => Ok(()),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("reduce: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), String> {
    let clock = Instant::now();
    let files = files(&options.folder)?;
    let check = run(options, &files)?;
    println!("check {check}");
    println!("seconds {:.3}", clock.elapsed().as_secs_f64());
    Ok(())
}

fn run(options: &Options, files: &[LogFile]) -> Result<String, String> {
    match options.reduction {
        Reduction::Aggregate => aggregate::aggregate(files, options),
        Reduction::Scoped => aggregate::scoped(files, options),
        Reduction::Summary => summary::summary(files, options.threads),
        Reduction::Inflate => floor::inflate(files, options.threads),
        Reduction::Decode => floor::decode(files, options.threads, floor::SUMMARY),
        Reduction::DecodeAggregate => floor::decode(files, options.threads, floor::AGGREGATE),
    }
}

fn files(folder: &Path) -> Result<Vec<LogFile>, String> {
    let mut files = Vec::new();
    // The folder of a part of a corpus contains links.
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            files.push(LogFile::at(entry.path()));
        }
    }
    Ok(files)
}
