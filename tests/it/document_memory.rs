//! Documents that need much memory: the program is run with as much as it may have, and must end as it always ends.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::run::{Ran, finish};

/// Address space of the program, KiB: half of this is its code and the stacks of its threads.
const ADDRESS_SPACE: &str = "400000";

/// Writes gzip of these parts, each so many times.
fn pack(path: &Path, parts: &[(&str, usize)]) {
    let file = BufWriter::new(File::create(path).expect("a file"));
    let mut gzip = GzEncoder::new(file, Compression::fast());
    for (part, times) in parts {
        let block = part.repeat((*times).min(1000));
        for _ in 0..times / 1000 {
            gzip.write_all(block.as_bytes()).expect("the file takes it");
        }
        let rest = if *times < 1000 { block } else { part.repeat(times % 1000) };
        gzip.write_all(rest.as_bytes()).expect("the file takes it");
    }
    gzip.finish().expect("the file takes it").flush().expect("the file takes it");
}

/// Runs a check of the documents with little memory.
fn run(folder: &TempDir, words: &[&str]) -> Ran {
    let limited = format!("ulimit -v {ADDRESS_SPACE} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.current_dir(folder.path()).args(["-c", &limited, env!("CARGO_BIN_EXE_flowcause")]).args(words);
    finish(&mut command)
}

fn explain(folder: &TempDir, memory: &str) -> Ran {
    let log = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n\
         2 123456789012 eni-1 10.0.0.1 10.0.0.2 40000 443 6 1 60 1795403520 1795403580 ACCEPT OK\n";
    fs::write(folder.path().join("a.log"), log).expect("a file");
    let words = [
        "explain",
        "a.log",
        "--metadata",
        "docs",
        "--threads",
        "1",
        "--memory",
        memory,
        "--format",
        "json",
        "--no-config",
    ];
    run(folder, &words)
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("docs")).expect("a folder");
    folder
}

#[test]
fn a_bomb_is_read_in_little_memory() {
    let bombs: [(&str, &[(&str, usize)]); 6] = [
        ("items", &[("{\"tasks\":[", 1), ("{\"a\":1},", 800_000), ("{}]}", 1)]),
        ("unknown", &[("{\"x\":[", 1), ("{\"a\":1},", 3_000_000), ("{}]}", 1)]),
        ("text", &[("{\"tasks\":[{\"taskArn\":\"", 1), ("0123456789", 10_000_000), ("\"}]}", 1)]),
        ("nested", &[("[", 3_000_000), ("]", 3_000_000)]),
        (
            "values",
            &[("{\"tasks\":[{\"taskArn\":\"t/1\",\"containers\":[", 1), ("0,", 3_000_000), ("0]}]}", 1)],
        ),
        ("keys", &[("{", 1), ("\"k\":{},", 800_000), ("\"k\":0}", 1)]),
    ];
    for (name, parts) in bombs {
        let folder = folder();
        pack(&folder.path().join("docs/a.json.gz"), parts);
        let ran = explain(&folder, "64MiB");
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
    }
}

#[test]
fn what_does_not_fit_is_an_error_that_names_the_memory() {
    let folder = folder();
    let tasks: Vec<String> = (0..60_000)
        .map(|n| format!("{{\"taskArn\":\"arn:aws:ecs:eu-west-1:123456789012:task/shop/{n}\"}}"))
        .collect();
    fs::write(folder.path().join("docs/a.json"), format!("{{\"tasks\":[{}]}}", tasks.join(",")))
        .expect("a file");
    let ran = explain(&folder, "64MiB");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: what is used of the documents takes "), "{}", ran.stderr);
    let needed =
        ran.stderr.split("`--memory ").nth(1).and_then(|rest| rest.split('`').next()).expect("a size");
    assert_eq!(explain(&folder, needed).code, Some(0));
}
