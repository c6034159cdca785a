//! The security groups of an interface: the first packet of a connection is allowed if a rule of any group allows it.
//!
//! They keep state, so a reply needs no rule and has no hop.

use crate::inventory::Inventory;
use crate::model::ids::{SecurityGroupId, VpcId};
use crate::model::protocol::Protocol;
use crate::model::route_table::RouteDestination;
use crate::model::security_group::{RulePeer, SecurityGroup, SecurityGroupRule};
use crate::path::decision::Decision;
use crate::path::lookup::prefix_list_holds;
use crate::path::matching::Match;
use crate::path::peer::{Membership, Peer, is_private};

/// A request at an interface, to which its groups apply.
pub(super) struct GroupQuestion<'a> {
    /// Whether the request leaves the interface; otherwise it arrives.
    pub(super) is_egress: bool,
    /// The request's protocol.
    pub(super) protocol: Protocol,
    /// The request's destination port.
    pub(super) port: u16,
    /// The peer at the other side.
    pub(super) peer: &'a Peer,
}

impl GroupQuestion<'_> {
    /// `TCP 443 to 10.40.12.36`.
    fn traffic(&self) -> String {
        format!("{} {} {} {}", self.protocol, self.port, self.preposition(), self.peer.name)
    }

    fn preposition(&self) -> &'static str {
        if self.is_egress { "to" } else { "from" }
    }

    fn direction(&self) -> &'static str {
        if self.is_egress { "egress" } else { "ingress" }
    }

    fn rules<'a>(&self, group: &'a SecurityGroup) -> Option<&'a [SecurityGroupRule]> {
        if self.is_egress { group.egress.as_deref() } else { group.ingress.as_deref() }
    }
}

/// The decision of all groups of an interface. A group that allows decides, even if other groups are unknown.
pub(super) fn decision(
    inventory: &Inventory,
    ids: &[SecurityGroupId],
    question: &GroupQuestion<'_>,
) -> Decision {
    let mut needs = Vec::new();
    let mut allowing = Vec::new();
    for id in ids {
        let group = inventory.security_groups.get(id);
        let Some(rules) = group.and_then(|group| question.rules(group)) else {
            needs.push(format!("describe-security-groups of {id}"));
            continue;
        };
        for rule in rules.iter().filter(|rule| rule.traffic.matches(question.protocol, question.port)) {
            match contains(inventory, &rule.peer, question.peer) {
                Match::Yes => allowing.push((id, rule)),
                Match::No => {}
                Match::Unknown(what) => needs.push(what),
            }
        }
    }
    if let Some((id, rule)) = allowing.into_iter().min() {
        let (traffic, preposition, peer) = (rule.traffic, question.preposition(), &rule.peer);
        return Decision::allowed(format!("{id} allows {traffic} {preposition} {peer}")).by(rule);
    }
    let groups: Vec<&str> = ids.iter().map(SecurityGroupId::as_str).collect();
    let reason =
        format!("no {} rule of {} allows {}", question.direction(), groups.join(" or "), question.traffic());
    needs.sort();
    needs.dedup();
    if needs.is_empty() {
        Decision::denied(reason)
    } else {
        Decision::unknown(needs.join(" and "), format!("no known {}", &reason["no ".len()..]))
    }
}

/// Whether the peer of a rule contains a side of a conversation.
fn contains(inventory: &Inventory, rule_peer: &RulePeer, peer: &Peer) -> Match {
    match rule_peer {
        RulePeer::Block(block) => Match::known(peer.lies_in(block), || peer.address_needed()),
        RulePeer::PrefixList(list) => prefix_list_holds(inventory, list, peer),
        RulePeer::Group(group) => is_member(inventory, group, peer),
    }
}

fn is_member(inventory: &Inventory, group: &SecurityGroupId, peer: &Peer) -> Match {
    match &peer.membership {
        Membership::Groups(own) if own.contains(group) => Match::Yes,
        Membership::Groups(_) => Match::No,
        Membership::Unknown(needs) => Match::Unknown(needs.clone()),
        // A rule may name a group of a peered VPC, whose members are outside too.
        Membership::Outside(vpc) => match inventory.security_groups.get(group) {
            _ if !may_be_peered(inventory, vpc, peer) => Match::No,
            Some(known) if known.vpc_id.as_ref() == Some(vpc) => Match::No,
            Some(_) => Match::Unknown(format!("the groups of the interface at {}", peer.name)),
            None => Match::Unknown(format!("describe-security-groups of {group}")),
        },
    }
}

