//! Findings about connections, names and endpoints of a service, compared with the task's own attempts.

use crate::diagnose::case::Attempt;
use crate::diagnose::stopped_reason::{Answer, CallResult};
use crate::finding::{CauseId, CheckedService, Hop, Reachability, StepState};
use crate::model::service::Service;

use super::claim::RunbookClaim;
use super::evidence::{Assessed, Reach, TaskEvidence};
use super::names::NamedThings;

const LATER_START: &str = "flow logs of a start that gets as far as this service";

/// A connection that failed when the runbook tried it.
pub(super) fn connection(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let names = &claim.names;
    if names.services.is_empty() && names.addresses.is_empty() {
        return Assessed::open(
            "the finding names no service and no address",
            "the whole text of the finding",
        );
    }
    match evidence.reach(names) {
        Reach::Reached(attempt) => Assessed::refuted(reached(attempt)),
        Reach::Failed(attempt, n) if is_certain(evidence, names) => Assessed::borne_out(failed(attempt, n)),
        Reach::Mixed if evidence.is_about(names) && names_service(evidence) => {
            Assessed::borne_out(format!("the verdict is {} for this service", evidence.verdict()))
        }
        Reach::Mixed => Assessed::open(
            "the records show attempts that succeeded and attempts that failed",
            "the times at which the runbook tried the connection",
        ),
        Reach::Failed(..) => Assessed::open(
            "the flow log records no accepted traffic, so a later success would be hidden",
            "a flow log with TrafficType ALL",
        ),
        Reach::Unclear => Assessed::open("the records do not show the result of these packets", LATER_START),
        Reach::NotTried => Assessed::open(
            format!("the records show no packet of the task to {}", listed(names)),
            LATER_START,
        ),
    }
}

fn names_service(evidence: &TaskEvidence<'_>) -> bool {
    evidence.service_of_verdict().is_some()
}

/// Whether a failure in the records is one: successes would be recorded, or the verdict is about the service.
fn is_certain(evidence: &TaskEvidence<'_>, names: &NamedThings) -> bool {
    let is_verdict = names_service(evidence) && evidence.is_about(names) && !names.services.is_empty();
    is_verdict || !evidence.case.visibility.traffic.hides_success()
}

fn reached(attempt: &Attempt) -> String {
    format!("the records show that {} at {} answered the task", attempt.service, attempt.destination)
}

fn failed(attempt: &Attempt, n: usize) -> String {
    let tries = if n == 1 { "1 attempt".to_owned() } else { format!("{n} attempts") };
    let result = match attempt.outcome.step_state() {
        StepState::RequestRejected => "the request was rejected",
        StepState::ReplyRejected => "the reply was rejected",
        StepState::Reset => "the connection was reset",
        StepState::Stalled => "no useful data came back",
        _ => "no reply came back",
    };
    format!("the records show {tries} to reach {} at {}, and {result}", attempt.service, attempt.destination)
}

fn listed(names: &NamedThings) -> String {
    let services: Vec<&str> = names.services.iter().map(Service::name).collect();
    if services.is_empty() { "these addresses".to_owned() } else { services.join(", ") }
}

/// A name that the runbook could not resolve.
pub(super) fn name(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let causes =
        [CauseId::ResolverUnusable, CauseId::DnsBlocked, CauseId::DnsUnanswered, CauseId::DnsTcpBlocked];
    if evidence.is_verdict(&causes) {
        return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
    }
    let named = !claim.names.services.is_empty();
    match evidence.attempts(&claim.names).first().filter(|_| named) {
        Some(attempt) => Assessed::refuted(format!(
            "the records show packets of the task to {} at {}, so it had resolved the name",
            attempt.service, attempt.destination
        )),
        None => Assessed::open(
            "queries to the Amazon resolver leave no flow record, and no packet to the service is recorded",
            "Route 53 Resolver query logs of that time",
        ),
    }
}

/// An endpoint that is missing: that matters only if the service cannot be reached without it.
pub(super) fn endpoint(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let all: Vec<Assessed> =
        claim.names.services.iter().map(|service| endpoint_of(evidence, service)).collect();
    let is_refuted = |one: &&Assessed| one.would_decide.is_none() && one.assessment.name() == "refuted";
    let strongest = all.iter().find(|one| one.assessment.name() == "borne-out");
    match strongest.or_else(|| all.iter().find(|one| !is_refuted(one))).or(all.first()) {
        Some(one) => one.clone(),
        None => Assessed::open("the finding names no service", "the whole text of the finding"),
    }
}

