//! The table of a run: a row for each shape, a column for each variant, and the most frequent misses.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support::worlds::judge::{Excess, Judgement, Rightness};
use crate::support::worlds::shape_list::SHAPES;
use crate::support::worlds::variant::Variant;

/// Counts of judgements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// All.
    pub(crate) cases: usize,
    /// Right causes.
    pub(crate) causes: usize,
    /// Right causes and culprits.
    pub(crate) culprits: usize,
    /// `undetermined`.
    pub(crate) undetermined: usize,
    /// Confirmed and wrong.
    pub(crate) wrong: usize,
    /// Confirmed above what the facts bear.
    pub(crate) too_certain: usize,
}

impl Tally {
    /// Counts judgements.
    pub(crate) fn of<'a>(judgements: impl Iterator<Item = &'a Judgement>) -> Self {
        let mut tally = Self::default();
        for one in judgements {
            tally.cases += 1;
            tally.causes += usize::from(one.rightness >= Rightness::Cause);
            tally.culprits += usize::from(one.rightness == Rightness::Culprit);
            tally.undetermined += usize::from(one.is_undetermined);
            tally.wrong += usize::from(one.excess == Excess::Wrong);
            tally.too_certain += usize::from(one.excess == Excess::TooCertain);
        }
        tally
    }

    /// A part of all cases, in percent.
    pub(crate) fn percent(self, part: usize) -> usize {
        part * 100 / self.cases.max(1)
    }
}

/// The table, as text.
pub(crate) fn table(judgements: &[Judgement]) -> String {
    let mut text = format!("{:<26}", "cause % / culprit %");
    for variant in Variant::ALL {
        write!(text, "{:>12}", variant.name()).expect("memory takes text");
    }
    text.push_str("  undet%  wrong  too certain\n");
    for shape in SHAPES {
        let of_shape = || judgements.iter().filter(|one| one.case.shape == *shape);
        let cells =
            Variant::ALL.map(|variant| Tally::of(of_shape().filter(|one| one.case.variant == variant)));
        text.push_str(&row(shape.name, &cells, Tally::of(of_shape())));
    }
    let cells =
        Variant::ALL.map(|variant| Tally::of(judgements.iter().filter(|one| one.case.variant == variant)));
    text.push_str(&row("all", &cells, Tally::of(judgements.iter())));
    text.push_str(&undetermined("undetermined %", judgements.iter()));
    text.push_str(&undetermined("  of delivered records", delivered(judgements)));
    text.push_str("\nmost frequent misses\n");
    for (count, kind) in misses(judgements).into_iter().take(40) {
        writeln!(text, "{count:>6}  {kind}").expect("memory takes text");
    }
    text
}

fn row(name: &str, cells: &[Tally], whole: Tally) -> String {
    let mut text = format!("{name:<26}");
    for cell in cells {
        let both = format!("{}/{}", cell.percent(cell.causes), cell.percent(cell.culprits));
        write!(text, "{both:>12}").expect("memory takes text");
    }
    let undetermined = whole.percent(whole.undetermined);
    writeln!(text, "{undetermined:>8}{:>7}{:>13}", whole.wrong, whole.too_certain)
        .expect("memory takes text");
    text
}

/// The judgements of worlds whose records were delivered.
pub(crate) fn delivered(judgements: &[Judgement]) -> impl Iterator<Item = &Judgement> + Clone {
    judgements.iter().filter(|one| one.case.shape.is_delivered())
}

/// A row of the undetermined answers of each variant, in percent of some of the judgements.
fn undetermined<'a>(name: &str, judgements: impl Iterator<Item = &'a Judgement> + Clone) -> String {
    let mut text = format!("{name:<26}");
    for variant in Variant::ALL {
        let tally = Tally::of(judgements.clone().filter(|one| one.case.variant == variant));
        write!(text, "{:>12}", tally.percent(tally.undetermined)).expect("memory takes text");
    }
    text.push('\n');
    text
}

/// Kinds of misses, the most frequent first.
fn misses(judgements: &[Judgement]) -> Vec<(usize, String)> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for one in
        judgements.iter().filter(|one| one.rightness != Rightness::Culprit || one.excess != Excess::None)
    {
        *kinds.entry(format!("{}: {}", one.case.shape.name, one.kind)).or_default() += 1;
    }
    let mut kinds: Vec<(usize, String)> = kinds.into_iter().map(|(kind, count)| (count, kind)).collect();
    kinds.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    kinds
}
