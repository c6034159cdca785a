//! `aws ec2 describe-vpc-endpoints`: reads one item of `VpcEndpoints` as an [`Endpoint`].
//!
//! The policy stays text.

use crate::inventory::documents::network_interfaces::group_ids;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::endpoint::{Endpoint, EndpointKind};
use crate::model::ids::{EndpointId, InterfaceId, RouteTableId, SubnetId, VpcId};
use crate::model::name_resolution::dns_name;
use crate::model::service::Service;

/// Reads one endpoint; none if it has no `VpcEndpointId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Endpoint> {
    let id = EndpointId::new(item.identifier("VpcEndpointId")?);
    let service_name = item.identifier("ServiceName").unwrap_or_default();
    Some(Endpoint {
        id,
        service: service(&service_name),
        service_name,
        kind: kind(item),
        state: item.text("State").unwrap_or_default(),
        private_dns_enabled: item.flag("PrivateDnsEnabled"),
        is_inbound_only: is_inbound_only(item).unwrap_or(true),
        service_region: item.text("ServiceRegion"),
        vpc_id: item.text("VpcId").map(VpcId::new),
        interface_ids: item.texts("NetworkInterfaceIds").into_iter().map(InterfaceId::new).collect(),
        subnet_ids: item.texts("SubnetIds").into_iter().map(SubnetId::new).collect(),
        group_ids: group_ids(item),
        route_table_ids: item.texts("RouteTableIds").into_iter().map(RouteTableId::new).collect(),
        dns_names: dns_names(item),
        firewall: firewall(item),
        address_type: address_type(item),
        policy: item.policy("PolicyDocument").filter(|policy| !policy.0.trim().is_empty()),
        created_at: item.time("CreationTimestamp"),
    })
}

fn is_inbound_only(item: DocumentItem<'_>) -> Option<bool> {
    item.item("DnsOptions")?.flag("PrivateDnsOnlyForInboundResolverEndpoint")
}

fn dns_names(item: DocumentItem<'_>) -> Vec<String> {
    let names = item.items("DnsEntries").into_iter().filter_map(|entry| entry.text("DnsName"));
    names.map(|name| dns_name(&name)).collect()
}

/// AWS Network Firewall marks its endpoints with two tags: the ARN of the firewall, and that the service manages it.
fn firewall(item: DocumentItem<'_>) -> Option<String> {
    let tags = item.items("Tags");
    let value = |wanted: &str| {
        let tag = tags.iter().find(|tag| tag.text("Key").as_deref() == Some(wanted))?;
        Some(tag.text("Value").unwrap_or_default())
    };
    let arn = value("Firewall").filter(|arn| arn.contains(":network-firewall:"));
    let is_managed =
        value("AWSNetworkFirewallManaged").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    arn.or_else(|| is_managed.then(String::new))
}

fn address_type(item: DocumentItem<'_>) -> Option<String> {
    let of_records = item.item("DnsOptions").and_then(|options| options.text("DnsRecordIpType"));
    let of_records = of_records.filter(|kind| kind != "service-defined");
    of_records.or_else(|| item.text("IpAddressType"))
}

fn service(service_name: &str) -> Service {
    if service_name.is_empty() { Service::Unknown } else { Service::from_endpoint_name(service_name) }
}

/// The kind of `VpcEndpointType`. If that is missing, fields that only one kind has determine it.
fn kind(item: DocumentItem<'_>) -> EndpointKind {
    item.text("VpcEndpointType").map_or_else(|| kind_by_parts(item), |name| kind_by_name(&name))
}

fn kind_by_name(name: &str) -> EndpointKind {
    match name {
        "Interface" => EndpointKind::Interface,
        "Gateway" => EndpointKind::Gateway,
        "GatewayLoadBalancer" => EndpointKind::GatewayLoadBalancer,
        _ => EndpointKind::Other,
    }
}

fn kind_by_parts(item: DocumentItem<'_>) -> EndpointKind {
    if item.has_members("RouteTableIds") {
        EndpointKind::Gateway
    } else if item.has_members("NetworkInterfaceIds") {
        EndpointKind::Interface
    } else {
        EndpointKind::Other
    }
}

