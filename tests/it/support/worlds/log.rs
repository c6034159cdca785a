//! From sightings to the lines of flow logs.
//!
//! `start` and `end` are the stamp of a window, which all its flows share; their packets lie up to 60 seconds before it. An
//! interface has no NODATA before its first traffic, and none in a log of one action.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::support::clock::{Ms, epoch_second, s};
use crate::support::rng::Rng;
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::net::{Kind, View, World};
use crate::support::worlds::packet::Place;

/// The account of the task in a shared VPC, where the owner has the logs.
const PARTICIPANT: &str = "210987654321";

/// From when to when the flow logs of most worlds run.
pub(crate) const SPAN: (Ms, Ms) = (s(-900), s(1_500));

/// How the flow logs of a world are set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The default format, without directions and packet addresses.
    pub(crate) is_default: bool,
    /// Rejected records only.
    pub(crate) rejects_only: bool,
    /// The task's interface alone has a log.
    pub(crate) task_only: bool,
    /// Whether `ecs-task-id` is a field, and whether it has a value.
    pub(crate) ecs: Option<bool>,
    /// From when to when they run.
    pub(crate) span: (Ms, Ms),
}

/// The fields of a setup, in order.
pub(crate) fn fields(setup: &Setup) -> Vec<&'static str> {
    let mut fields: Vec<&str> =
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
        start end action log-status"
            .split_whitespace()
            .collect();
    if !setup.is_default {
        fields.extend(
            "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region flow-direction traffic-path \
             resource-id"
                .split_whitespace(),
        );
        fields.extend(setup.ecs.map(|_| "ecs-task-id"));
    }
    fields
}

type Key = (i64, Place, Sighting2);
/// The parts of a sighting that records keep apart.
type Sighting2 = (bool, bool, (std::net::IpAddr, u16), (std::net::IpAddr, u16), super::packet::Ends);

/// Whether the interface has a log; a participant of a shared VPC logs its own.
pub(crate) fn is_logged(world: &World, setup: &Setup, place: Place) -> bool {
    let Place::Eni(eni) = place else { return !setup.task_only };
    match world.view {
        View::Participant => eni == world.caller,
        _ => !setup.task_only || world.enis[eni].subnet == world.enis[world.caller].subnet,
    }
}

/// The whole log: header and lines.
pub(crate) fn text(world: &World, setup: &Setup, task_id: &str, stopped: Ms) -> String {
    let mut flows: BTreeMap<Key, (u16, u64, u64)> = BTreeMap::new();
    let mut first: BTreeMap<Place, i64> = BTreeMap::new();
    for seen in &world.sightings {
        let second = epoch_second(seen.packet.at);
        if !is_logged(world, setup, seen.place)
            || second < epoch_second(setup.span.0)
            || second > epoch_second(setup.span.1)
        {
            continue;
        }
        let window = window(seen.place, second);
        let earliest = first.entry(seen.place).or_insert(window);
        *earliest = window.min(*earliest);
        if setup.rejects_only && !seen.rejected {
            continue;
        }
        let apart = (seen.egress, seen.rejected, seen.shown.src, seen.shown.dst, seen.packet.ends);
        let sums = flows.entry((window, seen.place, apart)).or_default();
        *sums = (sums.0 | seen.packet.flags, sums.1 + seen.packet.count, sums.2 + seen.packet.bytes);
    }
    let mut lines: Vec<String> =
        flows.iter().map(|(key, sums)| line(world, setup, key, *sums, task_id)).collect();
    let busy: BTreeSet<(i64, Place)> = flows.keys().map(|(window, place, _)| (*window, *place)).collect();
    if !setup.rejects_only {
        lines.extend(idle(world, setup, &first, &busy, stopped));
    }
    let mut rng = Rng::new(lines.len() as u64);
    rng.shuffle(&mut lines);
    format!("{}\n{}\n", fields(setup).join(" "), lines.join("\n"))
}

/// NODATA, from the first traffic of an interface to its end.
fn idle(
    world: &World,
    setup: &Setup,
    first: &BTreeMap<Place, i64>,
    busy: &BTreeSet<(i64, Place)>,
    stopped: Ms,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (&place, &since) in first {
        let Place::Eni(eni) = place else { continue };
        let until = if world.enis[eni].kind == Kind::Task { stopped } else { setup.span.1 };
        for window in since..=window(place, epoch_second(until)) {
            if !busy.contains(&(window, place)) {
                lines.push(render(world, setup, window, place, None, ""));
            }
        }
    }
    lines
}

