//! The changes of a case: those that made the network, the one that broke the service, those that repaired it.

use crate::support::changes::Case;
use crate::support::changes::access::{endpoint_policy, open_policy};
use crate::support::changes::edit::{Edit, Shown};
use crate::support::changes::kind::Kind;
use crate::support::changes::network::{Network, makes_version, tcp};
use crate::support::changes::variant::Variant;
use crate::support::rng::Rng;
use crate::support::worlds::net::{Cidr, Entry, Rule, Target};
use crate::support::worlds::net::{Kind as Owner, Route};

/// The changes of a case, each list in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Changes of long before, that made what was changed later.
    pub(crate) made: Vec<Edit>,
    /// The change that broke the service, and a second one in some cases.
    pub(crate) broke: Vec<Edit>,
    /// The changes that undo it.
    pub(crate) undone: Vec<Edit>,
}

/// The plan of a case. The things that an earlier change made are taken out of the network, so that making it is a change.
pub(crate) fn plan(case: Case, network: &mut Network, rng: &mut Rng) -> Plan {
    let mut plan = first(case, network, rng);
    if case.variant == Variant::TwoChanges {
        plan.broke.push(second(case.kind, network));
    }
    if case.variant == Variant::EachOpens {
        plan.broke.insert(0, redundant(case.kind, network));
    }
    plan
}

fn simple(broke: Edit, undone: Edit) -> Plan {
    Plan { made: Vec::new(), broke: vec![broke], undone: vec![undone] }
}

fn made(made: Edit, broke: Edit, undone: Edit) -> Plan {
    Plan { made: vec![made], broke: vec![broke], undone: vec![undone] }
}

fn first(case: Case, network: &mut Network, rng: &mut Rng) -> Plan {
    let parts = network.parts;
    let subnet = if case.kind.is_at_endpoint(case.seed) { parts.endpoint_subnet } else { 0 };
    let shown = match case.variant {
        Variant::RuleById => Shown::Id,
        _ if rng.between(0, 2) == 0 => Shown::Answer,
        _ => Shown::Whole,
    };
    match case.kind {
        Kind::EgressRevoked => revoked(parts.group, tcp(true, 443, "0.0.0.0/0"), shown),
        Kind::IngressRevoked => revoked(parts.endpoint_group, tcp(false, 443, "10.40.0.0/16"), shown),
        Kind::IngressModified => modified(network, rng),
        Kind::RequestDenied | Kind::ReplyDenied => denied(case, network, subnet),
        Kind::RequestUnlisted | Kind::ReplyUnlisted => unlisted(case, network, subnet),
        Kind::AclReplaced => {
            let usual = network.world.subnets[subnet].acl;
            network.world.subnets[subnet].acl = parts.strict_acl;
            made(
                Edit::UseAcl(subnet, usual),
                Edit::UseAcl(subnet, parts.strict_acl),
                Edit::UseAcl(subnet, usual),
            )
        }
        Kind::RouteDeleted | Kind::RouteRemade => {
            let (table, route) = (network.world.subnets[0].table, default_route(network));
            network.world.tables[table].routes.retain(|one| one.net != route.net);
            let add = Edit::AddRoute(table, route.clone());
            made(add.clone(), Edit::DropRoute(table, route.net), add)
        }
        Kind::TableReplaced => {
            let usual = network.world.subnets[0].table;
            network.world.subnets[0].table = parts.bare_table;
            made(Edit::UseTable(0, usual), Edit::UseTable(0, parts.bare_table), Edit::UseTable(0, usual))
        }
        Kind::EndpointMade => simple(
            Edit::MakeEndpoint(1, parts.strict),
            Edit::Authorize(parts.strict, tcp(false, 443, "10.40.0.0/16")),
        ),
        Kind::EndpointPolicy => {
            let id = network.world.names.gateway.clone().expect("the base has one");
            network.policies.insert(id.clone(), open_policy());
            let set = |has_layers| Edit::SetPolicy(id.clone(), endpoint_policy(has_layers));
            made(set(true), set(false), set(true))
        }
        Kind::NatDeleted => nat_deleted(network),
        Kind::PrivateDnsOff => simple(Edit::SetPrivateDns(false), Edit::SetPrivateDns(true)),
        Kind::HostNamesOff => simple(Edit::SetHostNames(false), Edit::SetHostNames(true)),
        Kind::CheckOn => {
            let is_it = |owner: &Owner| matches!(owner, Owner::Appliance(..));
            let eni = network.world.enis.iter().position(|eni| is_it(&eni.kind)).expect("a NAT instance");
            simple(Edit::SetCheck(eni, true), Edit::SetCheck(eni, false))
        }
        Kind::ServiceMoved => {
            let moves_subnet = rng.between(0, 1) == 0 && case.variant != Variant::TwoChanges;
            let to = if moves_subnet { (parts.group, parts.bare_subnet) } else { (parts.strict, 0) };
            let usual = Edit::MoveService(parts.group, 0);
            made(usual.clone(), Edit::MoveService(to.0, to.1), usual)
        }
        Kind::VersionSet if makes_version(case) => simple(Edit::MakeVersion, Edit::SetVersion("v1")),
        Kind::VersionSet => simple(Edit::SetVersion("v2"), Edit::SetVersion("v1")),
        Kind::RoleDetached => simple(Edit::Attach(false), Edit::Attach(true)),
        Kind::SecretDeleted => simple(Edit::DropSecret(true), Edit::DropSecret(false)),
        Kind::KeyDisabled => simple(Edit::EnableKey(false), Edit::EnableKey(true)),
    }
}

