#![doc = include_str!("no_attempt_seen.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Absence, Case, InterfaceVisibility, bounded};
use crate::diagnose::cause::Cause;
use crate::diagnose::missing_data::needs_mount_records;
use crate::diagnose::phrases::{attempts, fix, interface_culprit, listed, missing_data, plain_id};
use crate::diagnose::stopped_reason::Answer;
use crate::finding::{CauseId, MissingData};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoAttemptSeen,
    title: "The task sent nothing to any service",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_attempt_seen.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    if case.subject.start.is_elsewhere() || case.subject.start.is_of_instance() {
        return Assessment::NotApplicable;
    }
    let n_shown = case.attempts.iter().filter(|attempt| attempt.shows_request()).count();
    if n_shown > 0 {
        return Assessment::RuledOut {
            reason: format!("{} to reach a service can be seen in the records.", attempts(n_shown)),
        };
    }
    if !case.attempts.is_empty() {
        return Assessment::NotApplicable;
    }
    let near = &case.visibility.near;
    let Some(interface) = &case.subject.interface_id else { return Assessment::NotApplicable };
    let ports = listed(case.facts.ports.iter());
    let statement =
        format!("The interface {interface} was recorded, but no packet from it to the ports {ports} was.");
    let proof = Proof::new(statement, near.rows.iter().copied());
    let missing = missing(case);
    let Some(proof) = proof.clone().filter(|_| missing.is_empty()) else {
        return Assessment::Inconclusive {
            summary: format!(
                "No attempt of {interface} to reach the ports {ports} is recorded, but the logs cannot show that none \
                 was made."
            ),
            proofs: proof.into_iter().collect(),
            missing,
        };
    };
    let undocumented = undocumented_start(case);
    let late = case.visibility.undelivered(bounded(case.facts.reduced, case.subject.lived).to);
    Assessment::Holds(Box::new(Claim {
        service: None,
        certainty: Certainty::confirmed_if(
            late.is_none() && near.is_idle && near.absence() == Absence::Proven && undocumented.is_none(),
        ),
        culprits: vec![interface_culprit(interface)],
        summary: format!(
            "{} sent nothing to the ports {ports} while it was being started, although its interface {interface} was \
             recorded.",
            case.subject.name()
        ),
        proof,
        more_proofs: Vec::new(),
        missing: late
            .into_iter()
            .chain(minutes_without_records(near))
            .chain(undocumented)
            .chain([missing_data(
                "Route 53 Resolver query logs, and the VPC's enableDnsSupport and enableDnsHostnames",
                "whether names could not be resolved: queries to the Amazon resolver are in no flow log",
            )])
            .collect(),
        fix: fix(
            "Check name resolution first: the VPC's DNS support and its DHCP options. Then check the task definition: a \
             task that fails before it contacts a service sends nothing.",
            case.subject.vpc_id.iter().filter_map(|vpc| plain_id(vpc.as_str())).flat_map(|vpc| {
                ["enableDnsSupport", "enableDnsHostnames"]
                    .map(|name| format!("aws ec2 describe-vpc-attribute --vpc-id {vpc} --attribute {name}"))
            }),
        ),
    }))
}

/// The data that is missing to prove that the task sent nothing.
fn missing(case: &Case<'_>) -> Vec<MissingData> {
    let near = &case.visibility.near;
    let mut missing = elsewhere(case);
    if !near.is_covered() {
        let name =
            case.subject.interface_id.as_ref().map_or("the task's interface".to_owned(), ToString::to_string);
        missing.push(missing_data(
            format!(
                "any record of {name} in its time: a flow log that covers it, and the files of that time"
            ),
            "which packets the task sent, and which replies arrived",
        ));
    }
    if near.is_covered() && 2 * near.minutes_seen < near.minutes_expected {
        missing.extend(minutes_without_records(near));
    }
    if !case.visibility.traffic.is_all() {
        missing.push(missing_data(
            format!("a flow log with TrafficType ALL; this one's is {}", case.visibility.traffic.name()),
            "the traffic that may not be recorded",
        ));
    }
    missing.extend(case.visibility.unreadable("whether attempts are among them"));
    if near.skipdata_minutes > 0 {
        missing.push(missing_data(
            format!("the records lost to SKIPDATA in {} min of the task's time", near.skipdata_minutes),
            "whether attempts were among the lost records",
        ));
    }
    missing
}

/// The facts of the task that show that its start had to send packets over this interface and in this time, as far as no
/// document states them.
fn undocumented_start(case: &Case<'_>) -> Option<MissingData> {
    let task = case.subject.task_arn.as_ref().and_then(|arn| case.facts.inventory.tasks.get(arn));
    let unknown = [
        ("launchType", task.is_none_or(|task| task.launch_type.is_none())),
        ("platformVersion", task.is_none_or(|task| task.platform_version.is_none())),
        ("createdAt", case.subject.created_at.is_none()),
        ("stoppedAt", case.subject.stopped_at.is_none()),
        ("stoppedReason", case.subject.stopped_reason.is_none()),
    ];
    let unknown: Vec<&str> = unknown.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    (!unknown.is_empty()).then(|| {
        missing_data(
            format!("{} of the task, as describe-tasks shows it", listed(unknown)),
            "whether its start had to send packets over this interface and in this time",
        )
    })
}

/// The records of the minutes that have none.
fn minutes_without_records(near: &InterfaceVisibility) -> Option<MissingData> {
    let minutes = near.minutes_expected.saturating_sub(near.minutes_seen);
    (minutes > 0).then(|| {
        missing_data(
            format!("records of the other {minutes} min of the task's time"),
            "whether the task sent something in those minutes",
        )
    })
}

/// The data about packets at another interface, or to another port.
fn elsewhere(case: &Case<'_>) -> Vec<MissingData> {
    let mut missing = Vec::new();
    if case.reason.shows_an_answer() {
        let failure = case.reason.answer.map_or("a failure outside the network", Answer::statement);
        missing.push(missing_data(
            format!("the records of the calls before the failure: the stopped reason reports that {failure}"),
            "whether the task sent packets at all: some failures outside the network come before the first packet",
        ));
    } else if let Some(dialled) = case.reason.address {
        missing.push(missing_data(
            format!("the records of the attempts to reach {dialled}, which the stopped reason names"),
            "their interface and their result",
        ));
    }
    missing.extend(needs_mount_records(case));
    missing
}
