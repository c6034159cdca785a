#![doc = include_str!("registry_credentials_invalid.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::RegistryCredentialsInvalid,
    title: "The credentials for the registry cannot be used",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("registry_credentials_invalid.md"),
    assess: |case| refusal::assess(case, CauseId::RegistryCredentialsInvalid),
};
