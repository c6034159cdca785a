#![doc = include_str!("log_region_wrong.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::LogRegionWrong,
    title: "The Region of the log driver is not a Region",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("log_region_wrong.md"),
    assess: |case| refusal::assess(case, CauseId::LogRegionWrong),
};
