//! The scenarios of the causes: each runs through the whole pipeline and must give the verdict it states.
//!
//! They are the pages of `tests/scenarios/`, whose README explains the blocks and defines the named inventories, and
//! the pages of `tests/scenarios/topics/`, each of which is about one kind of data across several causes.
//! A verdict's first line is `cause: confidence`.
//! Further lines must hold: `service: x`, `culprit: kind id-or-subnet`, `considered: cause confidence`,
//! `ruled-out: cause`, `not-considered: cause`, `missing: part of a sentence`, `statement: part of a sentence`,
//! `culprits: how many`, `rule: part of a culprit's rule`, `reason: part of the reason why another cause holds or not`,
//! `path: state control id`, `command: part of a command`, `fix: part of its text`, `verified: true` or `false`,
//! `finding: ACTION RESOURCE POLICY-TYPE EFFECT [SID]` (`?` for what is not known),
//! `runbook: part of the count of the runbook's findings` (`none` without a review), `runbook-note: part of the remark`,
//! `runbook-finding: ASSESSMENT KIND part of its subjects or reason`,
//! `changes: confirmed`, `likely` or `none` about the change that broke the start, `change: EFFECT ID-OF-THE-EVENT`,
//! `changed: part of the sentence on it` (`none` without one),
//! `absent: words that no sentence of the answer may contain`, `defect: kind count`; without the last one, the inputs
//! must have no defects.
//! `BLESS=1 cargo test --test it scenarios` rewrites the first lines.
//! No scenario lists a document or a log that it gives as missing (`support/given.rs`).
//! `SCENARIO_PAGES=folder cargo test --test it every_scenario` runs the pages of another folder, for example drafts;
//! it may also name one page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flowcause::diagnose::CAUSES;
use flowcause::finding::{
    CaseChanges, Confidence, Considered, Culprit, DeniedBy, DeniedRequest, Fix, Hop, JudgedChange,
    RunbookReview,
};
use flowcause::model::field::Field;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use flowcause::report::{TaskReport, Verdict};

use crate::support::commands::is_permitted;
use crate::support::given::listed_as_missing;
use crate::support::inventory::Inventories;
use crate::support::page::{Scenario, scenarios};

/// The key of a line that states a defect of the inputs; it is checked where the scenario runs.
const DEFECT: &str = "defect: ";

/// Explains the pages of scenarios and defines the inventories that they share.
const README: &str = "README.md";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// The pages of the causes, by name.
fn pages_of_causes() -> Vec<PathBuf> {
    pages_of(&folder())
}

/// All pages: those of the causes, then those of topics.
fn pages() -> Vec<PathBuf> {
    [pages_of_causes(), markdown_in(&folder().join("topics"))].concat()
}

/// The pages of a folder, or one page.
fn pages_of(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut pages = markdown_in(place);
    pages.retain(|path| path.file_name().is_some_and(|name| name != README));
    pages
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of scenarios");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages
}

fn inventories() -> Inventories {
    let page = fs::read_to_string(folder().join(README)).expect("the page of inventories");
    Inventories::read(&page).unwrap_or_else(|problem| panic!("{README}: {problem}"))
}

/// A cause has at least this many scenarios: one that confirms it, a near miss, and one with too little data.
const LEAST_SCENARIOS: usize = 3;

/// Each cause has one page of scenarios, and each page belongs to a cause.
#[test]
fn every_cause_has_scenarios() {
    let mut expected: Vec<PathBuf> =
        CAUSES.iter().map(|cause| folder().join(cause.id.name().replace('-', "_") + ".md")).collect();
    expected.sort();
    assert_eq!(pages_of_causes(), expected);
    let inventories = inventories();
    for cause in CAUSES {
        let path = folder().join(cause.id.name().replace('-', "_") + ".md");
        let page = fs::read_to_string(path).expect("a page");
        assert!(page.starts_with(&format!("# Scenarios of `{}`\n", cause.id)), "{}: the title", cause.id);
        let scenarios = scenarios(&page, &inventories).expect("a page");
        assert!(scenarios.len() >= LEAST_SCENARIOS, "{} has {} scenarios", cause.id, scenarios.len());
        let headings: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.heading.as_str()).collect();
        assert_eq!(headings.len(), scenarios.len(), "{} has a heading twice", cause.id);
        let own = format!("{}: ", cause.id);
        let names_it =
            |scenario: &Scenario| scenario.verdict.iter().take(1).any(|line| line.starts_with(&own));
        assert!(scenarios.iter().any(names_it), "no scenario of {} gives it as its verdict", cause.id);
    }
}

