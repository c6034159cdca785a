//! Look-ups by interface: its owner, its flow logs, and its role.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::inventory::lookups::only;
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::gateway::{NatGateway, TransitGatewayAttachment};
use crate::model::ids::{EndpointId, InstanceId, InterfaceId, NatGatewayId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, InterfaceRole, NO_INTERFACE, NetworkInterface};
use crate::model::network::FlowLog;
use crate::model::route_table::RouteTarget;
use crate::model::task::Task;

impl Inventory {
    /// The interface with this id.
    #[must_use]
    pub fn interface(&self, id: &InterfaceId) -> Option<&NetworkInterface> {
        self.interfaces.get(id)
    }

    /// The endpoint of this interface, according to the document of either.
    #[must_use]
    pub fn endpoint_of_interface(&self, id: &InterfaceId) -> Option<&Endpoint> {
        let named_by_interface = || match &self.interfaces.get(id)?.kind {
            InterfaceKind::Endpoint(endpoint) => endpoint.as_ref(),
            _ => None,
        };
        let endpoint = self.endpoints_by_interface().get(id).or_else(named_by_interface)?;
        self.endpoints.get(endpoint)
    }

    /// The NAT gateway of this interface, according to the document of the gateway.
    #[must_use]
    pub fn nat_gateway_of_interface(&self, id: &InterfaceId) -> Option<&NatGateway> {
        self.nat_gateways.values().find(|gateway| gateway.interface_ids.contains(id))
    }

