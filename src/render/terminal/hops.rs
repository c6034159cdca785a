//! A configured path: a line a control, in the order packets meet them.

use std::io::{self, Write};

use crate::render::terminal::layout::{Page, style};
use crate::report::{HopState, PathHop};

/// Writes the hops; the reply's are set apart by a word.
pub(super) fn write<W: Write>(page: &mut Page<'_, W>, indent: usize, hops: &[PathHop]) -> io::Result<()> {
    let mut leg = "request";
    for hop in hops {
        if hop.leg != leg {
            leg = hop.leg;
            page.prose(indent, style::DIM, "back:")?;
        }
        let label = (mark(hop.state), style::of_hop(hop.state));
        page.labelled(indent, label, &text(hop))?;
    }
    Ok(())
}

fn mark(state: HopState) -> &'static str {
    match state {
        HopState::Allowed => "ok  ",
        HopState::Denied => "STOP",
        HopState::Unknown => "?   ",
        HopState::Beyond => "... ",
    }
}

/// `network ACL acl-1: rule 100 …`.
fn text(hop: &PathHop) -> String {
    let kind = match hop.control {
        "security-group" => "security group",
        "network-acl" => "network ACL",
        "route-table" => "route table",
        "internet-gateway" => "internet gateway",
        "public-address" => "public address",
        "nat-gateway" => "NAT gateway",
        "vpc-endpoint" => "endpoint",
        "interface" => "interface",
        _ => "beyond",
    };
    let mut name = kind.to_owned();
    if !hop.ids.is_empty() {
        name = format!("{name} {}", hop.ids.join(", "));
    }
    if matches!(hop.control, "security-group" | "network-acl") {
        name = format!("{name} {}", hop.direction);
    }
    format!("{name}: {}", without_id(hop))
}

/// What the hop says, without the id that stands before it already.
fn without_id(hop: &PathHop) -> String {
    let [id] = hop.ids.as_slice() else { return hop.says.clone() };
    let says = hop.says.strip_prefix(id.as_str()).map_or(hop.says.as_str(), str::trim_start);
    says.replace(&format!(" of {id}"), "")
}
