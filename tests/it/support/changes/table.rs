//! The table of a run: a row for each kind, a column for each variant, and what went wrong.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support::changes::judge::Judgement;
use crate::support::changes::kind::Kind;
use crate::support::changes::variant::Variant;

/// Counts of judgements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// All.
    pub(crate) cases: usize,
    /// Cases in which the answer must name the event that broke the service.
    pub(crate) required: usize,
    /// Those of them in which it does.
    pub(crate) named: usize,
    /// Cases in which an innocent event is named.
    pub(crate) innocent: usize,
    /// The same, confirmed.
    pub(crate) confirmed: usize,
    /// Answers above what the facts bear.
    pub(crate) too_certain: usize,
    /// Confirmed causes that are wrong.
    pub(crate) wrong_causes: usize,
    /// Answers that do not fit the contract.
    pub(crate) misshapen: usize,
}

impl Tally {
    /// Counts judgements.
    pub(crate) fn of<'a>(judgements: impl Iterator<Item = &'a Judgement>) -> Self {
        let mut tally = Self::default();
        for one in judgements {
            tally.cases += 1;
            tally.required += usize::from(one.is_required);
            tally.named += usize::from(one.is_required && one.is_right);
            tally.innocent += usize::from(one.names_innocent);
            tally.confirmed += usize::from(one.confirms_innocent);
            tally.too_certain += usize::from(one.is_too_certain);
            tally.wrong_causes += usize::from(one.has_wrong_cause);
            tally.misshapen += usize::from(!one.faults.is_empty());
        }
        tally
    }

    /// The named ones, in percent of the required ones; none where nothing is required.
    pub(crate) fn percent(self) -> Option<usize> {
        (self.named * 100).checked_div(self.required)
    }

    /// A cell: named %, and innocents where there are some.
    fn cell(self) -> String {
        let named = self.percent().map_or("-".to_owned(), |percent| percent.to_string());
        if self.innocent == 0 { named } else { format!("{named}!{}", self.innocent) }
    }
}

/// The table, as text.
pub(crate) fn table(judgements: &[Judgement]) -> String {
    let mut text = format!("{:<18}", "named %!innocent");
    for variant in Variant::ALL {
        write!(text, "{:>17}", variant.name()).expect("memory takes text");
    }
    text.push_str("  cases  innocent  confirmed  too certain  wrong cause  misshapen\n");
    for kind in Kind::ALL {
        text.push_str(&row(kind.name(), || judgements.iter().filter(|one| one.case.kind == kind).collect()));
    }
    text.push_str(&row("all", || judgements.iter().collect()));
    text.push_str("\nmost frequent misses\n");
    for (count, miss) in misses(judgements).into_iter().take(40) {
        writeln!(text, "{count:>6}  {miss}").expect("memory takes text");
    }
    text
}

fn row<'a>(name: &str, own: impl Fn() -> Vec<&'a Judgement>) -> String {
    let mut text = format!("{name:<18}");
    for variant in Variant::ALL {
        let tally = Tally::of(own().into_iter().filter(|one| one.case.variant == variant));
        write!(text, "{:>17}", tally.cell()).expect("memory takes text");
    }
    let all = Tally::of(own().into_iter());
    writeln!(
        text,
        "{:>7}{:>10}{:>11}{:>13}{:>13}{:>11}",
        all.cases, all.innocent, all.confirmed, all.too_certain, all.wrong_causes, all.misshapen
    )
    .expect("memory takes text");
    text
}

/// Kinds of misses, the most frequent first.
fn misses(judgements: &[Judgement]) -> Vec<(usize, String)> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for one in judgements {
        let place = format!("{}:{}", one.case.kind.name(), one.case.variant.name());
        let flags = [
            (one.is_required && !one.is_right, "not named"),
            (one.names_innocent, "innocent named"),
            (one.is_too_certain, "too certain"),
            (one.has_wrong_cause, "wrong cause"),
        ];
        for (_, what) in flags.into_iter().filter(|(is_so, _)| *is_so) {
            *kinds.entry(format!("{place}: {what}")).or_default() += 1;
        }
        for fault in &one.faults {
            *kinds.entry(format!("{place}: {fault}")).or_default() += 1;
        }
    }
    let mut kinds: Vec<(usize, String)> = kinds.into_iter().map(|(kind, count)| (count, kind)).collect();
    kinds.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    kinds
}
