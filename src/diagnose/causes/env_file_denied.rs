#![doc = include_str!("env_file_denied.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EnvFileDenied,
    title: "The environment file does not exist or may not be read",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("env_file_denied.md"),
    assess: |case| refusal::assess(case, CauseId::EnvFileDenied),
};
