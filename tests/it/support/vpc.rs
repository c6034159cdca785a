//! The network of a scenario: one VPC, its subnets and interfaces. Its configuration decides which packets pass.

use std::net::Ipv4Addr;

use crate::support::clock::Ms;
use crate::support::config::{Configuration, Group, S3_CIDR, net};
use crate::support::rng::Rng;

/// The account everything belongs to.
pub(crate) const ACCOUNT: &str = "111122223333";
/// The Region everything is in.
pub(crate) const REGION: &str = "eu-west-1";

/// An interface, by its place in [`Vpc::interfaces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Eni(pub(crate) usize);

/// An end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    /// An interface of the VPC.
    Eni(Eni),
    /// An address outside it.
    Outside(Ipv4Addr),
}

/// The owner of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A Fargate task; the id of its attachment.
    Task { attachment: String },
    /// An interface endpoint.
    Endpoint { endpoint: String, service: &'static str },
    /// A NAT gateway, and its public address.
    Nat { gateway: String, public: Ipv4Addr },
    /// A mount target of an EFS file system.
    MountTarget { file_system: String },
    /// An instance, and what it is for.
    Instance { instance: String, purpose: &'static str },
}

/// A subnet.
#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    /// `subnet-…`.
    pub(crate) id: String,
    /// The third byte of its /24.
    pub(crate) third: u8,
    /// The letter of its zone.
    pub(crate) zone: char,
    /// Its `Name` tag.
    pub(crate) name: &'static str,
    /// The route table it is associated with, by its place; the main one where `None`.
    pub(crate) table: Option<usize>,
    /// Its network ACL, by its place; the default one is the first.
    pub(crate) acl: usize,
}

/// An interface.
#[derive(Clone, Debug)]
pub(crate) struct Interface {
    /// `eni-…`.
    pub(crate) id: String,
    /// Primary private address.
    pub(crate) address: Ipv4Addr,
    /// Place in [`Vpc::subnets`].
    pub(crate) subnet: usize,
    /// Its owner.
    pub(crate) role: Role,
    /// Its security groups; none for a NAT gateway.
    pub(crate) groups: Vec<String>,
    /// Its public address; a NAT gateway's is in its role.
    pub(crate) public: Option<Ipv4Addr>,
    /// MAC address.
    pub(crate) mac: String,
    /// The `account-id` in the log: the account, or `unknown` as for some interfaces that AWS creates.
    pub(crate) logged_account: &'static str,
    /// First and last moment it exists; the whole log where `None`.
    pub(crate) life: Option<(Ms, Ms)>,
}

/// The network.
#[derive(Clone, Debug)]
pub(crate) struct Vpc {
    /// `vpc-…`.
    pub(crate) id: String,
    /// Its subnets.
    pub(crate) subnets: Vec<Subnet>,
    /// Its interfaces.
    pub(crate) interfaces: Vec<Interface>,
    /// How it is configured.
    pub(crate) config: Configuration,
}

