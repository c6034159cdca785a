#![doc = include_str!("task_egress_rejected.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::elimination::advice;
use crate::diagnose::phrases::{destination, fix, interface_culprit, show_acl, show_interface};
use crate::diagnose::rejection::{Rejection, restart_fix};
use crate::diagnose::rejection_point::Explanation;
use crate::finding::CauseId;
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::TaskEgressRejected,
    title: "The task's own interface rejects what it sends",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("task_egress_rejected.md"),
    assess,
};

/// The task's interface rejected, and the configuration does not show which control it was.
fn assess(case: &Case<'_>) -> Assessment {
    let rejection = match Rejection::near(case) {
        Ok(rejection) => rejection,
        Err(assessment) => return assessment,
    };
    let Some(unexplained) = rejection.unexplained("the task's") else { return Assessment::NotApplicable };
    let Some(interface) = &case.subject.interface_id else { return Assessment::NotApplicable };
    let same_subnet = rejection.failing_step.is_in_subnet_of_task(&rejection.attempts);
    let which = if same_subnet {
        "Source and destination share a subnet, where no network ACL acts: look at the security groups first."
    } else {
        "A flow log does not show which of the two rejected them."
    };
    let looks = show_interface(interface).into_iter().chain(show_acl(case.subject.subnet_id.as_ref()));
    let fix = if matches!(rejection.explanation, Explanation::Allowed(_)) {
        restart_fix(&rejection, looks)
    } else {
        let (place, which) = match &unexplained.remaining {
            Some(remaining) => advice(case, remaining, "egress", "outbound"),
            None => (
                "in the egress rules of its security groups, and in the outbound rules of its subnet's network ACL"
                    .to_owned(),
                which.to_owned(),
            ),
        };
        fix(
            format!(
                "Allow TCP {} from the task to {}: {place}. {which}{}",
                rejection.attempts.first().map_or(443, |attempt| attempt.destination.port()),
                destination(&rejection.attempts),
                if rejection.failing_step.step.service == Service::S3 { S3_ADDRESSES } else { "" },
            ),
            looks,
        )
    };
    let own = vec![interface_culprit(interface)];
    unexplained.claim(&rejection, own, fix)
}

/// Advice on egress rules to S3, because its addresses are public and change.
const S3_ADDRESSES: &str =
    " For S3 allow its managed prefix list: a rule for the VPC's own blocks does not include its addresses.";
