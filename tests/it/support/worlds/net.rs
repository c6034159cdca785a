//! The networks of a world: VPCs, subnets, interfaces, tables, ACLs and groups, by their place in [`World`].

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::support::rng::Rng;
use crate::support::worlds::calls::Call;
use crate::support::worlds::launch::Launch;
use crate::support::worlds::names::Names;
use crate::support::worlds::packet::{Ends, Sighting};

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    /// An address of the block.
    base: IpAddr,
    /// How many leading bits count.
    bits: u32,
}

impl Cidr {
    /// The block `a.b.c.d/n` or its IPv6 form.
    pub(crate) fn of(text: &str) -> Self {
        let (base, bits) = text.split_once('/').expect("a block has a length");
        Self { base: base.parse().expect("an address"), bits: bits.parse().expect("a length") }
    }

    /// Whether the address lies in the block.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(one)) => {
                same(base.to_bits().into(), one.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(base), IpAddr::V6(one)) => same(base.to_bits(), one.to_bits(), self.bits, 128),
            _ => false,
        }
    }

    /// The length.
    pub(crate) fn bits(self) -> u32 {
        self.bits
    }

    /// Whether it is a block of IPv6.
    pub(crate) fn is_v6(self) -> bool {
        self.base.is_ipv6()
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

fn same(left: u128, right: u128, bits: u32, width: u32) -> bool {
    bits == 0 || (left ^ right) >> (width - bits) == 0
}

/// A VPC.
#[derive(Clone, Debug)]
pub(crate) struct Vpc {
    /// `vpc-…`.
    pub(crate) id: String,
    /// Its blocks.
    pub(crate) blocks: Vec<Cidr>,
    /// Its internet gateway.
    pub(crate) igw: Option<String>,
    /// Its egress-only internet gateway.
    pub(crate) eigw: Option<String>,
    /// The interface of its transit gateway attachment.
    pub(crate) attachment: Option<usize>,
}

/// A subnet.
#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    /// `subnet-…`.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: usize,
    /// Its IPv4 block.
    pub(crate) block: Cidr,
    /// Its IPv6 block.
    pub(crate) block6: Option<Cidr>,
    /// The letter of its zone.
    pub(crate) zone: char,
    /// Its route table.
    pub(crate) table: usize,
    /// Its ACL.
    pub(crate) acl: usize,
}

/// The target of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The VPC itself.
    Local,
    /// Its internet gateway.
    Internet,
    /// Its egress-only internet gateway.
    EgressOnly,
    /// A NAT gateway.
    Nat(usize),
    /// The interface of an appliance.
    Appliance(usize),
    /// The transit gateway.
    Transit,
    /// The peering connection.
    Peering,
    /// A firewall's endpoint.
    Firewall(usize),
    /// S3's gateway endpoint.
    Storage,
    /// A target that is gone: the field that names it, and its id.
    Gone(&'static str, String),
}

/// A route.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Its destination.
    pub(crate) net: Cidr,
    /// Its target.
    pub(crate) target: Target,
}

/// A route table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// `rtb-…`.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: usize,
    /// Its routes.
    pub(crate) routes: Vec<Route>,
}

/// An entry of an ACL.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Outbound.
    pub(crate) egress: bool,
    /// TCP, or every protocol where `None`; then there are no ports.
    pub(crate) ports: Option<(u16, u16)>,
    /// The other side.
    pub(crate) net: Cidr,
    /// Its number; by its place among the entries where there is none.
    pub(crate) number: Option<u32>,
    /// It denies.
    pub(crate) denies: bool,
}

impl Entry {
    /// An entry that allows, numbered by its place.
    pub(crate) fn allow(egress: bool, ports: Option<(u16, u16)>, net: &str) -> Self {
        Self { egress, ports, net: Cidr::of(net), number: None, denies: false }
    }
}

/// A network ACL: the first entry that fits decides, and nothing else passes.
#[derive(Clone, Debug)]
pub(crate) struct Acl {
    /// `acl-…`.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: usize,
    /// Its entries, in the order of their numbers.
    pub(crate) entries: Vec<Entry>,
}

/// A rule of a group.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Outbound.
    pub(crate) egress: bool,
    /// TCP ports, or everything.
    pub(crate) ports: Option<(u16, u16)>,
    /// The other side.
    pub(crate) net: Cidr,
}

/// A security group.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// `sg-…`.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: usize,
    /// Its rules.
    pub(crate) rules: Vec<Rule>,
}

/// The owner of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The task.
    Task,
    /// An interface endpoint and its id.
    Endpoint(String),
    /// A NAT gateway, by place.
    Nat(usize),
    /// An instance that translates; whether it forwards.
    Appliance(String, bool),
    /// A transit gateway attachment.
    Transit(String),
    /// A firewall's endpoint, by place.
    Firewall(usize),
    /// The container instance that pulls, and its id.
    Instance(String),
    /// Something else with traffic of its own.
    Other,
}

