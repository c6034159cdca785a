//! Runs `check` on the documents of a case, for the place where the case's task starts, and judges its answer.
//!
//! Three laws hold for every case. The known breaches are listed in `disagreements`, and nowhere else.

use std::fmt;
use std::path::Path;

use flowcause::check::LaunchTargetSelection;
use flowcause::finding::{CauseId, Culprit, CulpritKind};
use flowcause::model::ids::{SecurityGroupId, SubnetId};
use flowcause::model::service::Service;
use flowcause::pipeline;
use flowcause::reduce::Limits;
use flowcause::report::Verdict;
use flowcause::report::check::{CheckedLaunchTarget, CheckedService, Reachability};

use crate::support::referee::Case;
use crate::support::referee::blockers::{Blocker, RESOLUTION, blockers};
use crate::support::referee::exceptions::is_excused;
use crate::support::referee::play::{Played, SERVICE};
use crate::support::referee::trouble::Trouble;
use crate::support::referee::variant::Variant;

/// How right the answer of `check` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckRightness {
    /// The cause, and the control at fault among those it names; or nothing, where the configuration is in order.
    Culprit,
    /// The cause alone.
    Cause,
    /// It names nothing, because documents are missing.
    Undecided,
    /// Anything else.
    Wrong,
}

/// A law that `check` obeys in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Law {
    /// The control that `explain` names first is among those that `check` names, with the same cause.
    Agreement,
    /// Every resource that `check` names exists and blocks packets, and no service is called blocked that is reached.
    NoInvention,
    /// Every service that `check` calls reachable is reached.
    Reachable,
    /// `explain` names the cause and the resource at fault. Thresholds hold this law; known breaches do not count.
    Truth,
}

/// A law that was broken, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Which law.
    pub(crate) law: Law,
    /// The answer of `check`, and the truth.
    pub(crate) words: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.law, self.words)
    }
}

/// The judgement of an answer of `check`.
#[derive(Clone, Debug)]
pub(crate) struct CheckJudgement {
    /// How right it is.
    pub(crate) rightness: CheckRightness,
    /// The laws that it breaks.
    pub(crate) breaches: Vec<Breach>,
    /// The answer for the service whose step failed.
    pub(crate) words: String,
}

/// Judges `check` on the documents of a case in `folder`; `explained` is the verdict of `explain` on the same case.
pub(super) fn judge_check(
    case: Case,
    played: &Played,
    folder: &Path,
    explained: Option<&Verdict>,
) -> CheckJudgement {
    let place = match checked_place(case, played, folder) {
        Ok(place) => place,
        Err(words) => {
            return CheckJudgement { rightness: CheckRightness::Undecided, breaches: Vec::new(), words };
        }
    };
    let mut breaches = Vec::new();
    for service in &place.services {
        let truth = blockers(&played.incident.sim.vpc, played.eni, service.service.name());
        breaches.extend(inventions(service, &truth));
        breaches.extend(wrongly_reachable(service, &truth));
    }
    breaches.extend(explained.and_then(|verdict| disagreement(case, played, &place, verdict)));
    let words = failing_service(case, played, &place).map_or_else(|| "no such service".to_owned(), describe);
    CheckJudgement { rightness: rightness(case, played, &place), breaches, words }
}

/// The answer of `check` for the place where the case's task starts.
fn checked_place(case: Case, played: &Played, folder: &Path) -> Result<CheckedLaunchTarget, String> {
    let vpc = &played.incident.sim.vpc;
    let (task, subnet) = (vpc.get(played.eni), &vpc.subnet_of(played.eni).id);
    // Without the document of services, the options name the place.
    let asked = if case.variant.has_configuration() {
        LaunchTargetSelection::default()
    } else {
        LaunchTargetSelection {
            subnet_ids: vec![SubnetId::new(subnet.as_str())],
            group_ids: task.groups.iter().map(|id| SecurityGroupId::new(id.as_str())).collect(),
            has_public_address: Some(task.public.is_some()),
        }
    };
    let report = pipeline::check(&[folder.join("metadata")], &asked, Limits::NONE)
        .map_err(|error| error.to_string())?;
    let is_it = |place: &CheckedLaunchTarget| {
        place.subnet_id.as_str() == subnet && place.service_name.as_deref().is_none_or(|name| name == SERVICE)
    };
    report.launch_targets.into_iter().find(is_it).ok_or_else(|| "the place is not checked".to_owned())
}

/// The answer for a service by its short name.
fn service_of<'p>(place: &'p CheckedLaunchTarget, name: &str) -> Option<&'p CheckedService> {
    place.services.iter().find(|service| service.service.name() == name)
}

/// The answer for the service whose step failed.
fn failing_service<'p>(
    case: Case,
    played: &Played,
    place: &'p CheckedLaunchTarget,
) -> Option<&'p CheckedService> {
    service_of(place, name_of_failing_service(case, played)?)
}

fn name_of_failing_service(case: Case, played: &Played) -> Option<&'static str> {
    // Without the task definition, `check` answers for the services of the VPC's own Region.
    if case.variant == Variant::NoServices && case.trouble == Trouble::NeedInOtherRegion {
        return None;
    }
    if case.trouble.is_of_resolution() { Some(RESOLUTION) } else { played.failed }
}

