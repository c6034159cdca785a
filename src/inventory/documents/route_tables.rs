//! `aws ec2 describe-route-tables`: reads one item of `RouteTables` as a [`RouteTable`].
//!
//! The longest prefix decides, so a missing route could change the answer. Therefore a table with an unreadable route is
//! marked as incomplete. Associations with gateways concern traffic that enters the VPC and are not read.

use crate::inventory::documents::Inventory;
use crate::inventory::documents::network_acls::association_ids;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::{
    EndpointId, InterfaceId, InternetGatewayId, NatGatewayId, PeeringId, PrefixListId, RouteTableId,
    SubnetId, TransitGatewayId, VpcId,
};
use crate::model::route_table::{Route, RouteDestination, RouteTable, RouteTarget};

/// Targets of which only the id matters.
const OTHER_TARGETS: [&str; 6] = [
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
    "InstanceId",
];

/// Reads one table; none if it has no `RouteTableId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<RouteTable> {
    let id = RouteTableId::new(item.identifier("RouteTableId")?);
    let read = item.without_note(|| item.items("Associations"));
    // The table of `describe-route-tables` always has both lists.
    let is_lost = item.is_null("Associations") || item.has("PropagatingVgws") && !item.has("Associations");
    let are_known = read.is_some() && !is_lost;
    if is_lost {
        item.note("expected `Associations`, found none: the table may be that of any subnet".to_owned());
    }
    let associations: Vec<DocumentItem<'_>> =
        read.unwrap_or_default().into_iter().filter(is_in_effect).collect();
    let mut subnet_ids: Vec<SubnetId> = associations
        .iter()
        .filter_map(|association| association.text("SubnetId"))
        .map(SubnetId::new)
        .collect();
    subnet_ids.sort();
    let mut routes = Vec::new();
    let add = |one| {
        routes.extend(route(one));
        Some(())
    };
    let are_whole = item.whole_list("Routes", add).is_some();
    // Every table has the route to its own VPC.
    let has_routes = item.has_members("Routes");
    if !are_whole && item.has("Routes") {
        let text = "`Routes`: expected routes, found one that cannot be read: the effect of the table counts as unknown";
        item.note(text.to_owned());
    } else if are_whole && !has_routes {
        item.note(
            "`Routes`: expected the route to the VPC, found none: the effect of the table counts as unknown"
                .to_owned(),
        );
    }
    routes.sort();
    routes.dedup();
    Some(RouteTable {
        id,
        vpc_id: item.text("VpcId").map(VpcId::new),
        // With unknown associations it may be the main table: then another main table is not certain to be in effect.
        is_main: !are_known || associations.iter().any(|association| association.flag("Main") == Some(true)),
        subnet_ids,
        association_ids: association_ids(&associations, "RouteTableAssociationId"),
        is_whole: are_known && are_whole && has_routes,
        routes,
    })
}

/// Whether an association is in effect; one without a state is.
fn is_in_effect(association: &DocumentItem<'_>) -> bool {
    let state = association.item("AssociationState").and_then(|state| state.text("State"));
    state.is_none_or(|state| matches!(state.as_str(), "associated" | "associating"))
}

/// One route; none if it is not in effect. If it cannot be read, a note is added.
fn route(item: DocumentItem<'_>) -> Option<Route> {
    let state = item.text("State");
    if state.as_deref() == Some("filtered") {
        return None;
    }
    let (destination, target) = (destination(item), target(item));
    if destination.is_none() {
        item.note("expected a destination, found none".to_owned());
    }
    // A deleted target may be missing.
    let is_blackhole = state.as_deref() == Some("blackhole");
    let gone = is_blackhole.then(|| RouteTarget::Other("-".to_owned()));
    if target.is_none() && !is_blackhole {
        item.note("expected a target, found none".to_owned());
    }
    Some(Route { destination: destination?, target: target.or(gone)?, is_blackhole })
}

