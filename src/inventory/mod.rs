//! AWS documents to plain values, with look-ups by id, by address and by time.
//!
//! Goes in: files and folders of AWS CLI, EventBridge and Batfish JSON. Comes out: an [`Inventory`] and defects.
//! A document's kind is known by its content, never by its file's name. Pages may be concatenated, in one array, or one a line.
//! Diagnosis is not done here: this module says what was configured, not what it means.
//!
//! Inside, in the order of the data: `file` (path to text), `json` (text to values), `document` (value to items of a kind),
//! one module for each kind of document (item to model), `gather` (which module reads which kind), `settle` (descriptions of
//! one thing to one), `index` and `lookups`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::deployment::{EcsService, TaskDefinition, TaskNetwork};
use crate::model::endpoint::Endpoint;
use crate::model::gateway::{InternetGateway, NatGateway, Peering, TransitGatewayAttachment};
use crate::model::ids::{
    DhcpOptionsId, EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, NetworkAclId, PeeringId,
    PrefixListId, RouteTableId, SecurityGroupId, SubnetId, TransitGatewayAttachmentId, VpcId,
};
use crate::model::interface::NetworkInterface;
use crate::model::network::{FlowLog, Subnet, Vpc};
use crate::model::network_acl::NetworkAcl;
use crate::model::prefix_list::{AddressRanges, PrefixList};
use crate::model::resolution::{DhcpOptions, ResolverQuery};
use crate::model::route_table::RouteTable;
use crate::model::security_group::SecurityGroup;
use crate::model::task::Task;

mod address_ranges;
mod cloudtrail_events;
mod configuration_items;
mod dhcp_options;
mod document;
mod file;
mod flow_logs;
mod gather;
mod history;
mod index;
mod internet_gateways;
mod item;
mod json;
mod kinds;
mod load;
mod lookups;
mod nat_gateways;
mod network_acls;
mod network_interfaces;
mod peering_connections;
mod prefix_list_entries;
mod prefix_lists;
mod repair;
mod resolver_queries;
mod route_tables;
mod security_group_rules;
mod security_groups;
mod services;
mod settle;
mod subnets;
mod task_definitions;
mod task_events;
mod tasks;
mod traffic;
mod transit_gateway_attachments;
mod vpc_attributes;
mod vpc_endpoints;
mod vpcs;

#[cfg(test)]
mod tests;

pub use history::{History, Past};
pub use index::Index;
pub use kinds::DocumentKind;
pub use load::{LoadedFiles, load, parse};

/// Everything the metadata says.
///
/// The look-ups build an index the first time one is used: fill the tables first, look up after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Interfaces that existed when the metadata was saved, and those that AWS Config or CloudTrail remember: a stopped
    /// task's is known from there or not at all.
    pub interfaces: BTreeMap<InterfaceId, NetworkInterface>,
    /// VPC endpoints.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// Subnets.
    pub subnets: BTreeMap<SubnetId, Subnet>,
    /// VPCs.
    pub vpcs: BTreeMap<VpcId, Vpc>,
    /// Flow logs, by id.
    pub flow_logs: Vec<FlowLog>,
    /// Tasks by ARN; of several documents of one task the latest state wins, field by field.
    pub tasks: BTreeMap<String, Task>,
    /// Security groups.
    pub security_groups: BTreeMap<SecurityGroupId, SecurityGroup>,
    /// Network ACLs.
    pub network_acls: BTreeMap<NetworkAclId, NetworkAcl>,
    /// Route tables.
    pub route_tables: BTreeMap<RouteTableId, RouteTable>,
    /// NAT gateways.
    pub nat_gateways: BTreeMap<NatGatewayId, NatGateway>,
    /// Internet gateways.
    pub internet_gateways: BTreeMap<InternetGatewayId, InternetGateway>,
    /// VPC peering connections.
    pub peerings: BTreeMap<PeeringId, Peering>,
    /// Transit gateway attachments.
    pub transit_gateway_attachments: BTreeMap<TransitGatewayAttachmentId, TransitGatewayAttachment>,
    /// Prefix lists.
    pub prefix_lists: BTreeMap<PrefixListId, PrefixList>,
    /// DHCP options.
    pub dhcp_options: BTreeMap<DhcpOptionsId, DhcpOptions>,
    /// ECS services, by ARN.
    pub services: BTreeMap<String, EcsService>,
    /// Task definitions, by ARN.
    pub task_definitions: BTreeMap<String, TaskDefinition>,
    /// The network that a RunTask call asked for, by the ARN of the task it started.
    pub task_networks: BTreeMap<String, TaskNetwork>,
    /// AWS's published address ranges.
    pub address_ranges: AddressRanges,
    /// What the Resolver was asked, by time.
    pub resolver_queries: Vec<ResolverQuery>,
    /// The kinds of documents that were there, with items or without: only then is what they do not name not there.
    pub documents: BTreeSet<DocumentKind>,
    /// What is known of the past: see [`Past`].
    pub history: History,
    /// Derived from the tables; leave it at its default.
    pub index: Index,
}
