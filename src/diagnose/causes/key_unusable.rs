#![doc = include_str!("key_unusable.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::KeyUnusable,
    title: "The KMS key cannot be used",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("key_unusable.md"),
    assess: |case| refusal::assess(case, CauseId::KeyUnusable),
};