pub(in crate::inventory) fn destination(item: DocumentItem<'_>) -> Option<RouteDestination> {
    let block = item.cidr("DestinationCidrBlock").or_else(|| item.cidr("DestinationIpv6CidrBlock"));
    let list =
        || item.text("DestinationPrefixListId").map(PrefixListId::new).map(RouteDestination::PrefixList);
    block.map(RouteDestination::Block).or_else(list)
}

pub(in crate::inventory) fn target(item: DocumentItem<'_>) -> Option<RouteTarget> {
    let named = |key, target: fn(String) -> RouteTarget| item.text(key).map(target);
    named("GatewayId", gateway)
        .or_else(|| named("NatGatewayId", |id| RouteTarget::NatGateway(NatGatewayId::new(id))))
        .or_else(|| named("TransitGatewayId", |id| RouteTarget::TransitGateway(TransitGatewayId::new(id))))
        .or_else(|| named("VpcPeeringConnectionId", |id| RouteTarget::Peering(PeeringId::new(id))))
        .or_else(|| named("NetworkInterfaceId", |id| RouteTarget::Interface(InterfaceId::new(id))))
        .or_else(|| OTHER_TARGETS.into_iter().find_map(|key| named(key, RouteTarget::Other)))
}

/// The kind of target of a `GatewayId`, by the prefix of the id.
fn gateway(id: String) -> RouteTarget {
    match id.split_once('-').map_or(id.as_str(), |(kind, _)| kind) {
        "local" => RouteTarget::Local,
        "igw" => RouteTarget::InternetGateway(InternetGatewayId::new(id)),
        "vpce" => RouteTarget::Endpoint(EndpointId::new(id)),
        "nat" => RouteTarget::NatGateway(NatGatewayId::new(id)),
        _ => RouteTarget::Other(id),
    }
}

/// Marks main tables as incomplete, because a missing table may be associated with a subnet that seems to use a main table.
pub(super) fn invalidate_main_tables(inventory: &mut Inventory) {
    for table in inventory.route_tables.values_mut().filter(|table| table.is_main) {
        table.is_whole = false;
    }
}

