//! Applies the trouble of a case, after all other tasks have started.

use flowcause::finding::CulpritKind;

use crate::support::clock::s;
use crate::support::config::{NatState, Peer, Rule};
use crate::support::fault::{Effect, Fault};
use crate::support::packets::Direction::{Egress, Ingress};
use crate::support::packets::{TCP, UDP};
use crate::support::referee::edges::{ANYONE, EPHEMERAL};
use crate::support::referee::groups::VPC;
use crate::support::referee::plan::Style;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::{Shape, Trouble};
use crate::support::referee::truth::Blamed;
use crate::support::vpc::Eni;

/// The subnet of neighbours. Rules that no longer admit the task's subnet still admit this one.
const OTHERS: &str = "10.40.2.0/24";

impl Scene {
    /// Breaks the network; returns the resource at fault.
    pub(super) fn apply_trouble(&mut self) -> Blamed {
        match self.case.trouble {
            Trouble::GroupLacksEndpoint
            | Trouble::GroupLacksList
            | Trouble::GroupLacksWorld
            | Trouble::EndpointGroup
            | Trouble::MountTargetGroup => self.break_groups(),
            Trouble::TaskAclOut
            | Trouble::TaskAclReturn
            | Trouble::EndpointAclIn
            | Trouble::EndpointAclReturn
            | Trouble::NatAclOut
            | Trouble::NatAclReturn
            | Trouble::NatAclIn => self.break_acls(),
            Trouble::ResolverTaskGroup
            | Trouble::ResolverTaskAcl
            | Trouble::ResolverGroup
            | Trouble::ResolverHangs
            | Trouble::ResolverTcp
            | Trouble::ResolverOff => self.break_names(),
            Trouble::PublicAccess | Trouble::PathResets | Trouble::PathStalls | Trouble::PathSilent => {
                self.break_path()
            }
            Trouble::SlowLayers => Blamed::Path,
            Trouble::SendsNothing => Blamed::one(CulpritKind::Interface, self.id(self.task)),
            Trouble::Refused => Blamed::Nobody,
            Trouble::EndpointOfOtherVpc
            | Trouble::EndpointOfOtherRegion
            | Trouble::DnsHostnamesOff
            | Trouble::OwnServersAlone
            | Trouble::OwnServersBypass
            | Trouble::EndpointGroupOfTwo
            | Trouble::NeedInOtherRegion
            | Trouble::RegistryOutside
            | Trouble::S3NotRoutedOfTwo
            | Trouble::S3InterfaceGroup
            | Trouble::EndpointAcrossRegions => self.break_destinations(),
            _ => self.break_routes(),
        }
    }

    fn break_groups(&mut self) -> Blamed {
        let is_443 = |rule: &Rule| rule.ports == (443, 443);
        match self.case.trouble {
            Trouble::GroupLacksEndpoint if self.plan.style == Style::Named => {
                let (_, endpoint) = self.victim();
                let lost = Peer::group(self.stage.sim.vpc.group_of(endpoint));
                self.change_group(self.task, |group| group.egress.retain(|rule| rule.peer != lost));
                self.groups_of(self.task)
            }
            Trouble::GroupLacksEndpoint => {
                self.change_group(self.task, |group| {
                    group.egress.retain(|rule| !is_443(rule) || matches!(rule.peer, Peer::PrefixList(_)));
                    group.egress.push(Rule::tcp(443, Peer::net(OTHERS)));
                });
                self.groups_of(self.task)
            }
            Trouble::GroupLacksList => {
                let is_list = |rule: &Rule| matches!(rule.peer, Peer::PrefixList(_));
                self.change_group(self.task, |group| group.egress.retain(|rule| !is_list(rule)));
                self.groups_of(self.task)
            }
            Trouble::GroupLacksWorld => {
                self.change_group(self.task, |group| {
                    group.egress.retain(|rule| rule.peer != Peer::anyone());
                    group.egress.push(Rule::tcp(443, Peer::net(VPC)));
                });
                self.groups_of(self.task)
            }
            Trouble::MountTargetGroup => {
                let mount = self.mount.expect("the trouble has one");
                self.forget_task(mount, 2049)
            }
            _ => {
                let (_, endpoint) = self.victim();
                self.forget_task(endpoint, 443)
            }
        }
    }

