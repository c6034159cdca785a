//! Tables of precedence, and of the accepted and refused contents of a file.

use std::num::NonZeroUsize;

use super::*;
use crate::cli::args::{
    AnswerFormatArg, CheckArgs, ColorArg, Command as Subcommand, CompareArgs, ExplainArgs, FailOnChange,
    FailOnFinding, FailOnReachability, FormatArg,
};

/// Parses a command line in a folder with a file of this content.
fn parsed(file: Option<&str>, arguments: &str) -> Result<Subcommand, String> {
    let folder = tempfile::tempdir().unwrap();
    if let Some(text) = file {
        fs::write(folder.path().join(FILE), text).unwrap();
    }
    let other = folder.path().join("other.toml");
    fs::write(&other, "[explain]\nthreads = 7\n").unwrap();
    let arguments = arguments.replace("OTHER", &other.display().to_string());
    let arguments = ["flowcause"].into_iter().chain(arguments.split_whitespace());
    match parse_in(folder.path(), &arguments.map(OsString::from).collect::<Vec<_>>()) {
        Ok(parsed) => Ok(parsed.cli.command),
        Err(ParseFailure::Parser(error)) => Err(error.kind().to_string()),
        Err(ParseFailure::Configuration(failure)) => {
            let folder = format!("{}/", folder.path().display());
            Err(failure.to_string().replace(&folder, ""))
        }
    }
}

fn explain(file: Option<&str>, arguments: &str) -> Result<ExplainArgs, String> {
    match parsed(file, &format!("explain logs {arguments}"))? {
        Subcommand::Explain(args) => Ok(*args),
        other => Err(format!("{other:?}")),
    }
}

fn check(file: &str, arguments: &str) -> Result<CheckArgs, String> {
    match parsed(Some(file), &format!("check {arguments}"))? {
        Subcommand::Check(args) => Ok(args),
        other => Err(format!("{other:?}")),
    }
}

