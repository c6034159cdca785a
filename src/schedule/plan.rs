//! The plan of a run: the tasks to diagnose, and the files to read for them.
//!
//! No clock is used: "now" is the latest time of any record. A verdict is final when the logs continue long enough
//! after the end of the task. It is made again if a new file reaches back to the task.

use std::collections::BTreeSet;

use crate::diagnose::case::{Selection, Subject};
use crate::finding::Confidence;
use crate::model::ids::InterfaceId;
use crate::model::time::{Timestamp, Window};
use crate::schedule::inputs::InputFiles;
use crate::schedule::state::{KnownTask, SavedState};

/// Longest duration of a start, seconds. It is used if only one end of the start is known. Fargate gives up after a
/// few minutes.
pub(super) const MAX_START_SECONDS: i64 = 3600;
/// Seconds for which the logs must continue after a task's end until its verdict is final. This is twice the longest
/// interval, once for records with a late timestamp and once for awaited replies, and the time of delivery.
const FINAL_AFTER: i64 = 1800;
/// The same for an undetermined verdict.
const UNDETERMINED_FINAL_AFTER: i64 = 3600;

/// The files to read and the tasks to diagnose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunPlan {
    /// Positions in [`InputFiles::files`].
    pub(super) files: BTreeSet<usize>,
    /// Positions in [`Selection::subjects`].
    pub(super) subjects: BTreeSet<usize>,
    /// Needed files of earlier runs that are not among the inputs.
    pub(super) missing: BTreeSet<String>,
}

impl RunPlan {
    /// Returns whether this plan includes all work of the other one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.subjects == other.subjects && self.files.is_superset(&other.files)
    }
}

/// Returns the lifetime of a task. If one end is unknown, it is estimated; none if both are unknown.
pub(super) fn life(created_at: Option<Timestamp>, stopped_at: Option<Timestamp>) -> Option<Window> {
    match (created_at, stopped_at) {
        (Some(from), Some(to)) => Some(Window { from, to: to.plus(1) }),
        (Some(from), None) => Some(Window { from, to: from.plus(MAX_START_SECONDS) }),
        (None, Some(to)) => Some(Window { from: to.plus(-MAX_START_SECONDS), to: to.plus(1) }),
        (None, None) => None,
    }
}

/// Makes the plan. `new_windows` are the times of the records of the new files, once these have been read.
pub(super) fn plan_run(
    state: &SavedState,
    inputs: &InputFiles,
    selection: &Selection,
    may_suspect: bool,
    new_windows: Option<&[Window]>,
) -> RunPlan {
    let mut plan = RunPlan::default();
    let mut wanted: Vec<Window> = Vec::new();
    for (place, subject) in selection.subjects.iter().enumerate() {
        let Some(life) = life(subject.created_at, subject.stopped_at) else {
            plan.subjects.insert(place);
            wanted.extend(windows_near(state, new_windows));
            continue;
        };
        let recorded = Subject { lived: life, ..Subject::default() }.recorded();
        let known = identity(subject).and_then(|id| state.tasks.get(id));
        if known.is_some_and(|known| !is_due(known, life, recorded, state, new_windows)) {
            continue;
        }
        let missing = missing_files(state, inputs, recorded);
        // If some of its records are missing, a new verdict could only be worse than the known one.
        if known.is_none() || missing.is_empty() {
            plan.subjects.insert(place);
            wanted.push(recorded);
            wanted.extend(neighbours(selection, life));
        }
        plan.missing.extend(missing);
    }
    if may_suspect || !selection.unmatched.is_empty() {
        wanted.extend(windows_near(state, new_windows));
    }
    let is_wanted = |place: &usize| {
        let known = state.files.get(&inputs.files[*place].key);
        !inputs.is_known(*place, state)
            || known.is_some_and(|known| wanted.iter().any(|&window| known.touches(window)))
    };
    plan.files = (0..inputs.files.len()).filter(is_wanted).collect();
    plan
}

