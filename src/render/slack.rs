//! The body of a message to Slack, in Block Kit; its `text` alone serves SNS, mail and other plain text.
//!
//! Nothing is sent; send it with `curl` or `aws sns publish`. Text from logs and metadata stands in plain-text objects
//! only, where Slack knows no formatting, emoji or mention, with `&`, `<` and `>` escaped all the same; in `text` a mark
//! after every `@` keeps mentions apart. Slack refuses a message with one block too many or one text too long as a whole,
//! so every limit is kept by cutting and counting.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::finding::{CaseChanges, Confidence};
use crate::render::json_line;
use crate::render::sanitize::sanitize;
use crate::render::terminal::incident::{culprit, scope};
use crate::render::words;
use crate::report::{Incident, Report, TaskReport};

/// Incidents shown, three blocks each: a message has 50 blocks at most.
const INCIDENTS_SHOWN: usize = 15;
/// UTF-16 units of a header, of a section and of the message's own text.
const HEADER: usize = 150;
const SECTION: usize = 3000;
const TEXT: usize = 3000;
/// Units of an incident's line in `text`.
const LINE: usize = 400;

/// Writes the message.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut blocks = vec![json!({ "type": "header", "text": plain(&title(report), HEADER) })];
    for incident in report.incidents.iter().take(INCIDENTS_SHOWN) {
        let first = incident.tasks.first();
        let task = report.tasks.iter().find(|task| task.name() == first.map(String::as_str));
        blocks.extend(of_incident(incident, task));
    }
    let n_more = report.incidents.len().saturating_sub(INCIDENTS_SHOWN) as u64;
    if n_more > 0 {
        blocks.push(context(&format!("and {} more, see the JSON report", words::count(n_more, "incident"))));
    }
    blocks.push(context(&inputs(report)));
    json_line::write(&json!({ "text": text(report), "blocks": blocks }), out)
}

/// `2 incidents, 7 tasks`.
fn title(report: &Report) -> String {
    if report.incidents.is_empty() {
        return "flowcause: no incident".to_owned();
    }
    let incidents = words::count(report.incidents.len() as u64, "incident");
    format!("flowcause: {incidents}, {}", words::count(report.tasks.len() as u64, "task"))
}

fn of_incident(incident: &Incident, task: Option<&TaskReport>) -> [Value; 3] {
    // Formatting is safe because all words are from this program.
    let title = format!("*{}*: {}", confidence(incident.confidence), escaped(incident.title, SECTION));
    [
        json!({ "type": "section", "text": { "type": "mrkdwn", "text": title, "verbatim": true } }),
        json!({ "type": "section", "text": plain(&body(incident, task), SECTION) }),
        context(&facts(incident)),
    ]
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "Confirmed",
        Confidence::Likely => "Likely",
        Confidence::Undetermined => "Undetermined",
        Confidence::RuledOut => "Ruled out",
    }
}

fn body(incident: &Incident, task: Option<&TaskReport>) -> String {
    let mut lines = vec![incident.summary.clone()];
    if !incident.culprits.is_empty() {
        let culprits: Vec<String> = incident.culprits.iter().map(culprit).collect();
        lines.push(format!("{} {}", words::culprit_label(incident.confidence), culprits.join("; ")));
    }
    let changes = task.and_then(|task| task.verdict.changes.as_ref());
    lines.extend(changes.and_then(CaseChanges::sentence).map(|changed| format!("Changed before: {changed}")));
    if !incident.fix.text.is_empty() {
        lines.push(format!("Fix: {}", incident.fix.text));
    }
    // Line ends within a text are escaped; otherwise a text could imitate the next line.
    lines.iter().map(|line| sanitize(line)).collect::<Vec<_>>().join("\n")
}

fn facts(incident: &Incident) -> String {
    let facts = format!("{} · {}", incident.cause, sanitize(&scope(incident)));
    match incident.first.or(incident.last).zip(incident.last.or(incident.first)) {
        Some((first, last)) => format!("{facts} · {}", words::span(first, last)),
        None => facts,
    }
}

