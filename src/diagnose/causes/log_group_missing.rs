#![doc = include_str!("log_group_missing.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::LogGroupMissing,
    title: "The log group does not exist",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("log_group_missing.md"),
    assess: |case| refusal::assess(case, CauseId::LogGroupMissing),
};
