//! The referee: cases whose truth is known, explained and judged.
//!
//! `REFEREE_SEEDS=50 cargo test --test it referee -- --nocapture` prints the table of accuracy for so many seeds.
//! `REFEREE_ONLY=trouble:variant:seed` does one case, keeps its files and prints the report.

use std::env;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use flowcause::pipeline::explain;
use flowcause::progress::NoProgress;
use flowcause::render::{Format, RenderOptions, render};

use crate::support::referee::Case;
use crate::support::referee::judge::{Judgement, Rightness, judge, options};
use crate::support::referee::table::{Tally, table};
use crate::support::referee::variant::Variant;

/// Seeds where none are asked for.
const SEEDS: u64 = 2;

/// Least right answers in percent: of causes, of culprits.
const THRESHOLDS: [(Variant, usize, usize); 3] =
    [(Variant::Full, 99, 98), (Variant::DefaultV2, 95, 0), (Variant::TaskSide, 95, 0)];

fn asked(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.into_string().expect("words"))
}

#[test]
fn verdicts_are_judged_by_an_independent_referee() {
    if let Some(case) = asked("REFEREE_ONLY") {
        let (text, broken) = look_at(Case::parse(&case).expect("`trouble:variant:seed`"));
        println!("{text}");
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        return;
    }
    let seeds = asked("REFEREE_SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("a number of seeds"));
    let judgements = judge_all(&Case::all(seeds));
    for judgement in &judgements {
        let verdict = match judgement.rightness {
            Rightness::Culprit => continue,
            Rightness::Cause => "wrong culprit",
            Rightness::Nothing => "wrong cause",
        };
        println!("{} {verdict}: {}", judgement.case, judgement.words);
    }
    println!("{}", table(&judgements));
    let broken: Vec<String> = judgements.iter().flat_map(rules_broken_by).collect();
    assert!(broken.is_empty(), "{} broken rules:\n{}", broken.len(), broken.join("\n"));
    assert_thresholds(&judgements);
}

/// On as many threads as there are cores: not on rayon's, where a case that waits for its own pool takes up another.
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

fn rules_broken_by(judgement: &Judgement) -> Vec<String> {
    let line = |rule: &String| format!("{}: {rule}; {}", judgement.case, judgement.words);
    judgement.broken_rules.iter().map(line).collect()
}

fn assert_thresholds(judgements: &[Judgement]) {
    for (variant, causes, culprits) in THRESHOLDS {
        let tally = Tally::of(judgements.iter().filter(|judgement| judgement.case.variant == variant));
        let enough = |right: usize, least: usize| right * 100 >= least * tally.cases;
        assert!(enough(tally.causes, causes), "{}: {tally:?}", variant.name());
        assert!(enough(tally.culprits, culprits), "{}: {tally:?}", variant.name());
    }
}

/// One case, its files kept: its report, and the rules it broke.
fn look_at(case: Case) -> (String, Vec<String>) {
    let name = case.to_string().replace(':', "-");
    let folder: PathBuf = env::temp_dir().join("referee").join(name);
    let judgement = judge(case, &folder);
    let mut text = format!("{}\n{}\n\n", folder.display(), judgement.words).into_bytes();
    match explain(&options(&folder), &NoProgress) {
        Ok(report) => render(&report, Format::Terminal, &RenderOptions::default(), &mut text)
            .expect("memory takes bytes"),
        Err(error) => text.extend(error.to_string().into_bytes()),
    }
    (String::from_utf8_lossy(&text).into_owned(), rules_broken_by(&judgement))
}
