//! The result of a packet under each kind of configuration, as the interfaces would record it.

use std::net::Ipv4Addr;

use crate::support::config::{NatState, Peer, Rule};
use crate::support::dialogue::{Exchange, Outcome};
use crate::support::packets::{Direction, TCP};
use crate::support::stage::Stage;
use crate::support::vpc::{Eni, Party};

/// A task in 10.40.1.0/24, an endpoint in another subnet, a NAT gateway in a third.
struct Scene {
    stage: Stage,
    task: Eni,
    endpoint: Eni,
    nat: Eni,
}

fn scene() -> Scene {
    let mut stage = Stage::new(3);
    let [endpoint] = stage.endpoints(["ecr.api"]);
    let nat = stage.nat_at(102, 9);
    let task = stage.task(1, 31);
    Scene { stage, task, endpoint, nat }
}

/// The records of a call: interface, direction and action, each once and in order.
fn call(scene: &mut Scene, to: Party) -> (Outcome, String) {
    let sim = &mut scene.stage.sim;
    let talk = sim.conversation(Party::Eni(scene.task), to, 443, TCP);
    let exchange = Exchange { tls: true, request: 900, reply: 700, lasts: 30 };
    let (outcome, _) = sim.call(&talk, 0, &exchange);
    let mut seen: Vec<String> = Vec::new();
    for sighting in &sim.interfaces {
        let place = match sighting.hop.eni {
            eni if eni == scene.task => "T",
            eni if eni == scene.endpoint => "E",
            eni if eni == scene.nat => "N",
            _ => "?",
        };
        let direction = if sighting.hop.direction == Direction::Egress { "out" } else { "in" };
        let view = format!("{place} {direction}{}", if sighting.rejected { " REJECT" } else { "" });
        if !seen.contains(&view) {
            seen.push(view);
        }
    }
    (outcome, seen.join(", "))
}

const OUTSIDE: Party = Party::Outside(Ipv4Addr::new(34, 248, 173, 22));
const PUBLIC: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 31);

#[test]
fn the_endpoint_is_reached_as_groups_and_acls_say() {
    let check = |configure: fn(&mut Scene), expected: &str| {
        let mut scene = scene();
        configure(&mut scene);
        let to = Party::Eni(scene.endpoint);
        let (outcome, seen) = call(&mut scene, to);
        assert_eq!(seen, expected);
        assert_eq!(outcome == Outcome::Completed, !seen.contains("REJECT"));
    };
    let all = "T out, E in, E out, T in";
    check(|_| {}, all);
    check(
        |scene| {
            let group = scene.stage.sim.vpc.group_of(scene.endpoint).to_owned();
            let task = scene.stage.sim.vpc.group_mut(scene.task);
            task.ingress.clear();
            task.egress = vec![Rule::tcp(443, Peer::group(&group))];
            scene.stage.sim.vpc.group_mut(scene.endpoint).egress.clear();
        },
        all,
    );
    check(
        |scene| {
            let lists = Peer::list(scene.stage.sim.vpc.config.s3_list());
            scene.stage.sim.vpc.group_mut(scene.task).egress = vec![Rule::tcp(443, lists)];
        },
        "T out REJECT",
    );
    check(
        |scene| {
            let rules = vec![Rule::tcp(443, Peer::net("10.40.2.0/24")), Rule::udp(443, Peer::anyone())];
            scene.stage.sim.vpc.group_mut(scene.endpoint).ingress = rules;
        },
        "T out, E in REJECT",
    );
    check(
        |scene| {
            let acl = scene.stage.sim.vpc.own_acl(scene.task);
            acl.add(90, true, false, Some(TCP), (443, 443), "10.40.12.0/24");
        },
        "T out REJECT",
    );
    check(
        |scene| {
            let acl = scene.stage.sim.vpc.own_acl(scene.task);
            acl.clear(false);
            acl.add(100, false, true, Some(TCP), (443, 443), "10.40.0.0/16");
        },
        "T out, E in, E out, T in REJECT",
    );
    check(|scene| scene.stage.sim.vpc.own_acl(scene.endpoint).clear(true), "T out, E in, E out REJECT");
}

#[test]
fn no_acl_acts_inside_one_subnet() {
    let mut scene = scene();
    scene.stage.sim.vpc.get_mut(scene.endpoint).subnet = scene.stage.sim.vpc.get(scene.task).subnet;
    let acl = scene.stage.sim.vpc.own_acl(scene.task);
    acl.clear(true);
    acl.clear(false);
    let to = Party::Eni(scene.endpoint);
    assert_eq!(call(&mut scene, to), (Outcome::Completed, "T out, E in, E out, T in".into()));
}

#[test]
fn the_way_out_is_as_routes_and_gateways_say() {
    let check = |configure: fn(&mut Scene), expected: &str| {
        let mut scene = scene();
        configure(&mut scene);
        let (outcome, seen) = call(&mut scene, OUTSIDE);
        assert_eq!(seen, expected);
        assert_eq!(outcome == Outcome::Completed, seen.ends_with("T in"));
    };
    check(|_| {}, "T out, N in, N out, T in");
    check(|scene| scene.stage.sim.vpc.cut_off(scene.task), "T out");
    check(|scene| scene.stage.sim.vpc.set_nat_state(scene.nat, NatState::Failed), "T out");
    check(|scene| scene.stage.sim.vpc.cut_off(scene.nat), "T out, N in, N out");
    check(|scene| scene.stage.sim.vpc.own_acl(scene.nat).clear(true), "T out, N in, N out REJECT");
    check(
        |scene| {
            let acl = scene.stage.sim.vpc.own_acl(scene.nat);
            acl.add(90, false, false, None, (0, u16::MAX), "10.40.1.0/24");
        },
        "T out, N in REJECT",
    );
    check(
        |scene| {
            let acl = scene.stage.sim.vpc.own_acl(scene.nat);
            acl.clear(false);
            acl.add(100, false, true, Some(TCP), (443, 443), "0.0.0.0/0");
        },
        "T out, N in, N out, N in REJECT",
    );
    check(|scene| scene.stage.sim.vpc.make_public(scene.task), "T out");
    check(
        |scene| {
            scene.stage.sim.vpc.make_public(scene.task);
            scene.stage.sim.vpc.publish(scene.task, PUBLIC);
        },
        "T out, T in",
    );
}

#[test]
fn names_point_where_private_dns_says() {
    let check = |configure: fn(&mut Scene), private: bool| {
        let mut scene = scene();
        configure(&mut scene);
        let to = scene.stage.sim.service("ecr.api");
        assert_eq!(to == Party::Eni(scene.endpoint), private, "{to:?}");
    };
    check(|_| {}, true);
    check(|scene| scene.stage.sim.vpc.private_dns_off(scene.endpoint), false);
    check(|scene| scene.stage.sim.vpc.config.names.hostnames = false, false);
}

#[test]
fn the_longest_prefix_wins_and_lists_have_prefixes() {
    let check = |configure: fn(&mut Scene), path: Option<u8>| {
        let mut scene = scene();
        configure(&mut scene);
        let to = scene.stage.sim.service("s3");
        call(&mut scene, to);
        assert_eq!(scene.stage.sim.interfaces[0].hop.path, path);
    };
    check(|_| {}, Some(1));
    check(|scene| scene.stage.s3_gateway(), Some(7));
    check(
        |scene| {
            scene.stage.s3_gateway();
            scene.stage.sim.vpc.unroute_s3(0);
        },
        Some(1),
    );
}
