#![doc = include_str!("image_not_found.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::ImageNotFound,
    title: "The image does not exist, or not for the platform of the task",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("image_not_found.md"),
    assess: |case| refusal::assess(case, CauseId::ImageNotFound),
};
