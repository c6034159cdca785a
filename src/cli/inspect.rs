//! `flowcause inspect`: what is in the logs.

use crate::cli::args::InspectArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::OutputFile;
use crate::cli::{Target, options, progress_bar};
use crate::{pipeline, render};

/// Reads the logs and says what they hold. The answer is written even if they hold nothing of use: it says why.
pub(super) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let options = options::resolve_inspect(args)?;
    let target = Target { path: args.output.as_deref(), color: args.color, owner: None };
    target.path.map_or(Ok(()), |path| OutputFile::check(path, None))?;
    let progress = progress_bar::choose(!args.quiet && !args.no_progress, "counting");
    let inspected = pipeline::inspect(&options, &*progress);
    progress.finish();
    let report = inspected?;
    let format = args.format.into();
    target.write(|looks, out| render::render_inspect(&report, format, looks, out))?;
    Ok(if report.total.records == 0 { Exit::NoUsableInput } else { Exit::Done })
}
