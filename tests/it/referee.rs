//! The referee runs `explain` and `check` on simulated cases whose truth is known, and judges the answers.
//!
//! `REFEREE_SEEDS=50 cargo test --test it referee -- --nocapture` prints the tables of accuracy for 50 seeds.
//! `REFEREE_ONLY=trouble:variant:seed` runs one case, keeps its files and prints the report.

use std::env;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use flowcause::pipeline::explain;
use flowcause::progress::NoProgress;
use flowcause::render::{Format, RenderOptions, render};

use crate::support::referee::Case;
use crate::support::referee::checked::{Breach, CheckRightness, Law};
use crate::support::referee::disagreements::{Disagreement, KNOWN, is_known};
use crate::support::referee::judge::{Judgement, Rightness, USELESS_FIX, judge, options};
use crate::support::referee::table::{Tally, check_table, table};
use crate::support::referee::variant::Variant;

/// The number of seeds without `REFEREE_SEEDS`.
const SEEDS: u64 = 2;

/// The least percentage of right causes and of right culprits.
const THRESHOLDS: [(Variant, usize, usize); 3] =
    [(Variant::Full, 99, 98), (Variant::DefaultV2, 95, 0), (Variant::TaskSide, 95, 0)];

fn setting(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.into_string().expect("words"))
}

#[test]
fn verdicts_are_judged_by_an_independent_referee() {
    if let Some(case) = setting("REFEREE_ONLY") {
        let (text, broken) = judge_one(Case::parse(&case).expect("`trouble:variant:seed`"));
        println!("{text}");
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        return;
    }
    let seeds = setting("REFEREE_SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("a number of seeds"));
    let judgements = judge_all(&Case::all(seeds));
    judgements.iter().flat_map(misses).for_each(|line| println!("{line}"));
    println!("{}", table(&judgements));
    println!("{}", check_table(&judgements));
    let broken: Vec<String> = judgements.iter().flat_map(rules_broken_by).collect();
    assert!(broken.is_empty(), "{} broken rules:\n{}", broken.len(), broken.join("\n"));
    assert_thresholds(&judgements);
    assert_laws(&judgements, seeds >= SEEDS);
}

/// A line for each answer that is not the best one.
fn misses(judgement: &Judgement) -> Vec<String> {
    let Judgement { case, words, check, .. } = judgement;
    let explained = match judgement.rightness {
        Rightness::Culprit => None,
        Rightness::Cause => Some("wrong culprit"),
        Rightness::Nothing => Some("wrong cause"),
    };
    let checked = match check.rightness {
        CheckRightness::Undecided if case.variant.has_configuration() => Some("check does not decide"),
        CheckRightness::Culprit | CheckRightness::Undecided => None,
        CheckRightness::Cause => Some("check has the wrong culprit"),
        CheckRightness::Wrong => Some("check is wrong"),
    };
    let explained = explained.map(|miss| format!("{case} {miss}: {words}"));
    explained.into_iter().chain(checked.map(|miss| format!("{case} {miss}: {}", check.words))).collect()
}

/// The laws that an answer breaks, `explain`'s too.
fn breaches(judgement: &Judgement) -> Vec<Breach> {
    let is_right = judgement.rightness == Rightness::Culprit;
    let truth = Breach { law: Law::Truth, words: judgement.words.clone() };
    let of_explain = (!is_right).then_some(truth);
    // Without services and task definitions, check knows neither where tasks are started nor what they need.
    let is_checked = judgement.case.variant != Variant::NoServices;
    let of_check = judgement.check.breaches.iter().filter(|_| is_checked).cloned();
    of_check.chain(of_explain).collect()
}

/// Every breach of a law of `check` is a known one; and every known one still is one, if there are enough cases.
fn assert_laws(judgements: &[Judgement], are_enough: bool) {
    let mut unknown: Vec<String> = Vec::new();
    let mut stale: Vec<&Disagreement> = KNOWN.iter().filter(|_| are_enough).collect();
    for judgement in judgements {
        for breach in breaches(judgement) {
            let (case, law) = (judgement.case, breach.law);
            stale.retain(|known| !known.covers(case, law));
            if law != Law::Truth && !is_known(case, law) {
                unknown.push(format!("{case} {breach}"));
            }
        }
    }
    assert!(unknown.is_empty(), "{} breaches of the laws of check:\n{}", unknown.len(), unknown.join("\n"));
    let stale: Vec<String> = stale.iter().map(|known| format!("{:?}: {}", known.law, known.reason)).collect();
    assert!(stale.is_empty(), "remove these lines from the list of disagreements:\n{}", stale.join("\n"));
}

/// Judges on one thread for each core. They are not threads of rayon, where a case that waits for its own pool would start
/// another case.
fn judge_all(cases: &[Case]) -> Vec<Judgement> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let part = |worker: usize| -> Vec<Judgement> {
        cases.iter().skip(worker).step_by(workers).map(|&case| judge_aside(case)).collect()
    };
    let mut judgements: Vec<Judgement> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || part(worker))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("judging does not panic")).collect()
    });
    judgements.sort_by_key(|judgement| judgement.case);
    judgements
}

fn judge_aside(case: Case) -> Judgement {
    let folder = tempfile::tempdir().expect("a temporary folder");
    judge(case, &folder.path().join("case"))
}

/// The fix of a verdict that is known to be wrong is wrong as well: that rule does not count twice.
fn rules_broken_by(judgement: &Judgement) -> Vec<String> {
    let is_counted = |rule: &&String| !is_known_miss(judgement) || *rule != USELESS_FIX;
    let line = |rule: &String| format!("{}: {rule}; {}", judgement.case, judgement.words);
    judgement.broken_rules.iter().filter(is_counted).map(line).collect()
}

/// Whether the verdict of `explain` is known to be wrong.
fn is_known_miss(judgement: &Judgement) -> bool {
    judgement.rightness != Rightness::Culprit && is_known(judgement.case, Law::Truth)
}

fn assert_thresholds(judgements: &[Judgement]) {
    for (variant, causes, culprits) in THRESHOLDS {
        let counts = |judgement: &&Judgement| judgement.case.variant == variant && !is_known_miss(judgement);
        let tally = Tally::of(judgements.iter().filter(counts));
        let enough = |right: usize, least: usize| right * 100 >= least * tally.cases;
        assert!(enough(tally.causes, causes), "{}: {tally:?}", variant.name());
        assert!(enough(tally.culprits, culprits), "{}: {tally:?}", variant.name());
    }
}

/// Runs one case and keeps its files; returns its report and the rules that it broke.
fn judge_one(case: Case) -> (String, Vec<String>) {
    let name = case.to_string().replace(':', "-");
    let folder: PathBuf = env::temp_dir().join("referee").join(name);
    let judgement = judge(case, &folder);
    let mut text = format!("{}\n{}\ncheck: {}\n\n", folder.display(), judgement.words, judgement.check.words)
        .into_bytes();
    match explain(&options(&folder), &NoProgress) {
        Ok(report) => render(&report, Format::Terminal, &RenderOptions::default(), &mut text)
            .expect("memory takes bytes"),
        Err(error) => text.extend(error.to_string().into_bytes()),
    }
    (String::from_utf8_lossy(&text).into_owned(), rules_broken_by(&judgement))
}
