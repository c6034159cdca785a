#![doc = include_str!("explicit_deny.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ExplicitDeny,
    title: "A policy denies the request explicitly",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("explicit_deny.md"),
    assess: |case| refusal::assess(case, CauseId::ExplicitDeny),
};