/// Whether a peer may be in a VPC that is peered with this one: it has a private address, or a known route leads to it through
/// a peering connection.
fn may_be_peered(inventory: &Inventory, vpc: &VpcId, peer: &Peer) -> bool {
    let may_hold = |destination: &RouteDestination| match destination {
        RouteDestination::Block(block) => peer.lies_in(block) != Some(false),
        RouteDestination::PrefixList(_) => true,
    };
    // Without an exact address it is any public address of a service, or unknown.
    let may_be_private = peer.address().map_or(peer.is_inside != Some(false), is_private);
    may_be_private || inventory.has_peering_route(vpc, may_hold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::HopDecision;
    use crate::path::fixture::{World, group_id};

    /// The decision of `sg-1` with these egress rules on TCP 443 to an address, and the rule that decided.
    fn check(rules: &[&str], to: &str, want: &str) {
        let mut world = World::endpoints();
        world.group("sg-1", &[], rules);
        let peer = Peer {
            blocks: vec![to.parse::<std::net::IpAddr>().unwrap().into()],
            is_v6: to.contains(':'),
            name: to.to_owned(),
            ..world.peer()
        };
        let question = GroupQuestion { is_egress: true, protocol: Protocol::TCP, port: 443, peer: &peer };
        let decided = decision(&world.inventory, &[group_id("sg-1")], &question);
        let got = match &decided.decision {
            HopDecision::Unknown { needs } => format!("needs {needs}"),
            decision => format!("{decision:?} {}", decided.rule.unwrap_or_default()),
        };
        assert_eq!(got.trim_end(), want, "{rules:?} {to}");
    }

    #[test]
    fn a_rule_matches_by_protocol_port_and_peer() {
        check(&["tcp 443 10.40.0.0/16"], "10.40.12.36", "Allowed TCP 443 10.40.0.0/16");
        check(&["tcp 443 10.41.0.0/16"], "10.40.12.36", "Denied");
        check(&["tcp 80 10.40.0.0/16"], "10.40.12.36", "Denied");
        check(&["udp 443 10.40.0.0/16"], "10.40.12.36", "Denied");
        check(&["tcp 400-500 10.40.0.0/16"], "10.40.12.36", "Allowed TCP 400-500 10.40.0.0/16");
        check(&["all 0.0.0.0/0"], "10.40.12.36", "Allowed all traffic 0.0.0.0/0");
        check(&["all 0.0.0.0/0"], "2001:db8::1", "Denied");
        check(&["all ::/0"], "2001:db8::1", "Allowed all traffic ::/0");
        check(&[], "10.40.12.36", "Denied");
    }

    #[test]
    fn a_rule_may_name_a_group_or_a_prefix_list() {
        check(&["tcp 443 sg-endpoints"], "10.40.12.36", "Allowed TCP 443 sg-endpoints");
        check(&["tcp 443 sg-other"], "10.40.12.36", "Denied");
        check(&["tcp 443 pl-s3"], "52.216.1.1", "Allowed TCP 443 pl-s3");
        check(&["tcp 443 pl-s3"], "10.40.12.36", "Denied");
        check(&["tcp 443 pl-x"], "10.40.12.36", "needs describe-prefix-lists of pl-x");
    }

    #[test]
    fn a_rule_that_allows_decides_despite_unknown_groups() {
        let known = &["tcp 443 pl-x", "tcp 443 10.40.0.0/16"];
        check(known, "10.40.12.36", "Allowed TCP 443 10.40.0.0/16");
        let world = World::endpoints();
        let peer = Peer { membership: Membership::Groups(Vec::new()), ..world.peer() };
        let question = GroupQuestion { is_egress: true, protocol: Protocol::TCP, port: 443, peer: &peer };
        let ids = [group_id("sg-gone"), group_id("sg-task")];
        assert_eq!(decision(&world.inventory, &ids, &question).decision, HopDecision::Allowed);
        assert_eq!(
            decision(&world.inventory, &ids[..1], &question).decision,
            HopDecision::Unknown { needs: "describe-security-groups of sg-gone".to_owned() }
        );
    }
}
