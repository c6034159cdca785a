//! Tables of what wins over what, and of what a file may hold.

use super::*;
use crate::cli::args::{
    AnswerFormatArg, CheckArgs, ColorArg, Command as Chosen, CompareArgs, ExplainArgs, FailOnChange,
    FailOnConfidence, FailOnReachability, FormatArg,
};

/// What a command line means beside a file of this content.
fn parsed(file: Option<&str>, words: &str) -> Result<Chosen, String> {
    let folder = tempfile::tempdir().unwrap();
    if let Some(text) = file {
        fs::write(folder.path().join(FILE), text).unwrap();
    }
    let other = folder.path().join("other.toml");
    fs::write(&other, "threads = 7\n").unwrap();
    let words = words.replace("OTHER", &other.display().to_string());
    let words = ["flowcause"].into_iter().chain(words.split_whitespace());
    match parse_in(folder.path(), words.map(OsString::from).collect()) {
        Ok(cli) => Ok(cli.command),
        Err(Refusal::Parser(error)) => Err(error.kind().to_string()),
        Err(Refusal::File(failure)) => {
            let folder = format!("{}/", folder.path().display());
            Err(failure.to_string().replace(&folder, ""))
        }
    }
}

fn explain(file: Option<&str>, words: &str) -> Result<ExplainArgs, String> {
    match parsed(file, &format!("explain logs {words}"))? {
        Chosen::Explain(args) => Ok(*args),
        other => Err(format!("{other:?}")),
    }
}

fn check(file: &str, words: &str) -> Result<CheckArgs, String> {
    match parsed(Some(file), &format!("check {words}"))? {
        Chosen::Check(args) => Ok(args),
        other => Err(format!("{other:?}")),
    }
}