fn inputs(report: &Report) -> String {
    let inputs = &report.inputs;
    let files = words::count(inputs.files, "file");
    let mut text = format!("{files}, {} read", words::count(inputs.records, "record"));
    let n_defects = inputs.defects.iter().map(|(_, count, _)| count).sum();
    if n_defects > 0 {
        text = format!("{text}, {}", words::count(n_defects, "defect"));
    }
    text
}

fn context(text: &str) -> Value {
    json!({ "type": "context", "elements": [plain(text, SECTION)] })
}

fn plain(text: &str, limit: usize) -> Value {
    json!({ "type": "plain_text", "text": escaped(text, limit), "emoji": false })
}

/// Returns one line for each incident, for notifications and for clients that show no blocks.
fn text(report: &Report) -> String {
    let lines = report.incidents.iter().take(INCIDENTS_SHOWN).map(|incident| {
        let line = format!("{} ({}): {}", confidence(incident.confidence), incident.cause, incident.summary);
        escaped(&sanitize(&line), LINE).replace('@', "@\u{2060}")
    });
    let all = std::iter::once(escaped(&title(report), HEADER)).chain(lines);
    let mut text = String::new();
    for line in all {
        if units(&text) + units(&line) + 1 > TEXT {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text visible line by line, with Slack's three control characters escaped, cut to so many UTF-16 units.
fn escaped(text: &str, limit: usize) -> String {
    let visible = text.lines().map(sanitize).collect::<Vec<_>>().join("\n");
    let mut out = String::new();
    let mut used = 0;
    for character in visible.chars() {
        let (piece, width) = match character {
            '&' => ("&amp;", 5),
            '<' => ("&lt;", 4),
            '>' => ("&gt;", 4),
            _ => ("", character.len_utf16()),
        };
        // One is kept for the mark of a cut.
        if used + width >= limit {
            out.push('…');
            break;
        }
        used += width;
        if piece.is_empty() { out.push(character) } else { out.push_str(piece) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn control_characters_of_slack_are_escaped() {
        let check = |text: &str, want: &str| assert_eq!(escaped(text, 100), want);
        check("<!channel> & <@U123>", "&lt;!channel&gt; &amp; &lt;@U123&gt;");
        check("a\nb\u{1b}c\u{202e}", "a\nb\\u{1b}c\\u{202e}");
        check("*a* _b_ ~c~ `d`", "*a* _b_ ~c~ `d`");
    }

    #[test]
    fn texts_are_cut_to_their_limit() {
        let check = |text: &str, limit, want: &str| assert_eq!(escaped(text, limit), want);
        check("abcdef", 7, "abcdef");
        check("abcdef", 6, "abcde…");
        check("a<b", 5, "a…");
        check("😀😀", 4, "😀…");
        check("", 4, "");
    }

    #[test]
    fn a_message_is_within_the_limits_whatever_is_in_it() {
        for evil in ["<&>@", "\u{1b}\u{202e}", "東京", "😀", "\"\\"] {
            let mut report = sample::rich();
            let mut incident = report.incidents.remove(0);
            incident.summary = evil.repeat(20_000);
            incident.fix.text = evil.repeat(20_000);
            report.incidents = vec![incident; 40];
            let mut out = Vec::new();
            render(&report, &mut out).expect("memory takes everything");
            assert!(out.len() < 256 * 1024, "{} bytes of {evil:?}", out.len());
            let message: Value = serde_json::from_slice(&out).expect("JSON");
            let blocks = message["blocks"].as_array().expect("a list");
            assert_eq!(blocks.len(), 48);
            for block in blocks {
                let text = if block["type"] == "context" { &block["elements"][0] } else { &block["text"] };
                let limit = if block["type"] == "header" { HEADER } else { SECTION };
                let n = units(text["text"].as_str().expect("text"));
                assert!(n > 0 && n <= limit, "{n} in {block}");
            }
            assert!(units(message["text"].as_str().expect("text")) <= TEXT);
        }
    }
}