fn revoked(group: usize, rule: Rule, shown: Shown) -> Plan {
    simple(Edit::Revoke(group, rule.clone(), shown), Edit::Authorize(group, rule))
}

/// The rule is for another subnet from then on, or for another port.
fn modified(network: &mut Network, rng: &mut Rng) -> Plan {
    let group = network.parts.endpoint_group;
    let usual = tcp(false, 443, "10.40.0.0/16");
    let other = if rng.between(0, 1) == 0 {
        tcp(false, 443, "10.40.200.0/24")
    } else {
        tcp(false, 444, "10.40.0.0/16")
    };
    network.world.groups[group].rules.retain(|rule| rule.ports != Some((443, 443)));
    network.rule_ids.remove(&(group, format!("{usual:?}")));
    made(
        Edit::Authorize(group, usual.clone()),
        Edit::Modify(group, usual.clone(), other.clone()),
        Edit::Modify(group, other, usual),
    )
}

/// Whether requests pass a subnet outwards: those of the task's subnet do, those of the endpoint's come in. Replies go
/// the other way.
fn is_egress(case: Case) -> bool {
    let is_request = matches!(case.kind, Kind::RequestDenied | Kind::RequestUnlisted);
    is_request != case.kind.is_at_endpoint(case.seed)
}

fn denied(case: Case, network: &Network, subnet: usize) -> Plan {
    let acl = network.world.subnets[subnet].acl;
    let ports = if case.kind == Kind::RequestDenied { (443, 443) } else { (1_024, 65_535) };
    let net = if case.seed.is_multiple_of(2) { "0.0.0.0/0" } else { block(case, network, subnet) };
    let entry = Entry { number: Some(90), denies: true, ..Entry::allow(is_egress(case), Some(ports), net) };
    simple(Edit::AddEntry(acl, entry.clone()), Edit::DropEntry(acl, entry))
}

/// A block that holds the other side.
fn block(case: Case, network: &Network, subnet: usize) -> &'static str {
    match (case.kind.is_at_endpoint(case.seed), network.world.service.is_ipv4() && subnet == 0) {
        (true, _) => "10.40.1.0/24",
        (false, true) if network.endpoint().is_some() => "10.40.12.0/24",
        _ => "52.94.0.0/16",
    }
}

fn unlisted(case: Case, network: &mut Network, subnet: usize) -> Plan {
    let acl = network.world.subnets[subnet].acl;
    let is_egress = is_egress(case);
    let entries = &mut network.world.acls[acl].entries;
    let entry = entries.iter().find(|entry| entry.egress == is_egress).cloned().expect("it allows all");
    entries.retain(|one| one.egress != is_egress);
    let add = Edit::AddEntry(acl, entry.clone());
    made(add.clone(), Edit::DropEntry(acl, entry), add)
}

fn default_route(network: &Network) -> Route {
    Route { net: Cidr::of("0.0.0.0/0"), target: network.default_target() }
}

/// The repair makes another gateway and turns the route to it.
fn nat_deleted(network: &mut Network) -> Plan {
    let (table, route) = (network.world.subnets[0].table, default_route(network));
    network.world.tables[table].routes.retain(|one| one.net != route.net);
    let turned = Route { net: route.net, target: Target::Nat(1) };
    Plan {
        made: vec![Edit::MakeNat(0), Edit::AddRoute(table, route)],
        broke: vec![Edit::DropNat(0)],
        undone: vec![Edit::MakeNat(1), Edit::TurnRoute(table, turned)],
    }
}

/// A rule that allows the same was revoked before: the service worked until the other one was revoked, too.
fn redundant(kind: Kind, network: &mut Network) -> Edit {
    let (group, rule) = if kind == Kind::EgressRevoked {
        (network.parts.group, Rule { ports: Some((400, 500)), ..tcp(true, 443, "0.0.0.0/0") })
    } else {
        (network.parts.endpoint_group, Rule { ports: Some((400, 500)), ..tcp(false, 443, "10.40.1.0/24") })
    };
    network.world.groups[group].rules.push(rule.clone());
    network.name_rule(group, &rule);
    Edit::Revoke(group, rule, Shown::Whole)
}

/// A second change that breaks the service alone, at another control.
fn second(kind: Kind, network: &Network) -> Edit {
    let acl = network.world.subnets[0].acl;
    let deny = |number| {
        let ports = Some((443, 443));
        Entry { number: Some(number), denies: true, ..Entry::allow(true, ports, "0.0.0.0/0") }
    };
    match kind {
        Kind::KeyDisabled => Edit::SetVersion("v2"),
        Kind::VersionSet | Kind::RoleDetached | Kind::SecretDeleted => Edit::EnableKey(false),
        Kind::RequestDenied
        | Kind::RequestUnlisted
        | Kind::ReplyDenied
        | Kind::ReplyUnlisted
        | Kind::AclReplaced => Edit::Revoke(network.parts.group, tcp(true, 443, "0.0.0.0/0"), Shown::Whole),
        _ => Edit::AddEntry(acl, deny(80)),
    }
}