fn number(place: Place) -> i64 {
    let (Place::Eni(number) | Place::Regional(number)) = place;
    i64::try_from(number).expect("few interfaces")
}

/// The window that holds the packets of a second.
fn window(place: Place, second: i64) -> i64 {
    let lag = number(place) * 7 % 30;
    (second + lag - number(place) * 17 % 60).div_euclid(60)
}

fn line(world: &World, setup: &Setup, key: &Key, sums: (u16, u64, u64), task_id: &str) -> String {
    render(world, setup, key.0, key.1, Some((&key.2, sums)), task_id)
}

fn render(
    world: &World,
    setup: &Setup,
    window: i64,
    place: Place,
    flow: Option<(&Sighting2, (u16, u64, u64))>,
    task_id: &str,
) -> String {
    let start = window * 60 + number(place) * 17 % 60;
    let mut text = String::new();
    for field in fields(setup) {
        let value = match (field, flow) {
            ("start", _) => Some(start.to_string()),
            ("end", _) => Some((start + 59).to_string()),
            ("log-status", Some(_)) => Some("OK".to_owned()),
            ("log-status", None) => Some("NODATA".to_owned()),
            _ => of_place(world, setup, place, field)
                .or_else(|| of_flow(world, place, field, flow?, task_id, setup)),
        };
        let blank = if text.is_empty() { "" } else { " " };
        write!(text, "{blank}{}", value.as_deref().unwrap_or("-")).expect("memory takes text");
    }
    text
}

fn of_place(world: &World, setup: &Setup, place: Place, field: &str) -> Option<String> {
    let eni = if let Place::Eni(eni) = place { Some(&world.enis[eni]) } else { None };
    match (field, place) {
        ("version", _) if setup.is_default => Some("2".to_owned()),
        ("version", _) => Some("9".to_owned()),
        ("account-id", Place::Eni(0)) if world.view == View::Owner => Some(PARTICIPANT.to_owned()),
        ("account-id", _) => Some(ACCOUNT.to_owned()),
        ("interface-id", _) => eni.map(|eni| eni.id.clone()),
        ("subnet-id", _) => eni.map(|eni| world.subnets[eni.subnet].id.clone()),
        ("vpc-id", Place::Eni(eni)) => Some(world.vpcs[world.vpc_of(eni)].id.clone()),
        ("vpc-id", Place::Regional(nat)) => Some(world.vpcs[world.nats[nat].vpc].id.clone()),
        ("resource-id", Place::Regional(nat)) => Some(world.nats[nat].id.clone()),
        ("instance-id", _) => eni.and_then(|eni| match &eni.kind {
            Kind::Appliance(instance, _) | Kind::Instance(instance) => Some(instance.clone()),
            _ => None,
        }),
        ("region", _) => Some(REGION.to_owned()),
        _ => None,
    }
}

fn of_flow(
    world: &World,
    place: Place,
    field: &str,
    (apart, (flags, packets, bytes)): (&Sighting2, (u16, u64, u64)),
    task_id: &str,
    setup: &Setup,
) -> Option<String> {
    let (egress, rejected, src, dst, ends) = apart;
    Some(match field {
        "srcaddr" => src.0.to_string(),
        "srcport" => src.1.to_string(),
        "dstaddr" => dst.0.to_string(),
        "dstport" => dst.1.to_string(),
        "protocol" => "6".to_owned(),
        "packets" => packets.to_string(),
        "bytes" => bytes.to_string(),
        "action" => if *rejected { "REJECT" } else { "ACCEPT" }.to_owned(),
        "tcp-flags" => flags.to_string(),
        "type" => if ends.src.0.is_ipv6() { "IPv6" } else { "IPv4" }.to_owned(),
        "pkt-srcaddr" => ends.src.0.to_string(),
        "pkt-dstaddr" => ends.dst.0.to_string(),
        "flow-direction" if matches!(place, Place::Eni(_)) => {
            if *egress { "egress" } else { "ingress" }.to_owned()
        }
        "ecs-task-id" if setup.ecs == Some(true) && world.view != View::Owner && place == Place::Eni(0) => {
            task_id.to_owned()
        }
        "traffic-path"
            if *egress && place == Place::Eni(0) && world.transit.is_none() && world.peering.is_none() =>
        {
            "1".to_owned()
        }
        _ => return None,
    })
}
