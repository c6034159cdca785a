#![doc = include_str!("registry_rate_limited.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::RegistryRateLimited,
    title: "The registry limits the number of pulls",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("registry_rate_limited.md"),
    assess: |case| refusal::assess(case, CauseId::RegistryRateLimited),
};
