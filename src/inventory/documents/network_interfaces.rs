//! `aws ec2 describe-network-interfaces`: reads one item of `NetworkInterfaces` as a [`NetworkInterface`].
//!
//! The type of an interface determines its owner, or else, for the type `interface`, the description that AWS writes.
//! Descriptions of kinds that AWS manages count only if `RequesterManaged` is not false, because anyone may describe an
//! interface of their own as that of an endpoint.

use std::net::IpAddr;

use crate::inventory::item::{DocumentItem, distinct};
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::{EndpointId, InstanceId, InterfaceId, SecurityGroupId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, NetworkInterface};

/// Reads one interface; none if it has no `NetworkInterfaceId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<NetworkInterface> {
    let id = InterfaceId::new(item.identifier("NetworkInterfaceId")?);
    let description = item.text("Description").unwrap_or_default();
    let interface_type = item.text("InterfaceType").unwrap_or_default();
    let attachment = item.item("Attachment");
    let public_address = public_address(item);
    Some(NetworkInterface {
        id,
        kind: kind(&interface_type, &description, item.flag("RequesterManaged") != Some(false)),
        addresses: addresses(item),
        public_address,
        hides_public_address: public_address.is_none() && hides_public_address(item),
        subnet_id: item.text("SubnetId").map(SubnetId::new),
        vpc_id: item.text("VpcId").map(VpcId::new),
        group_ids: group_ids(item),
        description,
        source_dest_check: item.flag("SourceDestCheck"),
        instance_id: attachment.and_then(|attachment| attachment.text("InstanceId")).map(InstanceId::new),
        device_index: attachment
            .and_then(|attachment| attachment.number("DeviceIndex"))
            .and_then(|index| index.try_into().ok()),
    })
}

/// `Groups[].GroupId` of interfaces and endpoints; none, which means unknown, if one of them cannot be read, because the
/// others alone would allow less traffic.
pub(super) fn group_ids(item: DocumentItem<'_>) -> Vec<SecurityGroupId> {
    let ids = item.whole_list("Groups", |group| group.identifier("GroupId"));
    ids.unwrap_or_default().into_iter().map(SecurityGroupId::new).collect()
}

fn kind(interface_type: &str, description: &str, may_be_managed: bool) -> InterfaceKind {
    match interface_type {
        "vpc_endpoint" => InterfaceKind::Endpoint(named(description, "vpce-").map(EndpointId::new)),
        "nat_gateway" => InterfaceKind::NatGateway(named(description, "nat-").map(str::to_owned)),
        "network_load_balancer" | "load_balancer" | "gateway_load_balancer" => InterfaceKind::LoadBalancer,
        "gateway_load_balancer_endpoint" => InterfaceKind::GatewayLoadBalancerEndpoint,
        "transit_gateway" => InterfaceKind::TransitGateway,
        "lambda" => InterfaceKind::Lambda,
        "efs" => InterfaceKind::EfsMountTarget,
        _ => described(description).unwrap_or_else(|| described_by_aws(description, may_be_managed)),
    }
}

/// Kinds whose interfaces are not always managed by the requester.
fn described(description: &str) -> Option<InterfaceKind> {
    if description.starts_with("arn:aws") && description.contains(":ecs:") {
        let (_, attachment) = description.split_once(":attachment/")?;
        return Some(InterfaceKind::Task {
            attachment: Some(attachment.to_owned()).filter(|id| !id.is_empty()),
        });
    }
    if description.starts_with("AWS Lambda VPC ENI") {
        return Some(InterfaceKind::Lambda);
    }
    description
        .starts_with("Network Interface for Transit Gateway Attachment")
        .then_some(InterfaceKind::TransitGateway)
}

fn described_by_aws(description: &str, may_be_managed: bool) -> InterfaceKind {
    let starts = |prefix| may_be_managed && description.starts_with(prefix);
    if starts("VPC Endpoint Interface") {
        InterfaceKind::Endpoint(named(description, "vpce-").map(EndpointId::new))
    } else if starts("Interface for NAT Gateway") {
        InterfaceKind::NatGateway(named(description, "nat-").map(str::to_owned))
    } else if starts("ELB ") {
        InterfaceKind::LoadBalancer
    } else if starts("EFS mount target for") {
        InterfaceKind::EfsMountTarget
    } else if starts("Route 53 Resolver:") {
        InterfaceKind::ResolverEndpoint
    } else {
        InterfaceKind::Other
    }
}

