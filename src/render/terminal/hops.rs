//! A configured path: one line for each control, in the order in which packets pass them.

use std::io::{self, Write};

use crate::finding::{ControlKind, Hop, HopDecision, Leg};
use crate::render::terminal::layout::{Page, style};

/// Writes the hops, with a separate line between those of the request and those of the reply.
pub(super) fn write<W: Write>(page: &mut Page<'_, W>, indent: usize, hops: &[Hop]) -> io::Result<()> {
    let mut leg = Leg::Request;
    for hop in hops {
        if hop.leg != leg {
            leg = hop.leg;
            page.prose(indent, style::DIM, "reply:")?;
        }
        let label = (mark(&hop.decision), style::of_hop(&hop.decision));
        page.labelled(indent, label, &text(hop))?;
    }
    Ok(())
}

fn mark(decision: &HopDecision) -> &'static str {
    match decision {
        HopDecision::Allowed => "ok  ",
        HopDecision::Denied => "STOP",
        HopDecision::Unknown { .. } => "?   ",
        HopDecision::External => "... ",
    }
}

/// Returns the text of a hop, such as `network ACL inbound: rule 100 of acl-1 …`.
fn text(hop: &Hop) -> String {
    let kind = hop.control.kind();
    let several = hop.control.ids().len() > 1;
    let name = match kind {
        ControlKind::SecurityGroup if several => "security groups",
        ControlKind::SecurityGroup => "security group",
        ControlKind::NetworkAcl => "network ACL",
        ControlKind::RouteTable => "route table",
        ControlKind::InternetGateway => "internet gateway",
        ControlKind::NatGateway => "NAT gateway",
        ControlKind::Endpoint => "endpoint",
        ControlKind::Interface | ControlKind::PublicAddress => "interface",
        ControlKind::SourceDestCheck => "source/destination check",
        ControlKind::Appliance => "appliance",
        ControlKind::TransitGateway => "transit gateway",
        ControlKind::Firewall => "firewall",
        ControlKind::External => "external",
    };
    let direction = if kind.has_direction() { format!(" {}", hop.direction()) } else { String::new() };
    format!("{name}{direction}: {}", hop.statement())
}
