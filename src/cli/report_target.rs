//! The destination of a report, and its appearance there.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use terminal_size::Width;

use crate::cli::args::{ColorArg, OutputArgs};
use crate::cli::failure::Failure;
use crate::cli::output::OutputFile;
use crate::render::{RenderOptions, TerminalOptions};

/// Columns of a report that is not written to a terminal.
const WIDTH: usize = 80;

/// The destination of a report: a file, or standard output.
pub(super) struct ReportTarget<'a> {
    path: Option<&'a Path>,
    color: ColorArg,
    /// The schedule that owns the file, if only one run at a time writes it.
    owner: Option<&'a str>,
}

impl<'a> ReportTarget<'a> {
    /// The destination that the flags name.
    pub(super) fn new<Format>(output: &'a OutputArgs<Format>) -> Self
    where
        Format: ValueEnum + Default + Send + Sync + 'static,
    {
        Self { path: output.output.as_deref(), color: output.color.color, owner: None }
    }

    /// The same for a run of a schedule; see [`OutputFile::create`].
    pub(super) fn owned_by(self, owner: Option<&'a str>) -> Self {
        Self { owner, ..self }
    }

    /// Fails before a long run if the file cannot be written.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.path.map_or(Ok(()), |path| OutputFile::check(path, self.owner))
    }

    /// Writes a report. Returns false if the reader of a pipe closed it early, as `head` does. This is not a failure, and
    /// it does not change the exit code, because the exit code describes the data and not its reader.
    pub(super) fn write(
        &self,
        render: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<bool, Failure> {
        let Some(path) = self.path else {
            return to_stdout(self.color, |terminal, out| render(&RenderOptions { terminal }, out));
        };
        let terminal = TerminalOptions { width: WIDTH, color: self.color == ColorArg::Always };
        OutputFile::write_whole(path, self.owner, |out| render(&RenderOptions { terminal }, out))
    }
}

/// Writes to standard output. Returns false if its reader closed it early.
pub(super) fn to_stdout(
    color: ColorArg,
    write: impl FnOnce(TerminalOptions, &mut dyn Write) -> io::Result<()>,
) -> Result<bool, Failure> {
    let stdout = io::stdout();
    let color = match color {
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
        // Considers whether it is a terminal, and NO_COLOR, CLICOLOR and TERM.
        ColorArg::Auto => AutoStream::choice(&stdout),
    };
    let width = terminal_size::terminal_size_of(&stdout).map_or(WIDTH, |(Width(columns), _)| columns.into());
    let options = TerminalOptions { width, color: color != ColorChoice::Never };
    let mut out = BufWriter::new(AutoStream::new(stdout.lock(), color));
    is_read(write(options, &mut out).and_then(|()| out.flush()))
}

/// Whether standard output was read to the end. It is no failure if its reader closed it early.
pub(super) fn is_read(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::internal(format!("standard output cannot be written: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::render::{self, Format};
    use crate::report::sample;

    #[test]
    fn a_report_is_written_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.txt");
        let target = ReportTarget { path: Some(&path), color: ColorArg::Auto, owner: None };
        let report = sample::rich();
        let written = target.write(|options, out| render::render(&report, Format::Terminal, options, out));
        assert!(written.expect("a writable folder"));
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(text.starts_with("CONFIRMED ") && text.ends_with('\n') && !text.contains('\u{1b}'));
    }
}
