//! Troubles of where a service's name leads: to the interfaces of an endpoint, or to public addresses.

use flowcause::finding::CulpritKind;

use crate::support::clock::s;
use crate::support::referee::plan::pick;
use crate::support::referee::scene::Scene;
use crate::support::referee::trouble::Trouble;
use crate::support::referee::truth::Blamed;
use crate::support::startup::DOCKER_HUB;
use crate::support::vpc::Eni;

/// A Region that the VPC is not in.
const OTHER_REGION: &str = "us-east-1";

/// Services whose endpoints serve their own Region alone.
const OF_ONE_REGION: [&str; 3] = ["secretsmanager", "ssm", "logs"];

impl Scene {
    /// Breaks it; returns the resource at fault.
    pub(super) fn break_destinations(&mut self) -> Blamed {
        match self.case.trouble {
            Trouble::EndpointOfOtherVpc => {
                let (service, endpoint) = self.victim();
                self.stage.sim.vpc.delete_endpoint(endpoint, s(-30));
                self.stage.sim.vpc.foreign_endpoint(service);
                self.vpc()
            }
            Trouble::EndpointOfOtherRegion => {
                let endpoint = self.victim_of(&["ecr.api", "ecr.dkr"]).1;
                let vpc = &mut self.stage.sim.vpc;
                let id = vpc.endpoint_id(endpoint).to_owned();
                vpc.config.names.endpoint_regions.insert(id, OTHER_REGION);
                self.vpc()
            }
            Trouble::DnsHostnamesOff => {
                self.stage.sim.vpc.config.names.hostnames = false;
                self.endpoint_or_vpc()
            }
            Trouble::OwnServersAlone => {
                self.stage.sim.vpc.config.names.support = false;
                self.endpoint_or_vpc()
            }
            Trouble::OwnServersBypass => {
                self.stage.sim.vpc.config.names.forwards = false;
                if self.plan.rng.between(1, 2) == 1 {
                    self.add_unused_endpoints();
                }
                self.route_table()
            }
            Trouble::EndpointGroupOfTwo => {
                let (_, endpoint) = self.victim();
                self.forget_task(endpoint, 443)
            }
            Trouble::NeedInOtherRegion => {
                let (service, endpoint) = self.victim_of(&OF_ONE_REGION);
                self.stage.sim.vpc.config.names.regions.insert(service, OTHER_REGION);
                if self.plan.rng.between(1, 2) == 1 {
                    self.stage.sim.vpc.delete_endpoint(endpoint, s(-30));
                }
                self.route_table()
            }
            Trouble::RegistryOutside => {
                self.plan.steps.retain(|step| !matches!(*step, "ecr.api" | "ecr.dkr" | "s3"));
                self.plan.steps.push(DOCKER_HUB);
                self.stage.needs.clone_from(&self.plan.steps);
                let vpc = &mut self.stage.sim.vpc;
                let table = vpc.table_of(self.task);
                vpc.config.tables[table].default_route(None);
                self.route_table()
            }
            Trouble::S3NotRoutedOfTwo => {
                let vpc = &mut self.stage.sim.vpc;
                let table = vpc.table_of(self.task);
                vpc.unroute_s3(table);
                let gateway = vpc.config.s3_gateway.clone().expect("the shape has one");
                Blamed::one(CulpritKind::VpcEndpoint, gateway)
            }
            Trouble::EndpointAcrossRegions => {
                let endpoint = self.victim_of(&["ecr.api", "ecr.dkr"]).1;
                self.forget_task(endpoint, 443)
            }
            _ => {
                let endpoint = self.victim_of(&["s3"]).1;
                self.forget_task(endpoint, 443)
            }
        }
    }

    /// Moves the image to another Region: the VPC's endpoints of the registry are for that Region, and the layers come
    /// through the NAT gateway, because no gateway endpoint leads to another Region.
    pub(super) fn move_registry(&mut self) {
        let vpc = &mut self.stage.sim.vpc;
        for &(service, endpoint) in self.endpoints.iter().filter(|(service, _)| service.starts_with("ecr.")) {
            let id = vpc.endpoint_id(endpoint).to_owned();
            vpc.config.names.endpoint_regions.insert(id, OTHER_REGION);
            vpc.config.names.regions.insert(service, OTHER_REGION);
        }
        vpc.config.names.regions.insert("s3", OTHER_REGION);
    }

    /// The endpoint of one of these services, of those that the task needs.
    fn victim_of(&mut self, services: &[&str]) -> (&'static str, Eni) {
        let is_one = |(service, _): &&(&'static str, Eni)| {
            services.contains(service) && self.plan.steps.contains(service)
        };
        let needed: Vec<(&'static str, Eni)> = self.endpoints.iter().filter(is_one).copied().collect();
        needed[pick(&mut self.plan.rng, needed.len())]
    }

    /// One more endpoint of each service, with its private DNS off. Its id may sort before the other's.
    pub(super) fn add_unused_endpoints(&mut self) {
        for (&(service, _), fourth) in self.endpoints.iter().zip(40..) {
            let vpc = &mut self.stage.sim.vpc;
            let endpoint = vpc.endpoint_at(&mut self.stage.sim.rng, service, 13, fourth);
            vpc.private_dns_off(endpoint);
        }
    }

    /// An attribute of the VPC is off: the VPC is at fault, and the endpoint is where it shows.
    fn endpoint_or_vpc(&self) -> Blamed {
        let first = self.plan.steps[0];
        let vpc = &self.stage.sim.vpc;
        let endpoints = vpc.endpoints_of(first).map(|eni| vpc.endpoint_id(eni).to_owned()).collect();
        Blamed::Any(vec![self.vpc(), Blamed::One(CulpritKind::VpcEndpoint, endpoints)])
    }

    fn route_table(&self) -> Blamed {
        let vpc = &self.stage.sim.vpc;
        Blamed::one(CulpritKind::RouteTable, vpc.config.tables[vpc.table_of(self.task)].id.clone())
    }
}