/// The first word of a description that starts with `prefix`.
fn named<'a>(description: &'a str, prefix: &str) -> Option<&'a str> {
    description.split_whitespace().find(|word| word.starts_with(prefix))
}

/// The primary address, then the secondary addresses, then IPv6, without duplicates.
fn addresses(item: DocumentItem<'_>) -> Vec<IpAddr> {
    let private = item.items("PrivateIpAddresses");
    let primary = private.iter().filter(|address| is_primary(**address));
    let listed = primary.chain(&private).filter_map(|address| address.address("PrivateIpAddress"));
    let ipv6 = item.items("Ipv6Addresses").into_iter().filter_map(|address| address.address("Ipv6Address"));
    distinct(
        item.address("PrivateIpAddress")
            .into_iter()
            .chain(listed)
            .chain(ipv6)
            .chain(item.address("Ipv6Address")),
    )
}

fn is_primary(address: DocumentItem<'_>) -> bool {
    address.flag("Primary") == Some(true)
}

fn public_address(item: DocumentItem<'_>) -> Option<IpAddr> {
    let of = |item: DocumentItem<'_>| item.item("Association")?.address("PublicIp");
    of(item).or_else(|| {
        item.items("PrivateIpAddresses").into_iter().find(|address| is_primary(*address)).and_then(of)
    })
}

/// Whether an association of the primary address is there and shows no address.
fn hides_public_address(item: DocumentItem<'_>) -> bool {
    let has = |item: DocumentItem<'_>| item.is_null("Association") || item.has("Association");
    let private = item.items("PrivateIpAddresses");
    has(item) || private.into_iter().any(|address| is_primary(address) && has(address))
}

