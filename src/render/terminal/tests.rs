//! Complete pages, and properties of every page.

use unicode_width::UnicodeWidthStr;

use crate::render::sanitize::sanitize;
use crate::render::terminal::{TerminalOptions, render};
use crate::report::{Report, Run, sample};

fn page(report: &Report, width: usize, color: bool) -> String {
    let mut out = Vec::new();
    render(report, TerminalOptions { width, color }, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("pages are text")
}

#[test]
fn rich_pages() {
    insta::assert_snapshot!("rich_80", page(&sample::rich(), 80, false));
    insta::assert_snapshot!("rich_100", page(&sample::rich(), 100, false));
    insta::assert_snapshot!("rich_60", page(&sample::rich(), 60, false));
    insta::assert_snapshot!("rich_80_color", page(&sample::rich(), 80, true).replace('\u{1b}', "ESC"));
}

#[test]
fn pages_of_runs_with_a_state() {
    insta::assert_snapshot!("continued", page(&sample::continued(), 80, false));
    let nothing_new =
        Report { run: Some(Run { tasks_already_diagnosed: 2, ..Run::default() }), ..sample::empty() };
    insta::assert_snapshot!("nothing_new", page(&nothing_new, 80, false));
}

#[test]
fn empty_and_hostile_pages() {
    insta::assert_snapshot!("empty", page(&sample::empty(), 80, false));
    insta::assert_snapshot!("hostile", page(&sample::hostile(), 80, false));
    let healthy = Report { healthy_tasks: 1, ..sample::empty() };
    assert!(page(&healthy, 80, false).contains("\n1 task started normally.\n"));
}

#[test]
fn colour_changes_no_text() {
    let colored = page(&sample::rich(), 80, true);
    let plain: String = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(plain, page(&sample::rich(), 80, false));
    assert!(!page(&sample::rich(), 80, false).contains('\u{1b}'));
}

/// Records and commands are never wrapped, so that they can be copied.
fn is_verbatim(line: &str, report: &Report) -> bool {
    let line = line.trim_start();
    let rows = || {
        let verdicts = report.tasks.iter().map(|task| &task.verdict);
        verdicts.flat_map(|verdict| &verdict.evidence).flat_map(|evidence| &evidence.rows)
    };
    let records = rows().map(|row| format!("{}: {}", row.line, row.record));
    let files = rows().map(|row| row.file.clone());
    let commands = report.incidents.iter().flat_map(|incident| incident.fix.commands.iter().cloned());
    records.chain(files).chain(commands).any(|text| sanitize(&text) == line)
}

#[test]
fn only_records_and_commands_exceed_the_width() {
    for report in [sample::rich(), sample::empty(), sample::hostile(), sample::continued()] {
        for width in [60, 72, 80, 100, 120] {
            for line in page(&report, width, false).lines() {
                assert!(line.width() <= width || is_verbatim(line, &report), "{width}: {line}");
                assert_eq!(line, line.trim_end(), "blanks at the end");
            }
        }
    }
}

#[test]
fn records_and_commands_are_complete() {
    let text = page(&sample::rich(), 60, false);
    assert!(text.contains(
        "\n  aws ec2 authorize-security-group-ingress --group-id sg-0e11aa22 --protocol tcp --port 443 --source-group sg-0ab1\n"
    ));
    assert!(text.contains(
        "\n      40: 2 123456789012 eni-0e12 10.40.1.31 10.40.12.36 49152 443 6 1 60 1795403525 1795403585 REJECT OK\n"
    ));
}

#[test]
fn the_first_three_lines_hold_the_answer() {
    let text = page(&sample::rich(), 80, false);
    let top: Vec<&str> = text.lines().take(3).collect();
    let top = top.join("\n");
    for word in ["CONFIRMED", "endpoint's security groups", "secretsmanager", "5 tasks", "sg-0e11aa22"] {
        assert!(top.contains(word), "{word} is not in:\n{top}");
    }
}

#[test]
fn many_tasks_are_counted() {
    let text = page(&sample::rich(), 80, false);
    assert!(text.contains("and 2 more, see --format json"));
    assert!(!text.contains("task c5f1e08a94"));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let text = page(&sample::hostile(), 80, false);
    assert!(!text.chars().any(|c| c != '\n' && crate::render::sanitize::is_hostile(c)), "{text}");
}

#[test]
fn very_narrow_and_wide_terminals_get_the_nearest_width() {
    assert_eq!(page(&sample::rich(), 10, false), page(&sample::rich(), 60, false));
    assert_eq!(page(&sample::rich(), 500, false), page(&sample::rich(), 120, false));
}

#[test]
fn tasks_without_an_incident_are_shown() {
    let mut report = sample::rich();
    report.incidents.truncate(1);
    let text = page(&report, 80, false);
    assert!(text.contains("\nOther tasks\n  no-route: Nothing routes the packets"), "{text}");
    report.incidents.clear();
    let text = page(&report, 80, false);
    assert!(text.starts_with("No incident was found; diagnosed: 7 tasks.\n"), "{text}");
    assert!(text.contains("\n  and 4 more, see --format json\n"), "{text}");
}
