//! The law of absent values: whatever value of a document is `null`, missing, an empty list or of a wrong type, no control
//! that was unknown becomes allowed or denied, and none changes from one to the other.
//!
//! The documents are those of generated worlds, of cases of the referee, and one of each kind. The controls are those that
//! `check` shows, and those on the paths from every task to every endpoint, to a public address and to a bucket. Of the places
//! with the same keys, a few are tried, each with every replacement.
//!
//! `ABSENT_SAME=1000 cargo test --test it absent -- --nocapture` tries so many places with the same keys.
//! `ABSENT_IN="part of a name"` tries those of some inputs only.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

use crate::support::absent::exhibit::{Exhibit, exhibits};
use crate::support::absent::place::{Place, Replacement};
use crate::support::absent::statement::is_statement;
use crate::support::absent::verdicts::{Verdicts, breach};

/// How many places with the same keys are tried.
const SAME: usize = 1;

/// A place of an input: the numbers of the input and of the document, and the pointer.
type Tried = (usize, usize, Place);

fn setting(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.into_string().expect("words"))
}

#[test]
fn no_absent_value_makes_a_control_allowed_or_denied() {
    let part = setting("ABSENT_IN").unwrap_or_default();
    let same = setting("ABSENT_SAME").map_or(SAME, |same| same.parse().expect("a number of places"));
    let exhibits: Vec<Exhibit> = exhibits().into_iter().filter(|one| one.name.contains(&part)).collect();
    let tried = places(&exhibits, same);
    let mut forms: BTreeMap<String, Vec<Breach>> = BTreeMap::new();
    let (count, breaches) = try_all(&exhibits, &tried);
    for breach in breaches {
        forms.entry(breach.form.clone()).or_default().push(breach);
    }
    for (form, found) in &forms {
        println!("{:5} {form}\n      {}\n      {}", found.len(), found[0].place, found[0].words);
    }
    println!("{count} replacements in {} places of {} inputs", tried.len(), exhibits.len());
    assert!(forms.is_empty(), "{} kinds of breaches", forms.len());
}

/// Some places with each set of keys, in as different inputs as possible.
fn places(exhibits: &[Exhibit], same: usize) -> Vec<Tried> {
    let mut by_form: BTreeMap<String, Vec<Tried>> = BTreeMap::new();
    for (number, exhibit) in exhibits.iter().enumerate() {
        for (document, value) in exhibit.documents.iter().enumerate() {
            for place in Place::all(value) {
                by_form.entry(place.form()).or_default().push((number, document, place));
            }
        }
    }
    let some = |all: Vec<Tried>| {
        let count = all.len();
        let step = count.div_ceil(same).max(1);
        all.into_iter().skip(count % step / 2).step_by(step)
    };
    let mut tried: Vec<Tried> = by_form.into_values().flat_map(some).collect();
    tried.sort_by_key(|(exhibit, document, _)| (*exhibit, *document));
    tried
}

/// A replacement that gave an answer.
#[derive(Debug)]
struct Breach {
    place: String,
    form: String,
    words: String,
}

/// Tries every replacement at every place, on all processors; how many there were, and those that gave an answer.
fn try_all(exhibits: &[Exhibit], tried: &[Tried]) -> (usize, Vec<Breach>) {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut count, mut found) = (0, Vec::new());
        let groups: Vec<&[Tried]> = tried.chunk_by(|one, other| one.0 == other.0).collect();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (tried, breaches) = try_one(&exhibits[group[0].0], group);
            count += tried;
            found.extend(breaches);
        }
        (count, found)
    };
    let done: Vec<(usize, Vec<Breach>)> = thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        started.into_iter().map(|worker| worker.join().expect("a worker that ends")).collect()
    });
    let count = done.iter().map(|(count, _)| count).sum();
    (count, done.into_iter().flat_map(|(_, found)| found).collect())
}

/// Tries every replacement at some places of one input.
fn try_one(exhibit: &Exhibit, places: &[Tried]) -> (usize, Vec<Breach>) {
    let inventory = exhibit.inventory();
    let before = Verdicts::of(&inventory, exhibit);
    let (mut tried, mut found) = (0, Vec::new());
    for (_, document, place) in places {
        let value = &exhibit.documents[*document];
        for replacement in Replacement::ALL {
            let changed =
                place.replaced(value, replacement).filter(|_| !is_statement(value, place, replacement));
            let Some(changed) = changed else { continue };
            tried += 1;
            let poorer = exhibit.inventory_with(*document, &changed);
            if poorer == inventory {
                continue;
            }
            found.extend(breach(&before, &Verdicts::of(&poorer, exhibit)).map(|words| Breach {
                place: format!("{} {place}", exhibit.name),
                form: format!("{} {}", replacement.name(), place.form()),
                words,
            }));
        }
    }
    (tried, found)
}
