//! `flowcause check`: evaluates the configuration and writes the services that a task can reach.

use crate::cli::args::{CheckArgs, FailOnReachability};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::options;
use crate::cli::report_target::ReportTarget;
use crate::cli::run_files::RunFiles;
use crate::{pipeline, render};

/// Runs the command.
pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let (metadata, asked, limits) = options::resolve_check(args)?;
    let files = RunFiles::default()
        .reads("metadata", &metadata)
        .reads("the configuration file", &args.config.config)
        .report(args.output.output.as_deref());
    files.check(&args.metadata.paths)?;
    let target = ReportTarget::new(&args.output);
    target.check()?;
    let report = pipeline::check(&metadata, &asked, limits)?;
    let format = args.output.format.into();
    target.write(|render_options, out| render::render_check(&report, format, render_options, out))?;
    let fails =
        args.fail_on == Some(FailOnReachability::Blocked) && (report.has_blocked() || report.has_denied());
    Ok(if fails { Exit::Found } else { Exit::Done })
}
