//! The command line: from typed words to an exit code.
//!
//! The only part of the crate that knows the terminal, the environment and the exit codes. It checks what was typed
//! ([`args`], [`config`], [`options`]), runs the pipeline, writes the report and says what went wrong. It decides nothing else.

pub mod args;
mod compare;
pub mod config;
pub mod exit;
pub mod export;
pub mod failure;
mod inspect;
pub mod options;
pub mod output;
pub mod prints;
pub mod progress_bar;
pub mod state_file;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::panic;
use std::path::Path;
use std::sync::Once;

use anstream::{AutoStream, ColorChoice};
use terminal_size::Width;

use args::{CheckArgs, ColorArg, Command, ExplainArgs, FailOnReach};
use config::Refusal;
use exit::Exit;
use failure::Failure;
use output::OutputFile;
use state_file::StateFile;

use crate::ingest::files::is_stream;
use crate::ingest::is_decoding;
use crate::pipeline::{self, LogInput, Options};
use crate::progress::Progress;
use crate::render::{self, RenderOptions, TerminalOptions};
use crate::schedule;

/// Columns where the report goes to no terminal.
const WIDTH: usize = 80;

/// Carries out a command line, program name included.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match config::parse(words) {
        Ok(cli) => cli,
        Err(Refusal::Parser(error)) => return explained_by_parser(&error),
        Err(Refusal::File(failure)) => return told(&failure),
    };
    hush_decoders();
    let done = match cli.command {
        Command::Explain(args) => explain(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Collect(args) => prints::collect(&args),
        Command::Causes(args) => prints::causes(&args),
        Command::Completions(args) => prints::completions(args),
        Command::Man(args) => prints::man(&args),
    };
    done.unwrap_or_else(|failure| told(&failure))
}

fn told(failure: &Failure) -> Exit {
    // If even this cannot be written, the exit code still tells.
    let _ = write!(io::stderr(), "{failure}");
    failure.exit()
}

/// A decoder's panic on damaged bytes is told as a defect in the report, and not on the standard error as well.
fn hush_decoders() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_decoding() {
                before(info);
            }
        }));
    });
}

/// Help and version go to the standard output and are a success; the rest is wrong usage.
fn explained_by_parser(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    let options = options::resolve(args)?;
    let state = args.state.as_ref().map(|path| open_state(path, args, &options)).transpose()?;
    if let Some(path) = &args.output {
        OutputFile::check(path, state.as_ref().map(StateFile::owner).as_deref())?;
    }
    let owner = state.as_ref().map(StateFile::owner);
    export::check(&args.export, args.output.as_deref(), owner.as_deref())?;
    let progress: Box<dyn Progress> =
        progress_bar::choose(!args.quiet && !args.no_progress, "joining and diagnosing");
    let explained = match &state {
        Some(state) => schedule::explain_new(&options, &state.before, &*progress)
            .map(|(report, after)| (report, Some(after))),
        None => pipeline::explain(&options, &*progress).map(|report| (report, None)),
    };
    progress.finish();
    let (report, after) = explained?;
    // Exports first: a reader of the standard output that goes away must not cost them, nor a full disk the report.
    let exported = export::write(&args.export, &report, owner.as_deref());
    let target = Target { path: args.output.as_deref(), color: args.color, owner: owner.as_deref() };
    let format = args.format.into();
    let is_taken = target.write(|looks, out| render::render(&report, format, looks, out))?;
    exported?;
    // What was not read whole stays new.
    if !is_taken {
        return Ok(Exit::Done);
    }
    // Last of all: a run that ends before this is done again.
    if let (Some(state), Some(after)) = (state, &after) {
        state.replace(after)?;
    }
    Ok(Exit::of_report(&report, args.fail_on.map(Into::into), args.min_coverage))
}

