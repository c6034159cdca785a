#![doc = include_str!("task_nacl_blocks_egress.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::phrases::show_acl;
use crate::diagnose::rejection::Rejection;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TaskNaclBlocksEgress,
    title: "The network ACL of the task's subnet denies the request",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_nacl_blocks_egress.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    match Rejection::near(case) {
        Ok(rejection) => rejection.assess(CAUSE.id, show_acl(case.subject.subnet_id.as_ref())),
        Err(assessment) => assessment,
    }
}
