//! A bounded selection of a task's attempts for its timeline.

use crate::diagnose::case::Attempt;
use crate::report::{Span, Step};

/// Largest number of spans of one task in a report.
const MAX_SPANS: usize = 200;

/// Returns the attempts at one destination, by time.
pub(super) fn of(attempts: &[&Attempt]) -> Vec<Span> {
    let span = |attempt: &&Attempt| Span {
        first: attempt.first,
        last: attempt.last,
        state: attempt.outcome.step_state(),
    };
    let mut spans: Vec<Span> = attempts.iter().map(span).collect();
    spans.sort_unstable();
    spans
}

/// Reduces the spans to the number that a report contains for one task. Each step gets the same number, evenly
/// distributed over its attempts.
pub(super) fn bound(steps: &mut [Step]) {
    let total: usize = steps.iter().map(|step| step.spans.len()).sum();
    if total <= MAX_SPANS {
        return;
    }
    let (mut left, mut n_steps) = (MAX_SPANS, steps.len());
    let mut by_size: Vec<&mut Step> = steps.iter_mut().collect();
    by_size.sort_by_key(|step| step.spans.len());
    // The small steps come first, so that the large ones can use the number that they leave.
    for step in by_size {
        step.spans = evenly(&step.spans, left / n_steps);
        left -= step.spans.len();
        n_steps -= 1;
    }
}

/// Returns `wanted` of the spans, evenly distributed, including the first and the last.
fn evenly(spans: &[Span], wanted: usize) -> Vec<Span> {
    match wanted {
        _ if spans.len() <= wanted => spans.to_vec(),
        0 => Vec::new(),
        1 => spans[..1].to_vec(),
        _ => (0..wanted).map(|place| spans[place * (spans.len() - 1) / (wanted - 1)]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::StepState;
    use crate::model::service::Service;
    use crate::model::time::Timestamp;

    fn step(n: i64) -> Step {
        let span = |at| Span { first: Timestamp(at), last: Timestamp(at), state: StepState::Unanswered };
        Step {
            service: Service::S3,
            state: StepState::Unanswered,
            destination: String::new(),
            attempts: n.unsigned_abs(),
            first: Timestamp(0),
            last: Timestamp(n),
            spans: (0..n).map(span).collect(),
        }
    }

    #[test]
    fn spans_are_limited_and_divided_evenly() {
        let check = |sizes: &[i64], left: &[usize]| {
            let mut steps: Vec<Step> = sizes.iter().map(|&n| step(n)).collect();
            bound(&mut steps);
            let have: Vec<usize> = steps.iter().map(|step| step.spans.len()).collect();
            assert_eq!(have, left, "{sizes:?}");
            for (step, n) in steps.iter().zip(sizes).filter(|(step, _)| step.spans.len() > 1) {
                let ends = [step.spans.first(), step.spans.last()].map(|span| span.expect("some").first.0);
                assert_eq!(ends, [0, n - 1]);
            }
        };
        check(&[], &[]);
        check(&[3, 200], &[3, 197]);
        check(&[100, 100], &[100, 100]);
        check(&[1000, 10, 1000], &[95, 10, 95]);
        check(&[1; 300].map(|n: i64| n), &[[0; 100].as_slice(), &[1; 200]].concat());
    }
}
