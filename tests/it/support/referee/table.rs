//! The table of accuracy: a line for each trouble, a column for each variant.

use std::fmt::Write;

use flowcause::finding::Confidence;

use crate::support::referee::checked::CheckRightness;
use crate::support::referee::judge::{Judgement, Rightness};
use crate::support::referee::trouble::Trouble;
use crate::support::referee::variant::Variant;

/// Counts of judgements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Cases.
    pub(crate) cases: usize,
    /// Right causes.
    pub(crate) causes: usize,
    /// Right culprits, of right causes.
    pub(crate) culprits: usize,
    /// Confirmed verdicts.
    confirmed: usize,
    /// Verified fixes with the right culprit.
    verified: usize,
}

impl Tally {
    /// Counts these judgements.
    pub(crate) fn of<'a>(judgements: impl IntoIterator<Item = &'a Judgement>) -> Self {
        let mut tally = Self::default();
        for judgement in judgements {
            tally.cases += 1;
            let is_right = judgement.rightness == Rightness::Culprit;
            tally.causes += usize::from(judgement.rightness != Rightness::Nothing);
            tally.culprits += usize::from(is_right);
            tally.confirmed += usize::from(judgement.confidence == Some(Confidence::Confirmed));
            tally.verified += usize::from(judgement.is_verified && is_right);
        }
        tally
    }
}

/// A percentage with one decimal.
fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// The table: right causes of all cases, then right culprits.
pub(crate) fn table(judgements: &[Judgement]) -> String {
    let mut text = format!("{:<30}{:<24}", "cause", "trouble");
    for variant in Variant::ALL {
        let _ = write!(text, "{:>18}", variant.name());
    }
    text.push('\n');
    for trouble in Trouble::ALL {
        let _ = write!(text, "{:<30}{:<24}", trouble.cause(), trouble.name());
        for variant in Variant::ALL {
            let of_cell = |judgement: &&Judgement| {
                judgement.case.trouble == trouble && judgement.case.variant == variant
            };
            let Tally { cases, causes, culprits, .. } = Tally::of(judgements.iter().filter(of_cell));
            let cell = if cases == 0 { "-".into() } else { format!("{causes}/{cases}  {culprits}") };
            let _ = write!(text, "{cell:>18}");
        }
        text.push('\n');
    }
    for (name, part) in SUMS {
        let _ = write!(text, "{name:<54}");
        for variant in Variant::ALL {
            let tally = Tally::of(judgements.iter().filter(|judgement| judgement.case.variant == variant));
            let _ = write!(text, "{:>18}", percent(part(&tally), tally.cases));
        }
        text.push('\n');
    }
    text
}

/// The table of `check`. Each cell counts the answers that are right in cause and culprit, right in cause alone, undecided and
/// wrong.
pub(crate) fn check_table(judgements: &[Judgement]) -> String {
    let mut text = format!("{:<54}", "check: culprit, cause alone, undecided, wrong");
    for variant in Variant::ALL {
        let _ = write!(text, "{:>18}", variant.name());
    }
    text.push('\n');
    let troubles = Trouble::ALL.into_iter().map(Some).chain([None]);
    for trouble in troubles {
        let name = trouble.map_or("all", Trouble::name);
        let _ = write!(text, "{:<30}{name:<24}", trouble.map_or("", Trouble::cause));
        for variant in Variant::ALL {
            let of_cell = judgements.iter().filter(|judgement| {
                trouble.is_none_or(|one| judgement.case.trouble == one) && judgement.case.variant == variant
            });
            let answers: Vec<CheckRightness> = of_cell.map(|judgement| judgement.check.rightness).collect();
            let count = |wanted| answers.iter().filter(|&&answer| answer == wanted).count().to_string();
            let counts = [
                CheckRightness::Culprit,
                CheckRightness::Cause,
                CheckRightness::Undecided,
                CheckRightness::Wrong,
            ]
            .map(count);
            let cell = if answers.is_empty() { "-".into() } else { counts.join(" ") };
            let _ = write!(text, "{cell:>18}");
        }
        text.push('\n');
    }
    text
}

/// One count of a tally.
type Part = fn(&Tally) -> usize;

/// The last lines of the table.
const SUMS: [(&str, Part); 4] = [
    ("right cause", |tally| tally.causes),
    ("right culprit", |tally| tally.culprits),
    ("confirmed", |tally| tally.confirmed),
    ("right culprit and the fix verified", |tally| tally.verified),
];