fn compare(file: &str) -> Result<CompareArgs, String> {
    match parsed(Some(file), "compare a.json b.json")? {
        Subcommand::Compare(args) => Ok(args),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_file_sets_defaults_and_flags_come_first() {
    let threads = |file: Option<&str>, arguments: &str| {
        explain(file, arguments).expect("well-formed").limits.threads.map(NonZeroUsize::get)
    };
    let check =
        |file, arguments, expect| assert_eq!(threads(file, arguments), expect, "{file:?} {arguments}");
    let file = Some("[explain]\nthreads = 5");
    check(None, "", None);
    check(None, "--threads 3", Some(3));
    check(file, "", Some(5));
    check(file, "--threads 3", Some(3));
    check(file, "--no-config", None);
    check(file, "--config OTHER", Some(7));
    check(file, "--config OTHER --threads 3", Some(3));
    check(file, "--config OTHER --no-config", None);
    check(Some("[inspect]\nthreads = 5"), "", None);
    check(Some(""), "", None);
    check(Some("[explain]"), "", None);
}

#[test]
fn every_form_of_value_is_read() {
    let file = "# comment\n[explain]\nformat = 'json'\nfail-on = \"likely\"\nmin-coverage = 0x5a\nquiet = true\n\
                no-progress = false\nport = [443, '8443']\nmetadata = \"saved\"\nfrom = 2026-11-23T03:00:00Z\n";
    let args = explain(Some(file), "").expect("well-formed");
    assert_eq!(
        (args.output.format, args.fail_on, args.min_coverage),
        (FormatArg::Json, Some(FailOnFinding::Likely), Some(90))
    );
    assert_eq!((args.progress.quiet, args.progress.no_progress), (true, false));
    assert_eq!((args.scope.port, args.metadata.paths), (vec![443, 8443], vec!["saved".to_owned()]));
    assert_eq!(args.scope.from.as_deref(), Some("2026-11-23T03:00:00Z"));
    let typed = explain(Some(file), "--port 53 --metadata m").expect("well-formed");
    assert_eq!((typed.scope.port, typed.metadata.paths), (vec![53], vec!["m".to_owned()]));
    let at = explain(Some(file), "--at 1795403520").expect("a flag does not conflict with a default");
    assert_eq!(at.scope.at.as_deref(), Some("1795403520"));
}

#[test]
fn each_command_reads_its_own_table() {
    let file = "[explain]\nformat = 'html'\nfail-on = 'confirmed'\n\
                [check]\nmetadata = ['saved', 'events']\nformat = 'json'\nfail-on = 'blocked'\ncolor = 'never'\n\
                [compare]\nfail-on = 'new'\n[collect]\nregion = 'eu-west-1'\n[causes]\nformat = 'markdown'\n\
                [inspect]\nthreads = 2\n";
    let checked = check(file, "").expect("the file names the documents");
    assert_eq!(checked.metadata.paths, ["saved", "events"]);
    assert_eq!(
        (checked.output.format, checked.fail_on, checked.output.color.color, checked.output.output),
        (AnswerFormatArg::Json, Some(FailOnReachability::Blocked), ColorArg::Never, None)
    );
    let typed = check(file, "-m m -f terminal").expect("well-formed");
    assert_eq!(
        (typed.metadata.paths, typed.output.format),
        (vec!["m".to_owned()], AnswerFormatArg::Terminal)
    );
    let compared = compare(file).expect("well-formed");
    assert_eq!(
        (compared.fail_on, compared.output.format),
        (Some(FailOnChange::New), AnswerFormatArg::Terminal)
    );
    let explained = explain(Some(file), "").expect("well-formed");
    assert_eq!(
        (explained.output.format, explained.fail_on),
        (FormatArg::Html, Some(FailOnFinding::Confirmed))
    );
    assert!(check("[explain]\nmetadata = 'm'", "").is_err(), "`check` has no documents");
    assert!(check("[check]\nmetadata = 'm'", "--no-config").is_err(), "`check` has no documents");
}

#[test]
fn a_mistake_is_reported_with_its_line_and_a_suggestion() {
    let check = |file: &str, line: usize, text: &str, hint: &str| {
        // A mistake in any table is refused by every command.
        for error in [explain(Some(file), "").err(), self::check(file, "-m m").err(), compare(file).err()] {
            let error = error.expect(file);
            let begin = format!("error: `flowcause.toml`: line {line}: {text}");
            assert!(error.starts_with(&begin), "{error} does not start with {begin}");
            assert!(error.contains(&format!("\nhint: {hint}")), "{error} has no hint {hint}");
        }
    };
    check("\n[expain]\nthreads = 5", 2, "unknown table `[expain]`", "did you mean `[explain]`?");
    check("[man]", 1, "unknown table `[man]`", "the tables are `[explain]`, `[inspect]`, ");
    check("[explain]\n\nthread = 5", 3, "unknown key `thread` in `[explain]`", "did you mean `threads`?");
    check("[check]\nfail_on = 'x'", 2, "unknown key `fail_on` in `[check]`", "did you mean `fail-on`?");
    check(
        "[explain]\nconfig = 'x'",
        2,
        "unknown key `config` in `[explain]`",
        "the keys of `[explain]` are ",
    );
    check(
        "[compare]\nthreads = 5",
        2,
        "unknown key `threads` in `[compare]`",
        "the keys of `[compare]` are ",
    );
    let hint = "write it in the table of a command: `[explain]`, `[check]` or `[compare]`\n";
    check("fail-on = 'x'", 1, "the key `fail-on` is not in a table", hint);
    check(
        "colour = 'x'",
        1,
        "the key `colour` is not in a table",
        "each key belongs in the table of a command",
    );
    check("explain = 5", 1, "`explain`: expected a table, found an integer", "write `[explain]` on a line ");
    let help = "`flowcause explain --help` describes `--";
    let value = |value: &str, line: usize, text: &str| {
        check(&format!("[explain]\n{value}"), line, text, help);
    };
    value("format = 'xml'", 2, "`format` in `[explain]`: expected one of terminal, json");
    let threads = "`threads` in `[explain]`: expected a number of threads from 1 to 65535, found `";
    value("threads = 0", 2, threads);
    value("threads = -1", 2, threads);
    value("\n\nport = [443, 70000]", 4, "`port` in `[explain]`: 70000 is not in 1..=65535, found `70000`");
    value("threads = 99999999999999999999", 2, threads);
    value("threads = 1.5", 2, "`threads` in `[explain]`: expected a string or an integer, found a float");
    value("threads = [1]", 2, "`threads` in `[explain]`: expected a string or an integer, found an array");
    value("quiet = 'yes'", 2, "`quiet` in `[explain]`: expected true or false, found a string");
    value("port = [[1]]", 2, "`port` in `[explain]`: expected strings or integers, found an array");
    value("metadata.a = 'x'", 2, "`metadata` in `[explain]`: expected a string or an integer, found a table");
    check(
        "[check]\nfail-on = 'confirmed'",
        2,
        "`fail-on` in `[check]`: expected one of blocked",
        "`flowcause check",
    );
    let syntax = "a line is `[command]` or `key = value`";
    check("[explain]\nformat = json\n", 2, "", syntax);
    check("[explain]\nthreads = 5\nthreads = 6\n", 3, "", syntax);
    check("[explain]\n[explain]\n", 2, "", syntax);
}

/// The messages of a command line, with the working folder removed.
fn messages(file: &str, arguments: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), file).unwrap();
    let named = folder.path().join(FILE).display().to_string();
    let arguments = arguments.replace("NAMED", &named);
    let arguments = ["flowcause"].into_iter().chain(arguments.split_whitespace());
    let parsed = parse_in(folder.path(), &arguments.map(OsString::from).collect::<Vec<_>>()).unwrap();
    parsed.messages.iter().map(|message| message.replace(&named, FILE)).collect()
}

