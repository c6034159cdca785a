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
    match hop.ids.as_slice() {
        [] => format!("{one}: {}", hop.says),
        [id] => format!("{one} {id}: {}", without(id, &hop.says)),
        ids => format!("{several} {}: {}", ids.join(", "), hop.says),
    }
}

/// A clause without the id that stands before it: `sg-1 allows x` as `allows x`, `no rule of sg-1 allows x` as `no rule
/// allows x`.
fn without(id: &str, says: &str) -> String {
    match says.strip_prefix(id).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) => rest.to_owned(),
        None => says.replacen(&format!(" of {id} "), " ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_once_in_a_line() {
        let check = |control, ids: &[&str], says: &str, want: &str| {
            let ids = ids.iter().map(ToString::to_string).collect();
            let says = says.to_owned();
            let hop = PathHop { leg: "request", control, ids, state: HopState::Allowed, rule: None, says };
            assert_eq!(text(&hop), want);
        };
        let sg = "security-group";
        check(sg, &["sg-1"], "sg-1 allows TCP 443 to sg-2", "security group sg-1: allows TCP 443 to sg-2");
        check(sg, &["sg-1"], "sg-10 allows TCP 443", "security group sg-1: sg-10 allows TCP 443");
        check(
            sg,
            &["sg-1"],
            "no egress rule of sg-1 allows TCP 443 to 10.40.12.36",
            "security group sg-1: no egress rule allows TCP 443 to 10.40.12.36",
        );
        check(
            sg,
            &["sg-1", "sg-2"],
            "no egress rule of sg-1 or sg-2 allows TCP 443 to 10.40.12.36",
            "security groups sg-1, sg-2: no egress rule of sg-1 or sg-2 allows TCP 443 to 10.40.12.36",
        );
        check("route-table", &["rtb-1"], "rtb-1 routes x to local", "route table rtb-1: routes x to local");
        check("public-address", &["eni-1"], "it has none", "interface eni-1: it has none");
        check("public-address", &[], "it has none", "interface: it has none");
    }
}
