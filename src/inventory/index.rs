//! Look-ups: by address, by interface, by what watches an interface.
//!
//! Goes in: the tables of an [`Inventory`]. Comes out: references into them. An address that two things share gives none
//! of them: two VPCs may use the same block, and a wrong join is worse than none. "Private" means inside the blocks of a
//! VPC, never RFC 1918.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::OnceLock;

use ipnet::IpNet;

use crate::inventory::Inventory;
use crate::model::endpoint::Endpoint;
use crate::model::gateway::NatGateway;
use crate::model::ids::{EndpointId, InterfaceId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::network::{FlowLog, Subnet};
use crate::model::service::Service;
use crate::model::task::Task;

/// Maps derived from an inventory's tables when a look-up first needs them.
///
/// All are equal: what they hold follows from the tables. A copy starts empty, so that a changed copy is not misled.
#[derive(Debug, Default)]
pub struct Index(OnceLock<Maps>);

#[derive(Debug, Default)]
struct Maps {
    by_address: BTreeMap<IpAddr, Vec<InterfaceId>>,
    endpoint_of: BTreeMap<InterfaceId, EndpointId>,
    task_of: BTreeMap<InterfaceId, String>,
}

impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}

impl Maps {
    fn of(inventory: &Inventory) -> Self {
        let mut maps = Self::default();
        maps.add_addresses(inventory, |id| !inventory.history.is_gone(id));
        // An address is given to another interface when its own is gone.
        let mut gone = Self::default();
        gone.add_addresses(inventory, |id| inventory.history.is_gone(id));
        for (address, ids) in gone.by_address {
            maps.by_address.entry(address).or_insert(ids);
        }
        for endpoint in inventory.endpoints.values() {
            let interfaces = endpoint.interface_ids.iter().cloned();
            maps.endpoint_of.extend(interfaces.map(|interface| (interface, endpoint.id.clone())));
        }
        for task in inventory.tasks.values() {
            maps.task_of.extend(task.interface_id.clone().map(|interface| (interface, task.arn.clone())));
        }
        maps
    }
}

impl Maps {
    fn add_addresses(&mut self, inventory: &Inventory, is_wanted: impl Fn(&InterfaceId) -> bool) {
        for interface in inventory.interfaces.values().filter(|interface| is_wanted(&interface.id)) {
            for address in &interface.addresses {
                self.by_address.entry(*address).or_default().push(interface.id.clone());
            }
        }
    }
}

impl Inventory {
    fn maps(&self) -> &Maps {
        self.index.0.get_or_init(|| Maps::of(self))
    }

    /// The interface of this id.
    #[must_use]
    pub fn interface(&self, id: &InterfaceId) -> Option<&NetworkInterface> {
        self.interfaces.get(id)
    }

    /// The one interface that has this private or IPv6 address, primary or secondary; none if several have it.
    #[must_use]
    pub fn interface_by_address(&self, address: IpAddr) -> Option<&NetworkInterface> {
        self.interface_at(address, None)
    }

    /// The one interface that has this address in this VPC; an interface of no known VPC is taken for any.
    #[must_use]
    pub fn interface_at(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<&NetworkInterface> {
        only(self.interfaces_at(address).filter(|interface| may_be_in(interface.vpc_id.as_ref(), vpc)))
    }

    fn interfaces_at(&self, address: IpAddr) -> impl Iterator<Item = &NetworkInterface> {
        let ids = self.maps().by_address.get(&address).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.interfaces.get(id))
    }

    /// The endpoint this interface belongs to, named by the endpoint or by the interface.
    #[must_use]
    pub fn endpoint_of_interface(&self, id: &InterfaceId) -> Option<&Endpoint> {
        let named_by_interface = || match &self.interfaces.get(id)?.kind {
            InterfaceKind::Endpoint(endpoint) => endpoint.as_ref(),
            _ => None,
        };
        let endpoint = self.maps().endpoint_of.get(id).or_else(named_by_interface)?;
        self.endpoints.get(endpoint)
    }

    /// The NAT gateway whose document names this interface.
    #[must_use]
    pub fn nat_gateway_of_interface(&self, id: &InterfaceId) -> Option<&NatGateway> {
        self.nat_gateways.values().find(|gateway| gateway.interface_ids.contains(id))
    }

    /// The addresses of an interface: its own document's, else those of the NAT gateway it belongs to.
    #[must_use]
    pub fn addresses_of(&self, id: &InterfaceId) -> &[IpAddr] {
        let own = self.interface(id).map(|interface| interface.addresses.as_slice());
        let of_gateway =
            || self.nat_gateway_of_interface(id).map(|gateway| gateway.private_addresses.as_slice());
        own.or_else(of_gateway).unwrap_or_default()
    }

