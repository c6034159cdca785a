#![doc = include_str!("role_not_assumable.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::RoleNotAssumable,
    title: "ECS cannot assume a role of the task",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("role_not_assumable.md"),
    assess: |case| refusal::assess(case, CauseId::RoleNotAssumable),
};