/// A state needs files that have a name and a size, and a file of its own.
fn open_state(path: &Path, args: &ExplainArgs, options: &Options) -> Result<StateFile, Failure> {
    let has_no_name = |input: &&LogInput| match input {
        LogInput::Stdin => true,
        LogInput::Path(path) => is_stream(path),
    };
    if let Some(input) = options.logs.iter().find(has_no_name) {
        return Err(Failure::usage(format!("{input} cannot be remembered: `--state` needs files"))
            .hint("save it to a file and pass that, or leave `--state` out"));
    }
    if args.output.as_deref() == Some(path) {
        return Err(Failure::usage(format!("`{}` cannot be both `--state` and `--output`", path.display()))
            .hint("name another file for one of them"));
    }
    StateFile::open(path)
}

fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let (metadata, asked) = options::resolve_check(args)?;
    let target = Target { path: args.output.as_deref(), color: args.color, owner: None };
    target.path.map_or(Ok(()), |path| OutputFile::check(path, None))?;
    let report = pipeline::check(&metadata, &asked)?;
    let format = args.format.into();
    let is_taken = target.write(|looks, out| render::render_check(&report, format, looks, out))?;
    let fails = args.fail_on == Some(FailOnReach::Blocked) && report.has_blocked();
    Ok(if fails && is_taken { Exit::Found } else { Exit::Done })
}

/// Where a report goes, and how it looks there.
struct Target<'a> {
    path: Option<&'a Path>,
    color: ColorArg,
    /// Whose file it is, where one run at a time writes it.
    owner: Option<&'a str>,
}

impl Target<'_> {
    /// Writes a report; false if its reader has seen enough, as `head` does: that is no failure.
    fn write(
        &self,
        render: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<bool, Failure> {
        if let Some(path) = self.path {
            self.write_file(path, render)?;
            return Ok(true);
        }
        to_stdout(self.color, |terminal, out| render(&RenderOptions { terminal }, out))
    }

    fn write_file(
        &self,
        path: &Path,
        render: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let terminal = TerminalOptions { width: WIDTH, color: self.color == ColorArg::Always };
        OutputFile::write_whole(path, self.owner, |out| render(&RenderOptions { terminal }, out))
    }
}

/// Writes to the standard output; tells whether someone took it all.
fn to_stdout(
    color: ColorArg,
    write: impl FnOnce(TerminalOptions, &mut dyn Write) -> io::Result<()>,
) -> Result<bool, Failure> {
    let stdout = io::stdout();
    let color = match color {
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
        // Asks whether it is a terminal, and NO_COLOR, CLICOLOR and TERM.
        ColorArg::Auto => AutoStream::choice(&stdout),
    };
    let width = terminal_size::terminal_size_of(&stdout).map_or(WIDTH, |(Width(columns), _)| columns.into());
    let looks = TerminalOptions { width, color: color != ColorChoice::Never };
    let mut out = BufWriter::new(AutoStream::new(stdout.lock(), color));
    match write(looks, &mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        // The reader has seen enough, as `head` does: that is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::internal(format!("the standard output cannot be written: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::render::Format;
    use crate::report::sample;

    fn exit(words: &[&str]) -> Exit {
        run(words.iter().map(OsString::from))
    }

    #[test]
    fn wrong_words_exit_as_usage() {
        assert_eq!(exit(&["flowcause"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explian"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explain"]), Exit::Usage);
        assert_eq!(exit(&["flowcause", "explain", "no/such/log"]), Exit::Usage);
    }

    #[test]
    fn a_run_without_records_leaves_the_old_report() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let logs = folder.path().join("logs");
        let report = folder.path().join("report.json");
        fs::create_dir(&logs).expect("a folder");
        fs::write(&report, "old").expect("a file");
        let words = [OsString::from("flowcause"), "explain".into(), logs.into(), "-q".into(), "-o".into()];
        assert_eq!(run(words.into_iter().chain([report.clone().into()])), Exit::NoUsableInput);
        assert_eq!(fs::read_to_string(&report).expect("still there"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn a_report_is_written_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.txt");
        let target = Target { path: Some(&path), color: ColorArg::Auto, owner: None };
        let report = sample::rich();
        let written = target.write(|looks, out| render::render(&report, Format::Terminal, looks, out));
        assert!(written.expect("a writable folder"));
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(text.starts_with("CONFIRMED ") && text.ends_with('\n') && !text.contains('\u{1b}'));
    }
}