/// The named resources that do not exist or block nothing.
fn inventions(service: &CheckedService, truth: &[Blocker]) -> Vec<Breach> {
    let name = service.service.name();
    let invention = |words: String| Breach { law: Law::NoInvention, words: format!("{name}: {words}") };
    let mut found: Vec<Breach> = (service.culprits.iter())
        .filter(|culprit| !truth.iter().any(|blocker| is_named(culprit, blocker)))
        .map(|culprit| {
            let id = culprit.id.as_deref().unwrap_or("without an id");
            invention(format!("{} {id} blocks nothing", culprit.kind.name()))
        })
        .collect();
    if service.reachability.is_blocked() && truth.is_empty() {
        found.push(invention(format!(
            "{} ({}), but nothing blocks it",
            service.reachability.name(),
            service.summary
        )));
    }
    found
}

/// Whether a culprit is this resource. The interface of a task that has not started has no id yet.
fn is_named(culprit: &Culprit, blocker: &Blocker) -> bool {
    let has_id = culprit.id.as_ref().is_some_and(|id| *id == blocker.id);
    culprit.kind == blocker.kind
        && (has_id || (culprit.kind == CulpritKind::Interface && culprit.id.is_none()))
}

fn wrongly_reachable(service: &CheckedService, truth: &[Blocker]) -> Option<Breach> {
    let first = truth.first()?;
    let words =
        format!("{}: reachable, but {} {} blocks it", service.service.name(), first.kind.name(), first.id);
    matches!(service.reachability, Reachability::Reachable | Reachability::External)
        .then_some(Breach { law: Law::Reachable, words })
}

/// The difference between both answers, where the documents show the fault that the logs prove.
fn disagreement(
    case: Case,
    played: &Played,
    place: &CheckedLaunchTarget,
    verdict: &Verdict,
) -> Option<Breach> {
    let is_shown = case.trouble.is_in_configuration() && case.variant.shows_fault();
    // Where records are missing, `explain` rightly concludes less than the documents show.
    let is_concluded =
        verdict.cause.name() == case.trouble.cause() || !is_excused(case) || case.variant == Variant::NoVpcId;
    let first = verdict.culprits.first().filter(|_| is_shown && is_concluded)?;
    let known = verdict.service.as_ref().filter(|service| **service != Service::Unknown);
    let name = known.map(|service| service.name().to_owned());
    let name = name.or_else(|| name_of_failing_service(case, played).map(ToOwned::to_owned))?;
    let breach = |words: String| Some(Breach { law: Law::Agreement, words });
    let expected = format!("{name}: {} {}", verdict.cause, named(first));
    let Some(service) = service_of(place, &name) else { return breach(format!("{expected} is not checked")) };
    let blocker = Blocker { kind: first.kind, id: first.id.clone().unwrap_or_default() };
    let agrees = service.cause == Some(verdict.cause)
        && service.culprits.iter().any(|culprit| is_named(culprit, &blocker));
    if agrees { None } else { breach(format!("{expected}, but check: {}", describe(service))) }
}

fn rightness(case: Case, played: &Played, place: &CheckedLaunchTarget) -> CheckRightness {
    let fault = (case.trouble.is_in_configuration() && case.variant != Variant::Repaired)
        .then(|| failing_service(case, played, place));
    let reaches = place.services.iter().map(|service| service.reachability);
    let Some(failing) = fault else {
        return if reaches.clone().any(Reachability::is_blocked) {
            CheckRightness::Wrong
        } else if reaches.clone().any(|reachability| reachability == Reachability::Undetermined) {
            CheckRightness::Undecided
        } else {
            CheckRightness::Culprit
        };
    };
    match failing {
        Some(service)
            if service.reachability == Reachability::Undetermined && service.culprits.is_empty() =>
        {
            CheckRightness::Undecided
        }
        Some(service) if service.cause.map(CauseId::name) == Some(case.trouble.cause()) => {
            let is_it = |culprit: &Culprit| {
                let is_interface = culprit.kind == CulpritKind::Interface && culprit.id.is_none();
                played.blamed.is(std::slice::from_ref(culprit))
                    || (is_interface && case.trouble == Trouble::NoPublicAddress)
            };
            if service.culprits.iter().any(is_it) { CheckRightness::Culprit } else { CheckRightness::Cause }
        }
        Some(_) => CheckRightness::Wrong,
        // Without the task definition, `check` does not know all needs of the task.
        None => CheckRightness::Undecided,
    }
}

/// `blocked, no-route: route-table rtb-1`.
fn describe(service: &CheckedService) -> String {
    let names: Vec<String> = service.culprits.iter().map(named).collect();
    let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    format!(
        "{} {}, {}: {names}",
        service.service.name(),
        service.reachability.name(),
        service.cause.map_or("-", CauseId::name)
    )
}

fn named(culprit: &Culprit) -> String {
    format!("{} {}", culprit.kind.name(), culprit.id.as_deref().unwrap_or("without an id"))
}
