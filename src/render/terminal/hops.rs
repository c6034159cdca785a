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
    let (one, several) = match hop.control {
        "security-group" => ("security group", "security groups"),
        "network-acl" => ("network ACL", "network ACLs"),
        "route-table" => ("route table", "route tables"),
        "internet-gateway" => ("internet gateway", "internet gateways"),
        "nat-gateway" => ("NAT gateway", "NAT gateways"),
        "vpc-endpoint" => ("endpoint", "endpoints"),
        "interface" | "public-address" => ("interface", "interfaces"),
        _ => ("beyond", "beyond"),
    };
    let with_direction = |kind: &str, ids: &str| match hop.control {
        "security-group" | "network-acl" => format!("{kind}{ids} {}", hop.direction),
        _ => format!("{kind}{ids}"),
    };
    match hop.ids.as_slice() {
        [] => format!("{}: {}", with_direction(one, ""), hop.says),
        [id] => format!("{}: {}", with_direction(one, &format!(" {id}")), without(id, &hop.says)),
        ids => format!("{}: {}", with_direction(several, &format!(" {}", ids.join(", "))), hop.says),
    }
}

/// A clause without the id that stands before it: `sg-1 allows x` as `allows x`, `no rule of sg-1 allows x` as `no rule
/// allows x`.
fn without(id: &str, says: &str) -> String {
    let after = |rest: &'_ str| rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' ')).map(str::to_owned);
    match says.strip_prefix(id).and_then(after) {
        Some(rest) => rest,
        None => says.replacen(&format!(" of {id} "), " ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_once_in_a_line() {
        let check = |control, ids: &[&str], says: &str, want: &str| {
            let hop = PathHop {
                side: "task",
                leg: "request",
                direction: "outbound",
                control,
                ids: ids.iter().map(ToString::to_string).collect(),
                state: HopState::Allowed,
                rule: None,
                says: says.to_owned(),
            };
            assert_eq!(text(&hop), want);
        };
        let sg = "security-group";
        check(sg, &["sg-1"], "sg-1 allows x", "security group sg-1 outbound: allows x");
        check(
            "route-table",
            &["rtb-1"],
            "rtb-1, the main table, routes x",
            "route table rtb-1: the main table, routes x",
        );
        check(sg, &["sg-1"], "sg-10 allows x", "security group sg-1 outbound: sg-10 allows x");
        check(sg, &["sg-1"], "no rule of sg-1 allows x", "security group sg-1 outbound: no rule allows x");
        check(
            sg,
            &["sg-1", "sg-2"],
            "no rule of sg-1 or sg-2 allows x",
            "security groups sg-1, sg-2 outbound: no rule of sg-1 or sg-2 allows x",
        );
        check("network-acl", &[], "not known", "network ACL outbound: not known");
        check("route-table", &["rtb-1"], "rtb-1 routes x to local", "route table rtb-1: routes x to local");
        check("public-address", &["eni-1"], "it has none", "interface eni-1: it has none");
        check("public-address", &[], "it has none", "interface: it has none");
    }
}