/// Returns the name under which the state stores a task.
pub(super) fn identity(subject: &Subject) -> Option<&str> {
    subject.task_arn.as_deref().or_else(|| subject.interface_id.as_ref().map(InterfaceId::as_str))
}

/// Returns whether a known task must be diagnosed again.
fn is_due(
    known: &KnownTask,
    life: Window,
    recorded: Window,
    state: &SavedState,
    new_windows: Option<&[Window]>,
) -> bool {
    let has_changed = known.lived() != life;
    let is_final = state.end().is_some_and(|end| end >= known.to.plus(final_after(&known.confidence)));
    let is_touched = new_windows
        .unwrap_or_default()
        .iter()
        .any(|window| recorded.touches(window.from, window.to.plus(-1)));
    has_changed || !is_final || is_touched
}

fn final_after(confidence: &str) -> i64 {
    if confidence == Confidence::Undetermined.name() { UNDETERMINED_FINAL_AFTER } else { FINAL_AFTER }
}

/// Returns the windows in which tasks of unknown lifetime may have records: near the new records or, before these are
/// read, near the latest known record.
fn windows_near(state: &SavedState, new_windows: Option<&[Window]>) -> Vec<Window> {
    let widened = |window: &Window| window.widened(MAX_START_SECONDS, MAX_START_SECONDS);
    match new_windows {
        Some(windows) => windows.iter().map(widened).collect(),
        None => state.end().map(|end| widened(&Window { from: end, to: end.plus(1) })).into_iter().collect(),
    }
}

/// Returns the windows of healthy tasks that may be compared with a failed one: those that started at about the same
/// time.
fn neighbours(selection: &Selection, life: Window) -> impl Iterator<Item = Window> {
    let near = life.widened(MAX_START_SECONDS, MAX_START_SECONDS);
    let has_begun = move |at: Timestamp| near.contains(at);
    let started = selection.neighbours.iter();
    started.filter(move |task| task.created_at.is_some_and(has_begun)).map(Subject::recorded)
}