/// An interface.
#[derive(Clone, Debug)]
pub(crate) struct Eni {
    /// `eni-…`.
    pub(crate) id: String,
    /// Its subnet.
    pub(crate) subnet: usize,
    /// Its IPv4 address.
    pub(crate) v4: Ipv4Addr,
    /// Its IPv6 address.
    pub(crate) v6: Option<Ipv6Addr>,
    /// Its owner.
    pub(crate) kind: Kind,
    /// Its groups.
    pub(crate) groups: Vec<usize>,
    /// Its public address.
    pub(crate) public: Option<Ipv4Addr>,
    /// The source/destination check.
    pub(crate) check: bool,
}

/// How a NAT gateway behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NatState {
    /// It translates.
    Works,
    /// It takes packets and sends none on.
    Dead,
    /// It has no port left for the task's destination.
    NoPorts,
}

/// A NAT gateway.
#[derive(Clone, Debug)]
pub(crate) struct Nat {
    /// `nat-…`.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: usize,
    /// Its interface; none for a regional gateway.
    pub(crate) eni: Option<usize>,
    /// The table of a regional gateway.
    pub(crate) table: Option<usize>,
    /// Its public address.
    pub(crate) public: Ipv4Addr,
    /// How it behaves.
    pub(crate) state: NatState,
}

/// The action of a firewall on the task's packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Lets them pass.
    Pass,
    /// Drops the first.
    DropOpening,
    /// Drops data after the handshake.
    DropData,
    /// Resets after the first data.
    Reset,
}

/// A firewall's endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Firewall {
    /// `vpce-…`.
    pub(crate) id: String,
    /// Its interface.
    pub(crate) eni: usize,
    /// Whether its tags name a Network Firewall.
    pub(crate) is_tagged: bool,
    /// Its action.
    pub(crate) policy: Policy,
    /// The flows that it has seen open.
    pub(crate) flows: BTreeSet<Ends>,
}

/// The account that saved the documents and the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// The account of everything.
    All,
    /// A participant of a shared VPC: its own interfaces, and the subnet that is shared.
    Participant,
    /// The owner of a shared VPC: every record, and no group of the participant.
    Owner,
}

/// Everything.
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of the world, and they are independent")]
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// Chance.
    pub(crate) rng: Rng,
    /// VPCs; the task's is the first.
    pub(crate) vpcs: Vec<Vpc>,
    /// Subnets; the task's is the first.
    pub(crate) subnets: Vec<Subnet>,
    /// Interfaces; the task's is the first.
    pub(crate) enis: Vec<Eni>,
    /// Route tables.
    pub(crate) tables: Vec<Table>,
    /// ACLs.
    pub(crate) acls: Vec<Acl>,
    /// Groups.
    pub(crate) groups: Vec<Group>,
    /// NAT gateways.
    pub(crate) nats: Vec<Nat>,
    /// Firewalls.
    pub(crate) firewalls: Vec<Firewall>,
    /// `tgw-…`, where VPCs are joined by one.
    pub(crate) transit: Option<String>,
    /// `pcx-…`, where the first two VPCs are joined by one.
    pub(crate) peering: Option<String>,
    /// The packets that interfaces saw.
    pub(crate) sightings: Vec<Sighting>,
    /// Flows that groups let through.
    pub(crate) tracked: BTreeSet<(usize, Ends)>,
    /// Translations: what the far side sees, and the sender behind it.
    pub(crate) translated: BTreeMap<Ends, Ends>,
    /// Whom the task calls.
    pub(crate) service: IpAddr,
    /// Whether packets without a route leave a record at their sender.
    pub(crate) shows_unrouted: bool,
    /// Whether the far end answers.
    pub(crate) is_answered: bool,
    /// Whether firewalls' interfaces have records.
    pub(crate) shows_firewalls: bool,
    /// The interface that makes the calls of the start.
    pub(crate) caller: usize,
    /// The launch type.
    pub(crate) launch: Launch,
    /// The calls, in order; a secret from `service` where there are none.
    pub(crate) calls: Vec<Call>,
    /// The image.
    pub(crate) image: String,
    /// Whether the task definition has a secret.
    pub(crate) has_secret: bool,
    /// Endpoints, zones and prefix lists.
    pub(crate) names: Names,
    /// The account of the documents and logs.
    pub(crate) view: View,
    /// The only address that firewalls act on.
    pub(crate) filtered: Option<IpAddr>,
}

impl World {
    /// The VPC of an interface.
    pub(crate) fn vpc_of(&self, eni: usize) -> usize {
        self.subnets[self.enis[eni].subnet].vpc
    }

    /// The interface of a VPC that has an address.
    pub(crate) fn owner(&self, vpc: usize, address: IpAddr) -> Option<usize> {
        let has = |eni: &Eni| IpAddr::V4(eni.v4) == address || eni.v6.map(IpAddr::V6) == Some(address);
        (0..self.enis.len()).find(|&eni| self.vpc_of(eni) == vpc && has(&self.enis[eni]))
    }

    /// The most specific route of a table for an address.
    pub(crate) fn route(&self, table: usize, address: IpAddr) -> Option<Target> {
        let routes = self.tables[table].routes.iter().filter(|route| route.net.contains(address));
        routes.max_by_key(|route| route.net.bits()).map(|route| route.target.clone())
    }

    /// The table of an interface's subnet.
    pub(crate) fn table_of(&self, eni: usize) -> usize {
        self.subnets[self.enis[eni].subnet].table
    }
}
