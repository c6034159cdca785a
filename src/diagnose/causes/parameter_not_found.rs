#![doc = include_str!("parameter_not_found.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ParameterNotFound,
    title: "The parameter does not exist or its name is not valid",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("parameter_not_found.md"),
    assess: |case| refusal::assess(case, CauseId::ParameterNotFound),
};
