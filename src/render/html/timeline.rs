//! A task's attempts over time: one row for each step, with the task's creation and stop, and with coverage gaps.
//!
//! Input: a task's steps. Output: positions in thousandths of the width; the template draws them.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::scale::{Scale, percent};
use super::text::{Text, text};
use crate::finding::{CaseChanges, StepState};
use crate::model::time::Timestamp;
use crate::render::words::{count, span};
use crate::report::{CoverageGap, GapReason, Span, Step, TaskReport};

/// The smallest width of a bar, so that an attempt without a duration is visible.
const MIN_BAR_WIDTH: i64 = 7;
/// The height of a row's bars.
const HEIGHT: i64 = 24;
/// Half of the width of a tick's label, with a margin.
const ROOM: i64 = 45;
/// The largest number of attempts that are drawn below each other.
const MAX_LANES: usize = 4;

/// The picture.
pub(super) struct Timeline {
    pub(super) ticks: Vec<TimeMark>,
    pub(super) created: Option<TimeMark>,
    pub(super) stopped: Option<TimeMark>,
    /// The change that broke the start; at the left edge if it was made before the times that are drawn.
    pub(super) changed: Option<TimeMark>,
    pub(super) shades: Vec<Shade>,
    pub(super) rows: Vec<TimelineRow>,
    /// The meanings of the bars and shades that occur.
    pub(super) legend: Vec<LegendEntry>,
}

/// A time on the axis.
pub(super) struct TimeMark {
    pub(super) x: String,
    pub(super) clock: Text,
    /// Whether its label is on its left, because it is close to the right edge.
    pub(super) is_right: bool,
}

/// A time that the logs do not cover.
pub(super) struct Shade {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) class: &'static str,
    pub(super) statement: Text,
}

/// One step.
pub(super) struct TimelineRow {
    pub(super) service: Text,
    pub(super) destination: Text,
    pub(super) class: &'static str,
    pub(super) state: &'static str,
    pub(super) attempts: u64,
    pub(super) first: i64,
    pub(super) bars: Vec<Bars>,
    /// The text of the drawing for screen readers.
    pub(super) statement: Text,
}

/// The attempts with the same outcome, as one path.
pub(super) struct Bars {
    pub(super) class: &'static str,
    pub(super) d: String,
}

/// One symbol and its meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LegendEntry {
    pub(super) class: &'static str,
    pub(super) means: &'static str,
}

/// Returns the timeline of a task; none if it has no attempts, no creation time and no stop time.
pub(super) fn timeline(task: &TaskReport) -> Option<Timeline> {
    let spans = || task.steps.iter().flat_map(|step| &step.spans);
    let steps = task.steps.iter().flat_map(|step| [step.first, step.last]);
    let attempts = spans().flat_map(|span| [span.first, span.last]);
    let scale = Scale::of(task.created_at.into_iter().chain(task.stopped_at).chain(steps).chain(attempts))?;
    let marked = |at: Option<Timestamp>| at.map(|at| mark(scale.place(at), at));
    let lifetime = [task.created_at, task.stopped_at].map(|at| at.map(|at| scale.place(at)));
    // Ticks near the creation or the stop are omitted, because their labels would overlap its line.
    let is_free = |place: i64| lifetime.iter().flatten().all(|mark| (mark - place).abs() >= ROOM);
    let ticks = scale.ticks().into_iter().filter(|(place, _)| is_free(*place));
    Some(Timeline {
        ticks: ticks.map(|(place, at)| mark(place, at)).collect(),
        created: marked(task.created_at),
        stopped: marked(task.stopped_at),
        changed: marked(task.verdict.changes.as_ref().and_then(CaseChanges::culprit).map(|change| change.at)),
        shades: task.coverage_gaps.iter().filter_map(|gap| shade(scale, gap)).collect(),
        rows: task.steps.iter().map(|step| row(scale, step)).collect(),
        legend: legend(task),
    })
}

fn mark(place: i64, at: Timestamp) -> TimeMark {
    TimeMark { x: percent(place), clock: text(at.clock()), is_right: place > 500 }
}

/// Returns the shade of a gap; none for a gap outside the scale.
fn shade(scale: Scale, gap: &CoverageGap) -> Option<Shade> {
    let (from, to) = (scale.place(gap.from), scale.place(gap.to));
    let key = gap_entry(gap.reason);
    let statement = text(format!("{}: {}", key.means, span(gap.from, gap.to)));
    (from < to).then(|| Shade { x: percent(from), width: percent(to - from), class: key.class, statement })
}

fn row(scale: Scale, step: &Step) -> TimelineRow {
    let key = outcome(step.state);
    TimelineRow {
        service: text(&step.service),
        destination: text(&step.destination),
        class: key.class,
        state: key.means,
        attempts: step.attempts,
        first: step.first.0,
        bars: bars(scale, &step.spans),
        statement: statement(step),
    }
}

