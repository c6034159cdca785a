//! The choice of a route: the longest prefix, and of equal prefixes a block before a prefix list.

use crate::inventory::Inventory;
use crate::model::route_table::{Route, RouteDestination, RouteTable, RouteTarget};
use crate::path::decision::Decision;
use crate::path::lookup::{longest_in_list, prefix_list_holds, service_of_list};
use crate::path::matching::Match;
use crate::path::peer::Peer;

/// No block of an AWS service is as wide as this: a list that holds an address beats a default route by it, even if the
/// list's blocks are not known.
const WIDER_THAN_ANY_LIST: u8 = 8;

/// The result of a route table for packets to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice<'a> {
    /// This route.
    Route(&'a Route),
    /// No route matches.
    None,
    /// It depends on a fact that no document shows.
    Unknown(String),
}

impl Choice<'_> {
    /// The decision of a route table on packets to a destination; `table` and `destination` are their names in sentences.
    pub(super) fn decision(&self, table: &str, destination: &str) -> Decision {
        match self {
            Self::Route(route) if route.is_blackhole => {
                let target = &route.target;
                Decision::denied(format!("{table} routes {destination} to {target}, which is gone")).by(route)
            }
            Self::Route(route) => {
                Decision::allowed(format!("{table} routes {destination} to {}", route.target)).by(route)
            }
            Self::None => Decision::denied(format!("no route of {table} leads to {destination}")),
            Self::Unknown(needs) => Decision::unknown(
                needs.clone(),
                format!("no document shows how {table} routes {destination}"),
            ),
        }
    }
}

/// A route that matches or may match, and how specific it is at least and at most: its prefix, and its rank among equals.
struct Candidate<'a> {
    route: &'a Route,
    least: (u8, u8),
    most: (u8, u8),
    /// The document that would show whether it matches, if that is unknown.
    needs: Option<String>,
}

/// The route of packets to a destination.
pub(super) fn choose<'a>(inventory: &Inventory, table: &'a RouteTable, destination: &Peer) -> Choice<'a> {
    let mut candidates: Vec<Candidate<'a>> =
        table.routes.iter().filter_map(|route| candidate(inventory, route, destination)).collect();
    candidates.sort_by_key(|candidate| candidate.route);
    let is_beaten = |by: &Candidate<'_>, other: &Candidate<'_>| {
        by.least > other.most || leads_alike(by.route, other.route)
    };
    let certain = candidates.iter().filter(|candidate| candidate.needs.is_none());
    let winners = certain.filter(|candidate| {
        candidates.iter().all(|other| std::ptr::eq(*candidate, other) || is_beaten(candidate, other))
    });
    if let Some(winner) = winners.max_by_key(|winner| winner.least) {
        return Choice::Route(winner.route);
    }
    let needs: Vec<String> = candidates.iter().filter_map(|candidate| candidate.needs.clone()).collect();
    match (needs.is_empty(), candidates.is_empty()) {
        (_, true) => Choice::None,
        (false, _) => Choice::Unknown(needs.join(" and ")),
        (true, _) => Choice::Unknown(format!("the entries of the prefix lists that {} routes", table.id)),
    }
}

/// Whether two routes have the same effect on packets.
fn leads_alike(one: &Route, other: &Route) -> bool {
    one.target == other.target && one.is_blackhole == other.is_blackhole
}

fn candidate<'a>(inventory: &Inventory, route: &'a Route, destination: &Peer) -> Option<Candidate<'a>> {
    let exactly =
        |length, rank| Candidate { route, least: (length, rank), most: (length, rank), needs: None };
    match &route.destination {
        // A destination outside has no address of this VPC.
        RouteDestination::Block(_) if is_outside_as_a_whole(route, destination) => None,
        RouteDestination::Block(block) => match destination.lies_in(block) {
            Some(true) => Some(exactly(block.prefix_len(), rank(&route.target))),
            Some(false) => None,
            None => Some(Candidate {
                needs: Some(destination.address_needed()),
                ..exactly(block.prefix_len(), 0)
            }),
        },
        RouteDestination::PrefixList(list) => {
            let longest = longest_in_list(inventory, list, destination);
            let (least, most) =
                longest.map_or((WIDER_THAN_ANY_LIST, full_length(destination)), |one| (one, one));
            let between = Candidate { route, least: (least, LIST), most: (most, LIST), needs: None };
            match prefix_list_holds(inventory, list, destination) {
                Match::Yes => Some(between),
                Match::No => None,
                Match::Unknown(needs) => Some(Candidate { needs: Some(needs), ..between }),
            }
        }
    }
}

fn is_outside_as_a_whole(route: &Route, destination: &Peer) -> bool {
    route.target == RouteTarget::Local
        && destination.is_inside == Some(false)
        && destination.address().is_none()
}

/// A prefix list's rank among routes of equal prefix: after static routes, before propagated ones.
const LIST: u8 = 1;

