//! A proxy in the task definition, which the start of a task does not use.
//!
//! `HTTPS_PROXY` of a container applies to the programs in it. On Fargate, the agent pulls images, secrets and tokens before a
//! container runs, and takes no proxy.

use crate::diagnose::case::{Attempt, Case};
use crate::finding::Fix;
use crate::model::container_instance::StartInterface;

/// The fix with a sentence about the proxy, if the task definition names one and the packets went out of the VPC.
pub(super) fn with_proxy(case: &Case<'_>, attempts: &[&Attempt], fix: Fix) -> Fix {
    let task = case.subject.task_arn.as_ref().and_then(|arn| case.facts.inventory.tasks.get(arn));
    let definition = task.and_then(|task| case.facts.inventory.task_definition_of(task));
    let vpc = case.subject.vpc_id.as_ref();
    let is_outside =
        |attempt: &&Attempt| case.facts.inventory.is_inside_vpc(attempt.destination.ip(), vpc) == Some(false);
    let has_proxy = definition.is_some_and(|definition| definition.names_proxy);
    let is_fargate = matches!(case.subject.start, StartInterface::Own);
    if !has_proxy || !is_fargate || !attempts.iter().all(is_outside) {
        return fix;
    }
    let text = format!(
        "{} HTTPS_PROXY in the task definition has no effect on the pull: on Fargate the agent uses no proxy, so the task's \
         subnet needs endpoints or a NAT gateway.",
        fix.text
    );
    Fix { text: text.trim_start().to_owned(), ..fix }
}
