//! The controls of a configured path in words, a line each.

use super::text::{Text, Word, prose, text};
use crate::report::{HopState, PathHop};

/// One control.
pub(super) struct Hop {
    pub(super) leg: &'static str,
    pub(super) side: &'static str,
    pub(super) control: String,
    pub(super) ids: Vec<Text>,
    pub(super) says: Vec<Word>,
    pub(super) class: &'static str,
    pub(super) state: &'static str,
}

pub(super) fn hops(path: &[PathHop]) -> Vec<Hop> {
    path.iter().map(hop).collect()
}

fn hop(hop: &PathHop) -> Hop {
    Hop {
        leg: hop.leg,
        side: match hop.side {
            "nat" => "NAT gateway",
            side => side,
        },
        control: name(hop),
        ids: hop.ids.iter().map(text).collect(),
        says: prose(&hop.says),
        class: hop.state.name(),
        state: state(hop.state),
    }
}

/// `inbound network ACL`.
pub(super) fn name(hop: &PathHop) -> String {
    let (first, second) = kind(hop.control);
    let kind = format!("{first} {second}");
    match hop.control {
        "security-group" | "network-acl" => format!("{} {}", hop.direction, kind.trim_end()),
        _ => kind.trim_end().to_owned(),
    }
}

/// A kind of control in two short lines.
pub(super) fn kind(control: &str) -> (&'static str, &'static str) {
    match control {
        "security-group" => ("security", "group"),
        "network-acl" => ("network", "ACL"),
        "route-table" => ("route", "table"),
        "internet-gateway" => ("internet", "gateway"),
        "public-address" => ("public", "address"),
        "nat-gateway" => ("NAT", "gateway"),
        "vpc-endpoint" => ("endpoint", ""),
        "interface" => ("interface", ""),
        _ => ("beyond", ""),
    }
}

/// What a control does, in a reader's words.
pub(super) fn state(state: HopState) -> &'static str {
    match state {
        HopState::Allowed => "lets it through",
        HopState::Denied => "stops it",
        HopState::Unknown => "not known",
        HopState::Beyond => "out of sight",
    }
}
