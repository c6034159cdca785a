#![doc = include_str!("endpoint_policy_denies.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointPolicyDenies,
    title: "The policy of the VPC endpoint does not let the request pass",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_policy_denies.md"),
    assess: |case| refusal::assess(case, CauseId::EndpointPolicyDenies),
};
