//! The network ACL of a subnet: it is stateless, the lowest number that matches decides, and all other packets are denied.

use crate::finding::PORT_NEEDED;
use crate::model::network_acl::{AclEntry, NetworkAcl};
use crate::model::protocol::Protocol;
use crate::model::traffic_rule::PortRange;
use crate::path::decision::Decision;
use crate::path::peer::Peer;

/// AWS's own entry that denies the rest.
pub(super) const IMPLICIT: u16 = 32767;

/// A packet at the edge of a subnet, to which its ACL applies.
pub(super) struct AclQuestion<'a> {
    /// Whether the packet leaves the subnet; otherwise it arrives.
    pub(super) is_egress: bool,
    /// Its protocol.
    pub(super) protocol: Protocol,
    /// Its destination port: a range if the exact port is unknown.
    pub(super) ports: PortRange,
    /// The peer on the far side of the subnet's edge.
    pub(super) far: &'a Peer,
}

impl AclQuestion<'_> {
    /// `TCP 443 to 10.40.12.36`.
    fn traffic(&self) -> String {
        format!("{} {} {} {}", self.protocol, self.ports, self.preposition(), self.far.name)
    }

    fn preposition(&self) -> &'static str {
        if self.is_egress { "to" } else { "from" }
    }
}

/// The decision of an ACL.
pub(super) fn decision(acl: &NetworkAcl, question: &AclQuestion<'_>) -> Decision {
    let mut entries: Vec<&AclEntry> =
        acl.entries.iter().filter(|entry| entry.egress == question.is_egress).collect();
    entries.sort();
    if acl.entries.is_empty() {
        return Decision::unknown(
            format!("describe-network-acls with the entries of {}", acl.id),
            format!("no document lists the entries of {}", acl.id),
        );
    }
    let mut decisions: Vec<Decision> = decisive_ports(&entries, question.ports)
        .map(|port| decision_for_port(acl, &entries, question, port))
        .collect();
    let first = decisions.swap_remove(0);
    if decisions.iter().all(|other| other.decision == first.decision) {
        return first;
    }
    Decision::unknown(PORT_NEEDED, format!("{} lets only a part of {} through", acl.id, question.traffic()))
}

/// The ports at which the decision may change: the first of the range, and each port at which an entry begins or has ended.
fn decisive_ports(entries: &[&AclEntry], ports: PortRange) -> impl Iterator<Item = u16> {
    let edges = entries.iter().flat_map(|entry| {
        [Some(entry.traffic.ports.first), entry.traffic.ports.last.checked_add(1)].into_iter().flatten()
    });
    std::iter::once(ports.first).chain(edges.filter(move |port| ports.contains(*port)))
}

fn decision_for_port(
    acl: &NetworkAcl,
    entries: &[&AclEntry],
    question: &AclQuestion<'_>,
    port: u16,
) -> Decision {
    // Decisions of entries that may match, because the exact address of the far side is unknown.
    let mut possible = Vec::new();
    for entry in entries.iter().filter(|entry| entry.traffic.matches(question.protocol, port)) {
        match question.far.lies_in(&entry.block) {
            Some(true) => return decision_of_entry(acl, question, &possible, Some(entry)),
            Some(false) => {}
            None => possible.push(entry.allows),
        }
    }
    decision_of_entry(acl, question, &possible, None)
}

/// The decision of the entry that certainly matches, unless an earlier entry may match and decides differently.
fn decision_of_entry(
    acl: &NetworkAcl,
    question: &AclQuestion<'_>,
    possible: &[bool],
    decisive: Option<&AclEntry>,
) -> Decision {
    let allows = decisive.is_some_and(|entry| entry.allows);
    let traffic = question.traffic();
    if possible.iter().any(|possible| *possible != allows) {
        let reason = format!("the decision of {} on {traffic} depends on the exact address", acl.id);
        return Decision::unknown(question.far.address_needed(), reason);
    }
    match decisive {
        Some(entry) if entry.allows => {
            let (number, traffic, block) = (entry.number, entry.traffic, entry.block);
            let preposition = question.preposition();
            Decision::allowed(format!("rule {number} of {} allows {traffic} {preposition} {block}", acl.id))
                .by(entry)
        }
        Some(entry) if entry.number < IMPLICIT => {
            Decision::denied(format!("rule {} of {} denies {traffic}", entry.number, acl.id)).by(entry)
        }
        Some(entry) => Decision::denied(format!("no rule of {} allows {traffic}", acl.id)).by(entry),
        None => Decision::denied(format!("no rule of {} allows {traffic}", acl.id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::fixture::{World, acl};

    /// The decision of an ACL with these entries on TCP replies from 52.216.1.1 to these ports.
    fn check(entries: &[&str], ports: PortRange, want: &str) {
        let far = Peer {
            blocks: vec!["52.216.1.1/32".parse().unwrap()],
            name: "52.216.1.1".to_owned(),
            ..World::endpoints().peer()
        };
        let question = AclQuestion { is_egress: false, protocol: Protocol::TCP, ports, far: &far };
        let decision = decision(&acl("acl-1", &[], entries), &question);
        assert_eq!(format!("{:?}: {}", decision.decision, decision.reason), want, "{entries:?}");
    }

    #[test]
    fn the_lowest_number_that_matches_decides() {
        let port = PortRange::one(50000);
        check(
            &["in 100 allow all 0.0.0.0/0", "in 32767 deny all 0.0.0.0/0"],
            port,
            "Allowed: rule 100 of acl-1 allows all traffic from 0.0.0.0/0",
        );
        check(
            &["in 200 allow all 0.0.0.0/0", "in 100 deny tcp 49152-65535 0.0.0.0/0"],
            port,
            "Denied: rule 100 of acl-1 denies TCP 50000 from 52.216.1.1",
        );
        check(
            &["in 100 allow tcp 443 0.0.0.0/0", "in 32767 deny all 0.0.0.0/0"],
            port,
            "Denied: no rule of acl-1 allows TCP 50000 from 52.216.1.1",
        );
        check(
            &["in 100 deny all 10.0.0.0/8", "in 110 allow tcp 1024-65535 52.0.0.0/8"],
            port,
            "Allowed: rule 110 of acl-1 allows TCP 1024-65535 from 52.0.0.0/8",
        );
        check(
            &["out 100 allow all 0.0.0.0/0"],
            port,
            "Denied: no rule of acl-1 allows TCP 50000 from 52.216.1.1",
        );
    }

    #[test]
    fn a_range_that_passes_in_part_is_unknown() {
        let range = PortRange::EPHEMERAL;
        check(
            &["in 100 allow tcp 1024-32767 0.0.0.0/0", "in 110 allow tcp 32768-65535 0.0.0.0/0"],
            range,
            "Allowed: rule 100 of acl-1 allows TCP 1024-32767 from 0.0.0.0/0",
        );
        check(
            &["in 100 allow tcp 32768-65535 0.0.0.0/0"],
            range,
            "Unknown { needs: \"the port that is used\" }: acl-1 lets only a part of TCP 1024-65535 from \
             52.216.1.1 through",
        );
    }

    #[test]
    fn an_acl_without_entries_is_unknown() {
        check(
            &[],
            PortRange::one(50000),
            "Unknown { needs: \"describe-network-acls with the entries of acl-1\" }: \
             no document lists the entries of acl-1",
        );
    }
}
