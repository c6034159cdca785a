//! The commands that print built-in texts. They read neither logs nor documents.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap::builder::Resettable;
use clap_mangen::Man;

use crate::cli::args::{CausesArgs, Cli, CollectArgs, ColorArg, CompletionsArgs, ManArgs, PageFormat};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::OutputFile;
use crate::cli::report_target::to_stdout;
use crate::collect;
use crate::diagnose::CAUSES;
use crate::render;

/// Prints the script that saves the metadata, its IAM policy, or the template that archives stopped tasks.
pub fn collect(args: &CollectArgs) -> Result<Exit, Failure> {
    let target = args.target();
    let text = if args.policy {
        collect::policy(&target)
    } else if args.event_rule {
        collect::event_rule(&target)
    } else {
        collect::script(&target)
    };
    print(text.as_bytes())
}

/// Prints the table of causes, or the page of one cause.
pub fn causes(args: &CausesArgs) -> Result<Exit, Failure> {
    let taken = to_stdout(args.color.color, |options, out| match (args.id, args.format) {
        (Some(cause), PageFormat::Terminal) => render::article(cause.page, options, out),
        (Some(cause), PageFormat::Markdown) => out.write_all(cause.page.as_bytes()),
        (None, PageFormat::Terminal) => {
            let rows: Vec<_> =
                CAUSES.iter().map(|cause| (cause.id.name(), cause.title, cause.summary())).collect();
            render::glossary(&rows, options, out)
        }
        (None, PageFormat::Markdown) => CAUSES
            .iter()
            .try_for_each(|cause| writeln!(out, "- `{}`: {}. {}", cause.id, cause.title, cause.summary())),
    });
    taken.map(|_| Exit::Done)
}

/// Prints the completion script of a shell.
pub fn completions(args: CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    print(&script)
}

/// Prints the main page of the manual, or writes one page per command.
pub fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    let Some(folder) = &args.output else {
        return print(&page(command).1);
    };
    // Sets the full names of the commands.
    command.build();
    for one in std::iter::once(&command).chain(command.get_subcommands()) {
        let (name, text) = page(one.clone());
        write(&folder.join(name), &text)?;
    }
    Ok(Exit::Done)
}

/// Returns the file name and the text of a command's page.
fn page(command: clap::Command) -> (String, Vec<u8>) {
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let manual = Man::new(command.after_help(Resettable::Reset));
    let mut text = Vec::new();
    manual.render(&mut text).expect("memory takes everything");
    text.extend_from_slice(sections(&below).as_bytes());
    (manual.get_filename(), text)
}

/// Formats examples and exit codes as sections without line wrapping. The generator would wrap their lines.
fn sections(help: &str) -> String {
    let mut text = String::new();
    for line in help.lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        let heading = line.strip_suffix(':').filter(|heading| !heading.starts_with(' '));
        match heading {
            Some(heading) => text.extend([".SH ", &heading.to_uppercase(), "\n.nf\n"]),
            // `\&` prevents that the formatter reads the line as a command.
            None => text.extend(["\\&", &line, "\n"]),
        }
    }
    text + ".fi\n"
}

fn write(path: &Path, text: &[u8]) -> Result<(), Failure> {
    OutputFile::write_whole(path, None, |out| out.write_all(text)).map(drop)
}

fn print(text: &[u8]) -> Result<Exit, Failure> {
    to_stdout(ColorArg::Never, |_, out| out.write_all(text)).map(|_| Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_and_exit_codes_become_sections_of_the_manual() {
        let help = "Examples:\n  Two lines:\n    a --b 'c' \\\n      .d\n\nExit codes:\n  0 done";
        let expect = ".SH EXAMPLES\n.nf\n\\&  Two lines:\n\\&    a \\-\\-b \\(aqc\\(aq \\e\n\\&      .d\n\\&\n\
                      .SH EXIT CODES\n.nf\n\\&  0 done\n.fi\n";
        assert_eq!(sections(help), expect);
    }

    #[test]
    fn every_command_has_a_page() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        man(&ManArgs { output: Some(folder.path().to_owned()) }).expect("a writable folder");
        for command in Cli::command().get_subcommands() {
            let page = folder.path().join(format!("flowcause-{}.1", command.get_name()));
            let text = std::fs::read_to_string(&page).expect("a page");
            assert!(text.contains(".SH EXAMPLES\n") && text.contains(".SH EXIT CODES\n"), "{page:?}");
        }
        assert!(folder.path().join("flowcause.1").exists());
    }
}
