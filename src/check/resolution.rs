//! The resolution of names: without it, no service can be reached.

use std::net::IpAddr;

use crate::attribution::culprits;
use crate::attribution::obstacle::Obstacle;
use crate::check::destinations::{Destination, Destinations};
use crate::check::evaluation::{Evaluation, UNDETERMINED};
use crate::check::fixes::{self, Plan};
use crate::check::launch_targets::LaunchTarget;
use crate::finding::{CauseId, Culprit, CulpritKind, Fix};
use crate::inventory::Inventory;
use crate::model::ids::VpcId;
use crate::model::protocol::{DNS_PORT, Protocol};
use crate::model::resolution::NameServer;
use crate::model::service::Service;
use crate::path::{Change, ConfiguredPath, Query};
use crate::report::check::{CheckedService, Reachability};

/// The DNS servers of the VPC, as far as documents show them.
enum Servers<'a> {
    /// No document names them.
    Unknown(String),
    /// The Amazon resolver: no security group and no network ACL applies to queries to it.
    Amazon(&'a VpcId, Option<bool>),
    /// Custom servers.
    Own(Vec<IpAddr>),
}

/// The answer for the resolution of names, in the form of the answers for services.
pub(super) fn check(inventory: &Inventory, target: &LaunchTarget) -> (CheckedService, Plan) {
    match servers(inventory, target) {
        Servers::Unknown(what) => {
            let service = resolution(Reachability::Undetermined, UNDETERMINED.to_owned());
            (CheckedService { missing: vec![what], ..service }, Plan::default())
        }
        Servers::Amazon(vpc, support) => amazon(vpc, support),
        Servers::Own(addresses) => own(inventory, target, &addresses),
    }
}

fn servers<'a>(inventory: &'a Inventory, target: &'a LaunchTarget) -> Servers<'a> {
    let Some(vpc) = &target.sender.vpc_id else {
        return Servers::Unknown(format!("describe-subnets of {}", target.subnet_id));
    };
    let Some(named) = inventory.name_servers_of(vpc) else {
        return Servers::Unknown(format!("describe-dhcp-options of {vpc}"));
    };
    let own: Vec<IpAddr> = named
        .iter()
        .filter_map(|server| match server {
            NameServer::Address(address) => Some(*address),
            NameServer::Amazon => None,
        })
        .collect();
    if own.is_empty() {
        let support = inventory.vpcs.get(vpc).and_then(|known| known.dns_support);
        return Servers::Amazon(vpc, support);
    }
    Servers::Own(own)
}

fn amazon(vpc: &VpcId, support: Option<bool>) -> (CheckedService, Plan) {
    match support {
        Some(true) => {
            (resolution(Reachability::Reachable, "at the Amazon resolver".to_owned()), Plan::default())
        }
        None => {
            let what = format!("describe-vpc-attribute of {vpc}");
            let service = resolution(Reachability::Undetermined, UNDETERMINED.to_owned());
            (CheckedService { missing: vec![what], ..service }, Plan::default())
        }
        Some(false) => {
            let change = Change::EnableDnsSupport { vpc_id: vpc.clone() };
            let reason = format!("enableDnsSupport of {vpc} is off: the Amazon resolver does not answer");
            let culprit = Culprit {
                kind: CulpritKind::Vpc,
                id: Some(vpc.to_string()),
                subnet_id: None,
                rule: None,
                is_likely: false,
            };
            // No other control applies to these queries.
            let fix = Fix {
                text: format!("{}.", change.text()),
                commands: change.command().into_iter().collect(),
                verified: true,
            };
            let service = CheckedService {
                cause: Some(CauseId::ResolverUnusable),
                culprits: vec![culprit],
                fix,
                ..resolution(Reachability::Blocked, reason)
            };
            (service, Plan { changes: vec![change], queries: Vec::new(), is_certain: true, is_opening: true })
        }
    }
}

/// Custom servers: a path for each server and protocol.
fn own(inventory: &Inventory, target: &LaunchTarget, addresses: &[IpAddr]) -> (CheckedService, Plan) {
    let list = (addresses.iter())
        .flat_map(|address| [Protocol::UDP, Protocol::TCP].map(|protocol| server(*address, protocol)))
        .collect();
    let destinations = Destinations { list, ..Destinations::default() };
    let evaluation = Evaluation::of(inventory, target, &destinations);
    let reachability = evaluation.reachability();
    let mut plan = fixes::plan(inventory, target, &destinations, reachability);
    let denial = evaluation.first_denial();
    let is_blocked = |path: &ConfiguredPath| path.denials().next().is_some();
    let is_tcp_only = (evaluation.each())
        .all(|(server, path)| !is_blocked(path) || server.query.request.protocol == Protocol::TCP);
    let cause = denial.and_then(|(path, hop)| {
        Some(Obstacle::of(inventory, &path.next_hop, hop)?.cause_of_queries(is_tcp_only))
    });
    let reason = denial.map(|(_, hop)| hop.reason.as_str()).unwrap_or_default();
    let service = CheckedService {
        cause,
        culprits: culprits::of_hops(evaluation.paths.iter().flat_map(ConfiguredPath::denials)),
        paths: evaluation.checked_paths(),
        missing: evaluation.missing(),
        fix: plan.fix(inventory, target),
        ..resolution(reachability, evaluation.summary(reason))
    };
    (service, plan)
}

/// The queries to one server over one protocol.
fn server(address: IpAddr, protocol: Protocol) -> Destination {
    let label = format!("{protocol} port {DNS_PORT} of {address}");
    let query = Query::to_address(address, Service::Dns, protocol, DNS_PORT);
    Destination { label, name: address.to_string(), query, from_all_ports: None }
}

/// An answer for the resolution of names, without its paths and its fix.
fn resolution(reachability: Reachability, summary: String) -> CheckedService {
    CheckedService {
        service: Service::Dns,
        host: None,
        reason: "every name that is contacted".to_owned(),
        reachability,
        cause: None,
        culprits: Vec::new(),
        summary,
        paths: Vec::new(),
        notes: Vec::new(),
        missing: Vec::new(),
        fix: Fix { text: String::new(), commands: Vec::new(), verified: false },
    }
}
