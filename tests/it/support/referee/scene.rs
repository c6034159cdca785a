//! A network where everything works, with rules as narrow or open as the plan has them, and the tasks in it.

use std::net::Ipv4Addr;

use crate::support::config::Target;
use crate::support::referee::Case;
use crate::support::referee::plan::{Plan, pick};
use crate::support::referee::trouble::{Shape, Trouble};
use crate::support::rng::Rng;
use crate::support::stage::Stage;
use crate::support::startup::ALL_STEPS;
use crate::support::vpc::{Eni, REGION, Role};

/// The network of a case and the interfaces that matter in it.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) case: Case,
    pub(super) plan: Plan,
    pub(super) task: Eni,
    pub(super) neighbour: Option<Eni>,
    pub(super) predecessor: Option<Eni>,
    pub(super) endpoints: Vec<(&'static str, Eni)>,
    pub(super) nat: Option<Eni>,
    pub(super) resolver: Option<Eni>,
    pub(super) mount: Option<Eni>,
}

impl Scene {
    /// The complete network, without the trouble of the case.
    pub(super) fn of(case: Case) -> Self {
        let plan = Plan::of(case);
        let mut stage = Stage::new(case.seed.wrapping_mul(0x1_0001) ^ plan.rng.clone().next());
        stage.needs.clone_from(&plan.steps);
        let mut scene = Self::cast(stage, case, plan);
        scene.name_public_addresses();
        scene.write_groups();
        scene.narrow_edges();
        scene.write_routes();
        scene
    }

    /// Adds the interfaces.
    fn cast(mut stage: Stage, case: Case, mut plan: Plan) -> Self {
        let third = if plan.shape == Shape::Public { 103 } else { 1 };
        let fourth = fourth(&mut plan.rng);
        let predecessor = plan.predecessor.map(|_| stage.task(third, fourth));
        let task = stage.task(third, fourth);
        let neighbour = plan.neighbour.map(|neighbour| {
            let other = if neighbour.same_subnet { third } else { third + 1 };
            stage.task(other, if fourth < 128 { fourth + 90 } else { fourth - 90 })
        });
        let mut scene = Self {
            stage,
            case,
            plan,
            task,
            neighbour,
            predecessor,
            endpoints: Vec::new(),
            nat: None,
            resolver: None,
            mount: None,
        };
        scene.add_far_ends(third);
        scene
    }

    /// Adds the destinations of tasks.
    fn add_far_ends(&mut self, third: u8) {
        let far = |rng: &mut Rng, one_subnet| if one_subnet { third } else { [12, 13][pick(rng, 2)] };
        if matches!(self.plan.shape, Shape::Endpoints | Shape::Resolver) {
            let mut services: Vec<&'static str> = ALL_STEPS[..4].to_vec();
            services.push("ssm");
            for (service, fourth) in services.into_iter().zip(5..) {
                let third = far(&mut self.plan.rng, self.plan.one_subnet);
                let vpc = &mut self.stage.sim.vpc;
                let eni = vpc.endpoint_at(&mut self.stage.sim.rng, service, third, fourth);
                if self.plan.rng.between(1, 3) == 1 {
                    self.stage.sim.vpc.get_mut(eni).logged_account = "unknown";
                }
                self.endpoints.push((service, eni));
            }
        }
        if self.case.trouble == Trouble::EndpointGroupOfTwo {
            self.add_unused_endpoints();
        }
        if self.plan.shape == Shape::Resolver {
            let server = self.stage.server(0, 200, "name server");
            self.stage.sim.vpc.config.names.servers = vec![self.stage.sim.vpc.get(server).address];
            self.resolver = Some(server);
        }
        if matches!(self.case.trouble, Trouble::S3NotRoutedOfTwo | Trouble::S3InterfaceGroup) {
            self.add_s3_interface_endpoint();
        }
        if self.case.trouble == Trouble::EndpointAcrossRegions {
            self.move_registry();
        }
        let has_nat = matches!(self.case.trouble, Trouble::RegistryOutside | Trouble::EndpointAcrossRegions);
        if self.plan.shape == Shape::Nat || has_nat {
            self.nat = Some(self.stage.nat_at(102, 9));
        }
        if self.case.trouble == Trouble::MountTargetGroup {
            let third = far(&mut self.plan.rng, self.plan.one_subnet);
            let file_system = self.stage.sim.rng.id("fs");
            let role = Role::MountTarget { file_system };
            self.mount = Some(self.stage.sim.vpc.add(&mut self.stage.sim.rng, third, 4, role));
        }
    }

