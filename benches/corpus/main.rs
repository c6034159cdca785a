//! Writes the corpus of the benches to a folder: `cargo bench --bench corpus -- --records 20000000 --out DIR`.
//!
//! Options: `--records N` (1 000 000), `--out DIR`, `--seed N` (1), `--threads N` (2). Without `--out` it does
//! nothing, because `cargo bench` and `cargo test --benches` run it without options. [`generate`] describes the model.
//! gzip level 6 in text and Parquet. `corpus.json` is written last, so it marks a finished corpus.

#![allow(clippy::print_stdout, reason = "a command of its own")]

mod generate;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use generate::{Made, Plan};

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).map(|(plan, out)| out.map(|out| make(plan, &out))) {
        Ok(None | Some(Ok(()))) => ExitCode::SUCCESS,
        Ok(Some(Err(error))) => fail(&error.to_string()),
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    println!("corpus: {problem}");
    ExitCode::FAILURE
}

fn options(mut args: impl Iterator<Item = String>) -> Result<(Plan, Option<PathBuf>), String> {
    let mut plan = Plan { records: 1_000_000, seed: 1, threads: 2 };
    let mut out = None;
    while let Some(name) = args.next() {
        let mut value = || args.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--records" => plan.records = number(&value()?)?,
            "--seed" => plan.seed = number(&value()?)?,
            "--threads" => plan.threads = number(&value()?)?,
            "--out" => out = Some(PathBuf::from(value()?)),
            _ => {} // arguments that cargo adds, such as --bench
        }
    }
    Ok((plan, out))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.replace('_', "").parse().map_err(|_| format!("`{text}` is not a whole number"))
}

fn make(plan: Plan, out: &Path) -> io::Result<()> {
    let clock = Instant::now();
    let made = generate::write(plan, out)?;
    let summary = summary(plan, &made);
    fs::write(out.join("corpus.json"), &summary)?;
    println!(
        "corpus: {} records in {} files in {:.1} s",
        made.rows,
        made.files,
        clock.elapsed().as_secs_f64()
    );
    Ok(())
}

fn summary(plan: Plan, made: &Made) -> String {
    let interfaces: Vec<String> = made.interfaces.iter().map(|id| format!("\"{id}\"")).collect();
    let (from, to) = made.span;
    format!(
        "{{\"model\": 2, \"seed\": {}, \"records\": {}, \"files\": {}, \"matching\": {}, \"packets\": {}, \"bytes\": {}, \
         \"from\": {from}, \"to\": {to}, \"interfaces\": [{}]}}\n",
        plan.seed,
        made.rows,
        made.files,
        made.matching,
        made.packets,
        made.bytes,
        interfaces.join(", ")
    )
}
