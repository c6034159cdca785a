//! One change of the configuration: as a sentence, as a command, and applied to a copy of the inventory.

mod apply;
mod command;

use crate::model::ids::{
    EndpointId, InterfaceId, NetworkAclId, PrefixListId, RouteTableId, SecurityGroupId, VpcId,
};
use crate::model::network_acl::AclEntry;
use crate::model::route_table::Route;
use crate::model::security_group::SecurityGroupRule;
use crate::path::region::Region;

/// A change that may open a path. It is applied only to a copy, never to AWS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A security group gets a rule.
    AllowInGroup {
        /// The group.
        group_id: SecurityGroupId,
        /// Whether among its egress rules.
        is_egress: bool,
        /// The rule.
        rule: SecurityGroupRule,
    },
    /// A network ACL gets an entry.
    AddAclEntry {
        /// The ACL.
        acl_id: NetworkAclId,
        /// The entry.
        entry: AclEntry,
    },
    /// A route table gets a route.
    AddRoute {
        /// The table.
        table_id: RouteTableId,
        /// The route.
        route: Route,
    },
    /// The route of this destination gets another target.
    ReplaceRoute {
        /// The table.
        table_id: RouteTableId,
        /// The route as it will be.
        route: Route,
    },
    /// A gateway endpoint of S3 gets a route table.
    AssociateGatewayEndpoint {
        /// The endpoint.
        endpoint_id: EndpointId,
        /// The table.
        table_id: RouteTableId,
        /// S3's prefix list, if a document names it.
        list_id: Option<PrefixListId>,
    },
    /// A VPC gets a gateway endpoint of S3.
    CreateGatewayEndpoint {
        /// The VPC.
        vpc_id: VpcId,
        /// The Region of VPC and S3, if a document names it.
        region: Option<Region>,
        /// The table that leads to it.
        table_id: RouteTableId,
        /// S3's prefix list, if a document names it.
        list_id: Option<PrefixListId>,
    },
    /// Tasks get a public address when they are started.
    AssignPublicAddress {
        /// The service that starts them, if documents name it.
        service_arn: Option<String>,
        /// Its new network configuration.
        update: Option<ServiceUpdate>,
    },
    /// The interface of an appliance takes packets that are not addressed to it.
    DisableSourceDestCheck {
        /// The interface.
        interface_id: InterfaceId,
    },
    /// The interface of an instance gets a public address.
    AssociateAddress {
        /// The interface.
        interface_id: InterfaceId,
    },
    /// An interface endpoint takes over the service's public name in the VPC.
    EnablePrivateDns {
        /// The endpoint.
        endpoint_id: EndpointId,
    },
    /// The Amazon resolver answers in the VPC: `enableDnsSupport`.
    EnableDnsSupport {
        /// The VPC.
        vpc_id: VpcId,
    },
    /// Private names of endpoints work in the VPC: `enableDnsHostnames`.
    EnableDnsHostnames {
        /// The VPC.
        vpc_id: VpcId,
    },
}

/// The values that `aws ecs update-service` needs, because it replaces the whole network configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceUpdate {
    /// The cluster's ARN.
    pub cluster_arn: Option<String>,
    /// The service's name.
    pub name: String,
    /// Its subnets.
    pub subnet_ids: Vec<String>,
    /// Its security groups.
    pub group_ids: Vec<String>,
}

impl Change {
    /// The change as a sentence without its period.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::AllowInGroup { group_id, is_egress, rule } => {
                let (direction, preposition) =
                    if *is_egress { ("egress", "to") } else { ("ingress", "from") };
                let (traffic, peer) = (rule.traffic, &rule.peer);
                format!("Allow {traffic} {preposition} {peer} in the {direction} rules of {group_id}")
            }
            Self::AddAclEntry { acl_id, entry } => {
                let preposition = if entry.egress { "to" } else { "from" };
                let (number, traffic, block) = (entry.number, entry.traffic, entry.block);
                format!("Allow {traffic} {preposition} {block} in {acl_id}, as rule {number}")
            }
            Self::AddRoute { table_id, route } => {
                format!("Route {} to {} in {table_id}", route.destination, route.target)
            }
            Self::ReplaceRoute { table_id, route } => {
                format!("Send {} to {} in {table_id}", route.destination, route.target)
            }
            Self::AssociateGatewayEndpoint { endpoint_id, table_id, .. } => {
                format!("Add {table_id} to the route tables of the gateway endpoint {endpoint_id}")
            }
            Self::CreateGatewayEndpoint { vpc_id, table_id, .. } => {
                format!("Create a gateway endpoint for S3 in {vpc_id} and route it in {table_id}")
            }
            Self::AssignPublicAddress { update: Some(update), .. } => {
                format!("Start the tasks of {} with a public address (assignPublicIp=ENABLED)", update.name)
            }
            Self::AssignPublicAddress { update: None, .. } => {
                "Start the task with a public address (assignPublicIp=ENABLED)".to_owned()
            }
            Self::DisableSourceDestCheck { interface_id } => {
                format!("Turn off SourceDestCheck of {interface_id}")
            }
            Self::AssociateAddress { interface_id } => {
                format!("Associate an Elastic IP address with the instance's interface {interface_id}")
            }
            Self::EnablePrivateDns { endpoint_id } => format!("Turn on private DNS of {endpoint_id}"),
            Self::EnableDnsSupport { vpc_id } => format!("Turn on enableDnsSupport of {vpc_id}"),
            Self::EnableDnsHostnames { vpc_id } => format!("Turn on enableDnsHostnames of {vpc_id}"),
        }
    }
}

#[cfg(test)]
mod tests;
