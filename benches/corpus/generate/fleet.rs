//! The interfaces of the corpus and their peers.
//!
//! Every value is a function of the seed and a number, so only the names of the interfaces are kept in memory.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::random::{fold, mix};

/// The role of an interface in the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Opens connections: a task or an instance.
    Client,
    /// Receives connections on 443: an interface endpoint or a load balancer.
    Server,
    /// Forwards for others: the addresses in its packets differ from those of its records.
    Nat,
    /// A starting task whose own controls reject its attempts.
    CaseRejected,
    /// A starting task that gets no answer.
    CaseUnanswered,
    /// Covered by the flow log, without traffic.
    Idle,
}

/// An interface with the texts that its records repeat.
pub(crate) struct Interface {
    pub(crate) role: Role,
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) instance: String,
    pub(crate) az: &'static str,
    pub(crate) v4: Ipv4Addr,
    pub(crate) v6: Option<Ipv6Addr>,
    /// 20 to 140 peers of each kind of service.
    pub(crate) peers: u32,
}

/// All interfaces.
pub(crate) struct Fleet {
    pub(crate) interfaces: Vec<Interface>,
}

const ZONES: [&str; 3] = ["use1-az1", "use1-az2", "use1-az4"];

impl Fleet {
    pub(crate) fn new(seed: u64, size: u32) -> Self {
        Self { interfaces: (0..size).map(|number| Interface::new(seed, number)).collect() }
    }

    pub(crate) fn size(&self) -> u32 {
        u32::try_from(self.interfaces.len()).expect("made from a 32-bit size")
    }

    pub(crate) fn interface(&self, number: u32) -> &Interface {
        &self.interfaces[number as usize]
    }

    /// The ids of at most `count` interfaces: half of them tasks that cannot start, half clients.
    pub(crate) fn cases(&self, count: usize) -> Vec<String> {
        let failing = self.in_roles(&[Role::CaseRejected, Role::CaseUnanswered]);
        let clients = self.in_roles(&[Role::Client]);
        let failing = failing.into_iter().take(count / 2);
        let chosen = failing.clone().chain(clients.into_iter().take(count - failing.len()));
        chosen.map(|number| self.interface(number).id.clone()).collect()
    }

    /// The numbers of the interfaces with one of these roles.
    pub(crate) fn in_roles(&self, roles: &[Role]) -> Vec<u32> {
        (0..self.size()).filter(|&number| roles.contains(&self.interface(number).role)).collect()
    }
}

impl Interface {
    fn new(seed: u64, number: u32) -> Self {
        let draw = |what: u64| mix(seed ^ mix(u64::from(number) << 8 | what));
        let role = role(number);
        let vpc = number % 4;
        let [_, _, high, low] = (number / 4 + 10).to_be_bytes();
        let second = 16 + u8::try_from(vpc).expect("below 4");
        let host = Ipv6Addr::from(0x2600_1f18_0000_0000_0000_0000_0000_0000_u128 | u128::from(draw(1) >> 4));
        Self {
            role,
            id: format!("eni-0{:016x}", draw(2)),
            vpc: format!("vpc-0{:016x}", mix(seed ^ u64::from(vpc))),
            subnet: format!("subnet-0{:016x}", mix(seed ^ u64::from(number % 12) << 32)),
            instance: if number % 4 == 1 { format!("i-0{:016x}", draw(3)) } else { "-".to_owned() },
            az: ZONES[(number % 3) as usize],
            v4: Ipv4Addr::new(10, second, high, low),
            v6: number.is_multiple_of(3).then_some(host),
            peers: 20 + fold(draw(4), 121),
        }
    }
}

/// A quarter idle, 12 % servers, 1 % NAT gateways, 2 % cases, the rest clients; every fleet of 24 has each.
fn role(number: u32) -> Role {
    match number % 100 {
        5 => Role::Nat,
        7 => Role::CaseRejected,
        11 => Role::CaseUnanswered,
        place if place % 4 == 2 => Role::Idle,
        place if place % 8 == 4 => Role::Server,
        _ => Role::Client,
    }
}

/// The purpose of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Dns,
    Https,
    Other,
}

const OTHER_PORTS: [u16; 6] = [5432, 6379, 8080, 3306, 9092, 22];

/// The address and service port of a peer of an interface, by the rank of the peer.
pub(crate) fn peer(seed: u64, number: u32, service: Service, rank: u32, v6: bool) -> (IpAddr, u16) {
    let drawn = mix(seed ^ mix(u64::from(number) << 32 | u64::from(rank) << 8 | service as u64));
    let vpc = 16 + u8::try_from(number % 4).expect("below 4");
    let [high, low, ..] = drawn.to_be_bytes();
    let port = match service {
        Service::Dns => 53,
        Service::Https => 443,
        Service::Other => OTHER_PORTS[(rank % 6) as usize],
    };
    let address = match service {
        Service::Dns => Ipv4Addr::new(10, vpc, 0, 2).into(),
        _ if v6 => {
            Ipv6Addr::new(0x2600, 0x9000, 0x5300 | u16::from(high % 16), 0, 0, 0, 0, u16::from(low)).into()
        }
        Service::Https if rank.is_multiple_of(3) => Ipv4Addr::new(10, vpc, 200 + high % 4, low).into(),
        Service::Https => {
            Ipv4Addr::new([52, 54, 3, 18][usize::from(low % 4)], 216 + high % 8, high, low).into()
        }
        Service::Other => Ipv4Addr::new(10, vpc, 100 + high % 16, low).into(),
    };
    (address, port)
}

/// A host in the internet.
pub(crate) fn stranger(drawn: u32) -> Ipv4Addr {
    let [a, b, c, d] = drawn.to_be_bytes();
    Ipv4Addr::new(80 + a % 90, b, c, d)
}

/// The AWS service that owns a public address in the corpus.
pub(crate) fn aws_service(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) if v4.octets()[0] == 52 => Some("S3"),
        IpAddr::V4(v4) if v4.octets()[0] == 54 => Some("AMAZON"),
        IpAddr::V4(v4) if v4.octets()[0] == 3 => Some("EC2"),
        IpAddr::V6(v6) if v6.segments()[1] == 0x9000 => Some("CLOUDFRONT"),
        _ => None,
    }
}
