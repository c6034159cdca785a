//! Gathers the descriptions of every thing, by kind, and settles on one of each.
//!
//! Goes in: items of documents, in any order. Comes out: an [`Inventory`] that does not depend on that order. This is the
//! one place that says which module reads which kind, and which table what it reads goes to.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::inventory::address_ranges::later;
use crate::inventory::document::Extent;
use crate::inventory::history::History;
use crate::inventory::item::Item;
use crate::inventory::kinds::DocumentKind;
use crate::inventory::prefix_list_entries::PrefixListEntries;
use crate::inventory::security_group_rules::GroupRule;
use crate::inventory::services::ServiceDescription;
use crate::inventory::settle::{Descriptions, add, settle_all};
use crate::inventory::tasks::TaskDescription;
use crate::inventory::{
    Inventory, address_ranges, cloudtrail_events, configuration_items, dhcp_options, flow_logs,
    internet_gateways, nat_gateways, network_acls, network_interfaces, peering_connections,
    prefix_list_entries, prefix_lists, resolver_queries, route_tables, security_group_rules, security_groups,
    services, subnets, task_definitions, task_events, tasks, transit_gateway_attachments, vpc_attributes,
    vpc_endpoints, vpcs,
};
use crate::model::defect::Defects;
use crate::model::deployment::{TaskDefinition, TaskNetwork};
use crate::model::endpoint::Endpoint;
use crate::model::gateway::{InternetGateway, NatGateway, Peering, TransitGatewayAttachment};
use crate::model::interface::NetworkInterface;
use crate::model::network::{FlowLog, Subnet, Vpc};
use crate::model::network_acl::NetworkAcl;
use crate::model::prefix_list::{AddressRanges, PrefixList};
use crate::model::resolution::{DhcpOptions, ResolverQuery};
use crate::model::route_table::RouteTable;
use crate::model::security_group::SecurityGroup;

/// Where an item stands.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) file: Rc<str>,
    /// The line its document starts on, from 1.
    pub(super) line: u64,
}

/// Everything read so far.
#[derive(Default)]
pub(super) struct Gathered {
    interfaces: Descriptions<NetworkInterface>,
    endpoints: Descriptions<Endpoint>,
    subnets: Descriptions<Subnet>,
    vpcs: Descriptions<Vpc>,
    flow_logs: Descriptions<FlowLog>,
    tasks: Descriptions<TaskDescription>,
    security_groups: Descriptions<SecurityGroup>,
    security_group_rules: Descriptions<GroupRule>,
    network_acls: Descriptions<NetworkAcl>,
    route_tables: Descriptions<RouteTable>,
    nat_gateways: Descriptions<NatGateway>,
    internet_gateways: Descriptions<InternetGateway>,
    peerings: Descriptions<Peering>,
    transit_gateway_attachments: Descriptions<TransitGatewayAttachment>,
    prefix_lists: Descriptions<PrefixList>,
    prefix_list_entries: Descriptions<PrefixListEntries>,
    dhcp_options: Descriptions<DhcpOptions>,
    services: Descriptions<ServiceDescription>,
    task_definitions: Descriptions<TaskDefinition>,
    address_ranges: AddressRanges,
    resolver_queries: Vec<ResolverQuery>,
    task_networks: BTreeMap<String, TaskNetwork>,
    history: History,
    pages: Pages,
}

/// What is known of how much of each kind was there.
#[derive(Default)]
struct Pages {
    ended: BTreeSet<DocumentKind>,
    continued: BTreeSet<DocumentKind>,
    damaged: BTreeSet<DocumentKind>,
}

impl Pages {
    fn note(&mut self, kind: DocumentKind, extent: Extent) {
        let kinds = match extent {
            Extent::Last => &mut self.ended,
            Extent::Continued => &mut self.continued,
            Extent::Damaged => &mut self.damaged,
        };
        kinds.insert(kind);
    }

    /// The kinds that were there to their end: what they do not name is not there.
    fn whole(&self) -> BTreeSet<DocumentKind> {
        self.ended.difference(&self.damaged).copied().collect()
    }

    /// Whether items of this kind are known to be lost.
    fn lacks(&self, kind: DocumentKind) -> bool {
        let has_no_end = self.continued.contains(&kind) && !self.ended.contains(&kind);
        has_no_end || self.damaged.contains(&kind)
    }
}

impl Gathered {
    /// Notes that a page of a kind was there.
    pub(super) fn page(&mut self, kind: DocumentKind, extent: Extent) {
        self.pages.note(kind, extent);
    }