/// A route to a virtual private gateway may be a propagated one.
fn rank(target: &RouteTarget) -> u8 {
    match target {
        RouteTarget::Other(id) if id.starts_with("vgw-") => 0,
        _ => 2,
    }
}

fn full_length(destination: &Peer) -> u8 {
    if destination.is_v6 { 128 } else { 32 }
}

/// Whether the local routes of a table contain a destination, for callers that only distinguish inside from outside.
pub(super) fn is_local(table: &RouteTable, destination: &Peer) -> bool {
    let local = table.routes.iter().filter(|route| route.target == RouteTarget::Local);
    local.into_iter().any(|route| match &route.destination {
        RouteDestination::Block(block) => destination.lies_in(block) == Some(true),
        RouteDestination::PrefixList(_) => false,
    })
}

/// Whether a route's destination is one of AWS's lists of a service, which only gateway endpoints take.
pub(super) fn is_service_list(inventory: &Inventory, route: &Route) -> bool {
    match &route.destination {
        RouteDestination::PrefixList(list) => service_of_list(inventory, list).is_some(),
        RouteDestination::Block(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::service::Service;
    use crate::path::fixture::{World, route_table};

    /// The route that a table chooses for an address of S3, as printed.
    fn check(routes: &[&str], to: &str, want: &str) {
        let mut world = World::endpoints();
        let destination = Peer {
            blocks: vec![to.parse::<std::net::IpAddr>().unwrap().into()],
            is_v6: to.contains(':'),
            name: to.to_owned(),
            service: Service::S3,
            is_inside: Some(to.starts_with("10.")),
            ..world.peer()
        };
        let table = route_table("rtb-1", &[], routes);
        world.inventory.prefix_lists.get_mut("pl-named").unwrap().blocks = None;
        let got = match choose(&world.inventory, &table, &destination) {
            Choice::Route(route) => route.to_string(),
            Choice::None => "none".to_owned(),
            Choice::Unknown(needs) => format!("needs {needs}"),
        };
        assert_eq!(got, want, "{routes:?} {to}");
    }

    #[test]
    fn the_longest_prefix_wins() {
        let routes = &["10.40.0.0/16 local", "0.0.0.0/0 nat-1", "10.40.12.0/24 eni-fw", "::/0 eigw-1"];
        check(routes, "10.40.12.36", "10.40.12.0/24 -> eni-fw");
        check(routes, "10.40.1.1", "10.40.0.0/16 -> local");
        check(routes, "52.216.1.1", "0.0.0.0/0 -> nat-1");
        check(routes, "2001:db8::1", "::/0 -> eigw-1");
        check(&["10.40.0.0/16 local"], "52.216.1.1", "none");
        check(&["0.0.0.0/0 nat-1 blackhole"], "52.216.1.1", "0.0.0.0/0 -> nat-1 (blackhole)");
    }

    #[test]
    fn a_prefix_list_is_as_long_as_its_block_and_loses_against_an_equal_one() {
        check(&["pl-s3 vpce-s3", "0.0.0.0/0 nat-1"], "52.216.1.1", "pl-s3 -> vpce-s3");
        check(&["pl-s3 vpce-s3", "0.0.0.0/0 nat-1"], "52.1.1.1", "0.0.0.0/0 -> nat-1");
        check(&["pl-s3 vpce-s3", "52.216.0.0/15 igw-1"], "52.216.1.1", "52.216.0.0/15 -> igw-1");
        check(&["pl-s3 vpce-s3", "52.216.0.0/15 vgw-1"], "52.216.1.1", "pl-s3 -> vpce-s3");
        check(&["pl-s3 vpce-s3", "52.216.1.0/24 igw-1"], "52.216.1.1", "52.216.1.0/24 -> igw-1");
    }

    #[test]
    fn a_list_without_blocks_matches_by_its_name_only() {
        check(&["pl-named vpce-s3", "0.0.0.0/0 nat-1"], "52.216.1.1", "pl-named -> vpce-s3");
        check(&["pl-named vpce-s3", "10.40.0.0/16 local"], "10.40.1.1", "10.40.0.0/16 -> local");
        check(
            &["pl-named vpce-s3", "52.216.0.0/15 igw-1"],
            "52.216.1.1",
            "needs the entries of the prefix lists that rtb-1 routes",
        );
        check(&["pl-x tgw-1", "0.0.0.0/0 nat-1"], "52.216.1.1", "needs describe-prefix-lists of pl-x");
        check(&["pl-x nat-1", "0.0.0.0/0 nat-1"], "52.216.1.1", "0.0.0.0/0 -> nat-1");
        check(&["pl-x tgw-1", "52.216.1.1/32 nat-1"], "52.216.1.1", "52.216.1.1/32 -> nat-1");
        check(&["pl-x tgw-1"], "52.216.1.1", "needs describe-prefix-lists of pl-x");
    }
}
