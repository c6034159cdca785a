//! The wire types of the observations of one task.

use serde::Serialize;

use super::wire::{all, rfc_3339};
use crate::model::ids::InterfaceId;
use crate::report::{CoverageGap, Observed, ObservedInterface, Span};

#[derive(Debug, Serialize)]
pub(super) struct SpanV1 {
    first: Option<String>,
    last: Option<String>,
    state: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct CoverageGapV1 {
    from: Option<String>,
    to: Option<String>,
    reason: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ObservedV1<'a> {
    destination: &'a str,
    state: &'static str,
    interfaces: Vec<ObservedInterfaceV1<'a>>,
}

#[derive(Debug, Serialize)]
struct ObservedInterfaceV1<'a> {
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

impl From<&CoverageGap> for CoverageGapV1 {
    fn from(gap: &CoverageGap) -> Self {
        Self { from: rfc_3339(gap.from), to: rfc_3339(gap.to), reason: gap.reason.name() }
    }
}

impl<'a> From<&'a Observed> for ObservedV1<'a> {
    fn from(observed: &'a Observed) -> Self {
        Self {
            destination: &observed.destination,
            state: observed.state.name(),
            interfaces: all(&observed.interfaces),
        }
    }
}

impl<'a> From<&'a ObservedInterface> for ObservedInterfaceV1<'a> {
    fn from(interface: &'a ObservedInterface) -> Self {
        Self {
            interface_id: &interface.interface_id,
            role: interface.role.name(),
            request: interface.request.name(),
            reply: interface.reply.name(),
        }
    }
}
