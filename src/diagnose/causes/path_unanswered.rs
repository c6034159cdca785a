#![doc = include_str!("path_unanswered.md")]

use crate::diagnose::assessment::{Assessment, Certainty, Claim, Proof};
use crate::diagnose::case::{Attempt, Case, InterfaceWatch, Outcome};
use crate::diagnose::lead::Lead;
use crate::diagnose::registry::Cause;
use crate::diagnose::words::{
    arrived, destination, far_reply, fix, how_often, lack, near_request, path_culprit, plain_id, proof,
};
use crate::model::ids::InterfaceId;
use crate::model::network::TrafficType;
use crate::model::service::Service;
use crate::model::time::Window;
use crate::report::MissingData;

pub(super) static CAUSE: Cause = Cause {
    id: "path-unanswered",
    title: "Requests leave the task and no reply comes back",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("path_unanswered.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_service(case) else { return Assessment::NotConcerned };
    let mut unanswered = lead.failing(|attempt| attempt.outcome == Outcome::Unanswered);
    if unanswered.is_empty() {
        return if lead.all().iter().all(|attempt| attempt.outcome != Outcome::Unclear) {
            Assessment::RuledOut {
                because: "The packets did not vanish: they were rejected or answered.".to_owned(),
            }
        } else {
            Assessment::NotConcerned
        };
    }
    let far_only = unanswered.clone();
    unanswered.retain(|attempt| near_request(attempt).is_some());
    let says = "The opening packets were accepted leaving the task, and no reply was recorded.";
    let Some(left) = proof(says, &unanswered, near_request) else { return lead.not_seen_leaving(&far_only) };
    let missing = case.watch.against_absence(&unanswered);
    if !missing.is_empty() {
        return Assessment::CannotTell {
            summary: format!(
                "{} tried {} and no reply is recorded ({}), but the logs cannot show that none came.",
                case.subject.name(),
                destination(&unanswered),
                how_often(&unanswered)
            ),
            proofs: vec![left],
            missing,
        };
    }
    let (far, where_lost) = far_side(case, &unanswered);
    Assessment::Holds(Box::new(Claim {
        // Without the configured path evaluated, a control may still explain it.
        certainty: Certainty::Supported,
        culprits: vec![path_culprit(&unanswered)],
        summary: format!(
            "{} could not reach {}: the packets left the task and nothing came back ({}). {where_lost}",
            case.subject.name(),
            destination(&unanswered),
            how_often(&unanswered)
        ),
        proof: left,
        more_proofs: far.proof.into_iter().collect(),
        missing: far.missing,
        fix: fix(
            format!(
                "Check in this order: the route table of the task's subnet (a route to the destination, not a blackhole; the \
                 main table if the subnet has none of its own), a public address on the task if the route is an internet \
                 gateway, the NAT gateway's state and its own subnet's route, {}and the security group and network ACL of \
                 the far interface.",
                if matches!(lead.step.service, Service::S3 | Service::Unknown) {
                    "the S3 gateway endpoint on that route table, "
                } else {
                    ""
                }
            ),
            commands(case),
        ),
    }))
}

struct FarSide {
    proof: Option<Proof>,
    missing: Vec<MissingData>,
}

/// What the far interface's logs add: arrived and left unanswered there, never arrived, or not logged at all.
fn far_side(case: &Case<'_>, unanswered: &[&Attempt]) -> (FarSide, &'static str) {
    let replied = proof("Another interface recorded a reply leaving it.", unanswered, far_reply);
    if let Some(proof) = replied {
        let missing = vec![configuration()];
        return (
            FarSide { proof: Some(proof), missing },
            "They arrived, and the reply was lost on its way back.",
        );
    }
    let arrived =
        proof("The packets arrived at another interface, and no reply left it.", unanswered, arrived);
    if let Some(proof) = arrived {
        let missing = vec![configuration()];
        return (
            FarSide { proof: Some(proof), missing },
            "They arrived at the next interface, which did not reply.",
        );
    }
    let Some(owner) = owner(case, unanswered) else {
        let missing = vec![
            lack(
                "the interface that owns the destination: no saved document names it",
                "whether the packets arrived",
            ),
            configuration(),
        ];
        return (FarSide { proof: None, missing }, "Where they were lost is outside what the logs show.");
    };
    let watch = InterfaceWatch::of(case.facts.reduced, &owner, window(unanswered));
    if watch.minutes_seen == watch.minutes_expected
        && watch.skipdata_minutes == 0
        && records_everything(case, &owner)
    {
        let says =
            format!("The destination's interface {owner} was recorded in that time and saw none of them.");
        let far = FarSide { proof: Proof::new(says, watch.rows), missing: vec![configuration()] };
        return (far, "They never arrived at the destination's interface.");
    }
    let missing = vec![
        lack(format!("the whole flow log of {owner} in that time"), "whether the packets arrived there"),
        configuration(),
    ];
    (FarSide { proof: None, missing }, "Whether they arrived at the destination's interface is not recorded.")
}

/// Whether no document says that the flow log of an interface leaves traffic out.
fn records_everything(case: &Case<'_>, interface: &InterfaceId) -> bool {
    let logs =
        case.facts.inventory.flow_logs_covering(interface, case.facts.subnet_of(interface).as_ref(), None);
    let records = |wanted| logs.iter().any(|log| log.traffic_type == wanted);
    logs.is_empty()
        || records(TrafficType::All)
        || (records(TrafficType::Accept) && records(TrafficType::Reject))
}

fn configuration() -> MissingData {
    lack(
        "security groups, network ACLs, route tables and gateways (this version does not read them yet)",
        "which configured control explains the loss, if one does",
    )
}

fn owner(case: &Case<'_>, unanswered: &[&Attempt]) -> Option<InterfaceId> {
    let address = unanswered.first()?.destination.ip();
    let vpc = case.subject.vpc_id.as_ref();
    case.facts.inventory.interface_at(address, vpc).map(|interface| interface.id.clone())
}

fn window(attempts: &[&Attempt]) -> Window {
    let from = attempts.iter().map(|attempt| attempt.first).min();
    let to = attempts.iter().map(|attempt| attempt.last).max();
    from.zip(to).map_or(Window::ALWAYS, |(from, to)| Window { from, to: to.plus(1) })
}

fn commands(case: &Case<'_>) -> Vec<String> {
    let subnet = case.subject.subnet_id.as_ref().and_then(|id| plain_id(id.as_str()));
    let vpc = case.subject.vpc_id.as_ref().and_then(|id| plain_id(id.as_str()));
    let routes =
        |id| format!("aws ec2 describe-route-tables --filters Name=association.subnet-id,Values={id}");
    let main_routes = |id| {
        format!(
            "aws ec2 describe-route-tables --filters Name=association.main,Values=true Name=vpc-id,Values={id}"
        )
    };
    let endpoints = |id| format!("aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values={id}");
    subnet.map(routes).into_iter().chain(vpc.map(main_routes)).chain(vpc.map(endpoints)).collect()
}
