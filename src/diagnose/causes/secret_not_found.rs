#![doc = include_str!("secret_not_found.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::SecretNotFound,
    title: "The secret, its value or its JSON key does not exist",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("secret_not_found.md"),
    assess: |case| refusal::assess(case, CauseId::SecretNotFound),
};