    /// The group at the destination no longer admits the task, because of a group, a network or a port in its rules.
    pub(super) fn forget_task(&mut self, far: Eni, port: u16) -> Blamed {
        let neighbour = self.neighbour.map(|eni| self.stage.sim.vpc.group_of(eni).to_owned());
        let one_subnet = self.plan.neighbour.is_some_and(|neighbour| neighbour.same_subnet);
        let rule = match (self.plan.rng.between(1, 3), neighbour) {
            (1, _) => Rule::tcp(port + 1, Peer::net(VPC)),
            (2, _) if !one_subnet => Rule::tcp(port, Peer::net(OTHERS)),
            (_, Some(group)) => Rule::tcp(port, Peer::group(&group)),
            (_, None) => Rule::tcp(port, Peer::net("10.40.20.0/24")),
        };
        self.change_group(far, |group| group.ingress = vec![rule]);
        self.groups_of(far)
    }

    fn break_acls(&mut self) -> Blamed {
        let by_deny = self.plan.rng.between(1, 2) == 1;
        let own = self.task_network();
        let place = match self.case.trouble {
            Trouble::TaskAclOut | Trouble::TaskAclReturn => self.task,
            Trouble::EndpointAclIn | Trouble::EndpointAclReturn => self.victim().1,
            _ => self.nat.expect("the trouble has one"),
        };
        let acl = self.stage.sim.vpc.own_acl(place);
        match self.case.trouble {
            Trouble::TaskAclOut | Trouble::NatAclOut if by_deny => {
                acl.add(90, true, false, Some(TCP), (443, 443), ANYONE);
            }
            Trouble::TaskAclOut | Trouble::NatAclOut => {
                acl.clear(true);
                acl.add(100, true, true, Some(TCP), EPHEMERAL, VPC);
                acl.add(110, true, true, Some(UDP), (53, 53), VPC);
                acl.add(120, true, true, Some(TCP), (53, 53), VPC);
            }
            Trouble::TaskAclReturn | Trouble::NatAclReturn if by_deny => {
                acl.add(90, false, false, Some(TCP), EPHEMERAL, ANYONE);
            }
            Trouble::TaskAclReturn | Trouble::NatAclReturn => {
                acl.clear(false);
                acl.add(100, false, true, Some(TCP), (443, 443), VPC);
                acl.add(110, false, true, Some(TCP), (8080, 8080), VPC);
                acl.add(120, false, true, Some(UDP), EPHEMERAL, VPC);
            }
            Trouble::EndpointAclIn | Trouble::NatAclIn if by_deny => {
                acl.add(90, false, false, Some(TCP), (443, 443), &own);
            }
            Trouble::EndpointAclIn | Trouble::NatAclIn => {
                acl.clear(false);
                acl.add(100, false, true, Some(TCP), (443, 443), OTHERS);
                // Packets from outside still reach the NAT gateway.
                acl.add(110, false, true, Some(TCP), EPHEMERAL, "128.0.0.0/1");
            }
            _ if by_deny => acl.add(90, true, false, Some(TCP), EPHEMERAL, &own),
            _ => {
                acl.clear(true);
                acl.add(100, true, true, Some(TCP), EPHEMERAL, OTHERS);
            }
        }
        Blamed::one(CulpritKind::NetworkAcl, self.stage.sim.vpc.acl_of(place).id.clone())
    }

    fn break_names(&mut self) -> Blamed {
        let is_53 = |rule: &Rule| rule.ports == (53, 53);
        match self.case.trouble {
            Trouble::ResolverTaskGroup => {
                self.change_group(self.task, |group| group.egress.retain(|rule| !is_53(rule)));
                self.groups_of(self.task)
            }
            Trouble::ResolverTcp => {
                self.stage.sim.vpc.config.names.truncated = true;
                self.change_group(self.task, |group| {
                    group.egress.retain(|rule| !is_53(rule) || rule.protocol != Some(TCP));
                });
                self.groups_of(self.task)
            }
            Trouble::ResolverTaskAcl => {
                let acl = self.stage.sim.vpc.own_acl(self.task);
                acl.add(80, true, false, Some(UDP), (53, 53), ANYONE);
                acl.add(81, true, false, Some(TCP), (53, 53), ANYONE);
                Blamed::one(CulpritKind::NetworkAcl, self.stage.sim.vpc.acl_of(self.task).id.clone())
            }
            Trouble::ResolverGroup => {
                let resolver = self.resolver.expect("the trouble has one");
                let rules = vec![Rule::udp(53, Peer::net(OTHERS)), Rule::tcp(53, Peer::net(OTHERS))];
                self.change_group(resolver, |group| group.ingress = rules);
                self.groups_of(resolver)
            }
            Trouble::ResolverHangs => {
                let resolver = self.resolver.expect("the trouble has one");
                self.stage.fault(Fault::at(resolver, Ingress, Effect::Lose).on_ports(&[53]).since(s(-30)));
                let address = self.stage.sim.vpc.get(resolver).address;
                Blamed::One(CulpritKind::DnsServer, vec![address.to_string(), format!("{address}:53")])
            }
            _ => {
                self.stage.sim.vpc.config.names.support = false;
                self.vpc()
            }
        }
    }