#[test]
fn every_scenario_gives_its_verdict() {
    let (inventories, mut differences) = (inventories(), Vec::new());
    for path in env::var_os("SCENARIO_PAGES").map_or_else(pages, |folder| pages_of(Path::new(&folder))) {
        let page = fs::read_to_string(&path).expect("a page");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let found = scenarios(&page, &inventories).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let mut blessed = page.clone();
        // Replaces from the end, so that earlier positions stay valid.
        for scenario in found.iter().rev() {
            let (task, fix) = match run(scenario) {
                Ok(found) => found,
                Err(problem) => {
                    differences.push(format!("{name}: {}\n  {problem}", scenario.heading));
                    continue;
                }
            };
            blessed.replace_range(scenario.first_line.clone(), &first_line(&task.verdict));
            let has_defects = scenario.verdict.iter().any(|line| line.starts_with(DEFECT));
            let given = listed_as_missing(&scenario.inventory, &scenario.flows, &task);
            if !given.is_empty() && !has_defects {
                let listed = given.join("; ");
                differences
                    .push(format!("{name}: {}: given, and listed as missing: {listed}", scenario.heading));
            }
            let unmet = unmet(scenario, &task, &fix);
            if !unmet.is_empty() {
                differences.push(format!("{name}: {}\n{unmet}{}", scenario.heading, described(&task, &fix)));
            }
        }
        if env::var_os("BLESS").is_some() && blessed != page {
            fs::write(&path, blessed).expect("a page that can be written");
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Every scenario, with the name of its page.
pub(crate) fn every_scenario() -> Vec<(String, Scenario)> {
    let (inventories, mut all) = (inventories(), Vec::new());
    for path in pages() {
        let page = fs::read_to_string(&path).expect("a page");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let found = scenarios(&page, &inventories).expect("a page");
        all.extend(found.into_iter().map(|scenario| (name.clone(), scenario)));
    }
    all
}

/// Each record is possible: it has bytes for every packet, an end after its start, and enough columns.
#[test]
fn the_records_are_possible() {
    let inventories = inventories();
    for path in pages() {
        let page = fs::read_to_string(&path).expect("a page");
        for scenario in scenarios(&page, &inventories).expect("a page") {
            let mut lines = scenario.flows.lines();
            let header: Vec<&str> = lines.next().expect("a header").split(' ').collect();
            // A line with another number of values is possible only if the scenario states the defect.
            let has_wrong_count = |line: &&str| line.split(' ').count() != header.len();
            let wrong = lines.clone().filter(has_wrong_count).count();
            let stated = format!("{DEFECT}wrong-field-count {wrong}");
            let is_stated = wrong > 0 && scenario.verdict.contains(&stated);
            for line in lines.filter(|line| !(is_stated && has_wrong_count(line))) {
                possible(&header, line).unwrap_or_else(|problem| {
                    panic!("{}: {}: {problem}: {line}", path.display(), scenario.heading)
                });
            }
        }
    }
}

fn possible(header: &[&str], line: &str) -> Result<(), &'static str> {
    let values: Vec<&str> = line.split(' ').collect();
    if values.len() != header.len() {
        return Err("not as many values as names");
    }
    let number = |field: Field| {
        let place = header.iter().position(|name| *name == field.name())?;
        values[place].parse::<u64>().ok()
    };
    let (Some(start), Some(end)) = (number(Field::Start), number(Field::End)) else { return Err("no time") };
    if end < start || end - start > 600 {
        return Err("no window ends before it starts or lasts longer than 600 s");
    }
    let (Some(packets), Some(bytes)) = (number(Field::Packets), number(Field::Bytes)) else { return Ok(()) };
    if !(packets * 28..=packets * 8501).contains(&bytes) {
        return Err("no packet is so small or so large");
    }
    if number(Field::TcpFlags) == Some(16) {
        return Err("ACK alone is recorded as 0");
    }
    Ok(())
}

/// Runs the pipeline on files with the scenario's content and gives the one task of the report, and what to do.
fn run(scenario: &Scenario) -> Result<(TaskReport, Fix), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (log, documents) = (folder.path().join("flows.log"), folder.path().join("inventory.json"));
    fs::write(&log, &scenario.flows).map_err(|error| error.to_string())?;
    fs::write(&documents, &scenario.inventory).map_err(|error| error.to_string())?;
    let options = Options {
        logs: vec![LogInput::Path(log)],
        metadata: vec![documents],
        ports: [&[53, 443], scenario.ports.as_slice()].concat(),
        threads: Some(1),
        ..Options::default()
    };
    let report = explain(&options, &NoProgress).map_err(|error| error.to_string())?;
    let defects: BTreeSet<String> = report
        .inputs
        .defects
        .iter()
        .map(|(kind, count, _)| format!("{DEFECT}{} {count}", kind.name()))
        .collect();
    let expected = scenario.verdict.iter().filter(|line| line.starts_with(DEFECT)).cloned().collect();
    if defects != expected {
        return Err(format!("the inputs have the defects {defects:?}: {:?}", report.inputs.defects));
    }
    let fix = report.incidents.first().ok_or("there is no incident")?.fix.clone();
    if let Some(command) = fix.commands.iter().find(|command| !is_permitted(command)) {
        return Err(format!("a command that no report may give: {command}"));
    }
    match <[TaskReport; 1]>::try_from(report.tasks) {
        Ok([task]) => Ok((task, fix)),
        Err(tasks) => Err(format!("{} tasks are diagnosed, not 1", tasks.len())),
    }
}

fn first_line(verdict: &Verdict) -> String {
    format!("{}: {}", verdict.cause, verdict.confidence.name())
}

/// The lines of the stated verdict that do not hold.
fn unmet(scenario: &Scenario, task: &TaskReport, fix: &Fix) -> String {
    let mut lines = scenario.verdict.iter();
    let first = lines.next().filter(|line| **line != first_line(&task.verdict)).into_iter();
    let further = lines.filter(|line| !line.starts_with(DEFECT) && !holds(line, task, fix));
    first.chain(further).map(|line| format!("  expected  {line}\n")).collect::<Vec<_>>().concat()
}

fn holds(line: &str, task: &TaskReport, fix: &Fix) -> bool {
    let Some((key, value)) = line.split_once(": ") else { return false };
    let verdict = &task.verdict;
    let considered = |wanted: &str| verdict.also_considered.iter().any(|other| confidence(other) == wanted);
    match key {
        "service" => verdict.service.as_ref().is_some_and(|service| service.name() == value),
        "culprit" => verdict.culprits.iter().any(|one| culprit(one) == value),
        "culprits" => verdict.culprits.len().to_string() == value,
        "rule" => {
            verdict.culprits.iter().filter_map(|one| one.rule.as_ref()).any(|rule| rule.contains(value))
        }
        "finding" => verdict.findings.iter().any(|one| is_finding(one, value)),
        "changes" => certainty(verdict) == value,
        "change" => {
            verdict.changes.iter().flat_map(|changes| &changes.events).any(|one| change(one) == value)
        }
        "changed" => changed(verdict).contains(value),
        "considered" => considered(value),
        "ruled-out" => considered(&format!("{value} ruled-out")),
        "not-considered" => verdict.also_considered.iter().all(|other| other.cause.name() != value),
        "reason" => verdict.also_considered.iter().any(|other| other.reason.contains(value)),
        "path" => verdict.path.iter().any(|one| hop(one) == value),
        "command" => fix.commands.iter().any(|command| command.contains(value)),
        "fix" => fix.text.contains(value),
        "verified" => fix.verified.to_string() == value,
        "absent" => sentences(verdict, fix).iter().all(|sentence| !sentence.contains(value)),
        "missing" => verdict.missing.iter().any(|lack| lack.what.contains(value)),
        "runbook" | "runbook-note" | "runbook-finding" => {
            task.runbook.as_ref().map_or(value == "none", |review| shows(review, key, value))
        }
        "statement" => {
            verdict.summary.contains(value)
                || verdict.evidence.iter().any(|evidence| evidence.statement.contains(value))
        }
        _ => false,
    }
}

/// Whether a review of the runbook has the value of a line.
fn shows(review: &RunbookReview, key: &str, value: &str) -> bool {
    match key {
        "runbook" => review.summary().contains(value),
        "runbook-note" => review.note.as_ref().is_some_and(|note| note.contains(value)),
        _ => review.findings.iter().any(|one| {
            let line = format!("{} {}", one.assessment.name(), one.kind);
            let part = value.strip_prefix(&line).map(str::trim_start);
            let texts = format!("{} {}", one.subjects.join(" "), one.reason);
            part.is_some_and(|part| texts.contains(part))
        }),
    }
}

/// Every sentence of the answer that a reader sees.
fn sentences<'a>(verdict: &'a Verdict, fix: &'a Fix) -> Vec<&'a str> {
    let mut sentences = vec![verdict.summary.as_str(), fix.text.as_str()];
    sentences.extend(fix.commands.iter().map(String::as_str));
    sentences.extend(verdict.evidence.iter().map(|evidence| evidence.statement.as_str()));
    sentences.extend(verdict.also_considered.iter().map(|other| other.reason.as_str()));
    sentences.extend(verdict.findings.iter().filter_map(|one| one.resource.as_deref()));
    sentences.extend(verdict.missing.iter().flat_map(|lack| [lack.what.as_str(), lack.would_show.as_str()]));
    sentences
}

fn confidence(considered: &Considered) -> String {
    format!("{} {}", considered.cause, considered.confidence.name())
}

/// Whether a denied request has the values of a line; the last one, `Sid`, may be left out.
fn is_finding(denied: &DeniedRequest, line: &str) -> bool {
    let own = finding(denied);
    own == line || own.strip_prefix(line).is_some_and(|rest| rest.starts_with(' '))
}

/// `ssm:GetParameters arn:… identity implicit`, with `?` for what is not known, and the statement if there is one.
fn finding(denied: &DeniedRequest) -> String {
    let known = [denied.resource.as_deref(), denied.policy_type, denied.effect.map(DeniedBy::name)];
    let known = known.map(|value| value.unwrap_or("?"));
    let statement = denied.statement.iter().map(String::as_str);
    let words: Vec<&str> = [denied.action.as_str()].into_iter().chain(known).chain(statement).collect();
    words.join(" ")
}

/// `interface eni-1`; `network-acl subnet-1` where the subnet is what is known.
fn culprit(culprit: &Culprit) -> String {
    let id = culprit.id.clone().or_else(|| culprit.subnet_id.as_ref().map(ToString::to_string));
    format!("{} {}", culprit.kind.name(), id.as_deref().unwrap_or("unknown"))
}

/// `denied security-group sg-1`; without an id where no document names it.
fn hop(hop: &Hop) -> String {
    let named = [hop.decision.name().to_owned(), hop.control.kind().name().to_owned()];
    [named.as_slice(), hop.control.ids().as_slice()].concat().join(" ")
}

/// How certain the change is that broke the start.
fn certainty(verdict: &Verdict) -> &'static str {
    verdict.changes.as_ref().and_then(|changes| changes.confidence).map_or("none", Confidence::name)
}