    /// Reads an item of a kind and keeps what it describes; tells whether it describes something.
    pub(super) fn take(&mut self, kind: DocumentKind, item: Item<'_>, origin: &Origin) -> bool {
        use DocumentKind as Kind;
        let file = &origin.file;
        match kind {
            Kind::NetworkInterfaces => add(&mut self.interfaces, network_interfaces::read(item), file),
            Kind::VpcEndpoints => add(&mut self.endpoints, vpc_endpoints::read(item), file),
            Kind::Subnets => add(&mut self.subnets, subnets::read(item), file),
            Kind::Vpcs => add(&mut self.vpcs, vpcs::read(item), file),
            Kind::VpcAttributes => add(&mut self.vpcs, vpc_attributes::read(item), file),
            Kind::FlowLogs => add(&mut self.flow_logs, flow_logs::read(item), file),
            Kind::Tasks => add(&mut self.tasks, tasks::read(item), file),
            Kind::TaskEvents => add(&mut self.tasks, task_events::read(item), file),
            Kind::SecurityGroups => add(&mut self.security_groups, security_groups::read(item), file),
            Kind::SecurityGroupRules => {
                add(&mut self.security_group_rules, security_group_rules::read(item), file)
            }
            Kind::NetworkAcls => add(&mut self.network_acls, network_acls::read(item), file),
            Kind::RouteTables => add(&mut self.route_tables, route_tables::read(item), file),
            Kind::NatGateways => add(&mut self.nat_gateways, nat_gateways::read(item), file),
            Kind::InternetGateways => add(&mut self.internet_gateways, internet_gateways::read(item), file),
            Kind::DhcpOptions => add(&mut self.dhcp_options, dhcp_options::read(item), file),
            Kind::PrefixLists => add(&mut self.prefix_lists, prefix_lists::read(item), file),
            Kind::PrefixListEntries => {
                add(&mut self.prefix_list_entries, prefix_list_entries::read(item, file), file)
            }
            Kind::PeeringConnections => add(&mut self.peerings, peering_connections::read(item), file),
            Kind::TransitGatewayAttachments => {
                add(&mut self.transit_gateway_attachments, transit_gateway_attachments::read(item), file)
            }
            Kind::Services => add(&mut self.services, services::read(item), file),
            Kind::TaskDefinition => add(&mut self.task_definitions, task_definitions::read(item), file),
            Kind::AddressRanges => self.take_ranges(address_ranges::read(item)),
            Kind::ResolverQueries => self.take_query(resolver_queries::read(item, file, origin.line)),
            Kind::ConfigurationItems => configuration_items::read(item, &mut self.history),
            Kind::CloudTrailEvents => {
                cloudtrail_events::read(item, &mut self.history, &mut self.task_networks)
            }
        }
    }

    fn take_ranges(&mut self, ranges: AddressRanges) -> bool {
        self.address_ranges = later(std::mem::take(&mut self.address_ranges), ranges);
        true
    }

    fn take_query(&mut self, query: Option<ResolverQuery>) -> bool {
        let is_read = query.is_some();
        self.resolver_queries.extend(query);
        is_read
    }

    /// Settles on one description of each thing; disagreements go to `defects`.
    pub(super) fn settle(self, defects: &mut Defects) -> Inventory {
        let tasks = settle_all(self.tasks, defects);
        let services = settle_all(self.services, defects);
        let mut inventory = Inventory {
            interfaces: settle_all(self.interfaces, defects),
            endpoints: settle_all(self.endpoints, defects),
            subnets: settle_all(self.subnets, defects),
            vpcs: settle_all(self.vpcs, defects),
            flow_logs: settle_all(self.flow_logs, defects).into_values().collect(),
            tasks: tasks.into_iter().map(|(arn, found)| (arn, found.task)).collect(),
            security_groups: settle_all(self.security_groups, defects),
            network_acls: settle_all(self.network_acls, defects),
            route_tables: settle_all(self.route_tables, defects),
            nat_gateways: settle_all(self.nat_gateways, defects),
            internet_gateways: settle_all(self.internet_gateways, defects),
            peerings: settle_all(self.peerings, defects),
            transit_gateway_attachments: settle_all(self.transit_gateway_attachments, defects),
            prefix_lists: settle_all(self.prefix_lists, defects),
            dhcp_options: settle_all(self.dhcp_options, defects),
            services: services.into_iter().map(|(arn, found)| (arn, found.service)).collect(),
            task_definitions: settle_all(self.task_definitions, defects),
            address_ranges: self.address_ranges,
            resolver_queries: resolver_queries::settle(self.resolver_queries),
            task_networks: self.task_networks,
            documents: self.pages.whole(),
            ..Inventory::default()
        };
        let rules = settle_all(self.security_group_rules, defects).into_values();
        let are_complete = !self.pages.lacks(DocumentKind::SecurityGroupRules);
        security_group_rules::merge(&mut inventory.security_groups, rules, are_complete);
        for entries in settle_all(self.prefix_list_entries, defects).into_values() {
            let list = inventory.prefix_lists.remove(entries.list_id());
            inventory.prefix_lists.insert(entries.list_id().clone(), entries.complete(list));
        }
        if self.pages.lacks(DocumentKind::RouteTables) {
            doubt_main_tables(&mut inventory);
        }
        self.history.join(&mut inventory);
        inventory
    }
}