fn missing_files(state: &SavedState, inputs: &InputFiles, window: Window) -> Vec<String> {
    let touching = state.files.iter().filter(|(_, known)| known.touches(window));
    touching.filter(|(key, _)| !inputs.contains(key)).map(|(key, _)| key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::files::LogFile;
    use crate::schedule::state::KnownFile;

    /// A state with the files `a.log`, `b.log`, …, of ten minutes each, one after the other from time 0.
    fn state_of(files: &[&str]) -> SavedState {
        let mut state = SavedState::default();
        for (name, first) in files.iter().zip((0..).step_by(600)) {
            let (first, last) = (Some(Timestamp(first)), Some(Timestamp(first + 599)));
            state
                .files
                .insert((*name).to_owned(), KnownFile { size: 1, first, last, ..KnownFile::default() });
        }
        state
    }

    fn inputs(names: &[&str]) -> InputFiles {
        let file = |name: &&str| LogFile::of_bytes(name, vec![0]);
        InputFiles::of(names.iter().map(file).collect(), &[])
    }

    fn selection(from: i64, to: i64) -> Selection {
        let subject = Subject {
            task_arn: Some("arn".into()),
            created_at: Some(Timestamp(from)),
            stopped_at: Some(Timestamp(to - 1)),
            ..Subject::default()
        };
        Selection { subjects: vec![subject], ..Selection::default() }
    }

    fn know(state: &mut SavedState, from: i64, to: i64, confidence: &str) {
        let known = KnownTask {
            incident: "undetermined - -".into(),
            confidence: confidence.into(),
            interface_id: Some(InterfaceId::new("eni-1")),
            service_name: None,
            subnet_id: None,
            from: Timestamp(from),
            to: Timestamp(to),
        };
        state.tasks.insert("arn".into(), known);
    }

    /// Returns the first letters of the selected files, and whether the task is diagnosed.
    fn chosen(
        state: &SavedState,
        names: &[&str],
        life: (i64, i64),
        new_windows: Option<&[Window]>,
    ) -> (String, bool) {
        let plan = plan_run(state, &inputs(names), &selection(life.0, life.1), false, new_windows);
        let files = plan.files.iter().map(|&place| &names[place][..1]).collect();
        (files, !plan.subjects.is_empty())
    }

    const NAMES: [&str; 9] =
        ["a.log", "b.log", "c.log", "d.log", "e.log", "f.log", "g.log", "h.log", "i.log"];

    #[test]
    fn a_new_task_needs_the_files_of_its_time_and_the_new_files() {
        let state = state_of(&NAMES[..8]);
        // Records of the task may have timestamps from a minute before it to eleven minutes after it.
        assert_eq!(chosen(&state, &NAMES, (1860, 2000), None), ("dei".into(), true));
        assert_eq!(chosen(&state, &NAMES, (1859, 2341), None), ("cdefi".into(), true));
    }

    #[test]
    fn a_final_verdict_stays_unless_new_records_reach_it() {
        let check = |confidence, n_known, new_windows: Option<(i64, i64)>, expect: (&str, bool)| {
            let mut state = state_of(&NAMES[..n_known]);
            know(&mut state, 700, 1199, confidence);
            let new_windows =
                new_windows.map(|(from, to)| [Window { from: Timestamp(from), to: Timestamp(to) }]);
            let new_windows = new_windows.as_ref().map(<[Window; 1]>::as_slice);
            let selected = chosen(&state, &NAMES[..=n_known], (700, 1199), new_windows);
            assert_eq!(selected, (expect.0.to_owned(), expect.1), "{confidence} {n_known} {new_windows:?}");
        };
        // The logs end at 2999 with five files, at 3599 with six, at 4799 with eight.
        check("confirmed", 4, None, ("bcde", true));
        check("confirmed", 6, None, ("g", false));
        check("undetermined", 6, None, ("bcdg", true));
        check("undetermined", 8, None, ("i", false));
        check("confirmed", 6, Some((3600, 4200)), ("g", false));
        check("confirmed", 6, Some((1859, 2000)), ("g", false));
        check("confirmed", 6, Some((1858, 2000)), ("bcdg", true));
    }

    #[test]
    fn a_task_with_another_lifetime_is_diagnosed_again() {
        let mut state = state_of(&NAMES[..8]);
        know(&mut state, 700, 1200, "confirmed");
        assert!(!chosen(&state, &NAMES, (700, 1200), None).1);
        assert!(chosen(&state, &NAMES, (700, 1300), None).1);
    }

    #[test]
    fn missing_files_do_not_make_a_verdict_worse() {
        let mut state = state_of(&NAMES[..3]);
        know(&mut state, 700, 1200, "confirmed");
        let without = ["a.log", "c.log", "d.log"];
        let plan = plan_run(&state, &inputs(&without), &selection(700, 1200), false, None);
        assert_eq!(
            (plan.subjects.len(), plan.missing.into_iter().collect::<Vec<_>>()),
            (0, vec!["b.log".to_owned()])
        );
        state.tasks.clear();
        let plan = plan_run(&state, &inputs(&without), &selection(700, 1200), false, None);
        assert_eq!((plan.subjects.len(), plan.missing.len()), (1, 1));
    }

    #[test]
    fn suspects_are_searched_near_the_new_records() {
        let state = state_of(&NAMES[..8]);
        let search = |new_windows: Option<&[Window]>| {
            let plan = plan_run(&state, &inputs(&NAMES), &Selection::default(), true, new_windows);
            plan.files.iter().map(|&place| &NAMES[place][..1]).collect::<String>()
        };
        assert_eq!(search(None), "bcdefghi");
        assert_eq!(search(Some(&[Window { from: Timestamp(5000), to: Timestamp(5400) }])), "cdefghi");
        assert_eq!(search(Some(&[])), "i");
    }
}