impl Describe for NetworkInterface {
    type Id = InterfaceId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        if self.kind == InterfaceKind::Other {
            self.kind = other.kind.clone();
        }
        complete_list(&mut self.addresses, &other.addresses);
        complete_option(&mut self.public_address, other.public_address.as_ref());
        self.hides_public_address =
            self.public_address.is_none() && (self.hides_public_address || other.hides_public_address);
        complete_option(&mut self.subnet_id, other.subnet_id.as_ref());
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.group_ids, &other.group_ids);
        if self.description.is_empty() {
            self.description.clone_from(&other.description);
        }
        complete_option(&mut self.source_dest_check, other.source_dest_check.as_ref());
        complete_option(&mut self.instance_id, other.instance_id.as_ref());
        complete_option(&mut self.device_index, other.device_index.as_ref());
    }

    fn complete_from_present(&mut self, present: &Self) {
        self.complete(present);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<NetworkInterface>, Vec<String>) {
        let notes = Notes::default();
        let interface = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (interface, notes.into_inner())
    }

    #[test]
    fn type_and_description_determine_the_kind() {
        let check = |interface_type, description, managed, want: &str| {
            assert_eq!(
                kind(interface_type, description, managed).role().name(),
                want,
                "{interface_type} {description}"
            );
        };
        check("interface", "arn:aws:ecs:eu-west-1:123456789012:attachment/1789bcae", true, "task");
        check("interface", "arn:aws-cn:ecs:cn-north-1:123456789012:attachment/1789bcae", false, "task");
        check("branch", "arn:aws:ecs:eu-west-1:123456789012:attachment/1789bcae", false, "task");
        check("interface", "arn:aws:ecs:eu-west-1:123456789012:task/1789bcae", false, "other");
        check("vpc_endpoint", "", true, "endpoint");
        check("vpc_endpoint", "VPC Endpoint Interface vpce-1", false, "endpoint");
        check("", "VPC Endpoint Interface vpce-1", true, "endpoint");
        check("interface", "VPC Endpoint Interface vpce-1", false, "other");
        check("nat_gateway", "Interface for NAT Gateway nat-1", true, "nat-gateway");
        check("interface", "Interface for NAT Gateway nat-1", true, "nat-gateway");
        check("network_load_balancer", "ELB net/a/1", true, "load-balancer");
        check("interface", "ELB app/a/1", true, "load-balancer");
        check(
            "transit_gateway",
            "Network Interface for Transit Gateway Attachment tgw-attach-1",
            false,
            "transit-gateway",
        );
        check(
            "interface",
            "Network Interface for Transit Gateway Attachment tgw-attach-1",
            false,
            "transit-gateway",
        );
        check(
            "gateway_load_balancer_endpoint",
            "VPC Endpoint Interface vpce-1",
            true,
            "gateway-load-balancer-endpoint",
        );
        check("lambda", "AWS Lambda VPC ENI-f", false, "lambda");
        check("interface", "AWS Lambda VPC ENI-f", false, "lambda");
        check("efs", "", true, "efs-mount-target");
        check("interface", "EFS mount target for fs-1 (fsmt-1)", true, "efs-mount-target");
        check("interface", "Route 53 Resolver: rslvr-in-1:rni-1", true, "resolver-endpoint");
        check("interface", "web server", false, "other");
        check("", "", true, "other");
    }

    #[test]
    fn ids_are_taken_from_descriptions() {
        let endpoint = kind("vpc_endpoint", "VPC Endpoint Interface vpce-083c", true);
        assert_eq!(endpoint, InterfaceKind::Endpoint(Some(EndpointId::new("vpce-083c"))));
        assert_eq!(
            kind("nat_gateway", "Interface for NAT Gateway nat-07", true),
            InterfaceKind::NatGateway(Some("nat-07".into()))
        );
        assert_eq!(
            kind("interface", "arn:aws:ecs:r:a:attachment/ed8f-1", true),
            InterfaceKind::Task { attachment: Some("ed8f-1".into()) }
        );
    }

    #[test]
    fn the_primary_address_comes_first() {
        let (interface, notes) = read_value(&json!({
            "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
            "Groups": [{"GroupId": "sg-1", "GroupName": "a"}, {"GroupId": "sg-2"}],
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.9", "Primary": false, "Association": {"PublicIp": "198.51.100.9"}},
                {"PrivateIpAddress": "10.0.0.4", "Primary": true, "Association": {"PublicIp": "198.51.100.4"}}],
            "Ipv6Addresses": [{"Ipv6Address": "2001:db8::4"}]
        }));
        let interface = interface.unwrap();
        let addresses: Vec<String> = interface.addresses.iter().map(IpAddr::to_string).collect();
        assert_eq!(addresses, ["10.0.0.4", "10.0.0.9", "2001:db8::4"]);
        assert_eq!(interface.public_address, Some("198.51.100.4".parse().unwrap()));
        assert_eq!(interface.group_ids, ["sg-1", "sg-2"].map(SecurityGroupId::new));
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn the_instance_and_the_check_are_read() {
        let (interface, notes) = read_value(&json!({"NetworkInterfaceId": "eni-1", "SourceDestCheck": true,
            "Attachment": {"InstanceId": "i-1", "DeviceIndex": 1}, "Groups": []}));
        let interface = interface.unwrap();
        assert_eq!((interface.source_dest_check, interface.device_index), (Some(true), Some(1)));
        assert_eq!(interface.instance_id, Some(InstanceId::new("i-1")));
        assert!(notes.is_empty(), "{notes:?}");
        let (interface, notes) =
            read_value(&json!({"NetworkInterfaceId": "eni-1", "SourceDestCheck": "x", "Groups": []}));
        assert_eq!((interface.unwrap().source_dest_check, notes.len()), (None, 1));
    }

    #[test]
    fn groups_are_unknown_if_one_cannot_be_read() {
        let check = |groups: Value, want: usize, noted: usize| {
            let (interface, notes) = read_value(&json!({"NetworkInterfaceId": "eni-1", "Groups": groups}));
            assert_eq!((interface.unwrap().group_ids.len(), notes.len()), (want, noted), "{groups}");
        };
        check(json!([{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]), 2, 0);
        check(json!([{"GroupId": "sg-1"}, {"GroupName": "b"}]), 0, 1);
        check(json!([{"GroupId": "sg-1"}, 7]), 0, 1);
        check(json!({}), 0, 1);
    }

    #[test]
    fn an_interface_requires_only_its_id() {
        assert!(read_value(&json!({"NetworkInterfaceId": "eni-1"})).0.is_some());
        let (none, notes) = read_value(&json!({"SubnetId": "subnet-1"}));
        assert!(none.is_none());
        assert_eq!(notes, ["expected `NetworkInterfaceId`, found none"]);
        let (some, notes) =
            read_value(&json!({"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.400"}));
        assert!(some.unwrap().addresses.is_empty());
        assert_eq!(notes, ["`PrivateIpAddress`: expected an address, found `10.0.0.400`"]);
    }
}
