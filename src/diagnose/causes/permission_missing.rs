#![doc = include_str!("permission_missing.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::PermissionMissing,
    title: "The role lacks a permission",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("permission_missing.md"),
    assess: |case| refusal::assess(case, CauseId::PermissionMissing),
};
