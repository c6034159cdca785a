//! The verdicts of every control, and how they may differ.

use std::collections::BTreeMap;
use std::net::IpAddr;

use flowcause::check::{LaunchTargetSelection, check};
use flowcause::finding::{Hop, HopDecision, Reachability};
use flowcause::inventory::Inventory;
use flowcause::model::protocol::Protocol;
use flowcause::model::service::Service;
use flowcause::path::{Request, Sender, evaluate};

use crate::support::absent::exhibit::Exhibit;

/// Addresses outside of every VPC.
const OUTSIDE: [(&str, Service); 1] = [("44.213.79.104", Service::EcrApi)];

/// The verdicts on each packet: those of the controls, by their place on the way and their kind, and the conclusion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdicts(BTreeMap<String, BTreeMap<String, Verdict>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Verdict {
    /// `allowed` or `denied`; none if it is unknown.
    answer: Option<String>,
    reason: String,
}

impl Verdicts {
    /// The verdicts that documents give.
    pub(crate) fn of(inventory: &Inventory, exhibit: &Exhibit) -> Self {
        let mut verdicts = Self::default();
        verdicts.add_check(inventory);
        for (name, sender, request) in &exhibit.requests {
            verdicts.add_hops(name, &evaluate(inventory, sender, request).hops);
        }
        verdicts
    }

    fn add_check(&mut self, inventory: &Inventory) {
        for target in check(inventory, &LaunchTargetSelection::default()) {
            let start = format!("{:?} {}", target.service_name, target.subnet_id);
            for service in target.services {
                let name = format!("{start} {}", service.service);
                let answer = match service.reachability {
                    Reachability::Reachable => Some("reachable".to_owned()),
                    Reachability::External | Reachability::Undetermined => None,
                    Reachability::PartlyBlocked | Reachability::Blocked => Some("blocked".to_owned()),
                };
                let verdict = Verdict { answer, reason: service.summary };
                self.0.entry(name.clone()).or_default().insert("reachability".to_owned(), verdict);
                for path in service.paths {
                    self.add_hops(&format!("{name} {}", path.destination), &path.hops);
                }
            }
        }
    }

    fn add_hops(&mut self, packet: &str, hops: &[Hop]) {
        let answer = if hops.iter().any(Hop::denies) {
            Some("denied".to_owned())
        } else {
            hops.iter().all(|hop| hop.decision == HopDecision::Allowed).then(|| "allowed".to_owned())
        };
        let reason = hops
            .iter()
            .filter(|hop| !hop.is_passed())
            .map(|hop| hop.reason.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        self.0
            .entry(packet.to_owned())
            .or_default()
            .insert("whole path".to_owned(), Verdict { answer, reason });
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for hop in hops {
            let place = format!(
                "{} {} {} {}",
                hop.leg.name(),
                hop.side.name(),
                hop.direction(),
                hop.control.kind().name()
            );
            let number = count.entry(place.clone()).or_default();
            *number += 1;
            let answer = match &hop.decision {
                HopDecision::Allowed => Some("allowed"),
                HopDecision::Denied => Some("denied"),
                HopDecision::Unknown { .. } | HopDecision::External => None,
            };
            let answer = answer.map(|answer| format!("{answer} by {}", hop.control.ids().join(" ")));
            let verdict = Verdict { answer, reason: hop.reason.clone() };
            self.0.entry(packet.to_owned()).or_default().insert(format!("{place} {number}"), verdict);
        }
    }
}

/// The first control that gives an answer which it did not give before. Packets that were not there before do not count.
pub(crate) fn breach(before: &Verdicts, after: &Verdicts) -> Option<String> {
    before.0.iter().find_map(|(packet, before)| {
        after.0.get(packet)?.iter().find_map(|(place, verdict)| {
            let answer = verdict.answer.as_ref()?;
            // A control that was not on the way is judged by the conclusion.
            let was = before.get(place)?;
            if was.answer.as_ref() == Some(answer) {
                return None;
            }
            let was = format!("{} ({})", was.answer.as_deref().unwrap_or("unknown"), was.reason);
            Some(format!("{packet}: {place}: {answer} ({}), before: {was}", verdict.reason))
        })
    })
}

/// Requests from every task and every interface of a task to each endpoint and to the outside.
pub(crate) fn requests(inventory: &Inventory) -> Vec<(String, Sender, Request)> {
    let of_tasks = inventory.tasks.values().filter_map(|task| {
        let interface = task.interface_id.clone();
        let facts = inventory.task_network_of(task);
        let subnet = task.subnet_id.clone()?;
        let vpc = inventory.subnets.get(&subnet).and_then(|subnet| subnet.vpc_id.clone());
        Some(Sender {
            interface_id: interface,
            addresses: task.addresses.clone(),
            subnet_id: Some(subnet),
            vpc_id: vpc,
            group_ids: facts.group_ids.map(|learned| learned.value),
            has_public_address: facts.has_public_address.map(|learned| learned.value),
        })
    });
    let outside = OUTSIDE.into_iter().filter_map(|(to, service)| Some((to.parse().ok()?, service)));
    let of_s3 = inventory.prefix_lists.values().filter(|list| list.is_of_s3());
    let of_s3 = of_s3
        .flat_map(|list| list.blocks.iter().flat_map(|blocks| blocks.iter()).take(1).map(ipnet::IpNet::addr));
    let outside = outside.chain(of_s3.map(|to| (to, Service::S3)));
    let endpoints = inventory.endpoints.values().flat_map(|endpoint| {
        let interfaces = endpoint.interface_ids.iter().filter_map(|id| inventory.interfaces.get(id));
        interfaces.filter_map(|one| one.addresses.first()).map(|to| (*to, endpoint.service.clone()))
    });
    let mut all = Vec::new();
    let destinations: Vec<(IpAddr, Service)> = outside.chain(endpoints).collect();
    for sender in of_tasks.take(3) {
        for (to, service) in &destinations {
            let request = Request {
                destination: *to,
                service: service.clone(),
                protocol: Protocol::TCP,
                source_port: 41_002,
                destination_port: 443,
            };
            let name = format!("{:?} to {to}", sender.subnet_id);
            all.push((name, sender.clone(), request));
        }
    }
    all
}
