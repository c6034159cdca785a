//! The services a task contacted, in the order of a task's start, and which of them it reached.

use crate::diagnose::case::attempt::Attempt;
use crate::diagnose::case::origin::{Clues, Origin};
use crate::diagnose::stopped_reason::{CallResult, StoppedReason};
use crate::model::protocol::Protocol;
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// A success this many seconds before a failure of the other address family, or of another DNS server, still clears it:
/// two attempts made at once.
const AT_ONCE: i64 = 5;

/// One service and the attempts to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStep {
    /// The service.
    pub service: Service,
    /// Places among the case's attempts, by first packet.
    pub attempts: Vec<usize>,
    /// Whether the task succeeded in the end: a success, and no failure begun after it.
    pub finished: bool,
    /// Whether it may not have stopped the task: a later step may have got through, at an address of an unknown service.
    pub may_be_passed: bool,
    /// Their origin.
    pub origin: Origin,
    /// First packet.
    pub first: Timestamp,
}

/// Groups attempts by service; unknown services come last, each group by time.
pub(super) fn steps(clues: Clues<'_>) -> Vec<ServiceStep> {
    let Clues { attempts, reason, .. } = clues;
    let mut steps: Vec<ServiceStep> = Vec::new();
    for (place, attempt) in attempts.iter().enumerate() {
        match steps.iter_mut().find(|step| step.service == attempt.service) {
            Some(step) => step.attempts.push(place),
            None => steps.push(ServiceStep {
                service: attempt.service.clone(),
                attempts: vec![place],
                finished: false,
                may_be_passed: false,
                origin: Origin::Start,
                first: attempt.first,
            }),
        }
    }
    for step in &mut steps {
        let own = || step.attempts.iter().map(|&place| &attempts[place]);
        let finished = if is_mixed(step, reason) {
            own().all(|failure| is_finished(own().filter(|other| other.destination == failure.destination)))
        } else {
            is_finished(own())
        };
        let origin = clues.origin(&step.service, own());
        (step.finished, step.origin) = (finished, origin);
    }
    steps.sort_by(|a, b| (&a.service, a.first).cmp(&(&b.service, b.first)));
    for step in &mut steps {
        step.finished |= is_passed(step, attempts, reason);
        step.may_be_passed = may_be_passed(step, attempts, reason);
    }
    steps
}

/// Whether addresses of unknown service may be those of several services: the stopped reason reports that one of them did not
/// answer, so a success at another address is none for it.
fn is_mixed(step: &ServiceStep, reason: &StoppedReason) -> bool {
    let is_silence = matches!(
        reason.result,
        CallResult::TimedOut | CallResult::TlsTimeout | CallResult::Reset | CallResult::Refused
    );
    step.service == Service::Unknown && is_silence
}

/// Whether a later step of the start got through after this one's last failure: the start had continued, so this failure did
/// not stop it. This does not apply to the service that the stopped reason names.
fn is_passed(step: &ServiceStep, attempts: &[Attempt], reason: &StoppedReason) -> bool {
    reason.service.as_ref() != Some(&step.service)
        && completed_after(step, attempts, 0)
            .any(|service| *service > step.service && service.is_start_step())
}

/// The same, if the service of an address were known that no document names.
fn may_be_passed(step: &ServiceStep, attempts: &[Attempt], reason: &StoppedReason) -> bool {
    let mut own = step.attempts.iter().map(|&place| &attempts[place]);
    let is_dialled = own.any(|attempt| reason.address == Some(attempt.destination));
    // Where the service of the step answered, the answer may have come from such an address.
    let may_be_named = reason.shows_an_answer() || reason.service.as_ref() != Some(&step.service);
    let mut reached = completed_after(step, attempts, 1);
    !is_dialled && may_be_named && reached.any(|service| *service == Service::Unknown)
}

/// The services that were reached after the last failure of a step of the start, or less than `slack` seconds before it.
fn completed_after<'a>(
    step: &ServiceStep,
    attempts: &'a [Attempt],
    slack: i64,
) -> impl Iterator<Item = &'a Service> {
    let last_failure = step.attempts.iter().map(|&place| &attempts[place]).map(|attempt| attempt.first).max();
    let may_be_overcome = step.service != Service::Dns && step.service.is_start_step();
    let later = attempts.iter().filter(move |attempt| {
        may_be_overcome
            && attempt.outcome == super::Outcome::Completed
            && Some(attempt.first.plus(slack)) > last_failure
    });
    later.map(|attempt| &attempt.service)
}

