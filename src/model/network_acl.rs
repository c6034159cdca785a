//! A network ACL as `describe-network-acls` shows it.

use std::fmt;

use ipnet::IpNet;

use crate::model::ids::{NetworkAclId, SubnetId, VpcId};
use crate::model::traffic_rule::TrafficSelector;

/// A network ACL: stateless, ordered, in effect at the edge of subnets and not inside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAcl {
    /// `NetworkAclId`.
    pub id: NetworkAclId,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `IsDefault`.
    pub is_default: bool,
    /// `Associations[].SubnetId`.
    pub subnet_ids: Vec<SubnetId>,
    /// `Associations[].NetworkAclAssociationId`, each with its subnet: CloudTrail names associations by these ids.
    pub association_ids: Vec<(String, SubnetId)>,
    /// `Entries`, by direction and rule number.
    pub entries: Vec<AclEntry>,
    /// Whether one document shows all of its entries. Only complete entries determine which packets are denied or allowed.
    pub is_whole: bool,
}

/// One numbered entry. The matching entry with the lowest number decides; traffic without a match is denied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AclEntry {
    /// `Egress`: whether the entry is for traffic that leaves the subnet.
    pub egress: bool,
    /// `RuleNumber`; AWS denies the rest with 32767.
    pub number: u16,
    /// `RuleAction` is `allow`.
    pub allows: bool,
    /// `Protocol`, `PortRange`.
    pub traffic: TrafficSelector,
    /// `CidrBlock` or `Ipv6CidrBlock`: the peer.
    pub block: IpNet,
}

/// `rule 100 allow TCP 443 10.40.0.0/16`.
impl fmt::Display for AclEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = if self.allows { "allow" } else { "deny" };
        write!(f, "rule {} {action} {} {}", self.number, self.traffic, self.block)
    }
}