    fn break_path(&mut self) -> Blamed {
        let (task, trouble) = (self.task, self.case.trouble);
        let effect = match trouble {
            Trouble::PublicAccess => Effect::Reject(Some("BPA")),
            Trouble::PathResets => Effect::Reset,
            Trouble::PathStalls => Effect::LoseLarger(200),
            _ => Effect::Lose,
        };
        let place = if self.plan.shape == Shape::Nat { self.nat.expect("the shape has one") } else { task };
        self.stage.fault(Fault::at(place, Egress, effect).begun_by(&[task]).on_ports(&[443]));
        if trouble == Trouble::PublicAccess { self.vpc() } else { Blamed::Path }
    }

    fn break_routes(&mut self) -> Blamed {
        let task = self.task;
        let vpc = &mut self.stage.sim.vpc;
        let table = vpc.table_of(task);
        let table_id = vpc.config.tables[table].id.clone();
        let nat_id = self.nat.map(|nat| vpc.nat_id(nat).to_owned());
        let nat = || Blamed::one(CulpritKind::NatGateway, nat_id.clone().expect("the trouble has one"));
        match self.case.trouble {
            Trouble::NoDefaultRoute => vpc.config.tables[table].default_route(None),
            Trouble::BlackHole => vpc.delete_nat(self.nat.expect("the trouble has one"), s(-30)),
            Trouble::NoPublicAddress => {
                vpc.get_mut(task).public = None;
                return Blamed::one(CulpritKind::Interface, vpc.get(task).id.clone());
            }
            Trouble::NatState => {
                let eni = self.nat.expect("the trouble has one");
                if self.plan.rng.between(1, 2) == 1 {
                    vpc.set_nat_state(eni, NatState::Failed);
                    vpc.get_mut(eni).life = Some((i64::MIN, s(-30)));
                } else {
                    vpc.set_nat_state(eni, NatState::Deleting);
                }
                return nat();
            }
            Trouble::NatNoWayOut => {
                vpc.cut_off(self.nat.expect("the trouble has one"));
                return nat();
            }
            Trouble::NatPorts => {
                let eni = self.nat.expect("the trouble has one");
                self.stage.fault(Fault::at(eni, Ingress, Effect::Lose).begun_by(&[task]).on_ports(&[443]));
                return nat();
            }
            Trouble::S3NotRouted => {
                let endpoint = vpc.config.s3_gateway.clone().expect("the shape has one");
                vpc.unroute_s3(table);
                return Blamed::one(CulpritKind::VpcEndpoint, endpoint);
            }
            Trouble::S3Missing => vpc.delete_s3_gateway(),
            Trouble::EndpointMissing | Trouble::EndpointMissingNarrow => {
                let (_, endpoint) = self.victim();
                self.stage.sim.vpc.delete_endpoint(endpoint, s(-30));
                return self.vpc();
            }
            _ => {
                let (_, endpoint) = self.victim();
                let vpc = &mut self.stage.sim.vpc;
                vpc.private_dns_off(endpoint);
                return Blamed::one(CulpritKind::VpcEndpoint, vpc.endpoint_id(endpoint));
            }
        }
        Blamed::one(CulpritKind::RouteTable, table_id)
    }

    fn groups_of(&self, eni: Eni) -> Blamed {
        Blamed::One(CulpritKind::SecurityGroup, self.stage.sim.vpc.get(eni).groups.clone())
    }

    pub(super) fn vpc(&self) -> Blamed {
        Blamed::one(CulpritKind::Vpc, self.stage.sim.vpc.id.clone())
    }

    fn id(&self, eni: Eni) -> &str {
        &self.stage.sim.vpc.get(eni).id
    }

    /// The network of the task's subnet.
    fn task_network(&self) -> String {
        format!("10.40.{}.0/24", self.stage.sim.vpc.subnet_of(self.task).third)
    }
}