impl Describe for Endpoint {
    type Id = EndpointId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        if self.service_name.is_empty() {
            self.service_name.clone_from(&other.service_name);
            self.service = other.service.clone();
        }
        if self.kind == EndpointKind::Other {
            self.kind = other.kind;
        }
        if self.state.is_empty() {
            self.state.clone_from(&other.state);
        }
        complete_option(&mut self.private_dns_enabled, other.private_dns_enabled.as_ref());
        complete_option(&mut self.service_region, other.service_region.as_ref());
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.interface_ids, &other.interface_ids);
        complete_list(&mut self.subnet_ids, &other.subnet_ids);
        complete_list(&mut self.dns_names, &other.dns_names);
        complete_option(&mut self.firewall, other.firewall.as_ref());
        complete_option(&mut self.address_type, other.address_type.as_ref());
        complete_list(&mut self.group_ids, &other.group_ids);
        complete_list(&mut self.route_table_ids, &other.route_table_ids);
        complete_option(&mut self.policy, other.policy.as_ref());
        complete_option(&mut self.created_at, other.created_at.as_ref());
    }

    /// Two policies: neither is known to be the present one.
    fn invalidate(&mut self, others: &[Self]) {
        if others.iter().any(|other| other.policy.is_some() && other.policy != self.policy) {
            self.policy = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<Endpoint>, Vec<String>) {
        let notes = Notes::default();
        let endpoint = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (endpoint, notes.into_inner())
    }

    #[test]
    fn the_output_of_the_command_is_read() {
        let (endpoint, notes) = read_value(&json!({
            "VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
            "ServiceName": "com.amazonaws.eu-west-1.secretsmanager", "PrivateDnsEnabled": true,
            "NetworkInterfaceIds": ["eni-1", "eni-2"], "SubnetIds": ["subnet-1", "subnet-2"], "RouteTableIds": [],
            "Groups": [{"GroupName": "default", "GroupId": "sg-1"}], "CreationTimestamp": "2026-11-23T03:12:00.583Z",
            "PolicyDocument": "{}", "ServiceRegion": "eu-west-1",
            "DnsOptions": {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": false}
        }));
        let endpoint = endpoint.unwrap();
        assert_eq!(endpoint.service, Service::SecretsManager);
        assert_eq!(endpoint.kind, EndpointKind::Interface);
        assert_eq!(endpoint.interface_ids, ["eni-1", "eni-2"].map(InterfaceId::new));
        assert!(
            endpoint.private_dns_enabled == Some(true) && endpoint.created_at.is_some() && notes.is_empty()
        );
        assert_eq!(
            (endpoint.is_inbound_only, endpoint.service_region.as_deref()),
            (false, Some("eu-west-1"))
        );
        assert_eq!(endpoint.policy.as_ref().map(|policy| policy.0.as_str()), Some("{}"));
        let default = read_value(&json!({"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.r.s3"})).0;
        assert!(default.unwrap().is_inbound_only);
    }

    #[test]
    fn a_policy_is_kept_as_text_or_is_not_known() {
        let check = |policy: Value, want: Option<&str>, noted: usize| {
            let value = json!({"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.r.s3", "PolicyDocument": policy});
            let (endpoint, notes) = read_value(&value);
            let found = endpoint.unwrap().policy;
            assert_eq!(found.as_ref().map(|policy| policy.0.as_str()), want, "{value}");
            assert_eq!(notes.len(), noted, "{value}");
        };
        check(json!({"Statement": []}), Some(r#"{"Statement":[]}"#), 0);
        check(json!("{ \"Statement\": [] }"), Some(r#"{"Statement":[]}"#), 0);
        check(json!("%7B%22Statement%22%3A%5B%5D%7D"), Some(r#"{"Statement":[]}"#), 0);
        check(json!("{\"Statement\":"), Some("{\"Statement\":"), 0);
        check(json!(null), None, 0);
        check(json!(" "), None, 0);
        check(json!([]), None, 1);
        check(json!(7), None, 1);
    }

    #[test]
    fn other_fields_determine_the_kind() {
        let check = |fields: Value, want| {
            let mut value = json!({"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.r.s3"});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(read_value(&value).0.unwrap().kind, want, "{fields}");
        };
        check(json!({"RouteTableIds": ["rtb-1"]}), EndpointKind::Gateway);
        check(json!({"NetworkInterfaceIds": ["eni-1"]}), EndpointKind::Interface);
        check(json!({}), EndpointKind::Other);
        check(json!({"VpcEndpointType": "Resource"}), EndpointKind::Other);
        check(json!({"VpcEndpointType": "GatewayLoadBalancer"}), EndpointKind::GatewayLoadBalancer);
    }

    #[test]
    fn an_endpoint_without_a_service_is_kept_with_a_note() {
        let (endpoint, notes) = read_value(&json!({"VpcEndpointId": "vpce-1"}));
        assert_eq!(endpoint.unwrap().service, Service::Unknown);
        assert_eq!(notes, ["expected `ServiceName`, found none"]);
        assert!(read_value(&json!({"ServiceName": "com.amazonaws.r.s3"})).0.is_none());
    }
}
