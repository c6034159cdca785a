//! The command line: from typed words to an exit code.
//!
//! The only part of the crate that knows the terminal, the environment and the exit codes. It checks what was typed
//! ([`args`], [`options`]), runs the pipeline, writes the report and says what went wrong. It decides nothing else.

pub mod args;
mod compare;
pub mod exit;
pub mod failure;
pub mod options;
pub mod output;
pub mod progress_bar;
pub mod state_file;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::panic;
use std::path::Path;
use std::sync::Once;

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use terminal_size::Width;

use args::{Cli, ColorArg, Command, ExplainArgs};
use exit::Exit;
use failure::Failure;
use output::OutputFile;
use state_file::StateFile;

use crate::ingest::files::is_stream;
use crate::ingest::guard::is_decoding;
use crate::pipeline::{self, LogInput, Options};
use crate::progress::Progress;
use crate::render::{self, RenderOptions, TerminalOptions};
use crate::report::Report;
use crate::schedule;

/// Columns where the report goes to no terminal.
const WIDTH: usize = 80;

/// Carries out a command line, program name included.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return explained_by_parser(&error),
    };
    hush_decoders();
    let done = match &cli.command {
        Command::Explain(args) => explain(args),
        Command::Compare(args) => compare::run(args),
    };
    done.unwrap_or_else(|failure| {
        // If even this cannot be written, the exit code still tells.
        let _ = write!(io::stderr(), "{failure}");
        failure.exit()
    })
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
    let progress: Box<dyn Progress> = progress_bar::choose(!args.quiet && !args.no_progress);
    let explained = match &state {
        Some(state) => schedule::explain_new(&options, &state.before, &*progress)
            .map(|(report, after)| (report, Some(after))),
        None => pipeline::explain(&options, &*progress).map(|report| (report, None)),
    };
    progress.finish();
    let (report, after) = explained?;
    match &args.output {
        Some(path) => write_file(&report, args, path, state.as_ref().map(StateFile::owner).as_deref())?,
        None => match write_stdout(&report, args) {
            // The reader has seen enough, as `head` does: that is no failure. What was not read whole stays new.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
            Err(error) => {
                return Err(Failure::internal(format!("the standard output cannot be written: {error}")));
            }
            Ok(()) => {}
        },
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

fn write_file(report: &Report, args: &ExplainArgs, path: &Path, owner: Option<&str>) -> Result<(), Failure> {
    let looks = RenderOptions { terminal: look_of_file(args.color) };
    let mut file = OutputFile::create(path, owner)?;
    let mut buffered = BufWriter::new(&mut file);
    render::render(report, args.format.into(), &looks, &mut buffered)
        .and_then(|()| buffered.flush())
        .map_err(|error| output::unwritable(path, &error))?;
    drop(buffered);
    file.commit().map_err(|error| output::unwritable(path, &error))
}

fn write_stdout(report: &Report, args: &ExplainArgs) -> io::Result<()> {
    let (mut out, terminal) = stdout_in(args.color);
    render::render(report, args.format.into(), &RenderOptions { terminal }, &mut out)?;
    out.flush()
}

/// The standard output, and how a page looks on it.
fn stdout_in(color: ColorArg) -> (BufWriter<AutoStream<io::StdoutLock<'static>>>, TerminalOptions) {
    let stdout = io::stdout();
    let color = match color {
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
        // Asks whether it is a terminal, and NO_COLOR, CLICOLOR and TERM.
        ColorArg::Auto => AutoStream::choice(&stdout),
    };
    let width = terminal_size::terminal_size_of(&stdout).map_or(WIDTH, |(Width(columns), _)| columns.into());
    let look = TerminalOptions { width, color: color != ColorChoice::Never };
    (BufWriter::new(AutoStream::new(stdout.lock(), color)), look)
}

/// How a page looks in a file.
fn look_of_file(color: ColorArg) -> TerminalOptions {
    TerminalOptions { width: WIDTH, color: color == ColorArg::Always }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
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
        write_file(&sample::rich(), &ExplainArgs::default(), &path, None).expect("a writable folder");
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(text.starts_with("CONFIRMED ") && text.ends_with('\n') && !text.contains('\u{1b}'));
    }
}
