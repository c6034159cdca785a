//! A change as a command of the AWS CLI, which a person with the permission can copy and run.
//!
//! Ids come from documents, so there is a command only if all ids are plain.

use ipnet::IpNet;

use crate::model::ids::{plain_id, plain_name};
use crate::model::network_acl::AclEntry;
use crate::model::protocol::Protocol;
use crate::model::route_table::{Route, RouteDestination, RouteTarget};
use crate::model::security_group::{RulePeer, SecurityGroupRule};
use crate::model::traffic_rule::{PortRange, TrafficSelector};
use crate::path::change::{Change, ServiceUpdate};

impl Change {
    /// The command that makes it; none if an id does not have the form of AWS's ids, or if a needed value is unknown.
    #[must_use]
    pub fn command(&self) -> Option<String> {
        match self {
            Self::AllowInGroup { group_id, is_egress, rule } => {
                let direction = if *is_egress { "egress" } else { "ingress" };
                let permission = permission(rule)?;
                let group = plain_id(group_id.as_str())?;
                Some(format!(
                    "aws ec2 authorize-security-group-{direction} --group-id {group} --ip-permissions '{permission}'"
                ))
            }
            Self::AddAclEntry { acl_id, entry } => acl_entry(plain_id(acl_id.as_str())?, entry),
            Self::AddRoute { table_id, route } => {
                route_command("create", plain_id(table_id.as_str())?, route)
            }
            Self::ReplaceRoute { table_id, route } => {
                route_command("replace", plain_id(table_id.as_str())?, route)
            }
            Self::AssociateGatewayEndpoint { endpoint_id, table_id, .. } => Some(format!(
                "aws ec2 modify-vpc-endpoint --vpc-endpoint-id {} --add-route-table-ids {}",
                plain_id(endpoint_id.as_str())?,
                plain_id(table_id.as_str())?
            )),
            Self::CreateGatewayEndpoint { vpc_id, region, table_id, .. } => Some(format!(
                "aws ec2 create-vpc-endpoint --vpc-id {} --vpc-endpoint-type Gateway --service-name \
                 com.amazonaws.{}.s3 --route-table-ids {}",
                plain_id(vpc_id.as_str())?,
                region.as_ref()?.as_str(),
                plain_id(table_id.as_str())?
            )),
            Self::AssignPublicAddress { update, .. } => update_service(update.as_ref()?),
            Self::DisableSourceDestCheck { interface_id } => Some(format!(
                "aws ec2 modify-network-interface-attribute --network-interface-id {} --no-source-dest-check",
                plain_id(interface_id.as_str())?
            )),
            // The address to associate is a person's choice.
            Self::AssociateAddress { .. } => None,
            Self::EnablePrivateDns { endpoint_id } => Some(format!(
                "aws ec2 modify-vpc-endpoint --vpc-endpoint-id {} --private-dns-enabled",
                plain_id(endpoint_id.as_str())?
            )),
            Self::EnableDnsSupport { vpc_id } => vpc_attribute(vpc_id.as_str(), "enable-dns-support"),
            Self::EnableDnsHostnames { vpc_id } => vpc_attribute(vpc_id.as_str(), "enable-dns-hostnames"),
        }
    }

    /// The command that shows the present state, which may differ from the saved documents; none if the id does not have the
    /// form of AWS's ids.
    #[must_use]
    pub fn show_command(&self) -> Option<String> {
        match self {
            Self::AllowInGroup { group_id, .. } => {
                describe("security-groups", "group-ids", group_id.as_str())
            }
            Self::AddAclEntry { acl_id, .. } => describe("network-acls", "network-acl-ids", acl_id.as_str()),
            Self::AddRoute { table_id, .. }
            | Self::ReplaceRoute { table_id, .. }
            | Self::CreateGatewayEndpoint { table_id, .. } => {
                describe("route-tables", "route-table-ids", table_id.as_str())
            }
            Self::DisableSourceDestCheck { interface_id } | Self::AssociateAddress { interface_id } => {
                describe("network-interfaces", "network-interface-ids", interface_id.as_str())
            }
            Self::AssociateGatewayEndpoint { endpoint_id, .. } | Self::EnablePrivateDns { endpoint_id } => {
                describe("vpc-endpoints", "vpc-endpoint-ids", endpoint_id.as_str())
            }
            Self::AssignPublicAddress { update, .. } => {
                let update = update.as_ref()?;
                let (cluster, service) = (cluster(update)?, plain_name(&update.name)?);
                Some(format!("aws ecs describe-services --cluster {cluster} --services {service}"))
            }
            Self::EnableDnsSupport { vpc_id } => {
                let show_command = describe("vpc-attribute", "vpc-id", vpc_id.as_str())?;
                Some(show_command + " --attribute enableDnsSupport")
            }
            Self::EnableDnsHostnames { vpc_id } => {
                let show_command = describe("vpc-attribute", "vpc-id", vpc_id.as_str())?;
                Some(show_command + " --attribute enableDnsHostnames")
            }
        }
    }
}

/// `aws ec2 describe-…` of one thing.
fn describe(what: &str, option: &str, id: &str) -> Option<String> {
    Some(format!("aws ec2 describe-{what} --{option} {}", plain_id(id)?))
}