fn is_finished<'a>(attempts: impl Iterator<Item = &'a Attempt> + Clone) -> bool {
    let successes: Vec<&Attempt> =
        attempts.clone().filter(|attempt| attempt.outcome == super::Outcome::Completed).collect();
    let is_cleared = |failure: &Attempt| successes.iter().any(|success| clears(success, failure));
    !successes.is_empty() && attempts.filter(|attempt| attempt.outcome.failed()).all(is_cleared)
}

/// Whether a success shows that a failure did not matter: it came later, or at the same time over the other of IPv4 and
/// IPv6, or from another DNS server, which clients try side by side.
fn clears(success: &Attempt, failure: &Attempt) -> bool {
    // A truncated answer over UDP does not show that the answer over TCP arrived.
    if success.protocol() == Protocol::UDP && failure.protocol() == Protocol::TCP {
        return false;
    }
    let is_other_family = success.destination.is_ipv6() != failure.destination.is_ipv6();
    let is_other_server = success.service == Service::Dns && success.destination != failure.destination;
    let slack = if is_other_family || is_other_server { AT_ONCE } else { 0 };
    success.first.plus(slack) >= failure.first
}

/// The step that stopped the task: the one the stopped reason names, else the first that failed, else the first to which an
/// answer was rejected, else the first that is not known to have finished. Steps of containers are excluded.
///
/// If the stopped reason shows that a service answered, or that the failure is outside the network, only the step of that service can have stopped the task; other
/// failed steps did not. If the flow log hides successes, the step of that service is finished, because it answered: `hides_success`
/// is true for a log of rejected traffic.
///
/// Name resolution is the failing step only if nothing else is unfinished and no service was tried after its last failure: a
/// later attempt means that the name was resolved in the end.
pub(super) fn failing_step(
    steps: &[ServiceStep],
    attempts: &[Attempt],
    reason: &StoppedReason,
    hides_success: bool,
) -> Option<usize> {
    let unfinished = |step: &ServiceStep| {
        !step.finished && step.service != Service::Dns && step.origin != Origin::Container
    };
    let find = |wanted: &dyn Fn(&ServiceStep) -> bool| {
        steps.iter().position(|step| unfinished(step) && wanted(step))
    };
    let goes_to_address = |step: &ServiceStep| {
        let mut places = step.attempts.iter();
        places.any(|&place| reason.address.is_some_and(|address| attempts[place].destination == address))
    };
    let is_named = |step: &ServiceStep| reason.service.as_ref() == Some(&step.service);
    let failed = |step: &ServiceStep| step.attempts.iter().any(|&place| attempts[place].outcome.failed());
    let by_reason = find(&|step| failed(step) && goes_to_address(step))
        .or_else(|| find(&|step| failed(step) && is_named(step)));
    let is_answer = matches!(reason.result, CallResult::Answered | CallResult::NotNetwork);
    if is_answer && hides_success {
        return None;
    }
    if is_answer && reason.service.is_some() {
        return by_reason.or_else(|| find(&goes_to_address)).or_else(|| find(&is_named));
    }
    by_reason
        .or_else(|| find(&failed))
        .or_else(|| find(&|step| step.attempts.iter().any(|&place| attempts[place].lone_answer().is_some())))
        .or_else(|| failing_resolution(steps, attempts))
        .or_else(|| find(&goes_to_address))
        .or_else(|| find(&is_named))
        .or_else(|| find(&|_| true))
}

fn failing_resolution(steps: &[ServiceStep], attempts: &[Attempt]) -> Option<usize> {
    let place = steps.iter().position(|step| step.service == Service::Dns && !step.finished)?;
    let last_failure = steps[place].attempts.iter().map(|&at| attempts[at].first).max()?;
    let later =
        attempts.iter().any(|attempt| attempt.service != Service::Dns && attempt.first > last_failure);
    (!later).then_some(place)
}
