//! The security groups of an interface: the first packet of a connection is allowed if a rule of any group allows it.
//!
//! They keep state, so a reply needs no rule and has no hop.

use crate::inventory::Inventory;
use crate::model::ids::SecurityGroupId;
use crate::model::protocol::Protocol;
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};
use crate::path::answer::Answer;
use crate::path::decision::Decision;
use crate::path::peer::Peer;

/// A request at an interface, to which its groups apply.
pub(super) struct Question<'a> {
    /// Whether the request leaves the interface; otherwise it arrives.
    pub(super) is_egress: bool,
    /// The request's protocol.
    pub(super) protocol: Protocol,
    /// The request's destination port.
    pub(super) port: u16,
    /// The other side.
    pub(super) peer: &'a Peer,
}

impl Question<'_> {
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
pub(super) fn decision(inventory: &Inventory, ids: &[SecurityGroupId], question: &Question<'_>) -> Decision {
    let mut needs = Vec::new();
    let mut allowing = Vec::new();
    for id in ids {
        let group = inventory.security_groups.get(id);
        let Some(rules) = group.and_then(|group| question.rules(group)) else {
            needs.push(format!("describe-security-groups of {id}"));
            continue;
        };
        for rule in rules.iter().filter(|rule| rule.traffic.matches(question.protocol, question.port)) {
            match question.peer.is_peer(inventory, &rule.peer) {
                Answer::Yes => allowing.push((id, rule)),
                Answer::No => {}
                Answer::Unknown(what) => needs.push(what),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::HopDecision;
    use crate::path::fixture::{World, group_id};
    use crate::path::peer::Membership;

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
        let question = Question { is_egress: true, protocol: Protocol::TCP, port: 443, peer: &peer };
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
    fn what_allows_decides_whatever_is_unknown() {
        let known = &["tcp 443 pl-x", "tcp 443 10.40.0.0/16"];
        check(known, "10.40.12.36", "Allowed TCP 443 10.40.0.0/16");
        let world = World::endpoints();
        let peer = Peer { membership: Membership::Groups(Vec::new()), ..world.peer() };
        let question = Question { is_egress: true, protocol: Protocol::TCP, port: 443, peer: &peer };
        let ids = [group_id("sg-gone"), group_id("sg-task")];
        assert_eq!(decision(&world.inventory, &ids, &question).decision, HopDecision::Allowed);
        assert_eq!(
            decision(&world.inventory, &ids[..1], &question).decision,
            HopDecision::Unknown { needs: "describe-security-groups of sg-gone".to_owned() }
        );
    }
}
