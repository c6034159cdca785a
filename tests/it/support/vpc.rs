//! The network of a scenario: one VPC, its subnets, interfaces and endpoints, and the way out of it.

use std::net::Ipv4Addr;

use crate::support::clock::Ms;
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

/// How traffic to addresses outside the VPC leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Not at all: packets pass the sender's interface and are gone.
    None,
    /// Through the internet gateway.
    InternetGateway,
    /// Through this NAT gateway.
    Nat(Eni),
}

/// What an interface belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A Fargate task; the id of its attachment.
    Task { attachment: String },
    /// An interface endpoint.
    Endpoint { endpoint: String, service: &'static str },
    /// A NAT gateway, and its public address.
    Nat { gateway: String, public: Ipv4Addr },
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
    /// Whether its route table leads to the VPC's exit.
    pub(crate) routed: bool,
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
    /// What it belongs to.
    pub(crate) role: Role,
    /// Its security group; none for a NAT gateway.
    pub(crate) group: String,
    /// MAC address.
    pub(crate) mac: String,
    /// What the log's `account-id` says: the account, or `unknown` as for some AWS-made interfaces.
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
    /// Id of the S3 gateway endpoint, if there is one, and of its route table.
    pub(crate) s3_gateway: Option<(String, String)>,
    /// The way out.
    pub(crate) exit: Exit,
}

impl Vpc {
    /// A VPC 10.40.0.0/16 with nothing in it.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let id = rng.id("vpc");
        Self { id, subnets: Vec::new(), interfaces: Vec::new(), s3_gateway: None, exit: Exit::None }
    }

    /// Adds the interface 10.40.`third`.`fourth`, and its subnet where new.
    pub(crate) fn add(&mut self, rng: &mut Rng, third: u8, fourth: u8, role: Role) -> Eni {
        let subnet = self.subnet(rng, third);
        let mac: Vec<String> = (0..5).map(|_| rng.hex(2)).collect();
        self.interfaces.push(Interface {
            id: rng.id("eni"),
            address: Ipv4Addr::new(10, 40, third, fourth),
            subnet,
            role,
            group: rng.id("sg"),
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

    /// Takes the way out from the subnet of an interface.
    pub(crate) fn cut_off(&mut self, eni: Eni) {
        let subnet = self.get(eni).subnet;
        self.subnets[subnet].routed = false;
    }

    /// The way out for an interface.
    pub(crate) fn exit_of(&self, eni: Eni) -> Exit {
        if self.subnet_of(eni).routed { self.exit } else { Exit::None }
    }

    /// The address of a party.
    pub(crate) fn address(&self, party: Party) -> Ipv4Addr {
        match party {
            Party::Eni(eni) => self.get(eni).address,
            Party::Outside(address) => address,
        }
    }

    /// The endpoint of a service, if the VPC has one.
    pub(crate) fn endpoint_of(&self, service: &str) -> Option<Eni> {
        let serves =
            |role: &Role| matches!(role, Role::Endpoint { service: served, .. } if *served == service);
        self.interfaces.iter().position(|interface| serves(&interface.role)).map(Eni)
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
            _ => ("data", 'b'),
        };
        self.subnets.push(Subnet { id: rng.id("subnet"), third, zone, name, routed: true });
        self.subnets.len() - 1
    }
}

/// Whether an address is one of S3's in this Region.
pub(crate) fn is_s3(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [52, 218, 0..=127, _])
}

impl From<Eni> for Party {
    fn from(eni: Eni) -> Self {
        Self::Eni(eni)
    }
}
