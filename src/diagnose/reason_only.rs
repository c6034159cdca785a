//! A verdict from the stopped reason, where the flow log cannot show what the reason reports.
//!
//! Input: an undetermined finding on a log of rejected traffic, and the services that `check` evaluated for the task's place.
//! Output: a likely finding that quotes the reason, or the same finding. Such a log has no record of a connection that works, of
//! one that a device resets, and of one that nothing answers, so a claim with a record can never be made about them.

use std::net::SocketAddr;

use crate::diagnose::case::Case;
use crate::diagnose::finding::Finding;
use crate::diagnose::firewall::PassedFirewall;
use crate::diagnose::other_failures::other_failures;
use crate::diagnose::phrases::{fix, missing_data};
use crate::diagnose::refusal::Refusal;
use crate::diagnose::registry::find;
use crate::diagnose::service_answer;
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::{
    CauseId, CheckedService, Confidence, Culprit, CulpritKind, Fix, Hop, MissingData, Reachability,
};
use crate::model::service::Service;

/// Whether the stopped reason can decide: the records decide nothing, and their flow log omits accepted traffic.
#[must_use]
pub fn can_decide(case: &Case<'_>, finding: &Finding) -> bool {
    finding.confidence == Confidence::Undetermined
        && case.visibility.traffic.hides_success()
        && !case.subject.start.is_elsewhere()
        && matches!(
            case.reason.result,
            CallResult::Answered
                | CallResult::NotNetwork
                | CallResult::Reset
                | CallResult::TlsTimeout
                | CallResult::TimedOut
        )
}

/// The finding that follows from the stopped reason. `called` is the path to the address that it states.
#[must_use]
pub fn conclude(
    finding: Finding,
    case: &Case<'_>,
    (checked, called): (&[CheckedService], Option<&CheckedService>),
) -> Finding {
    if !can_decide(case, &finding) {
        return finding;
    }
    let hops = path_of_call(case, checked, called).unwrap_or_default();
    let firewall = PassedFirewall::on(case, hops);
    let found = match case.reason.result {
        CallResult::Answered | CallResult::NotNetwork => answered(case),
        CallResult::Reset => reset(case, firewall.as_ref()),
        CallResult::TlsTimeout => stalled(case, firewall.as_ref()),
        _ => unanswered(case, called, firewall.as_ref()),
    };
    match found {
        Some(found) => found.into_finding(case, finding),
        None => finding,
    }
}

/// The content of the stopped reason as a verdict.
struct Reported {
    cause: CauseId,
    culprits: Vec<Culprit>,
    /// Sentences without the one on the flow log.
    summary: String,
    missing: Vec<MissingData>,
    fix: Fix,
}

impl Reported {
    fn into_finding(self, case: &Case<'_>, finding: Finding) -> Finding {
        let Some(cause) = find(self.cause.name()) else { return finding };
        let mut also_considered = finding.also_considered;
        also_considered.retain(|other| other.cause != self.cause);
        Finding {
            cause,
            confidence: Confidence::Likely,
            service: case.reason.requested_service(),
            culprits: self.culprits,
            summary: format!("{} {ONLY}", self.summary),
            proofs: other_failures(case),
            also_considered,
            denied: finding.denied,
            changes: None,
            missing: std::iter::once(missing_data(
                "a flow log with TrafficType ALL; this one records REJECT traffic only",
                "the connection that the stopped reason reports",
            ))
            .chain(self.missing)
            .collect(),
            fix: self.fix,
        }
    }
}

/// The last sentence of a summary that no record supports.
const ONLY: &str =
    "This follows from only the stopped reason, because the flow log records no accepted traffic.";

/// A service answered, or the failure is outside the network.
fn answered(case: &Case<'_>) -> Option<Reported> {
    if let Some(refusal) = Refusal::of(case) {
        return Some(Reported {
            cause: refusal.cause,
            summary: refusal.summary(case),
            culprits: refusal.culprits,
            missing: refusal.missing,
            fix: refusal.fix,
        });
    }
    let clause = service_answer::clause(case)?;
    Some(Reported {
        cause: CauseId::NetworkHealthy,
        culprits: Vec::new(),
        summary: format!("No network fault found for {}: {clause}.", case.subject.name_within()),
        missing: Vec::new(),
        fix: service_answer::advice(case),
    })
}

/// A connection was reset. Groups and network ACLs never do that.
fn reset(case: &Case<'_>, firewall: Option<&PassedFirewall<'_>>) -> Option<Reported> {
    let by = firewall.map_or_else(String::new, |firewall| {
        format!(" The route leads through {}, which may have sent the reset.", firewall.name())
    });
    Some(Reported {
        cause: CauseId::ConnectionReset,
        culprits: vec![path_culprit(case)?],
        summary: summary(case, "use", &format!("the connection was reset.{by}"))?,
        missing: vec![missing_data(
            "the logs of firewalls and proxies on the way",
            "which device sent the RST: a firewall can send it with the server's address",
        )],
        fix: fix(
            advice(
                firewall,
                "Look for a firewall that refuses the server's name, a proxy, or a service that is not listening: security \
                 groups and network ACLs never send RST.",
            ),
            [],
        ),
    })
}

