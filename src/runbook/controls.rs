//! Findings about groups, network ACLs, route tables, gateways and addresses, compared with the records first and with the
//! saved configuration where the records show nothing of the control.

use std::collections::BTreeSet;

use crate::attribution::obstacle::Obstacle;
use crate::diagnose::case::{Attempt, Outcome};
use crate::finding::{CauseId, Control, ControlKind, Hop, HopDecision, Leg, Side};

use super::claim::{ClaimKind, RunbookClaim};
use super::evidence::{Assessed, TaskEvidence, passed};

/// The controls that a finding is about.
struct BlamedControls {
    obstacles: &'static [Obstacle],
    /// The causes in which such a control is at fault.
    causes: &'static [CauseId],
    /// The prefix of their ids.
    prefix: &'static str,
    /// Words for them.
    words: &'static str,
}

const TASK_GROUPS: BlamedControls = BlamedControls {
    obstacles: &[Obstacle::TaskGroups],
    causes: &[CauseId::TaskSgBlocksEgress],
    prefix: "sg-",
    words: "the security groups of the task",
};

const FAR_GROUPS: BlamedControls = BlamedControls {
    obstacles: &[Obstacle::FarGroups],
    causes: &[CauseId::EndpointSgBlocksIngress],
    prefix: "sg-",
    words: "the security groups of the endpoint",
};

const ANY_GROUPS: BlamedControls = BlamedControls {
    obstacles: &[Obstacle::TaskGroups, Obstacle::FarGroups],
    causes: &[CauseId::TaskSgBlocksEgress, CauseId::EndpointSgBlocksIngress],
    prefix: "sg-",
    words: "the security groups",
};

const ACLS: BlamedControls = BlamedControls {
    obstacles: &[Obstacle::TaskAclOut, Obstacle::TaskAclIn, Obstacle::FarAclIn, Obstacle::FarAclOut],
    causes: &[
        CauseId::TaskNaclBlocksEgress,
        CauseId::TaskNaclBlocksReturn,
        CauseId::EndpointNaclBlocksIngress,
        CauseId::EndpointNaclBlocksReturn,
        CauseId::TransitNaclBlocks,
    ],
    prefix: "acl-",
    words: "the network ACLs",
};

/// A finding about security groups or network ACLs.
pub(super) fn filters(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let controls = match claim.kind {
        ClaimKind::GroupEgress => &TASK_GROUPS,
        ClaimKind::GroupIngress => &FAR_GROUPS,
        ClaimKind::NetworkAcl => &ACLS,
        _ => &ANY_GROUPS,
    };
    let ids = claim.names.ids_of(controls.prefix);
    let names_destination = !claim.names.services.is_empty() || !claim.names.addresses.is_empty();
    if ids.is_empty() && !names_destination {
        return Assessed::open(
            "the finding names no control and no service",
            "the whole text of the finding",
        );
    }
    if let Some(culprit) = evidence.culprit(controls.causes, &ids).filter(|_| evidence.is_about(&claim.names))
    {
        let id = culprit.id.as_deref().unwrap_or_default();
        return Assessed::borne_out(format!("the verdict is {} and names {id}", evidence.verdict()));
    }
    let attempts = evidence.attempts(&claim.names);
    let results: Vec<bool> = attempts
        .iter()
        .flat_map(|attempt| controls.obstacles.iter().map(|&obstacle| passed(attempt, obstacle)))
        .flatten()
        .collect();
    let hops = controls_on(evidence, claim, controls);
    if results.contains(&false) {
        return rejected(evidence, controls, &attempts, &hops, &ids);
    }
    let has_passed = |attempt: &&&Attempt| {
        controls.obstacles.iter().all(|&obstacle| passed(attempt, obstacle) == Some(true))
    };
    // Without a destination the finding may be about packets that the start never sent.
    match attempts.iter().find(has_passed).filter(|_| names_destination) {
        Some(attempt) if attempts.iter().all(|one| has_passed(&one)) => Assessed::refuted(format!(
            "the records show that {} let the task's packets to {} at {} pass",
            controls.words, attempt.service, attempt.destination
        )),
        _ => as_saved(evidence, controls, &hops, &ids),
    }
}

