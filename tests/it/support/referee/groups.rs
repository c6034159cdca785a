//! The security groups of a scene: they allow what each interface needs and, depending on the style, more.

use crate::support::config::{Group, Peer, Rule};
use crate::support::referee::plan::Style;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::Shape;
use crate::support::vpc::{Eni, REGION};

/// The VPC, as rules write it.
pub(super) const VPC: &str = "10.40.0.0/16";

impl Scene {
    /// Writes the rules of all interfaces of the case.
    pub(super) fn write_groups(&mut self) {
        self.share_groups();
        let (task, neighbour) = (self.task, self.neighbour);
        for eni in [Some(task), neighbour].into_iter().flatten() {
            let egress = self.task_egress();
            let group = self.stage.sim.vpc.group_mut(eni);
            group.ingress = vec![Rule::tcp(8080, Peer::net("10.40.101.0/24"))];
            group.egress = egress;
        }
        if self.plan.second_group {
            let vpc = &mut self.stage.sim.vpc;
            let id = vpc.second_group(task, "database-clients");
            let database = vec![Rule::tcp(5432, Peer::net("10.40.20.0/24"))];
            vpc.config.groups.get_mut(&id).expect("just made").egress = database;
        }
        // An interface that shares the task's groups has the second one too.
        self.share_groups();
        let far: Vec<(Eni, u16)> = self
            .endpoints
            .iter()
            .map(|&(_, eni)| (eni, 443))
            .chain(self.mount.map(|eni| (eni, 2049)))
            .collect();
        for (eni, port) in far {
            let ingress = self.far_ingress(port);
            self.stage.sim.vpc.group_mut(eni).ingress = ingress;
        }
        // No rule admits the scanners of the internet.
        let web = self.stage.bystanders().web;
        self.change_group(web, |group| group.ingress = vec![Rule::tcp(443, Peer::anyone())]);
        if let Some(resolver) = self.resolver {
            let ingress = vec![Rule::udp(53, Peer::net(VPC)), Rule::tcp(53, Peer::net(VPC))];
            self.stage.sim.vpc.group_mut(resolver).ingress = ingress;
        }
    }

    /// Tasks of one service have the same groups; endpoints may have the same ones too.
    fn share_groups(&mut self) {
        let (task, vpc) = (self.task, &mut self.stage.sim.vpc);
        if let Some(predecessor) = self.predecessor {
            vpc.share_groups(predecessor, task);
        }
        if let (Some(neighbour), Some(plan)) = (self.neighbour, self.plan.neighbour)
            && plan.same_service
        {
            vpc.share_groups(neighbour, task);
        }
        if self.plan.shared_endpoint_group {
            // Those of S3 and of another Region have their own, so that they can be at fault alone.
            let region = |eni| vpc.config.names.endpoint_region(vpc.endpoint_id(eni));
            let is_shared = |&&(service, eni): &&(&str, Eni)| service != "s3" && region(eni) == REGION;
            let shared: Vec<_> = self.endpoints.iter().filter(is_shared).collect();
            for pair in shared.windows(2) {
                vpc.share_groups(pair[1].1, pair[0].1);
            }
        }
    }

    /// The egress rules of a task's group.
    fn task_egress(&self) -> Vec<Rule> {
        let vpc = &self.stage.sim.vpc;
        if self.plan.style == Style::Open {
            return vec![Rule::all(Peer::anyone())];
        }
        let mut rules = vec![Rule::tcp(5432, Peer::net("10.40.20.0/24"))];
        if matches!(self.plan.shape, Shape::Nat | Shape::Public | Shape::Transit)
            || vpc.config.names.region("s3") != REGION
        {
            rules.push(Rule::tcp(443, Peer::anyone()));
        } else {
            rules.push(Rule::tcp(443, Peer::list(vpc.config.s3_list())));
        }
        if self.plan.style == Style::Networks {
            rules.push(Rule::tcp(443, Peer::net(VPC)));
            rules.extend(self.mount.map(|_| Rule::tcp(2049, Peer::net(VPC))));
        } else {
            for &(_, eni) in &self.endpoints {
                let rule = Rule::tcp(443, Peer::group(vpc.group_of(eni)));
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            rules.extend(self.mount.map(|eni| Rule::tcp(2049, Peer::group(vpc.group_of(eni)))));
        }
        if let Some(resolver) = self.resolver {
            let server = format!("{}/32", vpc.get(resolver).address);
            rules.extend([Rule::udp(53, Peer::net(&server)), Rule::tcp(53, Peer::net(&server))]);
        }
        rules
    }

    /// The ingress rules of an endpoint's group.
    fn far_ingress(&self, port: u16) -> Vec<Rule> {
        let vpc = &self.stage.sim.vpc;
        match self.plan.style {
            Style::Open => vec![Rule::all(Peer::net(VPC))],
            Style::Networks => vec![Rule::tcp(port, Peer::net(VPC))],
            Style::Named => [Some(self.task), self.neighbour]
                .into_iter()
                .flatten()
                .map(|eni| Rule::tcp(port, Peer::group(vpc.group_of(eni))))
                .collect(),
        }
    }

    /// Changes the first group of an interface.
    pub(super) fn change_group(&mut self, eni: Eni, change: impl FnOnce(&mut Group)) {
        change(self.stage.sim.vpc.group_mut(eni));
    }
}
