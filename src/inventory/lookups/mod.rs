//! Look-ups in the configuration: the controls of a subnet or an interface, and the service and definition of a task.
//!
//! Goes in: the tables of an [`Inventory`]. Comes out: references into them, or nothing if documents are missing or
//! contradict each other, because a wrong control is worse than no control.

mod addresses;
mod interfaces;
mod start_interfaces;

use crate::inventory::Inventory;
use crate::model::deployment::{EcsService, Learned, TaskDefinition, TaskNetwork, TaskNetworkFacts};
use crate::model::endpoint::Endpoint;
use crate::model::ids::{InterfaceId, PrefixListId, SecurityGroupId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::network_acl::NetworkAcl;
use crate::model::resolution::NameServer;
use crate::model::route_table::{RouteDestination, RouteTable};
use crate::model::security_group::SecurityGroup;
use crate::model::task::Task;

impl Inventory {
    /// The network ACL of a subnet; none if no document shows it, or if two ACLs name the subnet.
    #[must_use]
    pub fn network_acl_of(&self, subnet: &SubnetId) -> Option<&NetworkAcl> {
        if self.history.hides_acl_of(subnet) {
            return None;
        }
        let claiming = self.controls().acls.get(subnet)?;
        self.network_acls.get(only(claiming.iter())?)
    }

    /// The effective route table of a subnet: its associated table, or else the main table of its VPC.
    ///
    /// A VPC that is not given comes from the subnet. None if no document shows the table, or if two tables name the subnet.
    #[must_use]
    pub fn route_table_of(&self, subnet: &SubnetId, vpc: Option<&VpcId>) -> Option<&RouteTable> {
        if self.history.hides_table_of(subnet) {
            return None;
        }
        let controls = self.controls();
        let of_subnet = controls.tables.get(subnet);
        let of_vpc = || {
            let vpc = vpc.or_else(|| self.subnets.get(subnet)?.vpc_id.as_ref())?;
            controls.main_tables.get(vpc)
        };
        self.route_tables.get(only(of_subnet.or_else(of_vpc)?.iter())?)
    }

    /// Whether a table of a VPC routes an address to a peering connection; `may_hold` decides whether a destination contains
    /// the address.
    pub fn has_peering_route(&self, vpc: &VpcId, may_hold: impl Fn(&RouteDestination) -> bool) -> bool {
        let peered = &self.routes().peered;
        let tables = [peered.get(&None), peered.get(&Some(vpc.clone()))];
        tables.into_iter().flatten().flatten().any(may_hold)
    }

    /// The endpoints that are targets of routes for a prefix list, in any table.
    pub fn endpoints_of_list(&self, list: &PrefixListId) -> impl Iterator<Item = &Endpoint> {
        let ids = self.routes().endpoints.get(list);
        ids.into_iter().flatten().filter_map(|id| self.endpoints.get(id))
    }

    /// The security groups of an interface, or of its endpoint; none if no document shows them.
    ///
    /// Empty only for interfaces that cannot have groups, for example those of NAT gateways.
    #[must_use]
    pub fn groups_of(&self, id: &InterfaceId) -> Option<&[SecurityGroupId]> {
        let interface = self.interfaces.get(id);
        let own = interface.map(|interface| interface.group_ids.as_slice());
        let of_endpoint = || self.endpoint_of_interface(id).map(|endpoint| endpoint.group_ids.as_slice());
        let known = |groups: &&[SecurityGroupId]| !groups.is_empty();
        let none_by_nature = || interface.filter(|interface| has_no_groups(interface)).map(|_| &[][..]);
        own.filter(known).or_else(|| of_endpoint().filter(known)).or_else(none_by_nature)
    }

    /// The DNS servers in the DHCP options of a VPC, possibly empty; none if no document shows them.
    #[must_use]
    pub fn name_servers_of(&self, vpc: &VpcId) -> Option<&[NameServer]> {
        let options = self.vpcs.get(vpc)?.dhcp_options_id.as_ref()?;
        // The id of a VPC without options.
        if options.as_str() == "default" {
            return Some(&[]);
        }
        self.dhcp_options.get(options)?.name_servers.as_deref()
    }

    /// The service that started a task, by name and cluster; none if several services match.
    #[must_use]
    pub fn ecs_service_of(&self, task: &Task) -> Option<&EcsService> {
        let name = task.service_name.as_deref()?;
        let cluster = task.cluster_arn.as_ref();
        let may_be_its = |service: &&EcsService| {
            let other = service.cluster_arn.as_ref();
            service.name == name && (cluster.is_none() || other.is_none() || cluster == other)
        };
        only(self.services.values().filter(may_be_its))
    }

    /// The task definition of a task.
    #[must_use]
    pub fn task_definition_of(&self, task: &Task) -> Option<&TaskDefinition> {
        self.task_definitions.get(task.definition_arn.as_ref()?)
    }

    /// The known security groups and the public address of a task, each with its source.
    ///
    /// The sources in order: its interface, also as AWS Config or CloudTrail recorded it, the call that started it, its task set
    /// or deployment, its service, the interfaces of its siblings at the time.
    #[must_use]
    pub fn task_network_of(&self, task: &Task) -> TaskNetworkFacts {
        let mut facts = TaskNetworkFacts::default();
        if let Some(interface) = task.interface_id.as_ref().and_then(|id| self.interfaces.get(id)) {
            learn_from_interface(&mut facts, interface, self.history.source_of(&interface.id));
        }
        if let Some(network) = self.task_networks.get(&task.arn) {
            self.learn(&mut facts, network, "RunTask");
        }
        let service = self.ecs_service_of(task);
        let of_service = service.and_then(|one| one.network_of(task.started_by.as_deref(), task.created_at));
        if let Some((network, from)) = of_service {
            self.learn(&mut facts, network, from);
        }
        if facts.group_ids.is_none() {
            facts.group_ids = self.groups_of_siblings(task);
        }
        facts
    }

    /// The groups of the interfaces that siblings had at the time of a task: tasks of its service, and of its deployment if
    /// both are known. None if their groups differ.
    fn groups_of_siblings(&self, task: &Task) -> Option<Learned<Vec<SecurityGroupId>>> {
        let service = (task.service_name.clone()?, task.cluster_arn.clone());
        let (from, to) = (task.created_at?, task.stopped_at.or(task.stopping_at).or(task.created_at)?);
        let is_same_deployment = |other: &Task| {
            other.started_by.is_none() || task.started_by.is_none() || other.started_by == task.started_by
        };
        let is_sibling = |other: &&Task| {
            other.arn != task.arn
                && is_same_deployment(other)
                && other.created_at.is_some_and(|created| created <= to)
                && other.stopped_at.is_none_or(|stopped| stopped >= from)
        };
        let known = |other: &Task| {
            let mut groups = self.interfaces.get(other.interface_id.as_ref()?)?.group_ids.clone();
            groups.sort();
            (!groups.is_empty()).then(|| (groups, other.id.clone()))
        };
        let of_service = self.siblings().get(&service)?.iter().filter_map(|arn| self.tasks.get(arn));
        let mut siblings = of_service.filter(is_sibling).filter_map(known);
        let (value, sibling) = siblings.next()?;
        let agree = siblings.all(|(groups, _)| groups == value);
        agree.then_some(Learned { value, from: "sibling", sibling: Some(sibling) })
    }

    /// Adds facts that are not known yet.
    fn learn(&self, facts: &mut TaskNetworkFacts, network: &TaskNetwork, from: &'static str) {
        if facts.group_ids.is_none() {
            facts.group_ids =
                self.groups_asked_for(network).map(|value| Learned { value, from, sibling: None });
        }
        if facts.has_public_address.is_none() {
            facts.has_public_address =
                network.assigns_public_address.map(|value| Learned { value, from, sibling: None });
        }
    }

    /// A call or service without groups uses the default group of the VPC.
    fn groups_asked_for(&self, network: &TaskNetwork) -> Option<Vec<SecurityGroupId>> {
        if !network.group_ids.is_empty() {
            return Some(network.group_ids.clone());
        }
        let vpc = self.subnets.get(network.subnet_ids.first()?)?.vpc_id.as_ref()?;
        let is_default = |group: &&SecurityGroup| {
            group.name.as_deref() == Some("default") && group.vpc_id.as_ref() == Some(vpc)
        };
        only(self.security_groups.values().filter(is_default)).map(|group| vec![group.id.clone()])
    }
}

/// The only one; none if there are several.
fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next();
    if found.next().is_none() { first } else { None }
}

fn has_no_groups(interface: &NetworkInterface) -> bool {
    matches!(
        interface.kind,
        InterfaceKind::NatGateway(_)
            | InterfaceKind::LoadBalancer
            | InterfaceKind::TransitGateway
            | InterfaceKind::GatewayLoadBalancerEndpoint
    )
}

/// The answer of CreateNetworkInterface comes before a public address is mapped to the interface, so it shows none.
fn learn_from_interface(
    facts: &mut TaskNetworkFacts,
    interface: &NetworkInterface,
    (from, shows_public_address): (&'static str, bool),
) {
    if !interface.group_ids.is_empty() {
        facts.group_ids = Some(Learned { value: interface.group_ids.clone(), from, sibling: None });
    }
    let has_address = interface.public_address.is_some();
    facts.has_public_address = (has_address || shows_public_address && !interface.hides_public_address)
        .then_some(Learned { value: has_address, from, sibling: None });
}

#[cfg(test)]
mod tests;
