//! From what was typed to what is done: paths exist, patterns are expanded, times are points in time.
//!
//! Goes in: [`ExplainArgs`]. Comes out: the pipeline's [`Options`], or a usage [`Failure`] that names the offending
//! value. Only the names of files are looked at here, never their content.

mod limits;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use crate::check::Asked;
use crate::cli::args::{AssignPublicIp, CheckArgs, ExplainArgs, InspectArgs};
use crate::cli::failure::Failure;
use crate::model::ids::{SecurityGroupId, SubnetId};
use crate::model::time::{Timestamp, Window};
use crate::pipeline::{LogInput, Options};

/// Ports of the services unless others are given.
const PORTS: [u16; 2] = [53, 443];
/// Seconds on both sides of `--at` unless others are given.
const AROUND: i64 = 30 * 60;

/// Checks the flags against each other and against the file system.
pub fn resolve(args: &ExplainArgs) -> Result<Options, Failure> {
    Ok(Options {
        logs: logs(&args.logs)?,
        metadata: metadata(&args.metadata)?,
        tasks: args.task.clone(),
        interfaces: args.interface.clone(),
        window: window(args)?,
        ports: ports(&args.port),
        log_format: args.log_format.log_format.clone(),
        threads: args.threads.map(NonZeroUsize::get),
        limits: limits::limits(args.memory),
    })
}

/// Checks the flags of an inspection: what to read.
pub fn resolve_inspect(args: &InspectArgs) -> Result<Options, Failure> {
    Ok(Options {
        logs: logs(&args.logs)?,
        metadata: metadata(&args.metadata)?,
        log_format: args.log_format.log_format.clone(),
        threads: args.threads.map(NonZeroUsize::get),
        limits: limits::limits(args.memory),
        ..Options::default()
    })
}

/// Checks the flags of a check: the documents to read, and where to look.
pub fn resolve_check(args: &CheckArgs) -> Result<(Vec<PathBuf>, Asked), Failure> {
    let asked = Asked {
        subnet_ids: args.subnet.iter().map(|id| SubnetId::new(id.as_str())).collect(),
        group_ids: args.security_group.iter().map(|id| SecurityGroupId::new(id.as_str())).collect(),
        has_public_address: args.assign_public_ip.map(|setting| setting == AssignPublicIp::Enabled),
    };
    Ok((metadata(&args.metadata)?, asked))
}

fn logs(typed: &[String]) -> Result<Vec<LogInput>, Failure> {
    let mut inputs = Vec::new();
    for word in typed {
        if word == "-" {
            push_new(&mut inputs, LogInput::Stdin);
            continue;
        }
        for path in paths(word, "logs")? {
            push_new(&mut inputs, LogInput::Path(path));
        }
    }
    Ok(inputs)
}

fn metadata(typed: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut inputs = Vec::new();
    for word in typed {
        for path in paths(word, "metadata")? {
            push_new(&mut inputs, path);
        }
    }
    Ok(inputs)
}

/// Nothing is read twice because it was named twice.
fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The paths a word names: itself, if it is there, else what matches it as a pattern.
fn paths(word: &str, what: &str) -> Result<Vec<PathBuf>, Failure> {
    if word.starts_with("s3://") {
        return Err(Failure::usage(format!("`{word}` is not a local path, and flowcause never calls AWS"))
            .hint(format!("run `aws s3 sync {word} ./{what}`, then pass `./{what}`")));
    }
    let path = Path::new(word);
    if path.exists() {
        return Ok(vec![path.to_owned()]);
    }
    if !word.contains(['*', '?', '[']) {
        return Err(missing(path));
    }
    let matches = glob::glob(word).map_err(|error| {
        Failure::usage(format!("`{word}` is not a pattern: {}", error.msg))
            .hint("write a literal `[`, `*` or `?` in brackets, such as `[[]`")
    })?;
    let found: Vec<PathBuf> = matches.filter_map(Result::ok).collect();
    if found.is_empty() {
        return Err(Failure::usage(format!("no file matches the pattern `{word}`"))
            .hint("`**` matches folders of any depth: try `'logs/**/*.gz'`, or pass the folder itself"));
    }
    Ok(found)
}

/// Names the part of the path that ends what is there.
fn missing(path: &Path) -> Failure {
    let failure = Failure::usage(format!("`{}` does not exist", path.display()));
    let parent = path.ancestors().skip(1).find(|parent| !parent.as_os_str().is_empty() && parent.exists());
    match parent {
        Some(parent) => failure.hint(format!("`{}` exists: look there for the name", parent.display())),
        None => failure.hint("paths are taken from the folder the command runs in"),
    }
}

fn window(args: &ExplainArgs) -> Result<Option<Window>, Failure> {
    let time = |flag, text: Option<&str>| text.map(|text| time(flag, text)).transpose();
    if let Some(at) = time("--at", args.at.as_deref())? {
        let around = args.around.as_deref().map_or(Ok(AROUND), seconds)?;
        return Ok(Some(Window { from: at, to: at }.widened(around, around)));
    }
    // The parser sees to it as well; this keeps the two apart.
    if args.around.is_some() {
        return Err(Failure::usage("`--around` needs `--at`").hint("add `--at 2026-11-23T03:12:00Z`"));
    }
    let (from, to) = (time("--from", args.from.as_deref())?, time("--to", args.to.as_deref())?);
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    let window = Window { from: from.unwrap_or(Window::ALWAYS.from), to: to.unwrap_or(Window::ALWAYS.to) };
    if window.from >= window.to {
        return Err(Failure::usage(format!("`--from {}` is not before `--to {}`", window.from, window.to))
            .hint("swap the two, or use `--at TIME --around 30m`"));
    }
    Ok(Some(window))
}

fn time(flag: &str, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(text).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a time"))
            .hint(format!("write RFC 3339 with an offset, or epoch seconds: `{flag} 2026-11-23T03:12:00Z`"))
    })
}

/// Seconds of a duration such as `30m`.
fn seconds(text: &str) -> Result<i64, Failure> {
    let duration: Option<SignedDuration> = text.trim().parse().ok();
    duration.map(|duration| duration.as_secs()).filter(|seconds| *seconds > 0).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a duration of a second or more"))
            .hint("write a number with a unit: `--around 90s`, `--around 30m`, `--around 2h`")
    })
}

fn ports(typed: &[u16]) -> Vec<u16> {
    let mut ports = if typed.is_empty() { PORTS.to_vec() } else { typed.to_vec() };
    ports.sort_unstable();
    ports.dedup();
    ports
}

#[cfg(test)]
mod tests;
