#![doc = include_str!("vpc_policy_rejected.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::{FailingStep, reject_policy};
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{destination, fix, how_often, proof};
use crate::finding::{CauseId, Culprit, CulpritKind};
use crate::model::protocol::HTTPS_PORT;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::VpcPolicyRejected,
    title: "A VPC-wide policy rejects the task's traffic",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("vpc_policy_rejected.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(failing_step) = FailingStep::of(case) else { return Assessment::NotApplicable };
    let named = |attempt: &Attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_some();
    let rejected = failing_step.attempts_where(named);
    let policy = rejected.first().and_then(|attempt| reject_policy(case, attempt));
    let Some((policy, proof)) = policy.and_then(|policy| Some((policy, rejected_rows(&rejected, policy)?)))
    else {
        return Assessment::NotApplicable;
    };
    // Endpoints judge encryption by the port, and count 443 as encrypted.
    let is_odd = policy == "EC" && rejected.iter().any(|attempt| attempt.destination.port() == HTTPS_PORT);
    let policy_name = if policy == "BPA" { "VPC Block Public Access" } else { "VPC encryption controls" };
    let vpc = case.subject.vpc_id.as_ref().map(ToString::to_string);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(case.visibility.is_complete() && !is_odd),
        culprits: vec![Culprit {
            kind: CulpritKind::Vpc,
            id: vpc,
            subnet_id: None,
            rule: Some(policy.to_owned()),
            is_likely: false,
        }],
        summary: format!(
            "{} could not reach {}: {policy_name} rejected the packets ({}).{}",
            case.subject.name(),
            destination(&rejected),
            how_often(&rejected),
            if is_odd {
                " This is odd, because encryption controls count port 443 as encrypted."
            } else {
                ""
            }
        ),
        proof,
        more_proofs: Vec::new(),
        missing: needs_complete_records(case),
        fix: fix(
            format!(
                "Exclude the task's subnet or VPC from {policy_name}, or give the service an interface endpoint."
            ),
            (policy == "BPA").then(|| "aws ec2 describe-vpc-block-public-access-options".to_owned()),
        ),
    }))
}

fn rejected_rows(rejected: &[&Attempt], policy: &str) -> Option<crate::diagnose::assessment::Proof> {
    proof(format!("The records carry reject-reason {policy}."), rejected, |attempt| {
        attempt.views().find_map(|view| view.request.rejected.as_ref().or(view.reply.rejected.as_ref()))
    })
}
