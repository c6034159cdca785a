//! The resolution of names: without it, no service can be reached.

use std::net::IpAddr;

use crate::attribution::culprits;
use crate::check::judge::reach_of;
use crate::check::launch_targets::LaunchTarget;
use crate::check::mend::Plan;
use crate::finding::{CauseId, Culprit, CulpritKind, Fix, HopDecision};
use crate::inventory::Inventory;
use crate::model::ids::VpcId;
use crate::model::protocol::{DNS_PORT, Protocol};
use crate::model::resolution::NameServer;
use crate::model::service::Service;
use crate::path::{Change, ConfiguredPath, Query, evaluate_query};
use crate::report::check::{CheckedPath, CheckedService, Reachability};

/// The DNS servers of the VPC, as far as documents show them.
enum Servers<'a> {
    /// No document names them.
    Unknown(String),
    /// The Amazon resolver: no security group and no network ACL applies to queries to it.
    Amazon(&'a VpcId, Option<bool>),
    /// Custom servers.
    Own(Vec<IpAddr>),
}

/// The resolution of names, as a service like the others.
pub(super) fn check(inventory: &Inventory, place: &LaunchTarget) -> (CheckedService, Plan) {
    match servers(inventory, place) {
        Servers::Unknown(what) => {
            let service = told(Reachability::Undetermined, "no document shows it".to_owned());
            (CheckedService { missing: vec![what], ..service }, Plan::default())
        }
        Servers::Amazon(vpc, support) => amazon(vpc, support),
        Servers::Own(addresses) => own(inventory, place, &addresses),
    }
}

fn servers<'a>(inventory: &'a Inventory, place: &'a LaunchTarget) -> Servers<'a> {
    let Some(vpc) = &place.sender.vpc_id else {
        return Servers::Unknown(format!("describe-subnets of {}", place.subnet_id));
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
        Some(true) => (told(Reachability::Reachable, "at the Amazon resolver".to_owned()), Plan::default()),
        None => {
            let what = format!("describe-vpc-attribute of {vpc}");
            let service = told(Reachability::Undetermined, "no document shows it".to_owned());
            (CheckedService { missing: vec![what], ..service }, Plan::default())
        }
        Some(false) => {
            let change = Change::EnableDnsSupport { vpc_id: vpc.clone() };
            let reason = format!("enableDnsSupport of {vpc} is off: the Amazon resolver does not answer");
            let culprit =
                Culprit { kind: CulpritKind::Vpc, id: Some(vpc.to_string()), subnet_id: None, rule: None };
            // Nothing else acts on these queries.
            let fix = Fix {
                text: format!("{}.", change.text()),
                commands: change.command().into_iter().collect(),
                verified: true,
            };
            let service = CheckedService {
                cause: Some(CauseId::ResolverUnusable),
                culprits: vec![culprit],
                fix,
                ..told(Reachability::Blocked, reason)
            };
            (service, Plan { changes: vec![change], queries: Vec::new(), is_certain: true, is_opening: true })
        }
    }
}

fn own(inventory: &Inventory, place: &LaunchTarget, addresses: &[IpAddr]) -> (CheckedService, Plan) {
    let queries: Vec<Query> = (addresses.iter())
        .flat_map(|address| [Protocol::UDP, Protocol::TCP].map(|protocol| (*address, protocol)))
        .map(|(address, protocol)| Query::to_address(address, Service::Dns, protocol, DNS_PORT))
        .collect();
    let evaluated: Vec<ConfiguredPath> =
        queries.iter().map(|query| evaluate_query(inventory, &place.sender, query)).collect();
    let paths: Vec<CheckedPath> = (queries.iter().zip(&evaluated))
        .map(|(query, path)| CheckedPath {
            destination: format!("{} port {DNS_PORT} of {}", query.request.protocol, query.name),
            reachability: reach_of(path),
            hops: path.hops.clone(),
        })
        .collect();
    let blocked = |path: &&CheckedPath| path.reachability == Reachability::Blocked;
    let n_blocked = paths.iter().filter(blocked).count();
    let reachability = match n_blocked {
        0 => paths.iter().map(|path| path.reachability).max().unwrap_or(Reachability::Undetermined),
        n if n == paths.len() => Reachability::Blocked,
        _ => Reachability::PartlyBlocked,
    };
    let denials = || evaluated.iter().flat_map(ConfiguredPath::denials);
    let is_tcp_alone = queries.iter().zip(&paths).all(|(query, path)| {
        path.reachability != Reachability::Blocked || query.request.protocol == Protocol::TCP
    });
    let missing = evaluated.iter().flat_map(|path| &path.hops).filter_map(|hop| match &hop.decision {
        HopDecision::Unknown { needs } => Some(needs.clone()),
        _ => None,
    });
    let mut missing: Vec<String> = missing.collect();
    missing.sort();
    missing.dedup();
    let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let summary = match (denials().next(), reachability) {
        (Some(hop), _) => hop.reason.clone(),
        (None, Reachability::Undetermined) => "no document shows it".to_owned(),
        (None, _) => format!("at {}", listed.join(", ")),
    };
    let mut plan = Plan::default();
    if n_blocked > 0 {
        plan = Plan { queries, is_certain: true, ..plan };
    }
    let service = CheckedService {
        cause: (n_blocked > 0).then_some(if is_tcp_alone {
            CauseId::DnsTcpBlocked
        } else {
            CauseId::DnsBlocked
        }),
        culprits: culprits::of_hops(denials()),
        paths,
        missing,
        fix: plan.fix(inventory, place),
        ..told(reachability, summary)
    };
    (service, plan)
}

fn told(reachability: Reachability, summary: String) -> CheckedService {
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