/// Returns one path for each outcome, so that a page of thousands of tasks stays small. Simultaneous attempts are drawn
/// below each other, in at most [`MAX_LANES`] lanes.
fn bars(scale: Scale, spans: &[Span]) -> Vec<Bars> {
    let (lanes, n_lanes) = lanes(spans);
    let height = HEIGHT / n_lanes;
    let mut paths: BTreeMap<StepState, String> = BTreeMap::new();
    for (span, lane) in spans.iter().zip(lanes) {
        let from = scale.place(span.first);
        let width = (scale.place(span.last) - from).max(MIN_BAR_WIDTH);
        let (y, height) = (lane * height, (height - 1).max(2));
        let path = paths.entry(span.state).or_default();
        write!(path, "M{from} {y}h{width}v{height}h-{width}z").expect("text takes everything");
    }
    paths.into_iter().map(|(state, d)| Bars { class: outcome(state).class, d }).collect()
}

/// Returns the lane of each attempt and the number of lanes. An attempt gets the first free lane, or the lane that
/// becomes free first.
fn lanes(spans: &[Span]) -> (Vec<i64>, i64) {
    let mut free_from: Vec<Timestamp> = Vec::new();
    let mut lanes = Vec::with_capacity(spans.len());
    for span in spans {
        let free = free_from.iter().position(|&from| from < span.first);
        let lane = free.unwrap_or_else(|| {
            if free_from.len() < MAX_LANES {
                free_from.push(span.last);
                return free_from.len() - 1;
            }
            (0..MAX_LANES).min_by_key(|&lane| free_from[lane]).unwrap_or(0)
        });
        free_from[lane] = span.last;
        lanes.push(i64::try_from(lane).unwrap_or(0));
    }
    (lanes, i64::try_from(free_from.len().max(1)).unwrap_or(1))
}

fn statement(step: &Step) -> Text {
    let mut counts: BTreeMap<StepState, u64> = BTreeMap::new();
    for span in &step.spans {
        *counts.entry(span.state).or_default() += 1;
    }
    let of_each = counts.into_iter().map(|(state, n)| format!("{n} {}", outcome(state).means));
    let of_each: Vec<String> = of_each.collect();
    let shown = step.spans.len() as u64;
    let omitted = match step.attempts.saturating_sub(shown) {
        0 => String::new(),
        _ => format!(" ({shown} of them drawn)"),
    };
    let when = span(step.first, step.last);
    text(format!("{}{omitted}: {}; {when}", count(step.attempts, "attempt"), of_each.join(", ")))
}

/// Returns the symbols that occur.
fn legend(task: &TaskReport) -> Vec<LegendEntry> {
    let spans = task.steps.iter().flat_map(|step| &step.spans).map(|span| outcome(span.state));
    let spots = task.coverage_gaps.iter().map(|gap| gap_entry(gap.reason));
    let mut keys: Vec<LegendEntry> = Vec::new();
    for key in spans.chain(spots) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Returns the symbol and the name of an outcome.
pub(super) fn outcome(state: StepState) -> LegendEntry {
    let (class, means) = match state {
        StepState::Completed => ("completed", "completed"),
        StepState::RequestRejected => ("rejected", "request rejected"),
        StepState::ReplyRejected => ("rejected", "reply rejected"),
        StepState::Unanswered => ("unanswered", "no reply"),
        StepState::Reset => ("broken", "reset"),
        StepState::Stalled => ("broken", "stalled"),
        StepState::Unclear => ("unclear", "unclear"),
    };
    LegendEntry { class, means }
}

fn gap_entry(reason: GapReason) -> LegendEntry {
    match reason {
        GapReason::Skipdata => LegendEntry { class: "skipdata", means: "records lost (SKIPDATA)" },
        GapReason::NoRecord => LegendEntry { class: "no-records", means: "no record" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn each_step_has_a_row_and_each_outcome_a_path() {
        let report = sample::rich();
        let timeline = timeline(&report.tasks[0]).expect("it has times");
        let rows: Vec<_> =
            timeline.rows.iter().map(|row| (row.service.to_string(), row.state, row.bars.len())).collect();
        assert_eq!(rows, [("dns".into(), "completed", 1), ("secretsmanager".into(), "request rejected", 1)]);
        assert_eq!(timeline.rows[1].bars[0].d.matches('M').count(), 6);
        assert_eq!(
            timeline.rows[1].statement.to_string(),
            "6 attempts: 6 request rejected; 2026-11-23 03:12:05 to 03:13:40 UTC"
        );
        assert_eq!(timeline.shades.len(), 2);
        assert!(timeline.created.is_some_and(|mark| !mark.is_right));
        assert!(timeline.stopped.is_some_and(|mark| mark.is_right));
    }

    #[test]
    fn a_task_without_times_has_no_timeline() {
        let mut task = sample::rich().tasks.remove(6);
        (task.created_at, task.stopped_at) = (None, None);
        assert!(timeline(&task).is_none());
    }
}
