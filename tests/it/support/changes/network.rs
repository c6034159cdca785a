//! A network that can be changed: a world of packets, and what only documents and events show of it.

use std::collections::BTreeMap;

use crate::support::changes::Case;
use crate::support::changes::kind::Kind;
use crate::support::clock::{Ms, s};
use crate::support::worlds::build::build;
use crate::support::worlds::build_more::call;
use crate::support::worlds::calls::Step;
use crate::support::worlds::net::{Cidr, Entry, Kind as Owner, Rule, Target, World};
use crate::support::worlds::shapes::Base;

/// The permissions of the role, and the state of the secret.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The default version of the role's policy.
    pub(crate) version: &'static str,
    /// Since when the policy has a second version.
    pub(crate) second: Option<Ms>,
    /// The policy is attached to the role.
    pub(crate) is_attached: bool,
    /// The secret is scheduled for deletion, since then.
    pub(crate) deleted: Option<Ms>,
    /// The secret's key is enabled.
    pub(crate) is_enabled: bool,
}

/// The network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    /// Packets and configuration.
    pub(crate) world: World,
    /// The ids of the associations of each subnet with its ACL and with its route table.
    pub(crate) links: Vec<[String; 2]>,
    /// The ids of rules, by group and rule.
    pub(crate) rule_ids: BTreeMap<(usize, String), String>,
    /// The policies of endpoints, by endpoint; the default policy where there is none.
    pub(crate) policies: BTreeMap<String, String>,
    /// `enableDnsHostnames` of the VPC.
    pub(crate) has_host_names: bool,
    /// Group and subnet of the service.
    pub(crate) service: (usize, usize),
    /// NAT gateways that were deleted.
    pub(crate) closed: Vec<usize>,
    /// Policies, secret and key.
    pub(crate) access: Access,
    /// Places of this network.
    pub(crate) parts: Parts,
}

/// Where the parts of a network are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts {
    /// The task's group.
    pub(crate) group: usize,
    /// The endpoint's group.
    pub(crate) endpoint_group: usize,
    /// A group that allows nothing the task needs.
    pub(crate) strict: usize,
    /// A group that no interface has.
    pub(crate) idle: usize,
    /// An ACL that allows only the database.
    pub(crate) strict_acl: usize,
    /// A route table without a way out.
    pub(crate) bare_table: usize,
    /// A subnet with that table.
    pub(crate) bare_subnet: usize,
    /// The subnet of the endpoint, if there is one; otherwise the task's.
    pub(crate) endpoint_subnet: usize,
    /// The tasks that started: the one that runs still, and the one before it.
    pub(crate) started: [usize; 2],
}

/// Whether the second version of the role's policy is made by the change that breaks the service.
pub(crate) const fn makes_version(case: Case) -> bool {
    matches!(case.kind, Kind::VersionSet) && case.seed % 2 == 1
}

/// TCP to or from a block.
pub(crate) fn tcp(egress: bool, port: u16, net: &str) -> Rule {
    Rule { egress, ports: Some((port, port)), net: Cidr::of(net) }
}

/// The network of a case before anything was changed.
pub(crate) fn network(case: Case) -> Network {
    let base = case.kind.base(case.seed);
    let mut world = build(base, case.seed ^ 0xCA5E);
    world.rng = case.chance(1);
    if world.calls.is_empty() {
        world.calls = vec![call(Step::Secret, world.service)];
    }
    for acl in &mut world.acls {
        for (place, entry) in (10..).zip(acl.entries.iter_mut()) {
            entry.number = Some(place * 10);
        }
    }
    let parts = parts(&mut world, base);
    let links: Vec<[String; 2]> =
        world.subnets.iter().map(|_| [world.rng.id("aclassoc"), world.rng.id("rtbassoc")]).collect();
    let second = (!makes_version(case)).then_some(s(-864_000));
    let access = Access { version: "v1", second, is_attached: true, deleted: None, is_enabled: true };
    let mut network = Network {
        world,
        links,
        rule_ids: BTreeMap::new(),
        policies: BTreeMap::new(),
        has_host_names: true,
        service: (parts.group, 0),
        closed: Vec::new(),
        access,
        parts,
    };
    let groups = network.world.groups.clone();
    for (group, one) in groups.iter().enumerate() {
        for rule in &one.rules {
            network.name_rule(group, rule);
        }
    }
    if case.kind == Kind::EndpointPolicy {
        let id = network.world.names.gateway.clone().expect("the base has one");
        network.policies.insert(id, super::access::endpoint_policy(true));
    }
    network
}

