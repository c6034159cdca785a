#![doc = include_str!("resource_policy_denies.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ResourcePolicyDenies,
    title: "The policy of the secret, repository or bucket does not allow the request",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("resource_policy_denies.md"),
    assess: |case| refusal::assess(case, CauseId::ResourcePolicyDenies),
};
