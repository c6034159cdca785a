//! The exit codes of the program. Scripts depend on these numbers, so they are part of the contract.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | success, with or without findings |
//! | 1 | failure: a file could not be written, a thread could not be started, another run uses the state |
//! | 2 | wrong usage: an unknown flag, a path that does not exist, an invalid time |
//! | 3 | no usable input |
//! | 10 | success, and `--fail-on` matched |
//! | 11 | success, and the coverage is below `--min-coverage` |

use std::process::ExitCode;

use crate::cli::args::FailOnFinding;
use crate::finding::{CauseId, Confidence};
use crate::report::{Report, Status};

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The report was written.
    Done,
    /// No report was written, for a reason outside the inputs.
    Failed,
    /// The command line, the environment or the configuration file is wrong.
    Usage,
    /// The inputs contain nothing usable.
    NoUsableInput,
    /// The report was written, and `--fail-on` matched.
    Found,
    /// The report was written, and the coverage is below `--min-coverage`.
    BelowCoverage,
}

impl Exit {
    /// The exit code as a number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NoUsableInput => 3,
            Self::Found => 10,
            Self::BelowCoverage => 11,
        }
    }

    /// The exit code of a run whose report was written. A finding takes precedence over low coverage.
    #[must_use]
    pub fn of_report(report: &Report, fail_on: Option<FailOnFinding>, min_coverage: Option<u8>) -> Self {
        if fail_on.is_some_and(|finding| finds(report, finding)) {
            Self::Found
        } else if min_coverage.is_some_and(|percent| !covers(report, percent)) {
            Self::BelowCoverage
        } else {
            Self::Done
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Whether the report has such a finding. A healthy network is not a finding.
fn finds(report: &Report, finding: FailOnFinding) -> bool {
    let has_verdict = |confidences: &[Confidence]| {
        let mut verdicts = report.tasks.iter().map(|task| &task.verdict);
        verdicts.any(|verdict| {
            confidences.contains(&verdict.confidence) && verdict.cause != CauseId::NetworkHealthy
        })
    };
    match finding {
        FailOnFinding::Confirmed => has_verdict(&[Confidence::Confirmed]),
        FailOnFinding::Likely => has_verdict(&[Confidence::Confirmed, Confidence::Likely]),
        FailOnFinding::New => report.incidents.iter().any(|incident| {
            let status = incident.history.as_ref().map(|history| history.status);
            matches!(status, Some(Status::New | Status::Returned))
                && incident.cause != CauseId::NetworkHealthy
        }),
    }
}

/// Whether the logs cover at least this percentage of the expected minutes.
///
/// If tasks were diagnosed and none has an interface, the coverage is 0 percent. Without tasks, it is 100 percent.
fn covers(report: &Report, percent: u8) -> bool {
    let interfaces = &report.coverage.interfaces;
    let expected: u128 = interfaces.iter().map(|interface| u128::from(interface.minutes_expected)).sum();
    if expected == 0 {
        return report.tasks.is_empty() || percent == 0;
    }
    let seen: u128 = interfaces
        .iter()
        .map(|interface| u128::from(interface.minutes_seen.min(interface.minutes_expected)))
        .sum();
    seen * 100 >= expected * u128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn exit_codes_match_the_contract() {
        let check = |exit: Exit, code| assert_eq!(exit.code(), code, "{exit:?}");
        check(Exit::Done, 0);
        check(Exit::Failed, 1);
        check(Exit::Usage, 2);
        check(Exit::NoUsableInput, 3);
        check(Exit::Found, 10);
        check(Exit::BelowCoverage, 11);
    }

    #[test]
    fn findings_and_coverage_determine_the_exit_code() {
        let check = |report: &Report, fail_on, min_coverage, exit| {
            assert_eq!(Exit::of_report(report, fail_on, min_coverage), exit, "{fail_on:?} {min_coverage:?}");
        };
        // 11 of 12 minutes are covered: 91.7 percent.
        let rich = sample::rich();
        check(&rich, None, None, Exit::Done);
        check(&rich, Some(FailOnFinding::Confirmed), None, Exit::Found);
        check(&rich, Some(FailOnFinding::Likely), Some(100), Exit::Found);
        check(&rich, None, Some(91), Exit::Done);
        check(&rich, None, Some(92), Exit::BelowCoverage);

        let mut likely = sample::rich();
        likely.tasks.retain(|task| task.verdict.confidence != Confidence::Confirmed);
        check(&likely, Some(FailOnFinding::Confirmed), None, Exit::Done);
        check(&likely, Some(FailOnFinding::Likely), None, Exit::Found);
        likely.tasks.retain(|task| task.verdict.confidence == Confidence::Undetermined);
        check(&likely, Some(FailOnFinding::Likely), None, Exit::Done);
        likely.coverage.interfaces.clear();
        check(&likely, None, Some(1), Exit::BelowCoverage);

        let mut healthy = sample::rich();
        healthy.tasks.truncate(1);
        healthy.tasks[0].verdict.cause = CauseId::NetworkHealthy;
        check(&healthy, Some(FailOnFinding::Likely), None, Exit::Done);
        check(&sample::empty(), Some(FailOnFinding::Likely), Some(100), Exit::Done);

        let mut continued = sample::continued();
        check(&continued, Some(FailOnFinding::New), None, Exit::Found);
        for incident in &mut continued.incidents {
            incident.history.as_mut().expect("a run with a state").status = Status::Ongoing;
        }
        check(&continued, Some(FailOnFinding::New), None, Exit::Done);
        check(&continued, Some(FailOnFinding::Likely), None, Exit::Found);
        check(&rich, Some(FailOnFinding::New), None, Exit::Done);
    }
}
