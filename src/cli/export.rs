//! `--export FORMAT=PATH`: the report in additional formats, each in a file that is replaced atomically.
//!
//! All files are checked before the long run. If one of them cannot be written afterwards, the others are still written.

use std::path::PathBuf;

use crate::cli::failure::Failure;
use crate::cli::output::OutputFile;
use crate::render::{self, Format, RenderOptions};
use crate::report::Report;

/// A format and the file to write it to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

impl Export {
    /// The export as a flag.
    #[must_use]
    pub fn flag(&self) -> String {
        format!("`--export {}={}`", self.format.name(), self.path.display())
    }
}

/// Reads `FORMAT=PATH`.
pub fn parse(value: &str) -> Result<Export, String> {
    let Some((name, path)) = value.split_once('=') else {
        return Err("expected FORMAT=PATH, such as `junit=report.xml`".to_owned());
    };
    let Some(format) = Format::ALL.into_iter().find(|format| format.name() == name) else {
        let names = Format::ALL.map(Format::name).join(", ");
        return Err(format!("`{name}` is not a format; expected one of {names}"));
    };
    match path {
        "" => Err(format!("name a file, such as `{name}=report`")),
        "-" => Err("standard output is reserved for the report of `--format`; name a file".to_owned()),
        _ => Ok(Export { format, path: path.into() }),
    }
}

/// Fails before the long run if a file cannot be written.
pub fn check(exports: &[Export], owner: Option<&str>) -> Result<(), Failure> {
    exports.iter().try_for_each(|export| {
        OutputFile::check(&export.path, owner)
            .map_err(|failure| failure.hint(format!("for {}", export.flag())))
    })
}

/// Writes every export that can be written. The failure names all exports that could not be written.
pub fn write(exports: &[Export], report: &Report, owner: Option<&str>) -> Result<(), Failure> {
    let options = RenderOptions::default();
    let failures = exports.iter().filter_map(|export| {
        let written = OutputFile::write_whole(&export.path, owner, |out| {
            render::render(report, export.format, &options, out)
        });
        // The file was writable before the run, so the machine is at fault. An export is for a program, so a pipe
        // whose reader ended early is an error too.
        let error = match written {
            Ok(true) => return None,
            Ok(false) => format!("`{}` was not read to the end", export.path.display()),
            Err(failure) => failure.error,
        };
        Some(Failure::internal(error).hint(format!("{} was not written", export.flag())))
    });
    let together = failures.reduce(|mut all, one| {
        all.error = format!("{}; {}", all.error, one.error);
        all.hints.extend(one.hints);
        all
    });
    together.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::cli::exit::Exit;
    use crate::cli::run_files::RunFiles;
    use crate::report::sample;

    fn export(word: &str, folder: &Path) -> Export {
        let export = parse(word).expect("well-formed");
        Export { path: folder.join(export.path), ..export }
    }

    #[test]
    fn an_export_is_a_format_and_a_file() {
        let check = |word: &str, want: Option<(Format, &str)>| {
            let want = want.map(|(format, path)| Export { format, path: path.into() });
            assert_eq!(parse(word).ok(), want, "{word}");
        };
        check("junit=report.xml", Some((Format::Junit, "report.xml")));
        check("evidence-parquet=a/b=c.parquet", Some((Format::EvidenceParquet, "a/b=c.parquet")));
        check("junit", None);
        check("junit=", None);
        check("junit=-", None);
        check("JUnit=x", None);
        check("=x", None);
    }

    #[test]
    fn two_reports_cannot_use_the_same_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        let check = |words: &[&str], output: Option<&str>, exit: Option<Exit>| {
            let exports: Vec<Export> = words.iter().map(|word| export(word, at)).collect();
            let output = output.map(|output| at.join(output));
            let files = RunFiles::default().report(output.as_deref());
            let files = exports.iter().fold(files, |files, export| files.writes(export.flag(), &export.path));
            let failure = files.check(&[]).and_then(|()| check(&exports, None)).err();
            assert_eq!(failure.map(|failure| failure.exit()), exit, "{words:?} {output:?}");
        };
        check(&[], None, None);
        check(&["csv=a", "json=b"], Some("c"), None);
        check(&["csv=a", "json=a"], None, Some(Exit::Usage));
        check(&["csv=a", "json=./a"], None, Some(Exit::Usage));
        check(&["csv=a"], Some("./a"), Some(Exit::Usage));
        check(&["csv=none/a"], None, Some(Exit::Usage));
        check(&["csv=."], None, Some(Exit::Usage));
        assert_eq!(fs::read_dir(at).expect("a folder").count(), 0, "the check leaves no file");
    }

    #[test]
    fn a_failed_export_is_named_and_the_others_are_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let exports =
            ["csv=gone/a.csv", "junit=b.xml", "ocsf=gone/c.ndjson"].map(|word| export(word, folder.path()));
        let failure = write(&exports, &sample::rich(), None).expect_err("no such folder");
        assert_eq!(failure.exit(), Exit::Failed);
        assert!(failure.error.contains("a.csv") && failure.error.contains("c.ndjson"), "{}", failure.error);
        assert_eq!(failure.hints.len(), 2);
        assert!(
            fs::read_to_string(folder.path().join("b.xml")).is_ok_and(|xml| xml.ends_with("</testsuites>\n"))
        );
    }
}
