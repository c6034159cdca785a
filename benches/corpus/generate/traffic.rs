//! Connections that last for minutes, and their records in every window.
//!
//! A connection has one record for each direction in every 60 s window of its life. The length of a life is heavy-tailed
//! (DNS: one window), so that a 5-tuple appears in about 6 windows, and the aggregate of 600 s buckets is a few times smaller
//! than the rows.

use std::net::{IpAddr, Ipv4Addr};

use super::fleet::{Fleet, Role, Service, peer, stranger};
use super::random::{Random, mix};
use super::row::{Kind, Row};

/// Length of an aggregation window.
pub(crate) const WINDOW_SECONDS: u32 = 60;

const TCP: u8 = 6;
const UDP: u8 = 17;
const FIN: u8 = 1;
const SYN: u8 = 2;
const SYN_ACK: u8 = 18;

/// The result of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    Unanswered,
    Rejected,
}

struct Connection {
    interface: u32,
    fate: Fate,
    /// Whether the interface's side opened it.
    opened_here: bool,
    peer: IpAddr,
    inner: Option<Ipv4Addr>,
    local_port: u16,
    peer_port: u16,
    protocol: u8,
    fresh: bool,
    windows_left: u32,
}

/// Generates rows, window by window.
pub(crate) struct Traffic<'a> {
    fleet: &'a Fleet,
    seed: u64,
    random: Random,
    talking: Vec<u32>,
    rejected: Vec<u32>,
    unanswered: Vec<u32>,
    idle: Vec<u32>,
    alive: Vec<Connection>,
}

impl<'a> Traffic<'a> {
    pub(crate) fn new(fleet: &'a Fleet, seed: u64) -> Self {
        Self {
            fleet,
            seed,
            random: Random::new(seed),
            talking: fleet.in_roles(&[Role::Client, Role::Server, Role::Nat]),
            rejected: fleet.in_roles(&[Role::CaseRejected]),
            unanswered: fleet.in_roles(&[Role::CaseUnanswered]),
            idle: fleet.in_roles(&[Role::Idle]),
            alive: Vec::new(),
        }
    }

    /// Appends exactly `count` rows of the window that begins at `start`, in random order.
    pub(crate) fn window(&mut self, start: u32, count: usize, rows: &mut Vec<Row>) {
        let first = rows.len();
        self.status_rows(start, rows);
        let mut alive = std::mem::take(&mut self.alive);
        for connection in &mut alive {
            self.leave_rows(connection, start, rows);
        }
        while rows.len() < first + count {
            let mut connection = self.open();
            self.leave_rows(&mut connection, start, rows);
            alive.push(connection);
        }
        alive.retain(|connection| connection.windows_left > 0);
        self.alive = alive;
        rows.truncate(first + count);
        rows[first..].sort_by_cached_key(|row| place(row, start));
    }

    /// Appends NODATA for each idle interface, and SKIPDATA for a few of the others.
    fn status_rows(&mut self, start: u32, rows: &mut Vec<Row>) {
        for &interface in &self.idle {
            rows.push(status_row(interface, Kind::NoData, start));
        }
        for &interface in &self.talking {
            if self.random.per_mille(15) {
                rows.push(status_row(interface, Kind::SkipData, start));
            }
        }
    }

    fn open(&mut self) -> Connection {
        match self.random.below(1000) {
            0..9 => self.open_scan(),
            9..16 => self.open_case(Fate::Rejected),
            16..23 => self.open_case(Fate::Unanswered),
            23..273 => self.open_usual(Service::Dns),
            273..808 => self.open_usual(Service::Https),
            _ => self.open_usual(Service::Other),
        }
    }

    /// A host outside sends a packet that is rejected.
    fn open_scan(&mut self) -> Connection {
        let ports = [22, 23, 80, 443, 445, 3389];
        Connection {
            interface: self.pick(|traffic| &traffic.talking),
            fate: Fate::Rejected,
            opened_here: false,
            peer: stranger(self.random.below(u32::MAX)).into(),
            inner: None,
            local_port: ports[self.random.below(6) as usize],
            peer_port: self.ephemeral(),
            protocol: TCP,
            fresh: true,
            windows_left: 1,
        }
    }

    /// A starting task's attempt at one of its endpoints.
    fn open_case(&mut self, fate: Fate) -> Connection {
        let interface =
            self.pick(|traffic| if fate == Fate::Rejected { &traffic.rejected } else { &traffic.unanswered });
        let (peer, peer_port) = peer(self.seed, interface, Service::Https, self.random.below(3) * 3, false);
        Connection {
            interface,
            fate,
            opened_here: true,
            peer,
            inner: None,
            local_port: self.ephemeral(),
            peer_port,
            protocol: TCP,
            fresh: true,
            windows_left: 1 + self.random.below(2),
        }
    }

