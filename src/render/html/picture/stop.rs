//! The place on the path where packets stopped. Records decide; the configuration decides only if no record has REJECT.

use super::stations::Station;
use crate::finding::{Hop, Leg, StepState};
use crate::model::interface::InterfaceRole;
use crate::render::html::hops;
use crate::report::{RecordedAction, Verdict};

/// The place where packets stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At a control of the configured path.
    Hop(usize),
    /// At a station whose controls are unknown or allow the packets.
    Station(usize, Leg),
    /// Somewhere after a station.
    After(usize),
    /// The far side closed the connection or sent no data.
    End,
    /// Neither records nor documents show a place.
    Unknown,
}

/// Returns the place where the shown attempt stopped.
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
        Some(StepState::Unanswered) => Stop::After(last_passed(stations)),
        _ => Stop::Unknown,
    }
}

fn denial(path: &[Hop], wanted: impl Fn(&Hop) -> bool) -> Option<usize> {
    path.iter().position(|hop| hop.denies() && wanted(hop))
}

/// Returns the station that recorded REJECT: the first for the request, or the last for the reply.
fn rejected(stations: &[Station]) -> Option<(usize, Leg)> {
    let seen = |place: usize| stations[place].seen;
    let mut places = 0..stations.len();
    let request =
        places.clone().find(|&at| seen(at).is_some_and(|(request, _)| request == RecordedAction::Rejected));
    let reply = places.rfind(|&at| seen(at).is_some_and(|(_, reply)| reply == RecordedAction::Rejected));
    request.map(|at| (at, Leg::Request)).or_else(|| reply.map(|at| (at, Leg::Reply)))
}

/// Returns the last station that recorded the request.
fn last_passed(stations: &[Station]) -> usize {
    let passed =
        |station: &Station| station.seen.is_some_and(|(request, _)| request == RecordedAction::Accepted);
    stations.iter().rposition(passed).unwrap_or(0)
}

/// Returns the place in one sentence.
pub(super) fn caption(stop: Stop, verdict: &Verdict, stations: &[Station]) -> String {
    match stop {
        Stop::Hop(place) => {
            let hop = &verdict.path[place];
            format!("The {} stopped at the {}: {}.", hop.leg.name(), hops::name(hop), hop.statement())
        }
        Stop::Station(place, leg) => {
            format!("The {} stopped at {}, which recorded REJECT.", leg.name(), name_of(&stations[place]))
        }
        Stop::After(place) if place + 1 == stations.len() => {
            format!("The request reached {}; no reply to it is recorded.", name_of(&stations[place]))
        }
        Stop::After(place) => {
            let name = name_of(&stations[place]);
            format!("The request passed {name}; no interface after that recorded the request or a reply.")
        }
        Stop::End => match verdict.observed.as_ref().map(|observed| observed.state) {
            Some(StepState::Reset) => "The connection was opened and then reset.".to_owned(),
            _ => "The connection was opened, but no data came back.".to_owned(),
        },
        Stop::Unknown => "The records of each interface on the path.".to_owned(),
    }
}

/// Returns the name of a station, such as `eni-1 (endpoint)`.
fn name_of(station: &Station) -> String {
    match (&station.interface_id, station.role) {
        (Some(id), InterfaceRole::Task) => format!("the task's interface {id}"),
        (Some(id), InterfaceRole::Other | InterfaceRole::Unknown) => id.clone(),
        (Some(id), role) => format!("{id} ({role})"),
        (None, _) => station.title.to_string(),
    }
}
