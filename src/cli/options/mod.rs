//! Converts flags to options of the pipeline: checks that paths exist, expands patterns, and parses times.
//!
//! Input: [`ExplainArgs`] and the flags of other commands that read files. Output: the pipeline's [`Options`], or a usage
//! [`Failure`] that names the wrong value. This module uses only the names of files, never their content.

pub mod limits;

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use crate::check::LaunchTargetSelection;
use crate::cli::args::{
    AssignPublicIp, CheckArgs, ExplainArgs, InspectArgs, LimitArgs, LogArgs, MetadataArgs, ScopeArgs,
};
use crate::cli::failure::Failure;
use crate::model::ids::{SecurityGroupId, SubnetId};
use crate::model::time::{Timestamp, Window};
use crate::pipeline::{LogInput, Options};
use crate::spill::Limits;

/// Default of `--around`: seconds on each side of `--at`.
const AROUND: i64 = 30 * 60;

/// Checks the flags against each other and against the file system.
pub fn resolve(args: &ExplainArgs) -> Result<Options, Failure> {
    Ok(Options {
        tasks: args.scope.task.clone(),
        interfaces: args.scope.interface.clone(),
        window: window(&args.scope)?,
        ports: args.scope.port.clone(),
        ..inputs(&args.logs, &args.metadata, args.limits)?
    })
}

/// Checks the flags of an inspection.
pub fn resolve_inspect(args: &InspectArgs) -> Result<Options, Failure> {
    inputs(&args.logs, &args.metadata, args.limits)
}

/// The options that every command with flow logs has.
fn inputs(logs: &LogArgs, documents: &MetadataArgs, limits: LimitArgs) -> Result<Options, Failure> {
    Ok(Options {
        logs: log_inputs(&logs.paths)?,
        metadata: metadata(&documents.paths)?,
        log_format: logs.log_format.clone(),
        threads: Some(limits::threads(limits.threads)),
        limits: limits::limits(limits.memory),
        ..Options::default()
    })
}

/// Checks the flags of a check: the documents to read, and the subnets and security groups to check.
pub fn resolve_check(args: &CheckArgs) -> Result<(Vec<PathBuf>, LaunchTargetSelection, Limits), Failure> {
    let selection = LaunchTargetSelection {
        subnet_ids: args.subnet.iter().map(|id| SubnetId::new(id.as_str())).collect(),
        group_ids: args.security_group.iter().map(|id| SecurityGroupId::new(id.as_str())).collect(),
        has_public_address: args.assign_public_ip.map(|setting| setting == AssignPublicIp::Enabled),
    };
    Ok((metadata(&args.metadata.paths)?, selection, limits::limits(None)))
}

fn log_inputs(typed: &[String]) -> Result<Vec<LogInput>, Failure> {
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

/// Adds an input unless it is already in the list, so that an input named twice is read once.
fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The paths that an argument names: the path itself if it exists, otherwise the matches of the pattern.
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
        Failure::usage(format!("`{word}` is not a valid pattern: {}", error.msg))
            .hint("to match a literal `[`, `*` or `?`, write it in brackets, for example `[[]`")
    })?;
    let found: Vec<PathBuf> = matches.filter_map(Result::ok).collect();
    if found.is_empty() {
        return Err(Failure::usage(format!("no file matches the pattern `{word}`"))
            .hint("`**` matches folders of any depth, for example `'logs/**/*.gz'`; you can also pass the folder itself"));
    }
    Ok(found)
}

/// A path that does not exist. The hint names its nearest parent that exists.
fn missing(path: &Path) -> Failure {
    let failure = Failure::usage(format!("`{}` does not exist", path.display()));
    let parent = path.ancestors().skip(1).find(|parent| !parent.as_os_str().is_empty() && parent.exists());
    match parent {
        Some(parent) => failure.hint(format!("`{}` exists: check the names in it", parent.display())),
        None => failure.hint("paths are relative to the working folder"),
    }
}

fn window(args: &ScopeArgs) -> Result<Option<Window>, Failure> {
    let time = |flag, text: Option<&str>| text.map(|text| time(flag, text)).transpose();
    if let Some(at) = time("--at", args.at.as_deref())? {
        let around = args.around.as_deref().map_or(Ok(AROUND), seconds)?;
        return Ok(Some(Window { from: at, to: at }.widened(around, around)));
    }
    // The parser refuses this too. The check here does not depend on the parser.
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
            .hint("swap the two times, or use `--at TIME --around 30m`"));
    }
    Ok(Some(window))
}

fn time(flag: &str, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(text).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a time"))
            .hint(format!("write RFC 3339 with an offset, or epoch seconds: `{flag} 2026-11-23T03:12:00Z`"))
    })
}

/// Parses a duration such as `30m`; returns seconds.
fn seconds(text: &str) -> Result<i64, Failure> {
    let duration: Option<SignedDuration> = text.trim().parse().ok();
    duration.map(|duration| duration.as_secs()).filter(|seconds| *seconds > 0).ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a duration of at least one second"))
            .hint("write a number with a unit: `--around 90s`, `--around 30m`, `--around 2h`")
    })
}

#[cfg(test)]
mod tests;
