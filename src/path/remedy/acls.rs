//! An entry for a network ACL, numbered below the one that denies.
//!
//! Requests go to the service's port, replies to the port the task sent from: an outbound packet at one subnet is
//! inbound at the other, and a reply never gets an entry in the direction of requests.

use ipnet::IpNet;

use crate::finding::{Hop, Leg, Side};
use crate::model::ids::{NetworkAclId, SubnetId};
use crate::model::network_acl::{AclEntry, NetworkAcl};
use crate::model::traffic_rule::PortRange;
use crate::path::change::Change;
use crate::path::network_acls::IMPLICIT;
use crate::path::remedy::groups::{own_or_everywhere, selector, source_block};
use crate::path::scene::Scene;

/// The maximum number of entries of a direction in an ACL, including AWS's own entry.
const MOST_ENTRIES: usize = 40;

/// The usual distance between the numbers of entries.
const STEP: u16 = 10;

/// The missing entry of an ACL.
pub(super) fn proposal(scene: &Scene<'_>, hop: &Hop, id: &NetworkAclId) -> Option<Change> {
    let acl = scene.inventory.network_acls.get(id)?;
    let ports = match hop.leg {
        Leg::Request => PortRange::one(scene.request.destination_port),
        Leg::Reply if PortRange::EPHEMERAL.contains(scene.source_ports.first) => PortRange::EPHEMERAL,
        Leg::Reply => scene.source_ports,
    };
    let traffic = selector(scene.request.protocol, ports);
    let block = far_block(scene, hop)?;
    let mut entry = AclEntry { egress: hop.is_outbound, number: IMPLICIT, allows: true, traffic, block };
    // A NAT gateway, or a task that has not started yet, may use any port, so no entry that denies some may come first.
    let is_one_port = scene.source_ports.first == scene.source_ports.last;
    let is_of_gateway = hop.side == Side::Nat && !hop.is_outbound;
    let is_range = hop.leg == Leg::Reply && (is_of_gateway || !is_one_port);
    let below = if is_range { first_denial(acl, &entry) } else { denying(acl, hop) };
    entry.number = free_number(acl, hop.is_outbound, below)?;
    Some(Change::AddAclEntry { acl_id: id.clone(), entry })
}

/// The block on the far side of the subnet's edge: the subnet that is there, or the block of the destination.
fn far_block(scene: &Scene<'_>, hop: &Hop) -> Option<IpNet> {
    let is_towards_destination = match hop.side {
        Side::Task => true,
        Side::Destination => false,
        Side::Nat | Side::Transit => hop.is_outbound == (hop.leg == Leg::Request),
    };
    let (peer, subnet) = if is_towards_destination {
        (&scene.destination, scene.far_subnet)
    } else {
        (&scene.source, scene.sender.subnet_id.as_ref())
    };
    let own = || if is_towards_destination { own_or_everywhere(peer) } else { source_block(scene) };
    subnet.and_then(|subnet| block_of(scene, subnet, *peer.blocks.first()?)).or_else(own)
}

/// The block of a subnet that holds another.
fn block_of(scene: &Scene<'_>, subnet: &SubnetId, own: IpNet) -> Option<IpNet> {
    scene.inventory.subnets.get(subnet)?.cidrs.iter().find(|block| block.contains(&own)).copied()
}

/// The number of the entry that denies.
fn denying(acl: &NetworkAcl, hop: &Hop) -> u16 {
    let rule = hop.rule.as_deref();
    let mut same = acl.entries.iter().filter(|entry| entry.egress == hop.is_outbound);
    same.find(|entry| rule == Some(entry.to_string().as_str())).map_or(IMPLICIT, |entry| entry.number)
}

/// The number of the first entry that denies a part of what another lets through.
fn first_denial(acl: &NetworkAcl, wanted: &AclEntry) -> u16 {
    let overlaps = |entry: &&AclEntry| {
        let (own, other) = (entry.traffic, wanted.traffic);
        let is_same = own.protocol.is_none() || own.protocol == other.protocol;
        let ports = own.ports.first <= other.ports.last && other.ports.first <= own.ports.last;
        let blocks = entry.block.contains(&wanted.block) || wanted.block.contains(&entry.block);
        entry.egress == wanted.egress && !entry.allows && is_same && ports && blocks
    };
    acl.entries.iter().filter(overlaps).map(|entry| entry.number).min().unwrap_or(IMPLICIT)
}

/// A free number of this direction, below the entry that denies: the next step after the last entry if the default entry
/// denies, otherwise the nearest number below.
fn free_number(acl: &NetworkAcl, is_egress: bool, denying: u16) -> Option<u16> {
    let taken: Vec<u16> =
        acl.entries.iter().filter(|entry| entry.egress == is_egress).map(|entry| entry.number).collect();
    if taken.len() >= MOST_ENTRIES {
        return None;
    }
    let last = taken.iter().filter(|number| **number < IMPLICIT).max().copied().unwrap_or(90);
    let next = (last / STEP + 1) * STEP;
    if denying >= IMPLICIT && next < IMPLICIT {
        return Some(next);
    }
    (1..denying).rev().find(|number| !taken.contains(number))
}
