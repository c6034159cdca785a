#![doc = include_str!("task_sg_blocks_egress.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::rejection::Rejection;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TaskSgBlocksEgress,
    title: "The task's security groups do not allow the request",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_sg_blocks_egress.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    match Rejection::near(case) {
        Ok(rejection) => rejection.assess(CAUSE.id, []),
        Err(assessment) => assessment,
    }
}
