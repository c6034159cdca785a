//! Subnets, VPCs and their flow logs.

use ipnet::IpNet;

use crate::model::ids::{DhcpOptionsId, FlowLogId, SubnetId, VpcId};

/// A subnet as `describe-subnets` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// `SubnetId`.
    pub id: SubnetId,
    /// `VpcId`.
    pub vpc_id: Option<VpcId>,
    /// `CidrBlock` and the associated IPv6 blocks.
    pub cidrs: Vec<IpNet>,
    /// `AvailabilityZone`.
    pub availability_zone: Option<String>,
}

/// A VPC as `describe-vpcs` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// `VpcId`.
    pub id: VpcId,
    /// `CidrBlock` and every associated block. Addresses in them are private here, whether in RFC 1918 or not.
    pub cidrs: Vec<IpNet>,
    /// `DhcpOptionsId`.
    pub dhcp_options_id: Option<DhcpOptionsId>,
    /// `EnableDnsSupport` of `describe-vpc-attribute`: whether the Amazon resolver answers.
    pub dns_support: Option<bool>,
    /// `EnableDnsHostnames` of `describe-vpc-attribute`: private DNS names of endpoints require it.
    pub dns_hostnames: Option<bool>,
}

/// The traffic that a flow log records: `TrafficType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrafficType {
    /// All traffic; only then a missing record is evidence.
    All,
    /// Accepted traffic only.
    Accept,
    /// Rejected traffic only.
    Reject,
}

impl TrafficType {
    /// The value as AWS writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
        }
    }
}

/// A flow log as `describe-flow-logs` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowLog {
    /// `FlowLogId`.
    pub id: FlowLogId,
    /// `ResourceId`: a VPC, a subnet or an interface; none if it cannot be read.
    pub resource_id: Option<String>,
    /// `TrafficType`; none if it cannot be read.
    pub traffic_type: Option<TrafficType>,
    /// `MaxAggregationInterval`, seconds.
    pub max_aggregation_interval: i64,
    /// `LogFormat`, as written: `${version} ${account-id} …`.
    pub log_format: Option<String>,
    /// `FlowLogStatus` is `ACTIVE`.
    pub active: bool,
}