fn endpoint_of(evidence: &TaskEvidence<'_>, service: &Service) -> Assessed {
    let names = NamedThings { services: vec![service.clone()], ..NamedThings::default() };
    let causes = [CauseId::EndpointMissing, CauseId::S3GatewayMissing, CauseId::PrivateDnsOff];
    if evidence.is_verdict(&causes) && evidence.service_of_verdict() == Some(service) {
        return Assessed::borne_out(format!("the verdict is {} for {service}", evidence.verdict()));
    }
    if let Reach::Reached(attempt) = evidence.reach(&names) {
        return Assessed::refuted(reached(attempt));
    }
    let checked: Vec<&CheckedService> =
        evidence.checked.iter().filter(|one| one.service == *service && one.host.is_none()).collect();
    let is_blocked_by_absence = |one: &&&CheckedService| {
        one.reachability.is_blocked()
            && one.cause.is_some_and(|cause| causes.contains(&cause) || cause == CauseId::NoRoute)
    };
    if evidence.is_changed() {
        return Assessed::open(
            "the records contradict the saved configuration, so it was changed",
            "describe-vpc-endpoints and describe-route-tables as they were at that time",
        );
    }
    if let Some(one) = checked.iter().find(is_blocked_by_absence) {
        return Assessed::borne_out(format!("as saved, {}", one.summary));
    }
    let has_way = |one: &&CheckedService| {
        let leads = |hop: &Hop| hop.needs().is_none();
        one.reachability == Reachability::Reachable
            || one.reachability.is_blocked() && one.paths.iter().all(|path| path.hops.iter().all(leads))
    };
    match checked.iter().find(|one| has_way(one)) {
        Some(one) if one.reachability == Reachability::Reachable => {
            Assessed::refuted(format!("as saved, {}", one.summary))
        }
        Some(one) => Assessed::refuted(format!(
            "as saved, {service} has a way, and another control blocks it: {}",
            one.summary
        )),
        None => Assessed::open(
            format!("no document shows whether the start can reach {service}"),
            "describe-vpc-endpoints and describe-route-tables, as `flowcause collect` saves them",
        ),
    }
}

/// DNS settings of the VPC or of an endpoint.
pub(super) fn settings(evidence: &TaskEvidence<'_>, claim: &RunbookClaim) -> Assessed {
    let causes = [CauseId::ResolverUnusable, CauseId::PrivateDnsOff];
    if evidence.is_verdict(&causes) {
        return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
    }
    let inventory = evidence.case.facts.inventory;
    let own = evidence.attempts(&claim.names).into_iter().find_map(|attempt| {
        let interface = inventory.interface_by_address(attempt.destination.ip())?;
        let endpoint = inventory.endpoint_of_interface(&interface.id)?;
        Some((attempt, endpoint.id.to_string()))
    });
    if let Some((attempt, endpoint)) = own {
        return Assessed::refuted(format!(
            "the records show packets of the task to {} at the endpoint {endpoint}, so names led there",
            attempt.service
        ));
    }
    let vpc = evidence.case.subject.vpc_id.as_ref().and_then(|id| inventory.vpcs.get(id));
    // The settings of the VPC do not show those of one endpoint.
    let is_of_vpc = claim.names.services.is_empty() && claim.names.ids_of("vpce-").is_empty();
    let both = vpc.map(|vpc| (vpc.dns_support, vpc.dns_hostnames));
    match both.filter(|_| is_of_vpc && !evidence.is_changed()) {
        Some((Some(false), _) | (_, Some(false))) => {
            Assessed::borne_out("as saved, DNS support or DNS hostnames are off in the VPC")
        }
        Some((Some(true), Some(true))) => {
            Assessed::refuted("as saved, DNS support and DNS hostnames are on in the VPC")
        }
        _ => Assessed::open(
            "no record and no document shows these settings at that time",
            "describe-vpc-attribute of both attributes, and describe-vpc-endpoints",
        ),
    }
}

/// A limit of a registry: the stopped reason names it where it stopped the task.
pub(super) fn rate_limit(evidence: &TaskEvidence<'_>) -> Assessed {
    if evidence.is_verdict(&[CauseId::RegistryRateLimited]) {
        return Assessed::borne_out(format!("the verdict is {}", evidence.verdict()));
    }
    let reason = &evidence.case.reason;
    if reason.result != CallResult::Unknown && reason.answer != Some(Answer::RateLimit) {
        return Assessed::refuted("the stopped reason of the task reports another failure");
    }
    Assessed::open(
        "the stopped reason does not name the failure",
        "the stopped reason of the task and of its containers",
    )
}

/// A file system: its mount targets are reached over the network too.
pub(super) fn file_system(evidence: &TaskEvidence<'_>) -> Assessed {
    let names = NamedThings { services: vec![Service::Efs], ..NamedThings::default() };
    match evidence.reach(&names) {
        Reach::Failed(attempt, n) if is_certain(evidence, &names) => Assessed::borne_out(failed(attempt, n)),
        Reach::Reached(attempt) => Assessed::open(
            format!("{}, but no record shows what the policy of the file system allows", reached(attempt)),
            "aws efs describe-file-system-policy",
        ),
        _ => Assessed::open(
            "the records show no packet with a known result to a mount target",
            "flow logs of the mount targets, and the policy of the file system",
        ),
    }
}
