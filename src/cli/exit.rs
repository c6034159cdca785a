//! How the program ends. Scripts rely on these numbers: they are part of the contract.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done, whatever was found |
//! | 1 | failed: a file could not be written, a thread not started, another run holds the state |
//! | 2 | wrong usage: an unknown flag, a path that is not there, a time that is none |
//! | 3 | nothing usable in the inputs |
//! | 10 | done, and `--fail-on` matched |
//! | 11 | done, and the coverage is below `--min-coverage` |

use std::process::ExitCode;

use crate::finding::{CauseId, Confidence};
use crate::report::Report;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The report was written.
    Done,
    /// No report, for reasons outside the inputs.
    Failed,
    /// The command line cannot be carried out as typed.
    Usage,
    /// Nothing usable in the inputs.
    NoUsableInput,
    /// The report was written, and `--fail-on` matched.
    Found,
    /// The report was written, and the coverage is below `--min-coverage`.
    BelowCoverage,
}

impl Exit {
    /// The number.
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

    /// The exit of a run whose report was written. A finding outranks a lack of coverage.
    #[must_use]
    pub fn of_report(report: &Report, fail_on: Option<Confidence>, min_coverage: Option<u8>) -> Self {
        if fail_on.is_some_and(|standing| finds(report, standing)) {
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

/// Whether any task's verdict is at least as sure and blames something: a healthy network is no finding, however
/// sure it is.
fn finds(report: &Report, standing: Confidence) -> bool {
    report
        .tasks
        .iter()
        .any(|task| task.verdict.standing <= standing && task.verdict.cause != CauseId::NetworkHealthy)
}

/// Whether the logs show at least so many percent of the minutes they should.
///
/// Diagnosed tasks without any interface count as not covered; no tasks at all leave nothing to cover.
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
    fn codes_are_those_of_the_contract() {
        let check = |exit: Exit, code| assert_eq!(exit.code(), code, "{exit:?}");
        check(Exit::Done, 0);
        check(Exit::Failed, 1);
        check(Exit::Usage, 2);
        check(Exit::NoUsableInput, 3);
        check(Exit::Found, 10);
        check(Exit::BelowCoverage, 11);
    }

    #[test]
    fn findings_and_coverage_decide_the_exit() {
        let check = |report: &Report, fail_on, min_coverage, exit| {
            assert_eq!(Exit::of_report(report, fail_on, min_coverage), exit, "{fail_on:?} {min_coverage:?}");
        };
        // 11 of 12 minutes are covered: 91.7 percent.
        let rich = sample::rich();
        check(&rich, None, None, Exit::Done);
        check(&rich, Some(Confidence::Confirmed), None, Exit::Found);
        check(&rich, Some(Confidence::Likely), Some(100), Exit::Found);
        check(&rich, None, Some(91), Exit::Done);
        check(&rich, None, Some(92), Exit::BelowCoverage);

        let mut likely = sample::rich();
        likely.tasks.retain(|task| task.verdict.standing != Confidence::Confirmed);
        check(&likely, Some(Confidence::Confirmed), None, Exit::Done);
        check(&likely, Some(Confidence::Likely), None, Exit::Found);
        likely.tasks.retain(|task| task.verdict.standing == Confidence::Undetermined);
        check(&likely, Some(Confidence::Likely), None, Exit::Done);
        likely.coverage.interfaces.clear();
        check(&likely, None, Some(1), Exit::BelowCoverage);

        let mut healthy = sample::rich();
        healthy.tasks.truncate(1);
        healthy.tasks[0].verdict.cause = CauseId::NetworkHealthy;
        check(&healthy, Some(Confidence::Likely), None, Exit::Done);
        check(&sample::empty(), Some(Confidence::Likely), Some(100), Exit::Done);
    }
}
