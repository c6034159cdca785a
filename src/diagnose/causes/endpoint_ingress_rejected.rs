#![doc = include_str!("endpoint_ingress_rejected.md")]

use crate::diagnose::assessment::Assessment;
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::elimination::advice;
use crate::diagnose::phrases::{fix, interface_culprits, show_acl, show_groups, show_interface};
use crate::diagnose::rejection::{Rejection, restart_fix};
use crate::diagnose::rejection_point::Explanation;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointIngressRejected,
    title: "The endpoint's interface rejects the task's traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_ingress_rejected.md"),
    assess,
};

/// The destination's interface rejected, and the configuration does not show which control it was.
fn assess(case: &Case<'_>) -> Assessment {
    let rejection = match Rejection::far(case) {
        Ok(rejection) => rejection,
        Err(assessment) => return assessment,
    };
    let interfaces = rejection.interfaces();
    let Some(unexplained) = rejection.unexplained(&format!("{interfaces}'s")) else {
        return Assessment::NotApplicable;
    };
    let rejecting: Vec<_> = rejection
        .attempts
        .iter()
        .filter_map(|attempt| Some(&attempt.rejecting_mirror()?.interface_id))
        .collect();
    let Some(far) = rejecting.first() else { return Assessment::NotApplicable };
    let same_subnet = rejection.failing_step.is_in_subnet_of_task(&rejection.attempts);
    let which = if same_subnet {
        "Task and endpoint share a subnet, where no network ACL acts: look at the security groups first."
    } else {
        "A flow log does not show which of the two rejected them."
    };
    let from = case.subject.addresses.first().map_or("the task".to_owned(), ToString::to_string);
    let subnet = case.facts.subnet_of(far);
    let looks =
        show_interface(far).into_iter().chain(show_groups(case, far)).chain(show_acl(subnet.as_ref()));
    let fix = if matches!(rejection.explanation, Explanation::Allowed(_)) {
        restart_fix(&rejection, looks)
    } else {
        let port = rejection.attempts.first().map_or(443, |attempt| attempt.destination.port());
        let (place, which) = match &unexplained.remaining {
            Some(remaining) => advice(case, remaining, "ingress", "inbound"),
            None => (
                format!("in the security groups of {interfaces}, and in the network ACL of the subnet"),
                which.to_owned(),
            ),
        };
        fix(
            format!(
                "Allow inbound TCP {port} from {from} (better: from the task's security group) {place}. {which}"
            ),
            looks,
        )
    };
    let own = interface_culprits(rejecting.iter().copied());
    unexplained.claim(&rejection, own, fix)
}
