//! Changes of route tables.
//!
//! The members of `CreateRoute` are in AWS's examples. `DeleteRoute` shows the destination and not the target. Inferred
//! from the API and the form of the other events: `ReplaceRoute` shows the new target and not the old one,
//! `ReplaceRouteTableAssociation` names the association that it ends and the one that it makes, and not the subnet.

use serde_json::{Value, json};

use crate::support::changes::api::Call;
use crate::support::changes::network::Network;
use crate::support::worlds::net::{Cidr, Route, Target};

impl Network {
    pub(super) fn add_route(&mut self, table: usize, route: &Route) -> Call {
        self.world.tables[table].routes.push(route.clone());
        Call::of_ec2("CreateRoute", self.named_route(table, route))
    }

    pub(super) fn drop_route(&mut self, table: usize, net: Cidr) -> Call {
        self.world.tables[table].routes.retain(|route| route.net != net);
        let request =
            json!({ "routeTableId": self.world.tables[table].id, "destinationCidrBlock": net.to_string() });
        Call::of_ec2("DeleteRoute", request)
    }

    pub(super) fn turn_route(&mut self, table: usize, route: &Route) -> Call {
        for one in &mut self.world.tables[table].routes {
            if one.net == route.net {
                one.target = route.target.clone();
            }
        }
        Call::of_ec2("ReplaceRoute", self.named_route(table, route))
    }

    pub(super) fn use_table(&mut self, subnet: usize, table: usize) -> Call {
        self.world.subnets[subnet].table = table;
        let fresh = self.world.rng.id("rtbassoc");
        let ended = std::mem::replace(&mut self.links[subnet][1], fresh.clone());
        let request = json!({ "routeTableId": self.world.tables[table].id, "associationId": ended });
        let call = Call::of_ec2("ReplaceRouteTableAssociation", request);
        call.answered(json!({ "newAssociationId": fresh, "associationState": { "state": "associated" } }))
    }

    fn named_route(&self, table: usize, route: &Route) -> Value {
        let table = &self.world.tables[table];
        let (field, id) = match &route.target {
            Target::Nat(nat) => ("natGatewayId", self.world.nats[*nat].id.clone()),
            Target::Appliance(eni) => ("networkInterfaceId", self.world.enis[*eni].id.clone()),
            Target::Internet => ("gatewayId", self.world.vpcs[table.vpc].igw.clone().unwrap_or_default()),
            other => unreachable!("no change makes a route to {other:?}"),
        };
        json!({ "routeTableId": table.id, "destinationCidrBlock": route.net.to_string(), field: id })
    }
}