    /// The task this interface belongs to, alive or stopped.
    #[must_use]
    pub fn task_of_interface(&self, id: &InterfaceId) -> Option<&Task> {
        self.tasks.get(self.maps().task_of.get(id)?)
    }

    /// The service whose endpoint has this address, as a task of this VPC reaches it: what is there in its own VPC, else in
    /// any other one. None if endpoints of several services have it.
    #[must_use]
    pub fn service_of_address(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<Service> {
        let is_own = |interface: &&NetworkInterface| may_be_in(interface.vpc_id.as_ref(), vpc);
        // Addresses of another VPC are out of reach where the own one has them.
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

    /// The subnet with the longest prefix that holds this address; none if subnets of two VPCs hold it alike.
    #[must_use]
    pub fn subnet_of_address(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<&Subnet> {
        let subnets = self.subnets.values().filter(|subnet| may_be_in(subnet.vpc_id.as_ref(), vpc));
        let holding: Vec<(u8, &Subnet)> =
            subnets.filter_map(|subnet| Some((longest(&subnet.cidrs, address)?, subnet))).collect();
        let longest = holding.iter().map(|(length, _)| *length).max()?;
        only(holding.into_iter().filter(|(length, _)| *length == longest).map(|(_, subnet)| subnet))
    }

    /// Whether this address lies inside this VPC, or inside any if none is given; none if no document tells.
    ///
    /// A subnet can only show that an address is inside: that it is outside takes the blocks of the VPC.
    #[must_use]
    pub fn is_inside_vpc(&self, address: IpAddr, vpc: Option<&VpcId>) -> Option<bool> {
        let holds = |cidrs: &[IpNet]| longest(cidrs, address).is_some();
        let is_meant = |id: &VpcId| vpc.is_none_or(|vpc| vpc == id);
        let mut vpcs =
            self.vpcs.values().filter(|known| is_meant(&known.id) && !known.cidrs.is_empty()).peekable();
        let is_known = vpcs.peek().is_some();
        let in_subnet = |subnet: &Subnet| {
            holds(&subnet.cidrs) && (vpc.is_none() || subnet.vpc_id.as_ref().is_some_and(is_meant))
        };
        if vpcs.any(|vpc| holds(&vpc.cidrs)) || self.subnets.values().any(in_subnet) {
            return Some(true);
        }
        is_known.then_some(false)
    }

    /// The active flow logs that watch this interface, through itself, its subnet or its VPC.
    ///
    /// Where subnet or VPC are not given they are taken from the interface, its task and the subnet.
    #[must_use]
    pub fn flow_logs_covering(
        &self,
        interface: &InterfaceId,
        subnet: Option<&SubnetId>,
        vpc: Option<&VpcId>,
    ) -> Vec<&FlowLog> {
        let known = self.interfaces.get(interface);
        let of_task = || self.task_of_interface(interface)?.subnet_id.as_ref();
        let subnet = subnet.or_else(|| known?.subnet_id.as_ref()).or_else(of_task);
        let of_subnet = || self.subnets.get(subnet?)?.vpc_id.as_ref();
        let vpc = vpc.or_else(|| known?.vpc_id.as_ref()).or_else(of_subnet);
        let watched = [Some(interface.as_str()), subnet.map(SubnetId::as_str), vpc.map(VpcId::as_str)];
        let watches = |log: &&FlowLog| log.active && watched.contains(&Some(log.resource_id.as_str()));
        self.flow_logs.iter().filter(watches).collect()
    }

    /// What an interface is to the tasks: the name of its kind, `unknown` if no document names it.
    #[must_use]
    pub fn role(&self, id: &InterfaceId) -> String {
        let known = self.interfaces.get(id).map(|interface| &interface.kind);
        match known {
            Some(kind) if *kind != InterfaceKind::Other => kind.to_string(),
            _ if self.maps().task_of.contains_key(id) => "task".to_owned(),
            _ if self.maps().endpoint_of.contains_key(id) => "endpoint".to_owned(),
            _ if self.nat_gateway_of_interface(id).is_some() => "nat-gateway".to_owned(),
            Some(kind) => kind.to_string(),
            None => "unknown".to_owned(),
        }
    }
}

/// The only one; none if there are several.
pub(super) fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next();
    if found.next().is_none() { first } else { None }
}

fn may_be_in(known: Option<&VpcId>, wanted: Option<&VpcId>) -> bool {
    known.is_none() || wanted.is_none() || known == wanted
}

/// The longest prefix among the blocks that hold an address.
fn longest(cidrs: &[IpNet], address: IpAddr) -> Option<u8> {
    cidrs.iter().filter(|cidr| cidr.contains(&address)).map(IpNet::prefix_len).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;

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
        // Inside the own VPC, where no document shows an interface of this address.
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
        assert_eq!(roles, ["endpoint", "endpoint", "task", "nat-gateway", "other", "unknown"]);
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
