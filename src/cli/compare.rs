//! `flowcause compare OLD NEW`: reads two JSON reports and writes what changed.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::args::{CompareArgs, CompareFailOn};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Kind};
use crate::cli::output::{self, OutputFile};
use crate::cli::{look_of_file, stdout_in};
use crate::compare::told::{Told, ToldError};
use crate::compare::{Comparison, compare};
use crate::render::{TerminalOptions, render_comparison};

/// Carries the command out.
pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let comparison = compare((&name(&args.old), &old), (&name(&args.new), &new));
    match &args.output {
        Some(path) => write_file(&comparison, args, path)?,
        None => match write_stdout(&comparison, args) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
            Err(error) => {
                return Err(Failure::internal(format!("the standard output cannot be written: {error}")));
            }
            Ok(()) => {}
        },
    }
    let fails = args.fail_on == Some(CompareFailOn::New) && comparison.has_new();
    Ok(if fails { Exit::Found } else { Exit::Done })
}

fn read(path: &Path) -> Result<Told, Failure> {
    let bytes = fs::read(path).map_err(|error| {
        Failure::usage(format!("`{}` cannot be read: {error}", path.display()))
            .hint("pass two reports: `flowcause compare OLD.json NEW.json`")
    })?;
    Told::from_json(&bytes).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &ToldError) -> Failure {
    let failure = Failure {
        kind: Kind::Input,
        error: format!("`{}` cannot be compared: {error}", path.display()),
        hints: Vec::new(),
    };
    match error {
        ToldError::UnknownVersion(_) => failure.hint("make both reports with one version of flowcause"),
        ToldError::NoReport | ToldError::Damaged(_) => {
            failure.hint("make one with `flowcause explain LOGS --metadata PATH --format json -o FILE`")
        }
    }
}

fn write_file(comparison: &Comparison, args: &CompareArgs, path: &Path) -> Result<(), Failure> {
    let mut file = OutputFile::create(path, None)?;
    let mut buffered = BufWriter::new(&mut file);
    render(comparison, args, look_of_file(args.color), &mut buffered)
        .and_then(|()| buffered.flush())
        .map_err(|error| output::unwritable(path, &error))?;
    drop(buffered);
    file.commit().map_err(|error| output::unwritable(path, &error))
}

fn write_stdout(comparison: &Comparison, args: &CompareArgs) -> io::Result<()> {
    let (mut out, look) = stdout_in(args.color);
    render(comparison, args, look, &mut out)?;
    out.flush()
}

fn render(
    comparison: &Comparison,
    args: &CompareArgs,
    look: TerminalOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    render_comparison(comparison, args.format.into(), look, out)
}
