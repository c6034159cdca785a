//! `flowcause explain`: diagnoses the tasks and writes the report, the exports and the next state.

use std::path::Path;

use crate::cli::args::{ExplainArgs, FailOnFinding};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::report_target::ReportTarget;
use crate::cli::run_files::RunFiles;
use crate::cli::state_file::StateFile;
use crate::cli::{export, options, progress_bar};
use crate::ingest::files::is_stream;
use crate::pipeline::{self, LogInput, Options};
use crate::report::Report;
use crate::schedule::{self, state::SavedState};
use crate::{progress::Progress, render};

/// Runs the command.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    if args.fail_on == Some(FailOnFinding::New) && args.state.is_none() {
        return Err(Failure::usage(
            "`--fail-on new` needs `--state`, because new means not in an earlier run",
        )
        .hint("add `--state FILE`, or use `--fail-on confirmed`"));
    }
    let options = options::resolve(args)?;
    files(args, &options).check(&[&args.logs.paths[..], &args.metadata.paths[..]].concat())?;
    let state = args.state.as_ref().map(|path| open_state(path, &options)).transpose()?;
    let owner = state.as_ref().map(StateFile::owner);
    let target = ReportTarget::new(&args.output).owned_by(owner.as_deref());
    target.check()?;
    export::check(&args.export, owner.as_deref())?;
    let (report, after) = explain(args, &options, state.as_ref())?;
    // Exports are written first, so that neither a closed standard output nor a full disk prevents the other files.
    let exported = export::write(&args.export, &report, owner.as_deref());
    let format = args.output.format.into();
    let is_read = target.write(|render_options, out| render::render(&report, format, render_options, out))?;
    exported?;
    // The state is replaced last, so that an interrupted run is repeated. A report that its reader did not read to the
    // end stays new in the next run.
    if let (Some(state), Some(after), true) = (state, &after, is_read) {
        state.replace(after)?;
    }
    Ok(Exit::of_report(&report, args.fail_on, args.min_coverage))
}

/// The report, and with `--state` the state that the next run resumes from.
fn explain(
    args: &ExplainArgs,
    options: &Options,
    state: Option<&StateFile>,
) -> Result<(Report, Option<SavedState>), Failure> {
    let progress: Box<dyn Progress> =
        progress_bar::choose(args.progress.wants_bar(), "joining and diagnosing");
    let explained = match state {
        Some(state) => schedule::explain_new(options, &state.before, &*progress)
            .map(|(report, after)| (report, Some(after))),
        None => pipeline::explain(options, &*progress).map(|report| (report, None)),
    };
    progress.finish();
    Ok(explained?)
}

/// The files that the run reads and writes.
fn files(args: &ExplainArgs, options: &Options) -> RunFiles {
    let mut files = RunFiles::of_options(options)
        .reads("the configuration file", &args.config.config)
        .report(args.output.output.as_deref());
    if let Some(state) = &args.state {
        files = files.state(state);
    }
    args.export.iter().fold(files, |files, export| files.writes(export.flag(), &export.path))
}

/// Opens the state. It needs inputs that have a name and a size.
fn open_state(path: &Path, options: &Options) -> Result<StateFile, Failure> {
    let has_no_name = |input: &&LogInput| match input {
        LogInput::Stdin => true,
        LogInput::Path(path) => is_stream(path),
    };
    if let Some(input) = options.logs.iter().find(has_no_name) {
        return Err(Failure::usage(format!("{input} has no name and size, which `--state` needs"))
            .hint("save it to a file and pass the file, or omit `--state`"));
    }
    StateFile::open(path)
}