/// A connection opened, and TLS got no answer.
fn stalled(case: &Case<'_>, firewall: Option<&PassedFirewall<'_>>) -> Option<Reported> {
    let by = firewall.map_or_else(String::new, |firewall| {
        format!(" The route leads through {}, the first place to look at.", firewall.name())
    });
    Some(Reported {
        cause: CauseId::ConnectionStalled,
        culprits: culprits(case, firewall)?,
        summary: summary(case, "use", &format!("the connection opened and that TLS got no answer.{by}"))?,
        missing: vec![missing_data(
            "the logs of firewalls on the way, and the path's largest packet size",
            "whether a firewall drops by server name, or large packets are lost: both look like this",
        )],
        fix: fix(
            advice(
                firewall,
                "Look for an inspecting firewall that drops by server name, and for a link with a smaller packet size whose \
                 ICMP messages are blocked.",
            ),
            [],
        ),
    })
}

/// An address was called that did not answer, and no recorded interface rejected the packets.
///
/// The flow log must be documented, and all its records of that time must have arrived, since the absence of a REJECT counts.
fn unanswered(
    case: &Case<'_>,
    called: Option<&CheckedService>,
    firewall: Option<&PassedFirewall<'_>>,
) -> Option<Reported> {
    let address = case.reason.address?;
    let stopped = case.subject.stopped_at?;
    let is_recorded = case.attempts.iter().any(|attempt| attempt.destination == address);
    let is_covered = !case.facts.flow_logs_of(&case.subject).is_empty();
    let is_whole = !case.visibility.near.lost_records() && case.visibility.undelivered(stopped).is_none();
    let called = called.filter(|called| !called.reachability.is_blocked())?;
    if is_recorded || !is_covered || !is_whole {
        return None;
    }
    let configured = match called.reachability {
        Reachability::Reachable => ", and the saved configuration lets the packets and their replies pass",
        _ => "",
    };
    let by = match firewall.map(|firewall| (firewall, firewall.other_way)) {
        Some((_, Some(hop))) => format!(" Most likely replies take another way: {}.", hop.reason),
        Some((firewall, None)) => {
            format!(" The first hop of which nothing is known is {}.", firewall.name())
        }
        None => String::new(),
    };
    Some(Reported {
        cause: CauseId::PathUnanswered,
        culprits: culprits(case, firewall)?,
        summary: summary(
            case,
            "reach",
            &format!("no answer came. No interface of the flow log rejected the packets{configured}.{by}"),
        )?,
        missing: called
            .missing
            .iter()
            .map(|need| missing_data(need.clone(), "which configured control explains the loss, if one does"))
            .collect(),
        fix: fix(
            advice(
                firewall,
                "Look at what the saved documents and this flow log do not show: firewalls and appliances on the path, the \
                 service itself, and changes of the configuration since then (AWS Config, CloudTrail).",
            ),
            [],
        ),
    })
}

/// `Task x could not use y: the stopped reason reports that …`.
fn summary(case: &Case<'_>, verb: &str, reported: &str) -> Option<String> {
    let (name, destination) = (case.subject.name(), destination(case)?);
    Some(format!("{name} could not {verb} {destination}: the stopped reason reports that {reported}"))
}

/// The firewall on the way, else the way itself.
fn culprits(case: &Case<'_>, firewall: Option<&PassedFirewall<'_>>) -> Option<Vec<Culprit>> {
    firewall.map(PassedFirewall::culprits).or_else(|| Some(vec![path_culprit(case)?]))
}

fn advice(firewall: Option<&PassedFirewall<'_>>, otherwise: &str) -> String {
    firewall.map_or_else(|| otherwise.to_owned(), |firewall| format!("{} {otherwise}", firewall.advice()))
}

/// `secretsmanager at 52.94.228.98:443`, as far as the stopped reason names it.
fn destination(case: &Case<'_>) -> Option<String> {
    let service = case.reason.requested_service().filter(|service| *service != Service::Unknown);
    match (service, case.reason.address, &case.reason.host) {
        (Some(service), Some(address), _) => Some(format!("{service} at {address}")),
        (None, Some(address), _) => Some(format!("a service at {address}")),
        (Some(service), None, _) => Some(service.to_string()),
        (None, None, host) => host.clone(),
    }
}

/// Something on the way, by the address or the host that the stopped reason states.
fn path_culprit(case: &Case<'_>) -> Option<Culprit> {
    let id = case.reason.address.as_ref().map(SocketAddr::to_string).or_else(|| case.reason.host.clone())?;
    Some(Culprit { id: Some(id), ..Culprit::of(CulpritKind::Path) })
}

/// The hops to what was called: to its address, else to the service of that name, else of the first path that a firewall is on.
fn path_of_call<'c>(
    case: &Case<'_>,
    checked: &'c [CheckedService],
    called: Option<&'c CheckedService>,
) -> Option<&'c [Hop]> {
    let named = case.reason.requested_service();
    let is_named = |one: &&CheckedService| Some(&one.service) == named.as_ref();
    let by_name = checked.iter().find(is_named);
    let others = checked.iter().filter(|one| by_name.is_none() && one.service != Service::Dns);
    let services = called.into_iter().chain(by_name).chain(others);
    let mut paths = services.filter_map(|one| one.paths.first());
    paths.next().map(|path| path.hops.as_slice())
}