    fn open_usual(&mut self, service: Service) -> Connection {
        let number = self.pick(|traffic| &traffic.talking);
        let interface = self.fleet.interface(number);
        let rank = self.random.log_uniform(interface.peers);
        // A host with both kinds of address prefers IPv6 wherever the service has it.
        let v6 = interface.v6.is_some() && service == Service::Https && self.random.per_mille(850);
        let (address, service_port) = peer(self.seed, number, service, rank, v6);
        let usual = Connection {
            interface: number,
            fate: Fate::Answered,
            opened_here: true,
            peer: address,
            inner: None,
            local_port: self.ephemeral(),
            peer_port: service_port,
            protocol: if service == Service::Dns { UDP } else { TCP },
            fresh: true,
            windows_left: if service == Service::Dns { 1 } else { self.random.heavy() },
        };
        match (interface.role, service) {
            (Role::Server | Role::Nat, Service::Https) => self.turned_round(usual, rank),
            _ => usual,
        }
    }

    /// The same connection as a server records it, or a NAT gateway between a task and a public host.
    fn turned_round(&self, usual: Connection, rank: u32) -> Connection {
        let interface = self.fleet.interface(usual.interface);
        let (task, _) = peer(self.seed, usual.interface, Service::Other, rank, false);
        let host = match usual.peer {
            IpAddr::V4(v4) if interface.role == Role::Nat => Some(v4),
            _ => None,
        };
        Connection {
            opened_here: false,
            peer: task,
            inner: host,
            local_port: usual.peer_port,
            peer_port: usual.local_port,
            ..usual
        }
    }

    /// Appends the rows of a connection in one window, and shortens its life by that window.
    fn leave_rows(&mut self, connection: &mut Connection, start: u32, rows: &mut Vec<Row>) {
        connection.windows_left -= 1;
        rows.push(self.row(connection, connection.opened_here, true, start));
        if connection.fate == Fate::Answered {
            rows.push(self.row(connection, !connection.opened_here, false, start));
        }
        connection.fresh = false;
    }

    /// The record of one direction; `forth` is the direction of the initiator.
    fn row(&mut self, connection: &Connection, egress: bool, forth: bool, start: u32) -> Row {
        let begin = start + self.random.below(if connection.fresh { 40 } else { 8 });
        let (packets, size) = match connection.fate {
            Fate::Answered if connection.protocol == UDP => {
                (1 + self.random.below(3), 60 + self.random.below(200))
            }
            Fate::Answered => {
                (3 + self.random.heavy() * 2, 52 + self.random.below(if forth { 400 } else { 1400 }))
            }
            Fate::Unanswered | Fate::Rejected => (1 + self.random.below(4), 60),
        };
        Row {
            interface: connection.interface,
            kind: if connection.fate == Fate::Rejected { Kind::Reject } else { Kind::Accept },
            egress,
            v6: connection.peer.is_ipv6(),
            peer: connection.peer,
            inner: connection.inner,
            local_port: connection.local_port,
            peer_port: connection.peer_port,
            protocol: connection.protocol,
            flags: flags(connection, forth),
            packets,
            bytes: packets * size,
            start: begin,
            end: start + WINDOW_SECONDS - 1 - self.random.below(15),
        }
    }

    fn ephemeral(&mut self) -> u16 {
        let port = 32_768 + self.random.below(28_232);
        u16::try_from(port).expect("below 61 000")
    }

    fn pick(&mut self, list: impl Fn(&Self) -> &Vec<u32>) -> u32 {
        let length = u32::try_from(list(self).len()).expect("not more than the fleet");
        let place = self.random.below(length);
        list(self)[place as usize]
    }
}

/// The position of a row in its window: random, which is the hardest order to compress.
fn place(row: &Row, window: u32) -> u64 {
    let ports = u64::from(row.local_port) << 17 | u64::from(row.peer_port) << 1 | u64::from(row.egress);
    mix(ports << 31 ^ mix(u64::from(row.interface) << 32 | u64::from(window)))
}

/// SYN in the first window, FIN in the last; ACK alone is not recorded.
fn flags(connection: &Connection, forth: bool) -> u8 {
    if connection.protocol != TCP {
        return 0;
    }
    let open = match (connection.fresh || connection.fate != Fate::Answered, forth) {
        (false, _) => 0,
        (true, true) => SYN,
        (true, false) => SYN_ACK,
    };
    let close = if connection.windows_left == 0 && connection.fate == Fate::Answered { FIN } else { 0 };
    open | close
}

fn status_row(interface: u32, kind: Kind, start: u32) -> Row {
    Row {
        interface,
        kind,
        egress: false,
        v6: false,
        peer: Ipv4Addr::UNSPECIFIED.into(),
        inner: None,
        local_port: 0,
        peer_port: 0,
        protocol: 0,
        flags: 0,
        packets: 0,
        bytes: 0,
        start,
        end: start + WINDOW_SECONDS - 1,
    }
}
