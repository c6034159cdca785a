//! `flowcause inspect`: counts the contents of flow logs and lists the missing data.

use crate::cli::args::InspectArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::report_target::ReportTarget;
use crate::cli::run_files::RunFiles;
use crate::cli::{options, progress_bar};
use crate::{pipeline, render};

/// Runs the command. The report is written even if the logs hold no record, because it shows the reason.
pub(super) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let options = options::resolve_inspect(args)?;
    let files = RunFiles::of_options(&options)
        .reads("the configuration file", &args.config.config)
        .report(args.output.output.as_deref());
    files.check(&[&args.logs.paths[..], &args.metadata.paths[..]].concat())?;
    let target = ReportTarget::new(&args.output);
    target.check()?;
    let progress = progress_bar::choose(args.progress.wants_bar(), "counting");
    let inspected = pipeline::inspect(&options, &*progress);
    progress.finish();
    let report = inspected?;
    let format = args.output.format.into();
    target.write(|render_options, out| render::render_inspect(&report, format, render_options, out))?;
    Ok(if report.total.records == 0 { Exit::NoUsableInput } else { Exit::Done })
}
