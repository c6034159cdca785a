//! Look-ups by address: its owner, its subnet, and the service behind it.
//!
//! If two things share an address, the look-up returns neither of them: two VPCs may use the same block, and a wrong match is
//! worse than no match. "Private" means inside the blocks of a VPC, never RFC 1918.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::inventory::Inventory;
use crate::inventory::lookups::only;
use crate::model::ids::{PrefixListId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::network::Subnet;
use crate::model::prefix_list::AddressRange;
use crate::model::resolution::ResolverQuery;
use crate::model::service::Service;

impl Inventory {
    /// The only interface with this private or IPv6 address, primary or secondary; none if several have it.
    #[must_use]
    pub fn interface_by_address(&self, address: IpAddr) -> Option<&NetworkInterface> {
        self.interface_at(address, None)
    }

    /// The only interface with this address in this VPC; an interface without a known VPC may be in any VPC.
    #[must_use]
    pub fn interface_at(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<&NetworkInterface> {
        only(self.interfaces_at(address).filter(|interface| may_be_in(interface.vpc_id.as_ref(), vpc)))
    }

    /// The interface that packets from a VPC to this address reach: one of that VPC, or if the address is outside it, the only
    /// one in any other VPC.
    #[must_use]
    pub fn interface_reached(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<&NetworkInterface> {
        let is_outside = || vpc.is_some() && self.is_inside_vpc(address, vpc) == Some(false);
        let elsewhere = || if is_outside() { self.interface_at(address, None) } else { None };
        self.interface_at(address, vpc).or_else(elsewhere)
    }

    /// The existing interfaces with this address, or else the deleted ones: addresses are reused after some time.
    fn interfaces_at(&self, address: IpAddr) -> impl Iterator<Item = &NetworkInterface> {
        let ids = self.addresses().get(&address).map_or(&[][..], Vec::as_slice);
        let are_gone = ids.iter().all(|id| self.history.is_gone(id));
        let wanted = ids.iter().filter(move |id| self.history.is_gone(id) == are_gone);
        wanted.filter_map(|id| self.interfaces.get(id))
    }

    /// The service whose endpoint has this address, for a task in this VPC: an endpoint of its own VPC, else of any other VPC.
    /// None if endpoints of several services have the address.
    #[must_use]
    pub fn service_of_address(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<Service> {
        let is_own = |interface: &&NetworkInterface| may_be_in(interface.vpc_id.as_ref(), vpc);
        // An address of the own VPC hides the same address of another VPC.
        let is_inside = vpc.is_some() && self.is_inside_vpc(address, vpc) == Some(true);
        let stays = is_inside || self.interfaces_at(address).any(|interface| is_own(&interface));
        let reached = self.interfaces_at(address).filter(|interface| !stays || is_own(interface));
        let mut services: Vec<Option<&Service>> = reached
            .map(|interface| self.endpoint_of_interface(&interface.id).map(|endpoint| &endpoint.service))
            .collect();
        services.dedup();
        match services.as_slice() {
            [one] => one.cloned(),
            _ => None,
        }
    }

    /// The AWS service with this public address, according to the prefix lists of AWS and `ip-ranges.json`.
    ///
    /// None for most addresses, because only some services have published ranges.
    #[must_use]
    pub fn service_of_public_address(&self, address: IpAddr) -> Option<Service> {
        let lists = self.prefix_lists.values().filter_map(|list| {
            let length = list.blocks.as_ref()?.longest(address)?;
            Some((length, list.named_service()?))
        });
        let by_list = lists.max_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.cmp(&one.1)));
        let by_range = || Service::from_address_range(&self.range_of(address)?.service);
        by_list.map(|(_, service)| service).or_else(by_range)
    }

    /// The published ranges that contain an address, the longest prefix first.
    pub fn ranges_holding(&self, address: IpAddr) -> impl Iterator<Item = &AddressRange> {
        let ranges = &self.address_ranges.ranges;
        self.range_lengths().around(address).flat_map(|block| {
            let start = ranges.partition_point(|range| range.block < block);
            ranges[start..].iter().take_while(move |range| range.block == block)
        })
    }

    /// The most specific range; a range of `AMAZON` only if there is no other.
    fn range_of(&self, address: IpAddr) -> Option<&AddressRange> {
        self.ranges_holding(address).max_by_key(|range| {
            (range.service != "AMAZON", range.service != "EC2", range.block.prefix_len(), &range.service)
        })
    }

    /// Whether a prefix list contains an address; none if its blocks are not known.
    #[must_use]
    pub fn prefix_list_holds(&self, id: &PrefixListId, address: IpAddr) -> Option<bool> {
        let blocks = self.prefix_lists.get(id)?.blocks.as_ref()?;
        Some(blocks.longest(address).is_some())
    }

    /// The subnet with the longest prefix that contains this address; none if two VPCs have such a subnet.
    #[must_use]
    pub fn subnet_of_address(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<&Subnet> {
        let mut holding = self.subnets_holding(address, vpc).peekable();
        let longest = holding.peek()?.0;
        only(holding.take_while(|(length, _)| *length == longest).map(|(_, subnet)| subnet))
    }

    fn subnets_holding(&self, address: IpAddr, vpc: Option<&VpcId>) -> impl Iterator<Item = (u8, &Subnet)> {
        let holding = self.subnets_by_block().holding(address);
        let subnets = holding.filter_map(|(length, id)| Some((length, self.subnets.get(id)?)));
        subnets.filter(move |(_, subnet)| may_be_in(subnet.vpc_id.as_ref(), vpc))
    }

    /// Whether this address is inside this VPC, or inside any VPC if none is given; none if no document shows it.
    ///
    /// A subnet can only show that an address is inside. Only the blocks of the VPC can show that it is outside.
    #[must_use]
    pub fn is_inside_vpc(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<bool> {
        let is_meant = |id: &VpcId| vpc.is_none_or(|vpc| vpc == id);
        let mut vpcs =
            self.vpcs.values().filter(|known| is_meant(&known.id) && !known.cidrs.is_empty()).peekable();
        let is_known = vpcs.peek().is_some();
        let is_of_vpc = |subnet: &Subnet| vpc.is_none() || subnet.vpc_id.as_ref().is_some_and(is_meant);
        if vpcs.any(|vpc| vpc.cidrs.iter().any(|block: &IpNet| block.contains(&address)))
            || self.subnets_holding(address, None).any(|(_, subnet)| is_of_vpc(subnet))
        {
            return Some(true);
        }
        is_known.then_some(false)
    }

    /// The queries whose answer contains an address, by time.
    pub fn queries_answered_with(&self, address: IpAddr) -> impl Iterator<Item = &ResolverQuery> {
        let places = self.queries().by_answer.get(&address).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.resolver_queries.get(*place))
    }

    /// The queries that an address sent, by time.
    pub fn queries_from(&self, source: IpAddr) -> impl Iterator<Item = &ResolverQuery> {
        let places = self.queries().by_source.get(&source).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.resolver_queries.get(*place))
    }
}

fn may_be_in(known: Option<&VpcId>, wanted: Option<&VpcId>) -> bool {
    known.is_none() || wanted.is_none() || known == wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;
    use crate::model::ids::{InterfaceId, SubnetId};
    use crate::model::interface::InterfaceRole;

    const DOCUMENTS: &str = r#"
    {"NetworkInterfaces": [
      {"NetworkInterfaceId": "eni-e", "InterfaceType": "vpc_endpoint", "SubnetId": "subnet-e", "VpcId": "vpc-1",
       "PrivateIpAddress": "20.10.2.36", "Ipv6Addresses": [{"Ipv6Address": "2001:db8::36"}]},
      {"NetworkInterfaceId": "eni-d", "Description": "VPC Endpoint Interface vpce-logs", "RequesterManaged": true,
       "PrivateIpAddress": "20.10.2.37", "VpcId": "vpc-1"},
      {"NetworkInterfaceId": "eni-x", "PrivateIpAddress": "20.10.2.36", "VpcId": "vpc-2"},
      {"NetworkInterfaceId": "eni-n", "InterfaceType": "nat_gateway", "PrivateIpAddress": "20.10.3.9"}]}
    {"VpcEndpoints": [
      {"VpcEndpointId": "vpce-sm", "ServiceName": "com.amazonaws.r.secretsmanager", "NetworkInterfaceIds": ["eni-e", "eni-g"]},
      {"VpcEndpointId": "vpce-logs", "ServiceName": "com.amazonaws.r.logs"}]}
    {"Subnets": [
      {"SubnetId": "subnet-e", "VpcId": "vpc-1", "CidrBlock": "20.10.2.0/24"},
      {"SubnetId": "subnet-w", "VpcId": "vpc-1", "CidrBlock": "20.10.0.0/16"},
      {"SubnetId": "subnet-2", "VpcId": "vpc-2", "CidrBlock": "20.10.2.0/24"},
      {"SubnetId": "subnet-3", "VpcId": "vpc-3", "CidrBlock": "192.168.0.0/24"}]}
    {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "20.10.0.0/16"}, {"VpcId": "vpc-2", "CidrBlock": "20.10.2.0/24"}]}
    {"FlowLogs": [
      {"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "ALL"},
      {"FlowLogId": "fl-2", "ResourceId": "subnet-e", "TrafficType": "REJECT"},
      {"FlowLogId": "fl-3", "ResourceId": "vpc-1", "TrafficType": "ALL", "FlowLogStatus": "INACTIVE"},
      {"FlowLogId": "fl-4", "ResourceId": "eni-t", "TrafficType": "ALL"}]}
    {"tasks": [{"taskArn": "a:task/c/1", "attachments": [{"type": "eni", "details": [
      {"name": "networkInterfaceId", "value": "eni-t"}, {"name": "subnetId", "value": "subnet-e"}]}]}]}"#;

    fn inventory() -> Inventory {
        let (inventory, defects, _) = parse([("all.json", DOCUMENTS.as_bytes())]);
        assert!(defects.is_empty(), "{defects:?}");
        inventory
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_finds_its_interface_unless_two_share_it() {
        let inventory = inventory();
        let check = |text, vpc: Option<&str>, want: Option<&str>| {
            let found = inventory.interface_at(address(text), vpc.map(VpcId::new).as_ref());
            assert_eq!(found.map(|interface| interface.id.as_str()), want, "{text} {vpc:?}");
        };
        check("20.10.2.36", None, None);
        check("20.10.2.36", Some("vpc-1"), Some("eni-e"));
        check("20.10.2.36", Some("vpc-2"), Some("eni-x"));
        check("2001:db8::36", None, Some("eni-e"));
        check("20.10.3.9", Some("vpc-1"), Some("eni-n"));
        check("20.10.9.9", None, None);
        assert!(inventory.interface_by_address(address("20.10.2.37")).is_some());
    }

    #[test]
    fn an_address_finds_its_service() {
        let inventory = inventory();
        let check = |text, vpc: Option<&str>, want: Option<Service>| {
            let found = inventory.service_of_address(address(text), vpc.map(VpcId::new).as_ref());
            assert_eq!(found, want, "{text} {vpc:?}");
        };
        check("2001:db8::36", None, Some(Service::SecretsManager));
        check("20.10.2.37", None, Some(Service::Logs));
        check("20.10.2.36", None, None);
        check("20.10.2.36", Some("vpc-1"), Some(Service::SecretsManager));
        check("20.10.2.36", Some("vpc-2"), None);
        // Inside the own VPC, but no document shows an interface with this address.
        check("20.10.2.37", Some("vpc-2"), None);
        check("20.10.2.37", Some("vpc-3"), Some(Service::Logs));
        check("20.10.3.9", None, None);
    }

    #[test]
    fn an_address_finds_its_subnet_by_the_longest_prefix() {
        let inventory = inventory();
        let check = |text, vpc: Option<&str>, want: Option<&str>| {
            let found = inventory.subnet_of_address(address(text), vpc.map(VpcId::new).as_ref());
            assert_eq!(found.map(|subnet| subnet.id.as_str()), want, "{text} {vpc:?}");
        };
        check("20.10.2.36", Some("vpc-1"), Some("subnet-e"));
        check("20.10.2.36", Some("vpc-2"), Some("subnet-2"));
        check("20.10.2.36", None, None);
        check("20.10.7.1", None, Some("subnet-w"));
        check("10.0.0.1", None, None);
    }

    #[test]
    fn private_means_inside_the_blocks_of_a_vpc() {
        let inventory = inventory();
        let check = |text, vpc: Option<&str>, want| {
            assert_eq!(
                inventory.is_inside_vpc(address(text), vpc.map(VpcId::new).as_ref()),
                want,
                "{text} {vpc:?}"
            );
        };
        check("20.10.7.1", Some("vpc-1"), Some(true));
        check("20.10.7.1", Some("vpc-2"), Some(false));
        check("20.10.7.1", None, Some(true));
        check("10.0.0.1", None, Some(false));
        check("10.0.0.1", Some("vpc-9"), None);
        check("192.168.0.4", Some("vpc-3"), Some(true));
        check("192.168.9.4", Some("vpc-3"), None);
        assert_eq!(Inventory::default().is_inside_vpc(address("10.0.0.1"), None), None);
    }

    #[test]
    fn flow_logs_watch_through_subnet_and_vpc() {
        let inventory = inventory();
        let check = |interface, subnet: Option<&str>, vpc: Option<&str>, want: &[&str]| {
            let (subnet, vpc) = (subnet.map(SubnetId::new), vpc.map(VpcId::new));
            let found =
                inventory.flow_logs_covering(&InterfaceId::new(interface), subnet.as_ref(), vpc.as_ref());
            assert_eq!(found.iter().map(|log| log.id.as_str()).collect::<Vec<_>>(), want, "{interface}");
        };
        check("eni-e", None, None, &["fl-1", "fl-2"]);
        check("eni-d", None, None, &["fl-1"]);
        check("eni-t", None, None, &["fl-1", "fl-2", "fl-4"]);
        check("eni-9", Some("subnet-2"), None, &[]);
        check("eni-9", None, Some("vpc-1"), &["fl-1"]);
    }

    #[test]
    fn an_interface_has_a_role() {
        let inventory = inventory();
        let roles = ["eni-e", "eni-g", "eni-t", "eni-n", "eni-x", "eni-9"]
            .map(|id| inventory.role(&InterfaceId::new(id)));
        assert_eq!(
            roles.map(InterfaceRole::name),
            ["endpoint", "endpoint", "task", "nat-gateway", "other", "unknown"]
        );
        let task = inventory.task_of_interface(&InterfaceId::new("eni-t")).unwrap();
        assert_eq!(task.id.as_str(), "1");
    }

    #[test]
    fn a_copy_may_be_changed() {
        let inventory = inventory();
        assert!(inventory.interface_by_address(address("20.10.3.9")).is_some());
        let mut copy = inventory.clone();
        copy.interfaces.clear();
        assert!(copy.interface_by_address(address("20.10.3.9")).is_none());
    }
}
