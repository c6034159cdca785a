//! Traffic that is unrelated to the incident, but common in real logs.
//!
//! An application and its database, health checks, scanners that are rejected at the task's own ports, packets that
//! arrive after a close. Each is a trap for an analysis that counts REJECTs or trusts port 443 alone.

use std::net::Ipv4Addr;

use crate::support::clock::{Ms, s};
use crate::support::dialogue::{DATA, Exchange, FIN, RST, SYN, packet};
use crate::support::fault::{Effect, Fault};
use crate::support::packets::{Direction, Leg, Packet, Sim, TCP};
use crate::support::vpc::{Eni, Party, Role};

/// The interfaces of unrelated traffic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bystanders {
    /// PostgreSQL.
    pub(crate) database: Eni,
    /// Uses the database all day.
    pub(crate) application: Eni,
    /// Checks the health of the neighbour; hosts of the internet scan it.
    pub(crate) web: Eni,
    /// A scanner of the security team, inside the VPC.
    pub(crate) scanner: Eni,
}

/// Hosts of the internet that scan every address.
const PROBES: [(Ipv4Addr, u16); 5] = [
    (Ipv4Addr::new(198, 51, 100, 23), 22),
    (Ipv4Addr::new(203, 0, 113, 77), 3389),
    (Ipv4Addr::new(203, 0, 113, 77), 8443),
    (Ipv4Addr::new(198, 51, 100, 161), 5432),
    (Ipv4Addr::new(192, 0, 2, 209), 23),
];

impl Sim {
    /// Puts the bystanders' interfaces in the VPC and closes their ports to scanners.
    pub(crate) fn add_bystanders(&mut self) -> Bystanders {
        let mut add = |third, fourth, purpose| {
            let instance = self.rng.id("i");
            self.vpc.add(&mut self.rng, third, fourth, Role::Instance { instance, purpose })
        };
        let cast = Bystanders {
            database: add(20, 15, "orders database"),
            application: add(20, 40, "reporting"),
            web: add(101, 20, "web proxy"),
            scanner: add(20, 77, "vulnerability scanner"),
        };
        let ports = PROBES.map(|(_, port)| port);
        self.faults.push(Fault::at(cast.web, Direction::Ingress, Effect::Reject(None)).on_ports(&ports));
        cast
    }

    /// Adds all unrelated traffic between `from` and `to`.
    ///
    /// The neighbour, if there is one, serves from a given time on.
    pub(crate) fn carry_on(&mut self, cast: &Bystanders, neighbour: Option<(Eni, Ms)>, (from, to): (Ms, Ms)) {
        self.chat(cast.application, cast.database, 5432, (from, to), 7000);
        if let Some((neighbour, serving)) = neighbour {
            self.chat(neighbour, cast.database, 5432, (serving + s(4), to), 11_000);
            self.health_checks(cast.web, neighbour, (serving + s(9), to));
        }
        for (nth, (address, port)) in PROBES.into_iter().enumerate() {
            let at = from + s(71) + i64::try_from(nth).expect("few") * s(128);
            self.knock(Party::Outside(address), cast.web, port, at);
        }
    }

    /// The scanner tries a task's own ports, including 443, and is rejected.
    pub(crate) fn scan(&mut self, cast: &Bystanders, task: Eni, at: Ms) {
        let closed = Fault::at(task, Direction::Ingress, Effect::Reject(None)).begun_by(&[cast.scanner]);
        self.faults.push(closed);
        for (nth, port) in [443, 22, 8080, 5432].into_iter().enumerate() {
            let later = i64::try_from(nth).expect("few") * 1730;
            self.knock(Party::Eni(cast.scanner), task, port, at + later);
        }
    }

    /// A completed call whose responder closes once more after the state of the initiator has expired: REJECTs that block nothing.
    pub(crate) fn late_packets(&mut self, task: Eni, service: Party, at: Ms, after: Ms) {
        let talk = self.conversation(Party::Eni(task), service, 443, TCP);
        let exchange = Exchange { tls: true, request: 900, reply: 700, lasts: 30 };
        let (_, ended) = self.call(&talk, at, &exchange);
        self.send_late(&talk, Leg::Reply, packet(ended + after, FIN, 52));
        self.send_late(&talk, Leg::Reply, packet(ended + after + s(1), RST, 40));
    }

    /// One SYN, repeated once.
    fn knock(&mut self, from: Party, to: Eni, port: u16, at: Ms) {
        let talk = self.conversation(from, Party::Eni(to), port, TCP);
        for delay in [0, 1000] {
            self.send(&talk, Leg::Request, packet(at + delay, SYN, 44));
        }
    }

    /// A connection that was open before and stays open.
    fn chat(&mut self, from: Eni, to: Eni, port: u16, (since, until): (Ms, Ms), every: Ms) {
        let talk = self.conversation(Party::Eni(from), Party::Eni(to), port, TCP);
        let mut now = since;
        while now < until {
            let (asks, answers) = (self.rng.between(1, 4), self.rng.between(1, 9));
            self.send(&talk, Leg::Request, Packet { at: now, flags: DATA, count: asks, bytes: asks * 164 });
            let answer = Packet { at: now + 4, flags: DATA, count: answers, bytes: answers * 611 };
            self.send(&talk, Leg::Reply, answer);
            now += every + self.rng.pause(0, 4000);
        }
    }

    /// A short call to port 8080 every minute or so.
    fn health_checks(&mut self, from: Eni, to: Eni, (since, until): (Ms, Ms)) {
        let exchange = Exchange { tls: false, request: 118, reply: 240, lasts: 3 };
        let mut now = since;
        while now < until {
            let talk = self.conversation(Party::Eni(from), Party::Eni(to), 8080, TCP);
            self.call(&talk, now, &exchange);
            now += self.rng.pause(s(80), s(100));
        }
    }
}