/// The hops of these controls on the way to the services of a finding, each decision once.
fn controls_on<'c>(
    evidence: &TaskEvidence<'c>,
    claim: &RunbookClaim,
    controls: &BlamedControls,
) -> Vec<&'c Hop> {
    let is_one = |hop: &&Hop| {
        Obstacle::at_interface(hop).is_some_and(|obstacle| controls.obstacles.contains(&obstacle))
    };
    let mut hops: Vec<&Hop> = Vec::new();
    for hop in evidence.hops(&claim.names).into_iter().filter(is_one) {
        if !hops.contains(&hop) {
            hops.push(hop);
        }
    }
    hops
}

/// Those of the hops whose control a finding names; all hops if it names none.
fn named<'c>(hops: &[&'c Hop], ids: &[&str]) -> Vec<&'c Hop> {
    let is_named =
        |hop: &&&Hop| ids.is_empty() || hop.control.ids().iter().any(|id| ids.contains(&id.as_str()));
    hops.iter().filter(is_named).copied().collect()
}

/// The records show a rejection where the controls are.
fn rejected(
    evidence: &TaskEvidence<'_>,
    controls: &BlamedControls,
    attempts: &[&Attempt],
    hops: &[&Hop],
    ids: &[&str],
) -> Assessed {
    let own = named(hops, ids);
    if let Some(hop) = own.iter().find(|hop| hop.denies()) {
        return Assessed::borne_out(format!("the records show rejected packets, and {}", hop.reason));
    }
    let is_other = |hop: &&&Hop| hop.denies() && Obstacle::at_interface(hop).is_some() && !own.contains(*hop);
    let of_rejected = attempts.iter().filter(|attempt| attempt.outcome.is_rejection());
    let all: Vec<&Hop> = of_rejected.flat_map(|attempt| &attempt.configured.hops).collect();
    let is_open = !own.is_empty() && own.iter().all(|hop| hop.decision == HopDecision::Allowed);
    match all.iter().find(is_other) {
        Some(other) if is_open && !evidence.is_changed() => {
            Assessed::refuted(format!("another control rejected the packets: {}", other.reason))
        }
        _ => Assessed::open(
            format!("the records show rejected packets, but not whether {} rejected them", controls.words),
            "the security groups and network ACLs as they were at that time, for example from AWS Config",
        ),
    }
}

/// The records show nothing of the controls: the saved configuration decides, unless it was changed.
fn as_saved(evidence: &TaskEvidence<'_>, controls: &BlamedControls, hops: &[&Hop], ids: &[&str]) -> Assessed {
    let own = named(hops, ids);
    let history = "the configuration as it was at that time, for example from AWS Config or CloudTrail";
    if evidence.is_changed() {
        return Assessed::open(
            "the records contradict the saved configuration, so it was changed, and no packet shows this control",
            history,
        );
    }
    if own.is_empty() {
        let (reason, data) = if hops.is_empty() {
            (
                "no document and no record shows the way of these packets".to_owned(),
                "the documents that `flowcause collect` saves",
            )
        } else {
            (format!("the documents do not show {} on the way of these packets", ids.join(", ")), history)
        };
        return Assessed::open(reason, data);
    }
    if let Some(hop) = own.iter().find(|hop| hop.denies()) {
        return Assessed::borne_out(format!("as saved, {}", hop.reason));
    }
    if own.iter().all(|hop| hop.decision == HopDecision::Allowed) {
        let reasons: BTreeSet<&str> = own.iter().map(|hop| hop.reason.as_str()).collect();
        let first = reasons.first().copied().unwrap_or_default();
        return Assessed::refuted(format!("as saved, {first}"));
    }
    let needs = own.iter().find_map(|hop| hop.needs());
    Assessed::open(
        format!("the documents do not show whether {} let these packets pass", controls.words),
        needs.unwrap_or(history),
    )
}

