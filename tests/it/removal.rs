//! The laws of removal and of damage: whatever part of the inputs is gone or cannot be read, an answer may become weaker
//! or less specific, and never becomes another confirmed one.
//!
//! The answers are those to the samples, the scenarios and the cases of the referee. A change removes a kind of document,
//! a key of a document, an item of a list that is known to be incomplete, or a record; or it makes a key, a value of a
//! record, a row group or a gzip member unreadable. An answer may only become stronger if the lost record contradicted it.
//!
//! `REMOVAL_SEEDS=20 cargo test --test it removal -- --nocapture` tries more changes of each input and adds cases of the
//! referee; `REMOVAL_FROM=7` chooses other changes, and `REMOVAL_LIST=1` lists every breach. `REMOVAL_ALL=part of a name`
//! tries every change of some inputs. `REMOVAL_ONLY="name|change"` tries one change and keeps its files.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZero;
use std::{env, thread};

use crate::support::referee::Case;
use crate::support::referee::variant::Variant;
use crate::support::removal::answer::{Breach, breach};
use crate::support::removal::change::Change;
use crate::support::removal::exhibit::Exhibit;
use crate::support::removal::known::{KNOWN, Known};
use crate::support::removal::stored::Stored;
use crate::support::rng::Rng;

/// The number of changes of each input for one seed.
const CHANGES: usize = 3;

/// The number of changes of each input if no number of seeds is given.
const CHANGES_BY_DEFAULT: usize = 1;

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
    let single: Vec<Exhibit> = exhibits.iter().filter_map(Exhibit::of_single_calls).collect();
    exhibits.extend(single);
    let cases = Case::all(seeds.unwrap_or(0) / CHANGES_PER_CASE).into_iter();
    exhibits.extend(cases.filter(|case| case.variant == Variant::Full).map(Exhibit::of_case));
    let only = setting("REMOVAL_ONLY");
    if let Some((name, change)) = only.as_deref().and_then(|only| only.split_once('|')) {
        let formats = Stored::OTHERS.into_iter();
        let mut others =
            formats.flat_map(|stored| exhibits.iter().filter_map(move |one| one.stored_as(stored)));
        let other = others.find(|one| one.name == name);
        drop(others);
        exhibits.extend(other);
        let (text, breach) = try_one(&exhibits, name, change);
        println!("{text}");
        return assert_eq!(breach, None);
    }
    let list = setting("REMOVAL_LIST").is_some();
    exhibits = with_other_formats(exhibits, seeds.is_none());
    let part = setting("REMOVAL_ALL");
    exhibits.retain(|exhibit| part.as_deref().is_none_or(|part| exhibit.name.contains(part)));
    let tries = if part.is_some() {
        usize::MAX
    } else {
        seeds.map_or(CHANGES_BY_DEFAULT, |seeds| CHANGES.saturating_mul(to_size(seeds)))
    };
    let caused = all_breaches(&exhibits, tries);
    if list {
        for one in &caused {
            println!("@@ {} || {}|{}", one.breach.words, one.exhibit, one.change);
        }
    }
    let mut groups: BTreeMap<(String, &str), Vec<&Caused>> = BTreeMap::new();
    for one in caused.iter().filter(|one| !one.is_known()) {
        groups.entry((one.change.form(), &one.breach.causes)).or_default().push(one);
    }
    for ((form, causes), found) in &groups {
        println!("{:5} {form}: {causes}", found.len());
        for one in found.iter().take(2) {
            println!("      {}|{}\n        {}", one.exhibit, one.change, one.breach.words);
        }
    }
    if tries >= ENOUGH && part.is_none() {
        let is_it = |known: &Known, one: &Caused| known.is(&one.exhibit, &one.change.to_string());
        let is_seen = |known: &&Known| caused.iter().any(|one| is_it(known, one));
        let is_tried = |known: &&Known| exhibits.iter().any(|exhibit| exhibit.name == known.exhibit);
        let stale: Vec<&Known> = KNOWN.iter().filter(is_tried).filter(|known| !is_seen(known)).collect();
        println!(
            "not seen any more, remove them from the list of known breaches, if their changes were tried:\n{stale:#?}"
        );
    }
    assert!(groups.is_empty(), "{} kinds of breaches", groups.len());
}

/// Single calls with a manifest show what the details of the account show.
#[test]
fn single_calls_give_the_same_answers() {
    let exhibits = Exhibit::fixed();
    let pairs: Vec<(Exhibit, Exhibit)> =
        exhibits.into_iter().filter_map(|one| Some((one.of_single_calls()?, one))).collect();
    assert!(pairs.len() > 20, "{} inputs with roles", pairs.len());
    for (single, whole) in pairs {
        assert_eq!(single.answers(), whole.answers(), "{}", whole.name);
    }
}

/// Adds inputs whose records are stored in another format, each format in turn; of every fourth one only, if `is_short`.
fn with_other_formats(exhibits: Vec<Exhibit>, is_short: bool) -> Vec<Exhibit> {
    let step = if is_short { 4 } else { 1 };
    let formats = Stored::OTHERS.into_iter().cycle();
    let chosen = exhibits.iter().step_by(step).zip(formats);
    let others: Vec<Exhibit> = chosen.filter_map(|(exhibit, stored)| exhibit.stored_as(stored)).collect();
    exhibits.into_iter().chain(others).collect()
}

/// A breach, and the change that caused it.
#[derive(Debug)]
struct Caused {
    exhibit: String,
    change: Change,
    breach: Breach,
}

impl Caused {
    fn is_known(&self) -> bool {
        KNOWN.iter().any(|known| known.is(&self.exhibit, &self.change.to_string()))
    }
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
    let start = setting("REMOVAL_FROM").map_or(0, |start| start.parse::<u64>().expect("a number"));
    let seed = exhibit.name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
    Rng::new(seed.wrapping_add(start)).shuffle(&mut changes);
    changes.truncate(tries);
    let found = changes.into_iter().filter_map(|change| {
        let breach = breach(&before, &change.apply(exhibit).answers(), &change.lost_records(exhibit))?;
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
    (text, breach(&exhibit.answers(), &changed.answers(), &change.lost_records(exhibit)))
}