/// A table that is lost may be the one of a subnet that the main table seems to serve.
fn doubt_main_tables(inventory: &mut Inventory) {
    for table in inventory.route_tables.values_mut().filter(|table| table.is_main) {
        table.is_whole = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::item::Notes;
    use crate::model::defect::DefectKind;
    use crate::model::ids::InterfaceId;
    use crate::model::time::Timestamp;

    fn task(text: &str) -> TaskDescription {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let notes = Notes::default();
        tasks::read(Item::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    fn life() -> Vec<TaskDescription> {
        [
            r#"{"taskArn":"t/1","version":1,"lastStatus":"PROVISIONING","launchType":"FARGATE"}"#,
            r#"{"taskArn":"t/1","version":2,"lastStatus":"PENDING","pullStartedAt":100,"createdAt":90,
                "attachments":[{"type":"eni","details":[{"name":"networkInterfaceId","value":"eni-1"}]}]}"#,
            r#"{"taskArn":"t/1","version":4,"lastStatus":"DEPROVISIONING","stoppingAt":200,"stopCode":"TaskFailedToStart"}"#,
            r#"{"taskArn":"t/1","lastStatus":"STOPPED","stoppedAt":210,"stoppedReason":"late text"}"#,
            r#"{"taskArn":"t/1","version":3,"lastStatus":"PENDING","stoppedReason":"early text"}"#,
        ]
        .into_iter()
        .map(task)
        .collect()
    }

    fn settle(descriptions: impl IntoIterator<Item = TaskDescription>) -> Inventory {
        let mut gathered = Gathered::default();
        for found in descriptions {
            add(&mut gathered.tasks, Some(found), &Rc::from("f"));
        }
        let mut defects = Defects::default();
        let inventory = gathered.settle(&mut defects);
        assert!(defects.is_empty());
        inventory
    }

    #[test]
    fn the_latest_state_wins_and_no_field_is_lost() {
        let inventory = settle(life());
        let task = &inventory.tasks["t/1"];
        assert_eq!(task.last_status.as_deref(), Some("STOPPED"));
        assert_eq!(task.stopped_reason.as_deref(), Some("late text"));
        assert_eq!(task.stop_code.as_deref(), Some("TaskFailedToStart"));
        assert_eq!(task.launch_type.as_deref(), Some("FARGATE"));
        assert_eq!(task.interface_id, Some(InterfaceId::new("eni-1")));
        assert_eq!((task.created_at, task.stopped_at), (Some(Timestamp(90)), Some(Timestamp(210))));
    }

    proptest! {
        #[test]
        fn the_order_and_repetition_of_descriptions_do_not_matter(
            order in Just((0..life().len()).collect::<Vec<_>>()).prop_shuffle(),
            again in proptest::collection::vec(0usize..5, 0..4),
        ) {
            let life = life();
            let shuffled = order.into_iter().chain(again).map(|place| life[place].clone());
            prop_assert_eq!(settle(shuffled), settle(life.clone()));
        }
    }

    fn endpoint(fields: &str) -> Endpoint {
        let text = format!(r#"{{"VpcEndpointId":"vpce-1","ServiceName":"com.amazonaws.r.logs"{fields}}}"#);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let notes = Notes::default();
        vpc_endpoints::read(Item::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    #[test]
    fn disagreement_is_reported_and_completion_is_not() {
        let check = |one: &str, other: &str, count| {
            let settle = |texts: [&str; 2]| {
                let mut gathered = Gathered::default();
                for text in texts {
                    add(&mut gathered.endpoints, Some(endpoint(text)), &Rc::from("f"));
                }
                let mut defects = Defects::default();
                (gathered.settle(&mut defects), defects)
            };
            let (inventory, defects) = settle([one, other]);
            assert_eq!(defects.count(DefectKind::BadItem), count, "{one} {other}");
            assert_eq!(settle([other, one]), (inventory, defects));
        };
        check(r#","State":"available""#, r#","State":"available""#, 0);
        check(r#","State":"available""#, r#","VpcId":"vpc-1""#, 0);
        check(r#","State":"available""#, r#","State":"pending""#, 1);
        check(r#","Groups":[{"GroupId":"sg-1"}]"#, r#","Groups":[{"GroupId":"sg-2"}]"#, 1);
    }
}
