//! The laws of removal and of damage: whatever part of the inputs is gone or cannot be read, an answer may become weaker
//! or less specific, and never becomes another confirmed one.
//!
//! The answers are those to the samples, the scenarios and the cases of the referee. A change removes a kind of document,
//! a key of a document, an item of a list that is known to be incomplete, or a record; or it makes a key or a value of a
//! record unreadable. An answer may only become stronger if the removed record contradicted it.
//!
//! `REMOVAL_SEEDS=20 cargo test --test it removal -- --nocapture` tries more changes of each input and adds cases of the
//! referee. `REMOVAL_ALL=part of a name` tries every change of some inputs. `REMOVAL_ONLY="name|change"` tries one change
//! and keeps its files.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZero;
use std::{env, thread};

use crate::support::referee::Case;
use crate::support::referee::variant::Variant;
use crate::support::removal::answer::{Breach, breach};
use crate::support::removal::change::Change;
use crate::support::removal::exhibit::Exhibit;
use crate::support::removal::known::{KNOWN, Known, is_known};
use crate::support::rng::Rng;

/// The number of changes of each input for one seed.
const CHANGES: usize = 3;

/// With so many changes of each input, every known breach should be seen.
const ENOUGH: usize = 25;

/// One more case of each trouble is added for so many seeds.
const CHANGES_PER_CASE: u64 = 10;

fn setting(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.into_string().expect("words"))
}

#[test]
fn no_removal_and_no_damage_gives_another_confirmed_answer() {
    let seeds = setting("REMOVAL_SEEDS").map(|seeds| seeds.parse::<u64>().expect("a number of seeds"));
    let mut exhibits = Exhibit::fixed();
    let cases = Case::all(seeds.unwrap_or(0) / CHANGES_PER_CASE).into_iter();
    exhibits.extend(cases.filter(|case| case.variant == Variant::Full).map(Exhibit::of_case));
    if let Some((name, change)) = setting("REMOVAL_ONLY").as_deref().and_then(|only| only.split_once('|')) {
        let (text, breach) = try_one(&exhibits, name, change);
        println!("{text}");
        return assert_eq!(breach, None);
    }
    let part = setting("REMOVAL_ALL");
    exhibits.retain(|exhibit| part.as_deref().is_none_or(|part| exhibit.name.contains(part)));
    let tries = if part.is_some() { usize::MAX } else { CHANGES.saturating_mul(seeds.map_or(1, to_size)) };
    let caused = all_breaches(&exhibits, tries);
    let mut groups: BTreeMap<(String, &str), Vec<&Caused>> = BTreeMap::new();
    for one in caused.iter().filter(|one| !is_known(&one.breach.causes)) {
        groups.entry((one.change.form(), &one.breach.causes)).or_default().push(one);
    }
    for ((form, causes), found) in &groups {
        println!("{:5} {form}: {causes}", found.len());
        for one in found.iter().take(2) {
            println!("      {}|{}\n        {}", one.exhibit, one.change, one.breach.words);
        }
    }
    if tries >= ENOUGH && part.is_none() {
        let seen = |known: &Known| caused.iter().filter(|one| one.breach.causes == known.causes).count();
        for known in KNOWN.iter().filter(|known| seen(known) > 0) {
            let first = caused.iter().find(|one| one.breach.causes == known.causes);
            let first = first.map_or_else(String::new, |one| format!("{}|{}", one.exhibit, one.change));
            println!("{:5} known: {}\n      {first}", seen(known), known.causes);
        }
        let stale: Vec<&str> =
            KNOWN.iter().filter(|known| seen(known) == 0).map(|known| known.causes).collect();
        println!("not seen any more, remove them from the list of known breaches:\n{}", stale.join("\n"));
    }
    assert!(groups.is_empty(), "{} kinds of breaches", groups.len());
}

/// A breach, and the change that caused it.
#[derive(Debug)]
struct Caused {
    exhibit: String,
    change: Change,
    breach: Breach,
}

fn to_size(seeds: u64) -> usize {
    usize::try_from(seeds).expect("a number of seeds")
}

fn all_breaches(exhibits: &[Exhibit], tries: usize) -> Vec<Caused> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let part = |worker: usize| -> Vec<Caused> {
        let own = exhibits.iter().skip(worker).step_by(workers);
        own.flat_map(|exhibit| breaches(exhibit, tries)).collect()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || part(worker))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// The breaches of some inputs, among changes that their name selects.
fn breaches(exhibit: &Exhibit, tries: usize) -> Vec<Caused> {
    let before = exhibit.answers();
    let mut changes = Change::all(exhibit);
    let seed = exhibit.name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
    Rng::new(seed).shuffle(&mut changes);
    changes.truncate(tries);
    let found = changes.into_iter().filter_map(|change| {
        let breach = breach(&before, &change.apply(exhibit).answers(), &change)?;
        Some(Caused { exhibit: exhibit.name.clone(), change, breach })
    });
    found.collect()
}

/// Tries one change and keeps its files; the answers as text, and the breach.
fn try_one(exhibits: &[Exhibit], name: &str, wanted: &str) -> (String, Option<Breach>) {
    let exhibit = exhibits.iter().find(|exhibit| exhibit.name == name).expect("the name of inputs");
    let change =
        Change::all(exhibit).into_iter().find(|change| change.to_string() == wanted).expect("a change");
    let changed = change.apply(exhibit);
    let folder = env::temp_dir().join("removal");
    let mut text = String::new();
    for (name, exhibit) in [("before", exhibit), ("after", &changed)] {
        exhibit.write(&folder.join(name));
        let _ = writeln!(text, "{}: {:?}", folder.join(name).display(), exhibit.answers());
    }
    (text, breach(&exhibit.answers(), &changed.answers(), &change))
}
