//! Where on its path the packets stopped: by the records first, by the configuration where no record says REJECT.

use super::stations::Station;
use crate::finding::{Hop, Leg};
use crate::model::interface::Role;
use crate::render::html::hops;
use crate::report::{Seen, StepState, Verdict};

/// The place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At a control of the configured path.
    Hop(usize),
    /// At a station whose controls are not known, or say otherwise.
    Station(usize, Leg),
    /// Somewhere beyond a station.
    Beyond(usize),
    /// The far side broke off, or fell silent.
    End,
    /// Nothing tells.
    Unknown,
}

/// Where the attempt that the verdict shows stopped.
pub(super) fn stop(verdict: &Verdict, stations: &[Station]) -> Stop {
    if let Some((place, leg)) = rejected(stations) {
        let side = stations[place].side;
        let here = denial(&verdict.path, |hop| hop.leg == leg && hop.side == side);
        return here.map_or(Stop::Station(place, leg), Stop::Hop);
    }
    if let Some(place) = denial(&verdict.path, |_| true) {
        return Stop::Hop(place);
    }
    match verdict.observed.as_ref().map(|observed| observed.state) {
        Some(StepState::Reset | StepState::Stalled) => Stop::End,
        Some(StepState::Unanswered) => Stop::Beyond(last_passed(stations)),
        _ => Stop::Unknown,
    }
}

fn denial(path: &[Hop], wanted: impl Fn(&Hop) -> bool) -> Option<usize> {
    path.iter().position(|hop| hop.denies() && wanted(hop))
}

/// The station that recorded REJECT: of the request on its way there, else of the reply on its way back.
fn rejected(stations: &[Station]) -> Option<(usize, Leg)> {
    let seen = |place: usize| stations[place].seen;
    let mut places = 0..stations.len();
    let request = places.clone().find(|&at| seen(at).is_some_and(|(request, _)| request == Seen::Rejected));
    let reply = places.rfind(|&at| seen(at).is_some_and(|(_, reply)| reply == Seen::Rejected));
    request.map(|at| (at, Leg::Request)).or_else(|| reply.map(|at| (at, Leg::Reply)))
}

/// The last station that recorded the request; the service itself has none beyond it.
fn last_passed(stations: &[Station]) -> usize {
    let passed = |station: &Station| station.seen.is_some_and(|(request, _)| request == Seen::Accepted);
    stations.iter().rposition(passed).unwrap_or(0)
}

/// The place in one sentence.
pub(super) fn caption(stop: Stop, verdict: &Verdict, stations: &[Station]) -> String {
    match stop {
        Stop::Hop(place) => {
            let hop = &verdict.path[place];
            format!("The {} stopped at the {}: {}.", hop.leg.name(), hops::name(hop), hop.statement())
        }
        Stop::Station(place, leg) => {
            format!("The {} stopped at {}: its records say REJECT.", leg.name(), called(&stations[place]))
        }
        Stop::Beyond(place) if place + 1 == stations.len() => {
            format!("The request reached {}; no reply to it is recorded.", called(&stations[place]))
        }
        Stop::Beyond(place) => {
            let called = called(&stations[place]);
            format!(
                "The request passed {called}; no interface that was recorded shows it, or a reply, after that."
            )
        }
        Stop::End => match verdict.observed.as_ref().map(|observed| observed.state) {
            Some(StepState::Reset) => "The connection was opened and broken off.".to_owned(),
            _ => "The connection was opened, and no data came back.".to_owned(),
        },
        Stop::Unknown => "What each interface on the way recorded.".to_owned(),
    }
}

/// `eni-1 (endpoint)`.
fn called(station: &Station) -> String {
    match (&station.interface_id, station.role) {
        (Some(id), Role::Task) => format!("the task's interface {id}"),
        (Some(id), Role::Other | Role::Unknown) => id.clone(),
        (Some(id), role) => format!("{id} ({role})"),
        (None, _) => station.title.to_string(),
    }
}
