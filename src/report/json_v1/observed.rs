//! The wire types of what the records show of one task.

use serde::Serialize;

use super::{all, rfc_3339};
use crate::model::ids::InterfaceId;
use crate::report::{BlindSpot, Observed, Sighting, Span};

#[derive(Debug, Serialize)]
pub(super) struct SpanV1 {
    first: Option<String>,
    last: Option<String>,
    state: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct BlindSpotV1 {
    from: Option<String>,
    to: Option<String>,
    why: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ObservedV1<'a> {
    destination: &'a str,
    state: &'static str,
    sightings: Vec<SightingV1<'a>>,
}

#[derive(Debug, Serialize)]
struct SightingV1<'a> {
    interface_id: &'a InterfaceId,
    role: &'static str,
    request: &'static str,
    reply: &'static str,
}

impl From<&Span> for SpanV1 {
    fn from(span: &Span) -> Self {
        Self { first: rfc_3339(span.first), last: rfc_3339(span.last), state: span.state.name() }
    }
}

impl From<&BlindSpot> for BlindSpotV1 {
    fn from(spot: &BlindSpot) -> Self {
        Self { from: rfc_3339(spot.from), to: rfc_3339(spot.to), why: spot.why.name() }
    }
}

impl<'a> From<&'a Observed> for ObservedV1<'a> {
    fn from(observed: &'a Observed) -> Self {
        Self {
            destination: &observed.destination,
            state: observed.state.name(),
            sightings: all(&observed.sightings),
        }
    }
}

impl<'a> From<&'a Sighting> for SightingV1<'a> {
    fn from(sighting: &'a Sighting) -> Self {
        Self {
            interface_id: &sighting.interface_id,
            role: sighting.role.name(),
            request: sighting.request.name(),
            reply: sighting.reply.name(),
        }
    }
}
