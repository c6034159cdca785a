//! `flowcause compare OLD NEW`: reads two JSON reports and writes the changes.

use std::fs;
use std::path::Path;

use crate::cli::args::{CompareArgs, FailOnChange};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::report_target::ReportTarget;
use crate::cli::run_files::RunFiles;
use crate::compare::compare;
use crate::compare::parsed::{ParsedReport, ReportError};
use crate::render::render_comparison;

/// Runs the command.
pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let files = RunFiles::default()
        .reads("a report to compare", [&args.old, &args.new])
        .reads("the configuration file", &args.config.config)
        .report(args.output.output.as_deref());
    files.check(&[])?;
    let target = ReportTarget::new(&args.output);
    target.check()?;
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let comparison = compare((&name(&args.old), &old), (&name(&args.new), &new));
    let format = args.output.format.into();
    target
        .write(|render_options, out| render_comparison(&comparison, format, render_options.terminal, out))?;
    let fails = args.fail_on == Some(FailOnChange::New) && comparison.has_new();
    Ok(if fails { Exit::Found } else { Exit::Done })
}

fn read(path: &Path) -> Result<ParsedReport, Failure> {
    let bytes = fs::read(path).map_err(|error| {
        Failure::usage(format!("`{}` cannot be read: {error}", path.display()))
            .hint("pass two reports: `flowcause compare OLD.json NEW.json`")
    })?;
    ParsedReport::from_json(&bytes).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &ReportError) -> Failure {
    let failure = Failure {
        kind: FailureKind::Input,
        error: format!("`{}` cannot be compared: {error}", path.display()),
        hints: Vec::new(),
    };
    match error {
        ReportError::UnknownVersion(_) => {
            failure.hint("write both reports with the same version of flowcause")
        }
        ReportError::NoReport | ReportError::Damaged(_) => {
            failure.hint("write a report with `flowcause explain LOGS --metadata PATH --format json -o FILE`")
        }
    }
}
