//! Changes of endpoints, NAT gateways, VPC attributes and interfaces.
//!
//! `CreateVpcEndpoint` and `CreateNatGateway` are published with the younger form. Inferred for `ModifyVpcEndpoint` and
//! `DeleteNatGateway`, which are of the same age: the same form, members as in the query API. Inferred for
//! `ModifyVpcAttribute` and `ModifyNetworkInterfaceAttribute`: the older form with `{"value": …}`, as
//! `ModifyInstanceAttribute` has it. None of the events of changes shows what was there before.

use serde_json::{Value, json};

use crate::support::changes::api::{Call, tagged};
use crate::support::changes::network::Network;
use crate::support::clock::{Ms, calendar, epoch_second};
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::names::Named;
use crate::support::worlds::net::{Kind, Nat, NatState, Target};

impl Network {
    pub(super) fn make_endpoint(&mut self, subnet: usize, group: usize, at: Ms) -> Call {
        let id = self.world.rng.id("vpce");
        let named = Named { service: "secretsmanager", is_private: true, inbound_only: None };
        self.world.names.endpoints.insert(id.clone(), named);
        let eni = self.world.add_eni(subnet, 36, Kind::Endpoint(id.clone()), vec![group]);
        self.resolves_to_endpoint(true);
        let (vpc, subnet) = (&self.world.vpcs[0].id, &self.world.subnets[subnet].id);
        let (group, eni) = (&self.world.groups[group].id, &self.world.enis[eni].id);
        let service = format!("com.amazonaws.{REGION}.secretsmanager");
        let request = json!({ "VpcEndpointType": "Interface", "VpcId": vpc, "ServiceName": service,
            "PrivateDnsEnabled": true, "IpAddressType": "ipv4", "DnsOptions": { "DnsRecordIpType": "ipv4" },
            "SubnetId": tagged(&[subnet]), "SecurityGroupId": tagged(&[group]) });
        // The members of the answer are those of the API; a list of one has `item`.
        let endpoint = json!({ "vpcEndpointId": id, "vpcEndpointType": "Interface", "vpcId": vpc,
            "serviceName": service, "state": "pending", "privateDnsEnabled": true, "ownerId": ACCOUNT,
            "subnetIdSet": { "item": subnet }, "networkInterfaceIdSet": { "item": eni },
            "groupSet": { "item": { "groupId": group, "groupName": group } },
            "creationTimestamp": calendar(epoch_second(at), "%Y-%m-%dT%H:%M:%S.000Z") });
        Call::of_new_ec2("CreateVpcEndpoint", &request, &json!({ "vpcEndpoint": endpoint }))
    }

    pub(super) fn set_policy(&mut self, id: &str, policy: &str) -> Call {
        self.policies.insert(id.to_owned(), policy.to_owned());
        let request = json!({ "VpcEndpointId": id, "PolicyDocument": policy });
        Call::of_new_ec2("ModifyVpcEndpoint", &request, &json!({ "return": true }))
    }

    pub(super) fn set_private_dns(&mut self, is_on: bool) -> Call {
        let (id, _) = self.endpoint().expect("the network has the endpoint");
        if let Some(named) = self.world.names.endpoints.get_mut(&id) {
            named.is_private = is_on;
        }
        self.resolves_to_endpoint(is_on);
        let request = json!({ "VpcEndpointId": id, "PrivateDnsEnabled": is_on });
        Call::of_new_ec2("ModifyVpcEndpoint", &request, &json!({ "return": true }))
    }

    pub(super) fn set_host_names(&mut self, is_on: bool) -> Call {
        self.has_host_names = is_on;
        self.resolves_to_endpoint(is_on);
        let request = json!({ "vpcId": self.world.vpcs[0].id, "enableDnsHostnames": { "value": is_on } });
        Call::of_ec2("ModifyVpcAttribute", request)
    }

    pub(super) fn make_nat(&mut self, nat: usize, at: Ms) -> Call {
        if nat == self.world.nats.len() {
            let first = self.world.nats[0].eni.expect("it is zonal");
            let (subnet, id) = (self.world.enis[first].subnet, self.world.rng.id("nat"));
            let eni = self.world.add_eni(subnet, 10, Kind::Nat(nat), Vec::new());
            let public = [203, 0, 113, 81].into();
            self.world.enis[eni].public = Some(public);
            let state = NatState::Works;
            self.world.nats.push(Nat { id, vpc: 0, eni: Some(eni), table: None, public, state });
        }
        let made = &self.world.nats[nat];
        let eni = &self.world.enis[made.eni.expect("it is zonal")];
        let subnet = &self.world.subnets[eni.subnet].id;
        let request = json!({ "SubnetId": subnet, "AllocationId": format!("eipalloc-0{nat}"),
            "ConnectivityType": "public" });
        let answer = json!({ "natGatewayId": made.id, "subnetId": subnet, "vpcId": self.world.vpcs[0].id,
            "state": "pending", "connectivityType": "public",
            "createTime": calendar(epoch_second(at), "%Y-%m-%dT%H:%M:%S.000Z"),
            "natGatewayAddressSet": { "item": { "allocationId": format!("eipalloc-0{nat}") } } });
        Call::of_new_ec2("CreateNatGateway", &request, &json!({ "natGateway": answer }))
    }

    pub(super) fn drop_nat(&mut self, nat: usize) -> Call {
        let id = self.world.nats[nat].id.clone();
        let routes = self.world.tables.iter_mut().flat_map(|table| &mut table.routes);
        for route in routes.filter(|route| route.target == Target::Nat(nat)) {
            route.target = Target::Gone("NatGatewayId", id.clone());
        }
        self.closed.push(nat);
        let request = json!({ "NatGatewayId": id });
        Call::of_new_ec2("DeleteNatGateway", &request, &json!({ "natGatewayId": id }))
    }

    pub(super) fn set_check(&mut self, eni: usize, is_on: bool) -> Call {
        self.world.enis[eni].check = is_on;
        let request: Value = json!({ "networkInterfaceId": self.world.enis[eni].id,
            "sourceDestCheck": { "value": is_on } });
        Call::of_ec2("ModifyNetworkInterfaceAttribute", request)
    }
}