    /// Adds an S3 interface endpoint beside the gateway endpoint. Names lead to it only if its private DNS is on and serves
    /// the whole VPC, not only an inbound Resolver endpoint.
    fn add_s3_interface_endpoint(&mut self) {
        let vpc = &mut self.stage.sim.vpc;
        let eni = vpc.endpoint_at(&mut self.stage.sim.rng, "s3", 13, 30);
        let endpoint = vpc.endpoint_id(eni).to_owned();
        let is_used = self.case.trouble == Trouble::S3InterfaceGroup;
        if !is_used && self.plan.rng.between(1, 2) == 1 {
            vpc.private_dns_off(eni);
        } else if !is_used {
            vpc.config.names.inbound_only.insert(endpoint);
        }
        self.endpoints.push(("s3", eni));
    }

    /// Chooses public addresses of services, other ones in every case.
    fn name_public_addresses(&mut self) {
        let rng = &mut self.plan.rng;
        let mut byte = || u8::try_from(rng.between(1, 250)).expect("a byte");
        let nets =
            [(54, 239, 35), (34, 248, 173), (52, 94, 219), (52, 49, 190), (52, 218, 36), (52, 119, 196)];
        let services = ["secretsmanager", "ecr.api", "logs", "ecr.dkr", "s3", "ssm"];
        let names = &mut self.stage.sim.vpc.config.names;
        for (service, (a, b, c)) in services.into_iter().zip(nets) {
            names.public.insert(service, Ipv4Addr::new(a, b, c, byte()));
        }
        if names.region("s3") != REGION {
            names.public.insert("s3", Ipv4Addr::new(52, 216, 36, byte()));
        }
    }

    /// Writes route tables, gateways and public addresses.
    fn write_routes(&mut self) {
        let (shape, nat) = (self.plan.shape, self.nat);
        let tasks: Vec<Eni> =
            [Some(self.task), self.neighbour, self.predecessor].into_iter().flatten().collect();
        let vpc = &mut self.stage.sim.vpc;
        let transit = (shape == Shape::Transit).then(|| vpc.config.id("tgw"));
        let exit = transit.map(Target::TransitGateway).or(nat.map(Target::Nat));
        vpc.config.tables[0].default_route(exit.clone());
        // The neighbour's subnet has its own table, so that a change of the task's table does not affect it.
        let own = |eni: &Eni| *eni != self.task || self.plan.own_table;
        for eni in tasks.iter().filter(|eni| shape != Shape::Public && own(eni)) {
            if vpc.get(*eni).subnet != vpc.get(self.task).subnet || self.plan.own_table {
                vpc.own_table(*eni, "private").default_route(exit.clone());
            }
        }
        if matches!(shape, Shape::Endpoints | Shape::Resolver) || self.plan.spare_s3_gateway {
            for &eni in &tasks {
                let table = vpc.table_of(eni);
                vpc.route_s3(table);
            }
        }
        if shape == Shape::Public {
            for (&eni, last) in tasks.iter().zip(31..) {
                vpc.make_public(eni);
                vpc.publish(eni, Ipv4Addr::new(203, 0, 113, last));
            }
        }
    }

    /// A random endpoint, of the services that the task needs.
    pub(super) fn victim(&mut self) -> (&'static str, Eni) {
        let needed = |service: &&(&'static str, Eni)| self.plan.steps.contains(&service.0);
        let needed: Vec<(&'static str, Eni)> = self.endpoints.iter().filter(needed).copied().collect();
        needed[pick(&mut self.plan.rng, needed.len())]
    }
}

/// The last byte of a task's address.
fn fourth(rng: &mut Rng) -> u8 {
    u8::try_from(rng.between(20, 220)).expect("a byte")
}