/// A finding that the route table has no way out: that matters only if a service of the start has no route.
pub(super) fn route(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let is_route = |hop: &&Hop| {
        matches!(hop.control, Control::RouteTable { .. }) && hop.side == Side::Task && hop.leg == Leg::Request
    };
    let tables = claim.names.ids_of("rtb-");
    let all = evidence.hops(&claim.names);
    let hops: Vec<&Hop> = all.iter().copied().filter(is_route).collect();
    let shown: Vec<String> = hops.iter().flat_map(|hop| hop.control.ids()).collect();
    if let Some(other) = shown.iter().find(|id| !tables.is_empty() && !tables.contains(&id.as_str())) {
        return Assessed::open(
            format!("the documents show the route table {other} for the task's subnet"),
            "the route table as it was at that time, for example from AWS Config",
        );
    }
    let causes = [CauseId::NoRoute, CauseId::S3GatewayMissing, CauseId::EndpointMissing];
    if let Some(hop) = hops.iter().find(|hop| hop.denies() && evidence.is_verdict(&causes)) {
        return Assessed::borne_out(format!("the verdict is {}: {}", evidence.verdict(), hop.reason));
    }
    let attempts = evidence.attempts(&claim.names);
    let is_beyond =
        |attempt: &&&Attempt| !attempt.mirrors.is_empty() || attempt.outcome == Outcome::Completed;
    let all_beyond = !attempts.is_empty() && attempts.iter().all(|attempt| is_beyond(&attempt));
    if let Some(hop) = hops.iter().find(|hop| hop.denies()) {
        return if evidence.is_changed() {
            Assessed::open(
                "the records contradict the saved configuration, so it was changed",
                "the route table as it was at that time",
            )
        } else {
            Assessed::borne_out(format!("as saved, {}", hop.reason))
        };
    }
    let is_whole =
        !evidence.checked.is_empty() && hops.iter().all(|hop| hop.decision == HopDecision::Allowed);
    match (is_whole, all_beyond) {
        (true, true) => Assessed::refuted(
            "the records show that the task's packets left its subnet, and as saved every service of the start has a route",
        ),
        (true, false) if !evidence.is_changed() => Assessed::refuted(
            "as saved, every service of the start has a route, so none needs an internet gateway or a NAT gateway there",
        ),
        _ => Assessed::open(
            "no document shows the routes to all services of the start",
            "describe-route-tables and describe-vpc-endpoints, as `flowcause collect` saves them",
        ),
    }
}

/// A finding about a NAT gateway, or about the public address of the task.
pub(super) fn way_out(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let (kind, causes, words): (ControlKind, &[CauseId], _) = match claim.kind {
        ClaimKind::NatGateway => {
            (ControlKind::NatGateway, &[CauseId::NatBroken, CauseId::NatPortExhaustion], "a NAT gateway")
        }
        _ => (ControlKind::PublicAddress, &[CauseId::NoPublicIp], "a public address"),
    };
    if evidence.is_verdict(causes) {
        return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
    }
    let all = evidence.hops(&claim.names);
    let hops: Vec<&Hop> = all.iter().copied().filter(|hop| hop.control.kind() == kind).collect();
    if let Some(hop) = hops.iter().find(|hop| hop.denies() && !evidence.is_changed()) {
        return Assessed::borne_out(format!("as saved, {}", hop.reason));
    }
    let uses = |attempt: &&&Attempt| attempt.configured.hops.iter().any(|hop| hop.control.kind() == kind);
    let attempts = evidence.attempts(&claim.names);
    let completed = attempts.iter().filter(uses).find(|attempt| attempt.outcome == Outcome::Completed);
    if let Some(attempt) = completed {
        return Assessed::refuted(format!(
            "the records show that the task reached {} at {}, for which it needs {words}",
            attempt.service, attempt.destination
        ));
    }
    let is_known = !evidence.checked.is_empty() && all.iter().all(|hop| hop.needs().is_none());
    if is_known && !evidence.is_changed() {
        let open = hops.iter().find(|hop| hop.decision == HopDecision::Allowed);
        return match open {
            Some(hop) => Assessed::refuted(format!("as saved, {}", hop.reason)),
            None => Assessed::refuted(format!("as saved, no packet of the start needs {words}")),
        };
    }
    Assessed::open(
        format!("no document shows whether packets of the start need {words}"),
        "describe-route-tables, describe-nat-gateways and the interface of the task",
    )
}