fn compare(file: &str, words: &str) -> Result<CompareArgs, String> {
    match parsed(Some(file), &format!("compare a.json b.json {words}"))? {
        Chosen::Compare(args) => Ok(args),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_file_gives_defaults_and_flags_come_first() {
    let threads = |file: Option<&str>, words: &str| {
        explain(file, words).expect("well-formed").limits.threads.map(std::num::NonZeroUsize::get)
    };
    let check = |file, words, expect| assert_eq!(threads(file, words), expect, "{file:?} {words}");
    check(None, "", None);
    check(None, "--threads 3", Some(3));
    check(Some("threads = 5"), "", Some(5));
    check(Some("threads = 5"), "--threads 3", Some(3));
    check(Some("threads = 5"), "--no-config", None);
    check(Some("threads = 5"), "--config OTHER", Some(7));
    check(Some("threads = 5"), "--config OTHER --threads 3", Some(3));
    check(Some("threads = 5"), "--config OTHER --no-config", None);
}

#[test]
fn every_form_of_value_is_read() {
    let file = "# comment\nformat = 'json'\nfail-on = \"likely\"\nmin-coverage = 0x5a\nquiet = true\n\
                no-progress = false\nport = [443, '8443']\nmetadata = \"saved\"\nfrom = 2026-11-23T03:00:00Z\n";
    let args = explain(Some(file), "").expect("well-formed");
    assert_eq!(
        (args.output.format, args.fail_on, args.min_coverage),
        (FormatArg::Json, Some(FailOnConfidence::Likely), Some(90))
    );
    assert_eq!((args.progress.quiet, args.progress.no_progress), (true, false));
    assert_eq!((args.scope.port, args.metadata.paths), (vec![443, 8443], vec!["saved".to_owned()]));
    assert_eq!(args.scope.from.as_deref(), Some("2026-11-23T03:00:00Z"));
    let typed = explain(Some(file), "--port 53 --metadata m").expect("well-formed");
    assert_eq!((typed.scope.port, typed.metadata.paths), (vec![53], vec!["m".to_owned()]));
    let at = explain(Some(file), "--at 1795403520").expect("what is typed conflicts with no default");
    assert_eq!(at.scope.at.as_deref(), Some("1795403520"));
    assert_eq!(explain(Some(""), "").expect("an empty file").limits.threads, None);
}

#[test]
fn a_wrong_file_is_told_with_its_line() {
    let check = |file: &str, line: usize, text: &str| {
        let error = explain(Some(file), "").expect_err(file);
        let begin = format!("error: `flowcause.toml`: line {line}: {text}");
        assert!(error.starts_with(&begin), "{error} does not start with {begin}");
        assert!(error.contains("\nhint: "), "{error}");
    };
    check("\nthread = 5", 2, "unknown key `thread`");
    check("config = 'x'", 1, "unknown key `config`");
    check("[explain]\nthreads = 5", 1, "unknown key `explain`");
    check("format = 'xml'", 1, "`format`: expected one of terminal, json");
    check("threads = 0", 1, "`threads`: number would be zero for non-zero type, found `0`");
    check("\n\nport = [443, 70000]", 3, "`port`: 70000 is not in 1..=65535, found `70000`");
    check("threads = 99999999999999999999", 1, "`threads`: number too large to fit in target type, found");
    check("threads = 1.5", 1, "`threads`: expected a text or a whole number, found a number with a fraction");
    check("threads = [1]", 1, "`threads`: expected a text or a whole number, found a list");
    check("quiet = 'yes'", 1, "`quiet`: expected true or false, found a text");
    check("port = [[1]]", 1, "`port`: expected texts or whole numbers, found a list");
    check("metadata.path = 'x'", 1, "`metadata`: expected a text or a whole number, found a table");
    check("threads = 5\nformat = json\n", 2, "");
    check("threads = 5\nthreads = 6\n", 2, "");
}

#[test]
fn a_named_file_must_be_there() {
    let error = explain(None, "--config gone.toml").expect_err("it is not there");
    assert!(error.starts_with("error: the configuration file `gone.toml` cannot be read: "), "{error}");
}

#[test]
fn check_takes_what_makes_sense_for_it() {
    let file = "metadata = ['saved', 'events']\nformat = 'json'\nfail-on = 'blocked'\ncolor = 'never'\n";
    let args = check(file, "").expect("the file has the documents");
    assert_eq!(args.metadata.paths, ["saved", "events"]);
    assert_eq!(
        (args.output.format, args.fail_on, args.output.color.color),
        (AnswerFormatArg::Json, Some(FailOnReachability::Blocked), ColorArg::Never)
    );
    let typed = check(file, "-m m --format terminal").expect("well-formed");
    assert_eq!(
        (typed.metadata.paths, typed.output.format),
        (vec!["m".to_owned()], AnswerFormatArg::Terminal)
    );
    let file = "format = 'html'\nfail-on = 'confirmed'\noutput = 'report.html'\nthreads = 4\n";
    let args = check(file, "-m m").expect("what is another command's is left aside");
    assert_eq!(
        (args.output.format, args.fail_on, args.output.output),
        (AnswerFormatArg::Terminal, None, None)
    );
    assert!(check(file, "").is_err(), "no documents are named");
    assert!(check("metadata = 'm'", "--no-config").is_err(), "no documents are named");
}

#[test]
fn compare_takes_what_makes_sense_for_it() {
    let args = compare("fail-on = 'new'\nformat = 'json'\nmetadata = 'm'\n", "").expect("well-formed");
    assert_eq!((args.fail_on, args.output.format), (Some(FailOnChange::New), AnswerFormatArg::Json));
    let args = compare("fail-on = 'confirmed'\nformat = 'csv'\noutput = 'o'\n", "").expect("well-formed");
    assert_eq!(
        (args.fail_on, args.output.format, args.output.output),
        (None, AnswerFormatArg::Terminal, None)
    );
    let args = explain(Some("fail-on = 'new'\n"), "").expect("it is a value of compare");
    assert_eq!(args.fail_on, None);
}

#[test]
fn what_no_command_takes_is_wrong_for_each() {
    for file in ["format = 'xml'\n", "fail-on = 'maybe'\n", "threads = 0\n", "subnet = 'subnet-1'\n"] {
        let errors = [explain(Some(file), "").err(), check(file, "-m m").err(), compare(file, "").err()];
        for error in errors {
            let error = error.expect(file);
            assert!(error.starts_with("error: `flowcause.toml`: line 1: "), "{error}");
        }
    }
}

#[test]
fn other_commands_read_no_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), "nonsense").unwrap();
    assert!(parse_in(folder.path(), ["flowcause", "causes"].map(OsString::from).to_vec()).is_ok());
}
