//! A security group as `describe-security-groups` or `describe-security-group-rules` shows it.

use std::fmt;

use ipnet::IpNet;

use crate::model::ids::{PrefixListId, SecurityGroupId, VpcId};
use crate::model::traffic_rule::TrafficSelector;

/// A security group: it is stateful, has only rules that allow, and applies to interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `GroupId`.
    pub id: SecurityGroupId,
    /// `GroupName`.
    pub name: Option<String>,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `IpPermissions`; none if no document contains the rules of this direction.
    pub ingress: Option<Vec<SecurityGroupRule>>,
    /// `IpPermissionsEgress`; none if no document contains the rules of this direction.
    pub egress: Option<Vec<SecurityGroupRule>>,
}

/// One permission for one peer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecurityGroupRule {
    /// `SecurityGroupRuleId`, if `describe-security-group-rules` shows it.
    pub id: Option<String>,
    /// `IpProtocol`, `FromPort`, `ToPort`.
    pub traffic: TrafficSelector,
    /// The other side.
    pub peer: RulePeer,
}

/// The peer of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulePeer {
    /// `IpRanges[].CidrIp`, `Ipv6Ranges[].CidrIpv6`.
    Block(IpNet),
    /// `PrefixListIds[].PrefixListId`.
    PrefixList(PrefixListId),
    /// `UserIdGroupPairs[].GroupId`: interfaces that have this group.
    Group(SecurityGroupId),
}

impl fmt::Display for RulePeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(block) => block.fmt(f),
            Self::PrefixList(id) => id.fmt(f),
            Self::Group(id) => id.fmt(f),
        }
    }
}

/// `TCP 443 10.40.0.0/16`.
impl fmt::Display for SecurityGroupRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.traffic, self.peer)
    }
}
