//! The rules of everyone in a configured scenario, as narrow as a careful team writes them: each script then breaks one.

use std::net::Ipv4Addr;

use crate::support::config::{Peer, Rule};
use crate::support::stage::Stage;
use crate::support::vpc::Eni;

/// Where the web proxy asks tasks for their health from.
const PROXIES: &str = "10.40.101.0/24";
/// Where the database is.
const DATA: &str = "10.40.20.0/24";

impl Stage {
    /// The bystanders keep to what they are for: the proxy serves the internet and turns its scanners away by itself.
    pub(super) fn guard_bystanders(&mut self) {
        let cast = self.bystanders();
        let vpc = &mut self.sim.vpc;
        vpc.make_public(cast.web);
        vpc.publish(cast.web, Ipv4Addr::new(203, 0, 113, 20));
        vpc.group_mut(cast.web).ingress = [80, 443].map(|port| Rule::tcp(port, Peer::anyone())).to_vec();
        for eni in [cast.application, cast.scanner] {
            let spare = vpc.group_of(eni).to_owned();
            vpc.config.groups.remove(&spare);
            vpc.share_groups(eni, cast.database);
        }
        let data = vpc.group_mut(cast.database);
        data.name = "data".into();
        data.ingress = vec![Rule::tcp(5432, Peer::net("10.40.0.0/16"))];
    }

    /// One group for all of `endpoints`, which admits `tasks`; its id.
    pub(super) fn one_endpoint_group(&mut self, endpoints: &[Eni], tasks: &[Eni]) -> String {
        let (first, others) = endpoints.split_first().expect("a scenario has endpoints");
        let vpc = &mut self.sim.vpc;
        for &eni in others {
            let spare = vpc.group_of(eni).to_owned();
            vpc.config.groups.remove(&spare);
            vpc.share_groups(eni, *first);
        }
        vpc.group_mut(*first).name = "endpoints".into();
        self.admit(*first, tasks);
        self.sim.vpc.group_of(*first).to_owned()
    }

    /// The group of an endpoint admits `tasks` by their groups, and no other peer.
    pub(super) fn admit(&mut self, endpoint: Eni, tasks: &[Eni]) {
        let vpc = &mut self.sim.vpc;
        let rules = tasks.iter().map(|&task| Rule::tcp(443, Peer::group(vpc.group_of(task)))).collect();
        vpc.group_mut(endpoint).ingress = rules;
    }

    /// A task's group: health checks in, the database and HTTPS to `services` out.
    pub(super) fn guard_task(&mut self, task: Eni, services: &[Peer]) {
        let group = self.sim.vpc.group_mut(task);
        group.ingress = vec![Rule::tcp(8080, Peer::net(PROXIES))];
        group.egress = vec![Rule::tcp(5432, Peer::net(DATA))];
        group.egress.extend(services.iter().map(|peer| Rule::tcp(443, peer.clone())));
    }

    /// Everything a task needs where the VPC has endpoints for it: the groups of `endpoints`, and S3's prefix list.
    pub(super) fn endpoint_peers(&self, endpoints: &[Eni]) -> Vec<Peer> {
        let vpc = &self.sim.vpc;
        let groups = endpoints.iter().map(|&eni| Peer::group(vpc.group_of(eni)));
        groups.chain([Peer::list(vpc.config.s3_list())]).collect()
    }
}
