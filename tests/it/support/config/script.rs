//! The methods with which scripts configure a network: one line for each setting that is less open than the default.

use std::net::Ipv4Addr;

use super::{Acl, Destination, ForeignEndpoint, Group, NatState, Route, RouteTable, Target};
use crate::support::clock::Ms;
use crate::support::vpc::{Eni, Role, Vpc};

impl Vpc {
    /// The first security group of an interface.
    pub(crate) fn group_of(&self, eni: Eni) -> &str {
        self.get(eni).groups.first().expect("a NAT gateway has no group")
    }

    /// The first security group of an interface, to change.
    pub(crate) fn group_mut(&mut self, eni: Eni) -> &mut Group {
        let id = self.group_of(eni).to_owned();
        self.config.groups.get_mut(&id).expect("the groups of interfaces exist")
    }

    /// Gives `eni` the groups of `other`, as tasks of one service have the same.
    pub(crate) fn share_groups(&mut self, eni: Eni, other: Eni) {
        self.get_mut(eni).groups = self.get(other).groups.clone();
    }

    /// Gives an interface one more group, without rules, and returns its id.
    pub(crate) fn second_group(&mut self, eni: Eni, name: &str) -> String {
        let id = self.config.id("sg");
        let empty = Group { name: name.to_owned(), ingress: Vec::new(), egress: Vec::new() };
        self.config.groups.insert(id.clone(), empty);
        self.get_mut(eni).groups.push(id.clone());
        id
    }

    /// The network ACL of an interface's subnet.
    pub(crate) fn acl_of(&self, eni: Eni) -> &Acl {
        &self.config.acls[self.subnet_of(eni).acl]
    }

    /// A network ACL of its own for the subnet of an interface, open at first.
    pub(crate) fn own_acl(&mut self, eni: Eni) -> &mut Acl {
        let place = self.get(eni).subnet;
        if self.subnets[place].acl == 0 {
            let id = self.config.id("acl");
            self.config.acls.push(Acl::open(id, false));
            self.subnets[place].acl = self.config.acls.len() - 1;
        }
        &mut self.config.acls[self.subnets[place].acl]
    }

    /// The position of the route table of an interface's subnet.
    pub(crate) fn table_of(&self, eni: Eni) -> usize {
        self.subnet_of(eni).table.unwrap_or(0)
    }

    /// A route table of its own for the subnet of an interface, with the local route at first.
    pub(crate) fn own_table(&mut self, eni: Eni, name: &'static str) -> &mut RouteTable {
        let place = self.get(eni).subnet;
        let table = if let Some(table) = self.subnets[place].table {
            table
        } else {
            let id = self.config.id("rtb");
            self.config.tables.push(RouteTable::local(id, name));
            self.config.tables.len() - 1
        };
        self.subnets[place].table = Some(table);
        &mut self.config.tables[table]
    }

    /// Attaches an internet gateway and makes the subnet of an interface a public one.
    pub(crate) fn make_public(&mut self, eni: Eni) {
        if self.config.internet_gateway.is_none() {
            self.config.internet_gateway = Some(self.config.id("igw"));
        }
        self.own_table(eni, "public").default_route(Some(Target::InternetGateway));
    }

    /// Gives an interface a public address.
    pub(crate) fn publish(&mut self, eni: Eni, address: Ipv4Addr) {
        self.get_mut(eni).public = Some(address);
    }

    /// Makes the S3 gateway endpoint, if there is none, and routes S3 to it by a table.
    pub(crate) fn route_s3(&mut self, table: usize) {
        if self.config.s3_gateway.is_none() {
            self.config.s3_gateway = Some(self.config.id("vpce"));
        }
        let destination = Destination::PrefixList(self.config.s3_list().to_owned());
        let route = Route { destination, target: Target::S3Gateway };
        if !self.config.tables[table].routes.contains(&route) {
            self.config.tables[table].routes.push(route);
        }
    }

    /// Removes the routes to the S3 gateway endpoint from a table.
    pub(crate) fn unroute_s3(&mut self, table: usize) {
        self.config.tables[table].routes.retain(|route| route.target != Target::S3Gateway);
    }

    /// Removes the default route from the subnet of an interface.
    pub(crate) fn cut_off(&mut self, eni: Eni) {
        self.own_table(eni, "isolated").default_route(None);
    }

    /// Turns private DNS off at an interface endpoint.
    pub(crate) fn private_dns_off(&mut self, eni: Eni) {
        let endpoint = self.endpoint_id(eni).to_owned();
        self.config.names.private_dns_off.insert(endpoint);
    }

    /// Makes an interface endpoint for a service in another VPC.
    pub(crate) fn foreign_endpoint(&mut self, service: &'static str) {
        let config = &mut self.config;
        let [id, vpc, subnet, interface] = ["vpce", "vpc", "subnet", "eni"].map(|prefix| config.id(prefix));
        config.foreign_endpoints.push(ForeignEndpoint { id, service, vpc, subnet, interface });
    }

    /// Deletes the interface endpoint of an interface at a moment.
    pub(crate) fn delete_endpoint(&mut self, eni: Eni, at: Ms) {
        let endpoint = self.endpoint_id(eni).to_owned();
        self.config.deleted_endpoints.insert(endpoint);
        self.get_mut(eni).life = Some((Ms::MIN, at));
    }

    /// Deletes the S3 gateway endpoint, and with it every route to it.
    pub(crate) fn delete_s3_gateway(&mut self) {
        self.config.s3_gateway = None;
        (0..self.config.tables.len()).for_each(|table| self.unroute_s3(table));
    }

    /// Deletes a NAT gateway at a moment: the routes to it stay, as black holes.
    pub(crate) fn delete_nat(&mut self, eni: Eni, at: Ms) {
        self.set_nat_state(eni, NatState::Gone);
        self.get_mut(eni).life = Some((Ms::MIN, at));
        let id = self.nat_id(eni).to_owned();
        let routes = self.config.tables.iter_mut().flat_map(|table| &mut table.routes);
        for route in routes.filter(|route| route.target == Target::Nat(eni)) {
            route.target = Target::DeletedNat(id.clone());
        }
    }

    /// The id of an interface's endpoint.
    pub(crate) fn endpoint_id(&self, eni: Eni) -> &str {
        let Role::Endpoint { endpoint, .. } = &self.get(eni).role else { panic!("not an endpoint's") };
        endpoint
    }

    /// The id of an interface's NAT gateway.
    pub(crate) fn nat_id(&self, eni: Eni) -> &str {
        let Role::Nat { gateway, .. } = &self.get(eni).role else { panic!("not a NAT gateway's") };
        gateway
    }

    /// A NAT gateway's state from now on.
    pub(crate) fn set_nat_state(&mut self, eni: Eni, state: NatState) {
        let id = self.nat_id(eni).to_owned();
        self.config.nat_states.insert(id, state);
    }
}
