//! `aws ec2 describe-nat-gateways`: reads one item of `NatGateways` as a [`NatGateway`].

use std::net::IpAddr;

use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::gateway::NatGateway;
use crate::model::ids::{InterfaceId, NatGatewayId, RouteTableId, SubnetId, VpcId};

/// Reads one gateway; none if it has no `NatGatewayId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<NatGateway> {
    let id = NatGatewayId::new(item.identifier("NatGatewayId")?);
    let addresses = item.items("NatGatewayAddresses");
    let all = |key| -> Vec<IpAddr> { distinct(addresses.iter().filter_map(|address| address.address(key))) };
    let interfaces = addresses.iter().filter_map(|address| address.text("NetworkInterfaceId"));
    Some(NatGateway {
        id,
        vpc_id: item.text("VpcId").map(VpcId::new),
        subnet_id: item.text("SubnetId").map(SubnetId::new),
        state: item.text("State").unwrap_or_default(),
        failure: item.text("FailureMessage").or_else(|| item.text("FailureCode")),
        is_regional: item.text("AvailabilityMode").as_deref() == Some("regional"),
        route_table_id: item.text("RouteTableId").map(RouteTableId::new),
        is_private: item.text("ConnectivityType").as_deref() == Some("private"),
        interface_ids: distinct(interfaces.map(InterfaceId::new)),
        private_addresses: all("PrivateIp"),
        public_addresses: all("PublicIp"),
    })
}

impl Describe for NatGateway {
    type Id = NatGatewayId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_option(&mut self.subnet_id, other.subnet_id.as_ref());
        if self.state.is_empty() {
            self.state.clone_from(&other.state);
        }
        complete_option(&mut self.failure, other.failure.as_ref());
        self.is_regional |= other.is_regional;
        complete_option(&mut self.route_table_id, other.route_table_id.as_ref());
        self.is_private |= other.is_private;
        complete_list(&mut self.interface_ids, &other.interface_ids);
        complete_list(&mut self.private_addresses, &other.private_addresses);
        complete_list(&mut self.public_addresses, &other.public_addresses);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<NatGateway>, Vec<String>) {
        let notes = Notes::default();
        let gateway = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (gateway, notes.into_inner())
    }

    #[test]
    fn the_output_of_the_command_is_read() {
        let (gateway, notes) = read_value(&json!({
            "NatGatewayId": "nat-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "State": "available",
            "ConnectivityType": "public", "NatGatewayAddresses": [
                {"NetworkInterfaceId": "eni-1", "PrivateIp": "10.0.0.4", "PublicIp": "198.51.100.4", "IsPrimary": true},
                {"NetworkInterfaceId": "eni-1", "PrivateIp": "10.0.0.5", "PublicIp": "198.51.100.5"}]
        }));
        let gateway = gateway.unwrap();
        assert_eq!(gateway.interface_ids, [InterfaceId::new("eni-1")]);
        assert_eq!((gateway.private_addresses.len(), gateway.public_addresses.len()), (2, 2));
        assert!(!gateway.is_private && gateway.failure.is_none() && notes.is_empty());
    }

    #[test]
    fn a_failure_has_a_reason() {
        let check = |value: Value, want: Option<&str>| {
            assert_eq!(read_value(&value).0.unwrap().failure.as_deref(), want, "{value}");
        };
        let id = "nat-1";
        check(
            json!({"NatGatewayId": id, "FailureMessage": "no gateway", "FailureCode": "Gateway.NotAttached"}),
            Some("no gateway"),
        );
        check(json!({"NatGatewayId": id, "FailureCode": "Gateway.NotAttached"}), Some("Gateway.NotAttached"));
        check(json!({"NatGatewayId": id, "State": "available"}), None);
    }

    #[test]
    fn a_bad_address_loses_only_itself() {
        let (gateway, notes) = read_value(&json!({"NatGatewayId": "nat-1", "ConnectivityType": "private",
            "NatGatewayAddresses": [{"PrivateIp": "10.0.0.400"}, {"PrivateIp": "10.0.0.4"}, 7]}));
        let gateway = gateway.unwrap();
        assert!(gateway.is_private);
        assert_eq!((gateway.private_addresses.len(), notes.len()), (1, 2));
        assert!(read_value(&json!({"VpcId": "vpc-1"})).0.is_none());
    }
}