#[test]
fn a_file_that_is_only_found_names_no_file_to_write() {
    for (table, key, value) in [
        ("explain", "output", "'/tmp/x'"),
        ("explain", "export", "['json=/tmp/x']"),
        ("explain", "state", "'/tmp/x'"),
        ("inspect", "output", "'/tmp/x'"),
        ("check", "output", "'/tmp/x'"),
        ("compare", "output", "'/tmp/x'"),
    ] {
        let file = format!("[{table}]\n\n{key} = {value}\n");
        for refused in
            [explain(Some(&file), "").err(), self::check(&file, "-m m").err(), compare(&file).err()]
        {
            let refused = refused.expect(key);
            let begin =
                format!("error: `flowcause.toml`: line 3: `{key}` in `[{table}]` names a file to write");
            assert!(refused.starts_with(&begin), "{refused}");
            assert!(refused.contains("\nhint: name the file with `--config flowcause.toml`"), "{refused}");
        }
        assert!(explain(Some(&file), "--no-config").is_ok(), "{key}");
        assert_eq!(
            messages(&file, "explain logs --config NAMED"),
            ["note: configuration file `flowcause.toml`"]
        );
    }
}

/// A flag that names a file is either known to write it, or known to read it.
#[test]
fn every_flag_that_names_a_file_is_known_to_read_or_to_write() {
    let program = Cli::command();
    for command in keys::commands(&program) {
        for long in keys::keys(command) {
            let argument = keys::flag(command, long).expect("a key is a flag");
            let names = argument.get_value_names().unwrap_or_default().join(" ");
            let is_file = ["FILE", "PATH", "DIR"].iter().any(|word| names.contains(word));
            assert_eq!(is_file, keys::WRITTEN.contains(&long) || long == "metadata", "{long} {names}");
        }
    }
}

#[test]
fn a_run_names_its_configuration_file() {
    let note = "note: configuration file `flowcause.toml`";
    let check = |file: &str, arguments: &str, expect: &[&str]| {
        assert_eq!(messages(file, arguments), expect, "{file} {arguments}");
    };
    check("", "explain logs", &[note]);
    check("", "collect", &[note]);
    check("", "explain logs --quiet", &[]);
    check("", "explain logs --no-config", &[]);
    check("", "explain logs --config NAMED", &[note]);
    // A file that was only found cannot hide itself.
    check("[explain]\nquiet = true", "explain logs", &[note]);
    check("[explain]\nquiet = true", "explain logs --config NAMED", &[]);
    check("nonsense", "completions bash", &[]);
}

#[test]
fn a_named_file_must_exist() {
    let error = explain(None, "--config gone.toml").expect_err("the file does not exist");
    assert!(error.starts_with("error: the configuration file `gone.toml` cannot be read: "), "{error}");
}

#[test]
fn every_command_that_reads_the_file_has_a_table() {
    let program = Cli::command();
    let commands: Vec<&str> = keys::commands(&program).map(Command::get_name).collect();
    assert_eq!(commands, ["explain", "inspect", "check", "compare", "collect", "causes"]);
    for arguments in ["man", "completions bash"] {
        assert!(parsed(Some("nonsense"), arguments).is_ok(), "{arguments}");
    }
}
