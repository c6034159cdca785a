//! The controls of a configured path in words, one line for each.

use super::text::{Text, Word, prose, text};
use crate::finding::{ControlKind, Hop, HopDecision, Side};

/// One control.
pub(super) struct HopView {
    pub(super) leg: &'static str,
    pub(super) side: &'static str,
    pub(super) control: String,
    pub(super) ids: Vec<Text>,
    pub(super) statement: Vec<Word>,
    pub(super) class: &'static str,
    pub(super) decision: &'static str,
}

pub(super) fn hops(path: &[Hop]) -> Vec<HopView> {
    path.iter().map(hop).collect()
}

fn hop(hop: &Hop) -> HopView {
    HopView {
        leg: hop.leg.name(),
        side: if hop.side == Side::Nat { "NAT gateway" } else { hop.side.name() },
        control: name(hop),
        ids: hop.control.ids().iter().map(text).collect(),
        statement: prose(hop.statement()),
        class: hop.decision.name(),
        decision: decision(&hop.decision),
    }
}

/// Returns the name of a control, such as `inbound network ACL`.
pub(super) fn name(hop: &Hop) -> String {
    let control = hop.control.kind();
    let (first, second) = kind(control);
    let kind = format!("{first} {second}");
    let kind = kind.trim_end();
    if control.has_direction() { format!("{} {kind}", hop.direction()) } else { kind.to_owned() }
}

/// Returns the name of a kind of control in two short lines.
pub(super) fn kind(control: ControlKind) -> (&'static str, &'static str) {
    match control {
        ControlKind::SecurityGroup => ("security", "group"),
        ControlKind::NetworkAcl => ("network", "ACL"),
        ControlKind::RouteTable => ("route", "table"),
        ControlKind::InternetGateway => ("internet", "gateway"),
        ControlKind::PublicAddress => ("public", "address"),
        ControlKind::NatGateway => ("NAT", "gateway"),
        ControlKind::Endpoint => ("endpoint", ""),
        ControlKind::Interface => ("interface", ""),
        ControlKind::SourceDestCheck => ("source/dest.", "check"),
        ControlKind::Appliance => ("appliance", ""),
        ControlKind::TransitGateway => ("transit", "gateway"),
        ControlKind::Firewall => ("firewall", ""),
        ControlKind::External => ("external", ""),
    }
}

/// Returns the decision of a control in words.
pub(super) fn decision(decision: &HopDecision) -> &'static str {
    match decision {
        HopDecision::Allowed => "allows",
        HopDecision::Denied => "denies",
        HopDecision::Unknown { .. } => "unknown",
        HopDecision::External => "external",
    }
}