impl Vpc {
    /// A VPC 10.40.0.0/16 with nothing in it.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let id = rng.id("vpc");
        let config = Configuration::open(&id);
        Self { id, subnets: Vec::new(), interfaces: Vec::new(), config }
    }

    /// Adds the interface 10.40.`third`.`fourth`, and its subnet where new.
    pub(crate) fn add(&mut self, rng: &mut Rng, third: u8, fourth: u8, role: Role) -> Eni {
        let subnet = self.subnet(rng, third);
        let mac: Vec<String> = (0..5).map(|_| rng.hex(2)).collect();
        let (id, group) = (rng.id("eni"), rng.id("sg"));
        let mut groups = Vec::new();
        if !matches!(role, Role::Nat { .. }) {
            self.config.groups.insert(group.clone(), Group::open());
            groups.push(group);
        }
        self.interfaces.push(Interface {
            id,
            address: Ipv4Addr::new(10, 40, third, fourth),
            subnet,
            role,
            groups,
            public: None,
            mac: format!("06:{}", mac.join(":")),
            logged_account: ACCOUNT,
            life: None,
        });
        Eni(self.interfaces.len() - 1)
    }

    /// Adds an interface endpoint of `service`, in one of the two subnets for endpoints.
    pub(crate) fn endpoint(&mut self, rng: &mut Rng, service: &'static str) -> Eni {
        let (third, fourth) = match service {
            "secretsmanager" => (12, 36),
            "ecr.api" => (12, 52),
            "ecr.dkr" => (13, 71),
            _ => (12, 88),
        };
        self.endpoint_at(rng, service, third, fourth)
    }

    /// Adds an interface endpoint of `service` at 10.40.`third`.`fourth`.
    pub(crate) fn endpoint_at(&mut self, rng: &mut Rng, service: &'static str, third: u8, fourth: u8) -> Eni {
        let endpoint = rng.id("vpce");
        self.add(rng, third, fourth, Role::Endpoint { endpoint, service })
    }

    /// The interface's values.
    pub(crate) fn get(&self, eni: Eni) -> &Interface {
        &self.interfaces[eni.0]
    }

    /// The interface's values, to change.
    pub(crate) fn get_mut(&mut self, eni: Eni) -> &mut Interface {
        &mut self.interfaces[eni.0]
    }

    /// The subnet of an interface.
    pub(crate) fn subnet_of(&self, eni: Eni) -> &Subnet {
        &self.subnets[self.get(eni).subnet]
    }

    /// Whether an interface has a public address.
    pub(crate) fn has_public_address(&self, eni: Eni) -> bool {
        let interface = self.get(eni);
        interface.public.is_some() || matches!(interface.role, Role::Nat { .. })
    }

    /// The address of a peer.
    pub(crate) fn address(&self, party: Party) -> Ipv4Addr {
        match party {
            Party::Eni(eni) => self.get(eni).address,
            Party::Outside(address) => address,
        }
    }

    /// The interface endpoints of a service, whether or not its name leads to them.
    pub(crate) fn endpoints_of(&self, service: &str) -> impl Iterator<Item = Eni> {
        let serves = move |(place, interface): (usize, &Interface)| match &interface.role {
            Role::Endpoint { service: served, endpoint }
                if *served == service && !self.config.deleted_endpoints.contains(endpoint) =>
            {
                Some(Eni(place))
            }
            _ => None,
        };
        self.interfaces.iter().enumerate().filter_map(serves)
    }

    /// The mount target of the EFS file system, if there is one.
    pub(crate) fn mount_target(&self) -> Option<Eni> {
        let is_one = |interface: &Interface| matches!(interface.role, Role::MountTarget { .. });
        self.interfaces.iter().position(is_one).map(Eni)
    }

    /// The id of the EFS file system, if it has a mount target.
    pub(crate) fn file_system(&self) -> Option<&str> {
        match &self.get(self.mount_target()?).role {
            Role::MountTarget { file_system } => Some(file_system),
            _ => None,
        }
    }

    fn subnet(&mut self, rng: &mut Rng, third: u8) -> usize {
        if let Some(place) = self.subnets.iter().position(|subnet| subnet.third == third) {
            return place;
        }
        let (name, zone) = match third {
            0 => ("shared", 'a'),
            1 => ("private-a", 'a'),
            2 => ("private-b", 'b'),
            12 => ("endpoints-a", 'a'),
            13 => ("endpoints-b", 'b'),
            101 => ("public-a", 'a'),
            102 => ("public-b", 'b'),
            103 => ("public-c", 'a'),
            104 => ("public-d", 'b'),
            _ => ("data", 'b'),
        };
        self.subnets.push(Subnet { id: rng.id("subnet"), third, zone, name, table: None, acl: 0 });
        self.subnets.len() - 1
    }
}

/// Whether an address is one of S3's in this Region.
pub(crate) fn is_s3(address: Ipv4Addr) -> bool {
    net(S3_CIDR).contains(&address)
}

impl From<Eni> for Party {
    fn from(eni: Eni) -> Self {
        Self::Eni(eni)
    }
}