    /// The subnets of a transit gateway attachment: those of its own document, or else those of its interfaces, of which the saved
    /// documents may lack some.
    #[must_use]
    pub fn subnets_of_attachment<'a>(
        &'a self,
        attachment: &'a TransitGatewayAttachment,
    ) -> BTreeSet<&'a SubnetId> {
        if !attachment.subnet_ids.is_empty() {
            return attachment.subnet_ids.iter().collect();
        }
        let Some(vpc) = &attachment.vpc_id else { return BTreeSet::new() };
        let of_vpc = self.transit_interfaces().get(vpc).into_iter().flatten();
        let of_vpc: Vec<&NetworkInterface> = of_vpc.filter_map(|id| self.interfaces.get(id)).collect();
        let is_named = |interface: &&&NetworkInterface| {
            interface.description.split(' ').any(|word| word == attachment.id.as_str())
        };
        let named: Vec<&NetworkInterface> = of_vpc.iter().filter(is_named).copied().collect();
        let mut claiming = self.transit_gateway_attachments.values();
        let is_alone = claiming.all(|one| one.id == attachment.id || one.vpc_id.as_ref() != Some(vpc));
        let own = if named.is_empty() && is_alone { of_vpc } else { named };
        own.into_iter().filter_map(|interface| interface.subnet_id.as_ref()).collect()
    }

    /// The interface-ids of a NAT gateway's records; none if no document describes it.
    #[must_use]
    pub fn interfaces_of_gateway(&self, id: &NatGatewayId) -> Vec<InterfaceId> {
        match self.nat_gateways.get(id) {
            Some(gateway) if gateway.is_regional => vec![InterfaceId::new(NO_INTERFACE)],
            Some(gateway) => gateway.interface_ids.clone(),
            None => Vec::new(),
        }
    }

    /// An interface and the others of its instance.
    #[must_use]
    pub fn with_others_of_instance(&self, id: &InterfaceId) -> Vec<InterfaceId> {
        let instance = self.interface(id).and_then(|interface| interface.instance_id.as_ref());
        let others = instance.into_iter().flat_map(|instance| self.interfaces_of_instance(instance));
        let others = others.map(|other| other.id.clone()).filter(|other| other != id);
        std::iter::once(id.clone()).chain(others).collect()
    }

    /// The interface of an instance that a route leads to, by the id of either; none if no document describes it, or if it is
    /// not known which interface of the instance it is.
    #[must_use]
    pub fn appliance_at(&self, target: &RouteTarget) -> Option<&NetworkInterface> {
        let interface = match target {
            RouteTarget::Interface(id) => self.interfaces.get(id),
            RouteTarget::Other(id) if id.starts_with("i-") => {
                let id = InstanceId::new(id.as_str());
                let primary = self.interfaces_of_instance(&id).find(|own| own.device_index == Some(0));
                primary.or_else(|| only(self.interfaces_of_instance(&id)))
            }
            _ => None,
        };
        interface.filter(|interface| interface.kind == InterfaceKind::Other)
    }

    /// Whether the documents of an interface show its public address, if it has one.
    #[must_use]
    pub fn shows_public_address(&self, id: &InterfaceId) -> bool {
        let is_hidden = self.interface(id).is_some_and(|interface| interface.hides_public_address);
        !is_hidden && self.history.source_of(id).1
    }

    /// The interfaces of an instance.
    pub fn interfaces_of_instance(&self, id: &InstanceId) -> impl Iterator<Item = &NetworkInterface> {
        self.interfaces.values().filter(move |interface| interface.instance_id.as_ref() == Some(id))
    }

    /// Whether a route leads to an interface, by its own id or by that of its instance.
    #[must_use]
    pub fn is_route_target(&self, id: &InterfaceId) -> bool {
        let (interfaces, instances) = (&self.routes().interfaces, &self.routes().instances);
        let instance = || self.interfaces.get(id)?.instance_id.as_ref();
        interfaces.contains(id)
            || !instances.is_empty() && instance().is_some_and(|instance| instances.contains(instance))
    }

    /// The regional NAT gateways of a VPC.
    pub fn regional_gateways(&self, vpc: Option<&VpcId>) -> impl Iterator<Item = &NatGateway> {
        let of_vpc = move |gateway: &&NatGateway| {
            gateway.is_regional && vpc.is_some() && gateway.vpc_id.as_ref() == vpc
        };
        self.nat_gateways.values().filter(of_vpc)
    }

    /// The addresses of an interface, from its own document or else from its NAT gateway.
    #[must_use]
    pub fn addresses_of(&self, id: &InterfaceId) -> &[IpAddr] {
        let own = self.interface(id).map(|interface| interface.addresses.as_slice());
        let of_gateway =
            || self.nat_gateway_of_interface(id).map(|gateway| gateway.private_addresses.as_slice());
        own.or_else(of_gateway).unwrap_or_default()
    }

    /// The task of this interface, running or stopped.
    #[must_use]
    pub fn task_of_interface(&self, id: &InterfaceId) -> Option<&Task> {
        self.tasks.get(self.tasks_by_interface().get(id)?)
    }

    /// The active flow logs that cover this interface: logs of the interface, its subnet or its VPC.
    ///
    /// A subnet or VPC that is not given comes from the interface, its task or the subnet.
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
        // A flow log whose resource cannot be read may cover any interface.
        let watches = |log: &&FlowLog| {
            log.active && (log.resource_id.is_none() || watched.contains(&log.resource_id.as_deref()))
        };
        self.flow_logs.values().filter(watches).collect()
    }

    /// The role of an interface that an endpoint names.
    fn role_of_endpoint(&self, id: &InterfaceId) -> InterfaceRole {
        let kind = self.endpoint_of_interface(id).map(|endpoint| endpoint.kind);
        if kind == Some(EndpointKind::GatewayLoadBalancer) {
            InterfaceRole::GatewayLoadBalancerEndpoint
        } else {
            InterfaceRole::Endpoint
        }
    }

    /// The subnets of a firewall's endpoint, from its own document, or else from the interfaces that name it; none if no document
    /// shows that it is the endpoint of a firewall.
    #[must_use]
    pub fn subnets_of_firewall(&self, id: &EndpointId) -> Option<Vec<&SubnetId>> {
        if let Some(endpoint) = self.endpoints.get(id) {
            let is_firewall = endpoint.kind == EndpointKind::GatewayLoadBalancer;
            return is_firewall.then(|| endpoint.subnet_ids.iter().collect());
        }
        let interfaces = self.firewall_interfaces().get(id)?;
        let subnets = interfaces.iter().filter_map(|id| self.interfaces.get(id)?.subnet_id.as_ref());
        let subnets: BTreeSet<&SubnetId> = subnets.collect();
        Some(subnets.into_iter().collect())
    }

    /// The role of an interface, from its own document or else from documents that name it.
    #[must_use]
    pub fn role(&self, id: &InterfaceId) -> InterfaceRole {
        let described = self.interfaces.get(id).map(|interface| interface.kind.role());
        match described {
            Some(role) if role != InterfaceRole::Other => role,
            _ if self.tasks_by_interface().contains_key(id) => InterfaceRole::Task,
            _ if self.endpoints_by_interface().contains_key(id) => self.role_of_endpoint(id),
            _ if self.nat_gateway_of_interface(id).is_some() => InterfaceRole::NatGateway,
            _ if self.is_route_target(id) => InterfaceRole::Appliance,
            described => described.unwrap_or_default(),
        }
    }
}