impl Describe for RouteTable {
    type Id = RouteTableId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        self.is_main |= other.is_main;
        complete_list(&mut self.subnet_ids, &other.subnet_ids);
        complete_list(&mut self.association_ids, &other.association_ids);
        if !self.is_whole && other.is_whole {
            self.routes.clone_from(&other.routes);
            self.is_whole = true;
        }
        complete_list(&mut self.routes, &other.routes);
    }

    fn invalidate(&mut self, others: &[Self]) {
        self.is_whole &= others.iter().all(|other| !other.is_whole || other.routes == self.routes);
        // Nothing decides between two tables that name the same subnet: see the look-ups.
        self.subnet_ids = others.iter().flat_map(|other| other.subnet_ids.iter().cloned()).collect();
        self.subnet_ids.sort();
        self.subnet_ids.dedup();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<RouteTable>, Vec<String>) {
        let notes = Notes::default();
        let table = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (table, notes.into_inner())
    }

    fn check(route: Value, want: &[&str], is_whole: bool, notes: usize) {
        let (table, noted) = read_value(&json!({"RouteTableId": "rtb-1", "Routes": [route]}));
        let table = table.unwrap();
        assert_eq!(table.routes.iter().map(ToString::to_string).collect::<Vec<_>>(), want, "{route}");
        assert_eq!((table.is_whole, noted.len()), (is_whole, notes), "{route}: {noted:?}");
    }

    #[test]
    fn every_target_is_read() {
        let kinds = |key: &str, id: &str| {
            let (table, _) = read_value(
                &json!({"RouteTableId": "r", "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", key: id}]}),
            );
            format!("{:?}", table.unwrap().routes[0].target)
        };
        let check = |key, id, want: &str| assert_eq!(kinds(key, id), want);
        check("GatewayId", "local", "Local");
        check("GatewayId", "igw-1", r#"InternetGateway(InternetGatewayId("igw-1"))"#);
        check("GatewayId", "vpce-1", r#"Endpoint(EndpointId("vpce-1"))"#);
        check("GatewayId", "vgw-1", r#"Other("vgw-1")"#);
        check("NatGatewayId", "nat-1", r#"NatGateway(NatGatewayId("nat-1"))"#);
        check("TransitGatewayId", "tgw-1", r#"TransitGateway(TransitGatewayId("tgw-1"))"#);
        check("VpcPeeringConnectionId", "pcx-1", r#"Peering(PeeringId("pcx-1"))"#);
        check("NetworkInterfaceId", "eni-1", r#"Interface(InterfaceId("eni-1"))"#);
        check("EgressOnlyInternetGatewayId", "eigw-1", r#"Other("eigw-1")"#);
        check("CoreNetworkArn", "arn:x", r#"Other("arn:x")"#);
        check("InstanceId", "i-1", r#"Other("i-1")"#);
    }

    #[test]
    fn destinations_are_blocks_and_lists() {
        check(
            json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}),
            &["10.0.0.0/16 -> local"],
            true,
            0,
        );
        check(json!({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}), &["::/0 -> igw-1"], true, 0);
        check(
            json!({"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}),
            &["pl-1 -> vpce-1"],
            true,
            0,
        );
    }

    #[test]
    fn a_deleted_target_is_a_blackhole() {
        let route =
            json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"});
        check(route, &["0.0.0.0/0 -> nat-1 (blackhole)"], true, 0);
        check(
            json!({"DestinationCidrBlock": "0.0.0.0/0", "State": "blackhole"}),
            &["0.0.0.0/0 -> - (blackhole)"],
            true,
            0,
        );
        check(
            json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "filtered"}),
            &[],
            true,
            0,
        );
    }

    #[test]
    fn a_route_that_cannot_be_read_makes_the_answer_unknown() {
        check(json!({"DestinationCidrBlock": "0.0.0.0/0"}), &[], false, 2);
        check(json!({"GatewayId": "igw-1"}), &[], false, 2);
        check(json!({"DestinationCidrBlock": "0.0.0.0/64", "GatewayId": "igw-1"}), &[], false, 3);
        check(json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": []}), &[], false, 3);
        check(json!(7), &[], false, 2);
        let (table, notes) = read_value(&json!({"RouteTableId": "rtb-1"}));
        assert!(!table.unwrap().is_whole && notes.is_empty());
    }

    #[test]
    fn associations_in_effect_count() {
        let (table, notes) = read_value(
            &json!({"RouteTableId": "rtb-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": [
            {"Main": true, "AssociationState": {"State": "associated"}},
            {"Main": false, "SubnetId": "subnet-2", "AssociationState": {"State": "associating"}},
            {"Main": false, "SubnetId": "subnet-1"},
            {"Main": false, "SubnetId": "subnet-3", "AssociationState": {"State": "disassociated"}},
            {"Main": false, "SubnetId": "subnet-4", "AssociationState": {"State": "failed"}},
            {"Main": false, "GatewayId": "igw-1"}]}),
        );
        let table = table.unwrap();
        assert_eq!(
            (table.is_main, table.subnet_ids),
            (true, ["subnet-1", "subnet-2"].map(SubnetId::new).to_vec())
        );
        assert!(notes.is_empty());
        let (table, _) = read_value(
            &json!({"RouteTableId": "r", "Associations": [{"Main": true, "AssociationState": {"State": "disassociating"}}]}),
        );
        assert!(!table.unwrap().is_main);
    }

    #[test]
    fn a_table_that_lost_its_associations_may_be_that_of_any_subnet() {
        for associations in [json!(null), json!("none")] {
            let value = json!({"RouteTableId": "rtb-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "Associations": associations});
            let (table, notes) = read_value(&value);
            let table = table.unwrap();
            assert_eq!((table.is_main, table.is_whole, notes.len()), (true, false, 1), "{value}");
        }
        let value = json!({"RouteTableId": "rtb-1", "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}], "PropagatingVgws": []});
        assert!(!read_value(&value).0.unwrap().is_whole);
    }
}