/// Adds what every network has: groups with a rule for each port, strict controls that are not used yet, tasks that started.
fn parts(world: &mut World, base: Base) -> Parts {
    let group = world.enis[0].groups[0];
    world.groups[group].rules =
        vec![tcp(true, 443, "0.0.0.0/0"), tcp(true, 5_432, "10.40.9.0/24"), tcp(true, 8_443, "10.40.9.0/24")];
    let endpoint = world.endpoint_for("secretsmanager").filter(|_| base == Base::Local);
    let endpoint_subnet = endpoint.map_or(0, |eni| world.enis[eni].subnet);
    let endpoint_group = match endpoint {
        Some(eni) => world.enis[eni].groups[0],
        None => world.add_group(0, false),
    };
    if endpoint.is_some() {
        world.groups[endpoint_group].rules =
            vec![tcp(false, 443, "10.40.0.0/16"), tcp(false, 8_443, "10.40.9.0/24")];
    }
    let strict = world.add_group(0, false);
    world.groups[strict].rules = vec![tcp(true, 5_432, "10.40.9.0/24"), tcp(false, 8_080, "10.40.9.0/24")];
    let idle = world.add_group(0, true);
    let bare_subnet = world.add_subnet(0, 2, 'b');
    let (bare_table, strict_acl) = (world.subnets[bare_subnet].table, world.subnets[bare_subnet].acl);
    world.acls[strict_acl].entries =
        [true, false].map(|egress| Entry::allow(egress, Some((5_432, 5_432)), "10.40.0.0/16")).to_vec();
    for (number, entry) in [100, 110].into_iter().zip(&mut world.acls[strict_acl].entries) {
        entry.number = Some(number);
    }
    // The bare subnet takes the ACL of the data subnet, so that the strict one has no subnet.
    world.subnets[bare_subnet].acl = world.subnets[1].acl;
    let running = world.add_eni(0, 32, Owner::Other, vec![group]);
    let stopped = world.add_eni(0, 33, Owner::Task, vec![group]);
    let client = world.enis[1].groups.clone();
    world.add_eni(1, 94, Owner::Other, client);
    Parts {
        group,
        endpoint_group,
        strict,
        idle,
        strict_acl,
        bare_table,
        bare_subnet,
        endpoint_subnet,
        started: [running, stopped],
    }
}

impl Network {
    /// Gives a rule an id, and returns it.
    pub(crate) fn name_rule(&mut self, group: usize, rule: &Rule) -> String {
        let id = self.world.rng.id("sgr");
        self.rule_ids.entry((group, format!("{rule:?}"))).or_insert(id).clone()
    }

    /// The id of a rule.
    pub(crate) fn rule_id(&self, group: usize, rule: &Rule) -> String {
        self.rule_ids.get(&(group, format!("{rule:?}"))).cloned().unwrap_or_default()
    }

    /// The endpoint of Secrets Manager and its interface.
    pub(crate) fn endpoint(&self) -> Option<(String, usize)> {
        let eni = self.world.endpoint_for("secretsmanager")?;
        match &self.world.enis[eni].kind {
            Owner::Endpoint(id) => Some((id.clone(), eni)),
            _ => None,
        }
    }

    /// The target of the task's default route.
    pub(crate) fn default_target(&self) -> Target {
        self.world.route(self.world.subnets[0].table, [52, 94, 228, 1].into()).unwrap_or(Target::Local)
    }

    /// Sends the names of Secrets Manager to its endpoint, or to the addresses of the internet.
    pub(crate) fn resolves_to_endpoint(&mut self, is_private: bool) {
        let public = [63, 34, 77, 12].into();
        let private = self.endpoint().map(|(_, eni)| self.world.enis[eni].v4.into());
        let to = private.filter(|_| is_private).unwrap_or(public);
        self.world.calls[0].to = to;
        self.world.service = to;
    }
}
