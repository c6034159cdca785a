//! Attributes of VPCs, interfaces and endpoints in the tables of an inventory.

use crate::inventory::documents::Inventory;
use crate::model::access::PolicyText;
use crate::model::configuration_change::{Attribute, PartState, PartValue, SubjectKind};
use crate::model::endpoint::Endpoint;
use crate::model::ids::{DhcpOptionsId, SecurityGroupId, SubnetId};
use crate::model::interface::NetworkInterface;
use crate::model::network::Vpc;

const UNKNOWN: PartState = PartState::Unknown;

/// The state of an attribute.
pub(super) fn read_attribute(
    inventory: &Inventory,
    kind: SubjectKind,
    id: &str,
    attribute: Attribute,
) -> PartState {
    match kind {
        SubjectKind::Endpoint => {
            inventory.endpoints.get(id).map_or(UNKNOWN, |one| attribute_of_endpoint(one, attribute))
        }
        SubjectKind::Vpc => inventory.vpcs.get(id).map_or(UNKNOWN, |vpc| attribute_of_vpc(vpc, attribute)),
        SubjectKind::Interface => {
            inventory.interfaces.get(id).map_or(UNKNOWN, |one| attribute_of_interface(one, attribute))
        }
        _ => UNKNOWN,
    }
}

fn attribute_of_endpoint(endpoint: &Endpoint, attribute: Attribute) -> PartState {
    match attribute {
        Attribute::PrivateDns => flag(endpoint.private_dns_enabled),
        Attribute::Groups => ids(&endpoint.group_ids),
        Attribute::Subnets => ids(&endpoint.subnet_ids),
        Attribute::Policy => {
            let policy = endpoint.policy.clone();
            policy.map_or(UNKNOWN, |policy| PartState::Present(PartValue::Policy(policy)))
        }
        _ => UNKNOWN,
    }
}

fn attribute_of_vpc(vpc: &Vpc, attribute: Attribute) -> PartState {
    match attribute {
        Attribute::DnsSupport => flag(vpc.dns_support),
        Attribute::DnsHostnames => flag(vpc.dns_hostnames),
        Attribute::DhcpOptions => {
            let options = vpc.dhcp_options_id.as_ref();
            options.map_or(UNKNOWN, |options| PartState::Present(PartValue::Text(options.to_string())))
        }
        _ => UNKNOWN,
    }
}

fn attribute_of_interface(interface: &NetworkInterface, attribute: Attribute) -> PartState {
    match attribute {
        Attribute::Groups => ids(&interface.group_ids),
        Attribute::SourceDestCheck => flag(interface.source_dest_check),
        _ => UNKNOWN,
    }
}

/// Sets an attribute; a state that is not known becomes none, or an empty list.
pub(super) fn write_attribute(
    inventory: &mut Inventory,
    kind: SubjectKind,
    id: &str,
    attribute: Attribute,
    state: &PartState,
) {
    let value = AttributeValue::of(state);
    match (kind, attribute) {
        (SubjectKind::Vpc, _) => {
            let Some(vpc) = inventory.vpcs.get_mut(id) else { return };
            match attribute {
                Attribute::DnsSupport => vpc.dns_support = value.flag,
                Attribute::DnsHostnames => vpc.dns_hostnames = value.flag,
                Attribute::DhcpOptions => vpc.dhcp_options_id = value.text.map(DhcpOptionsId::new),
                _ => {}
            }
        }
        (SubjectKind::Interface, _) => {
            let Some(interface) = inventory.interfaces.get_mut(id) else { return };
            match attribute {
                Attribute::Groups => interface.group_ids = value.groups(),
                Attribute::SourceDestCheck => interface.source_dest_check = value.flag,
                _ => {}
            }
        }
        (SubjectKind::Endpoint, Attribute::Groups) => write_groups(inventory, id, &value),
        (SubjectKind::Endpoint, _) => {
            if let Some(endpoint) = inventory.endpoints.get_mut(id) {
                write_endpoint(endpoint, attribute, value);
            }
        }
        (SubjectKind::NatGateway, Attribute::State) => {
            if let Some(gateway) = inventory.nat_gateways.get_mut(id) {
                gateway.state.clear();
            }
        }
        _ => {}
    }
}

/// The value of a state in the forms of attributes.
struct AttributeValue {
    flag: Option<bool>,
    text: Option<String>,
    ids: Vec<String>,
    policy: Option<PolicyText>,
}

impl AttributeValue {
    fn of(state: &PartState) -> Self {
        let mut found = Self { flag: None, text: None, ids: Vec::new(), policy: None };
        match state {
            PartState::Present(PartValue::Flag(flag)) => found.flag = Some(*flag),
            PartState::Present(PartValue::Text(text)) => found.text = Some(text.clone()),
            PartState::Present(PartValue::Ids(ids)) => found.ids.clone_from(ids),
            PartState::Present(PartValue::Policy(policy)) => found.policy = Some(policy.clone()),
            _ => {}
        }
        found
    }

    fn groups(&self) -> Vec<SecurityGroupId> {
        self.ids.iter().map(|id| SecurityGroupId::new(id.as_str())).collect()
    }
}

/// Sets the groups of an endpoint. Its interfaces have the same ones.
fn write_groups(inventory: &mut Inventory, id: &str, value: &AttributeValue) {
    let Some(endpoint) = inventory.endpoints.get_mut(id) else { return };
    endpoint.group_ids = value.groups();
    for interface in &endpoint.interface_ids {
        if let Some(interface) = inventory.interfaces.get_mut(interface) {
            interface.group_ids.clone_from(&endpoint.group_ids);
        }
    }
}

fn write_endpoint(endpoint: &mut Endpoint, attribute: Attribute, value: AttributeValue) {
    match attribute {
        Attribute::PrivateDns => endpoint.private_dns_enabled = value.flag,
        Attribute::Subnets => {
            endpoint.subnet_ids = value.ids.iter().map(|id| SubnetId::new(id.as_str())).collect();
            endpoint.interface_ids.clear();
        }
        Attribute::Policy => endpoint.policy = value.policy,
        Attribute::DnsOptions => endpoint.address_type = None,
        _ => {}
    }
}

fn flag(value: Option<bool>) -> PartState {
    value.map_or(UNKNOWN, |value| PartState::Present(PartValue::Flag(value)))
}

fn ids<Id: ToString>(ids: &[Id]) -> PartState {
    let mut texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    texts.sort();
    if texts.is_empty() { UNKNOWN } else { PartState::Present(PartValue::Ids(texts)) }
}