/// `IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=10.0.0.0/16}]`.
fn permission(rule: &SecurityGroupRule) -> Option<String> {
    let peer = match &rule.peer {
        RulePeer::Block(block @ IpNet::V4(_)) => format!("IpRanges=[{{CidrIp={block}}}]"),
        RulePeer::Block(block @ IpNet::V6(_)) => format!("Ipv6Ranges=[{{CidrIpv6={block}}}]"),
        RulePeer::PrefixList(list) => {
            format!("PrefixListIds=[{{PrefixListId={}}}]", plain_id(list.as_str())?)
        }
        RulePeer::Group(group) => format!("UserIdGroupPairs=[{{GroupId={}}}]", plain_id(group.as_str())?),
    };
    let ports = match ports(rule.traffic) {
        Some(ports) => format!("FromPort={},ToPort={},", ports.first, ports.last),
        None if rule.traffic.protocol == Some(Protocol::ICMP) => "FromPort=-1,ToPort=-1,".to_owned(),
        None => String::new(),
    };
    Some(format!("IpProtocol={},{ports}{peer}", protocol(rule.traffic)))
}

fn acl_entry(acl: &str, entry: &AclEntry) -> Option<String> {
    let direction = if entry.egress { "egress" } else { "ingress" };
    let ports = match ports(entry.traffic) {
        Some(ports) => format!(" --port-range From={},To={}", ports.first, ports.last),
        None if entry.traffic.protocol == Some(Protocol::ICMP) => return None,
        None => String::new(),
    };
    let block = match entry.block {
        block @ IpNet::V4(_) => format!("--cidr-block {block}"),
        block @ IpNet::V6(_) => format!("--ipv6-cidr-block {block}"),
    };
    let action = if entry.allows { "allow" } else { "deny" };
    Some(format!(
        "aws ec2 create-network-acl-entry --network-acl-id {acl} --{direction} --rule-number {} --protocol {}{ports} \
         --rule-action {action} {block}",
        entry.number,
        protocol(entry.traffic)
    ))
}

/// The name that the CLI accepts, otherwise the number.
fn protocol(traffic: TrafficSelector) -> String {
    match traffic.protocol {
        None => "-1".to_owned(),
        Some(Protocol::TCP) => "tcp".to_owned(),
        Some(Protocol::UDP) => "udp".to_owned(),
        Some(Protocol::ICMP) => "icmp".to_owned(),
        Some(Protocol(number)) => number.to_string(),
    }
}

/// The ports, where the protocol has any.
fn ports(traffic: TrafficSelector) -> Option<PortRange> {
    matches!(traffic.protocol, Some(Protocol::TCP | Protocol::UDP)).then_some(traffic.ports)
}

fn route_command(verb: &str, table: &str, route: &Route) -> Option<String> {
    let destination = match &route.destination {
        RouteDestination::Block(block @ IpNet::V4(_)) => format!("--destination-cidr-block {block}"),
        RouteDestination::Block(block @ IpNet::V6(_)) => format!("--destination-ipv6-cidr-block {block}"),
        RouteDestination::PrefixList(list) => {
            format!("--destination-prefix-list-id {}", plain_id(list.as_str())?)
        }
    };
    let target = match &route.target {
        RouteTarget::NatGateway(id) => format!("--nat-gateway-id {}", plain_id(id.as_str())?),
        RouteTarget::InternetGateway(id) => format!("--gateway-id {}", plain_id(id.as_str())?),
        RouteTarget::Other(id) if id.starts_with("eigw-") => {
            format!("--egress-only-internet-gateway-id {}", plain_id(id)?)
        }
        RouteTarget::Peering(id) => format!("--vpc-peering-connection-id {}", plain_id(id.as_str())?),
        RouteTarget::TransitGateway(id) => format!("--transit-gateway-id {}", plain_id(id.as_str())?),
        _ => return None,
    };
    Some(format!("aws ec2 {verb}-route --route-table-id {table} {destination} {target}"))
}

fn vpc_attribute(vpc: &str, attribute: &str) -> Option<String> {
    Some(format!(
        "aws ec2 modify-vpc-attribute --vpc-id {} --{attribute} '{{\"Value\":true}}'",
        plain_id(vpc)?
    ))
}

/// The name of a service's cluster.
fn cluster(update: &ServiceUpdate) -> Option<&str> {
    plain_name(update.cluster_arn.as_deref()?.rsplit('/').next()?)
}

fn update_service(update: &ServiceUpdate) -> Option<String> {
    let plain = |ids: &[String]| -> Option<String> {
        Some(ids.iter().map(|id| plain_id(id)).collect::<Option<Vec<_>>>()?.join(","))
    };
    let cluster = cluster(update)?;
    let groups = match update.group_ids.as_slice() {
        [] => String::new(),
        ids => format!("securityGroups=[{}],", plain(ids)?),
    };
    if update.subnet_ids.is_empty() {
        return None;
    }
    Some(format!(
        "aws ecs update-service --cluster {cluster} --service {} --network-configuration \
         'awsvpcConfiguration={{subnets=[{}],{groups}assignPublicIp=ENABLED}}'",
        plain_name(&update.name)?,
        plain(&update.subnet_ids)?
    ))
}