/// `broke-it e-1`.
fn change(change: &JudgedChange) -> String {
    format!("{} {}", change.effect.name(), change.event_id.as_deref().unwrap_or("?"))
}

/// The sentence on what changed.
fn changed(verdict: &Verdict) -> String {
    verdict.changes.as_ref().and_then(CaseChanges::sentence).unwrap_or_else(|| "none".to_owned())
}

/// Describes the verdict that the report gives, with the keys of a scenario.
fn described(task: &TaskReport, fix: &Fix) -> String {
    let verdict = &task.verdict;
    let mut lines = vec![first_line(verdict), format!("statement: {}", verdict.summary)];
    lines.extend(verdict.service.iter().map(|service| format!("service: {service}")));
    lines.extend(verdict.culprits.iter().map(|one| format!("culprit: {}", culprit(one))));
    lines.extend(verdict.culprits.iter().filter_map(|one| Some(format!("rule: {}", one.rule.as_ref()?))));
    lines.extend(verdict.evidence.iter().map(|evidence| format!("statement: {}", evidence.statement)));
    lines.extend(verdict.findings.iter().map(|one| format!("finding: {}", finding(one))));
    lines.push(format!("changes: {}", certainty(verdict)));
    let changes = verdict.changes.iter().flat_map(|changes| &changes.events);
    lines.extend(changes.map(|one| format!("change: {}", change(one))));
    lines.push(format!("changed: {}", changed(verdict)));
    let considered = verdict.also_considered.iter();
    lines.extend(
        considered.map(|other| format!("considered: {} (reason: {})", confidence(other), other.reason)),
    );
    if let Some(review) = &task.runbook {
        lines.push(format!("runbook: {}", review.summary()));
        lines.extend(review.note.iter().map(|note| format!("runbook-note: {note}")));
        lines.extend(review.findings.iter().map(|one| {
            format!(
                "runbook-finding: {} {} {} ({})",
                one.assessment.name(),
                one.kind,
                one.subjects.join(" "),
                one.reason
            )
        }));
    }
    lines.extend(verdict.missing.iter().map(|lack| format!("missing: {} ({})", lack.what, lack.would_show)));
    lines.extend(
        verdict.path.iter().map(|one| format!("path: {} ({} {})", hop(one), one.leg.name(), one.statement())),
    );
    lines.extend(fix.commands.iter().map(|command| format!("command: {command}")));
    lines.push(format!("verified: {}", fix.verified));
    lines.extend(task.steps.iter().map(|step| {
        format!("step: {} {} {:?} {}", step.service, step.destination, step.state, step.attempts)
    }));
    lines.into_iter().map(|line| format!("  found     {line}\n")).collect::<Vec<_>>().concat()
}
