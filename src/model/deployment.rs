//! The origin of a task: its service, its task definition, a RunTask call.

use crate::model::access::StartContainer;
use crate::model::ids::{SecurityGroupId, SubnetId, TaskId};
use crate::model::protocol::{DNS_PORT, HTTPS_PORT, NFS_PORT};
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// `awsvpcConfiguration`: the network a task is started in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskNetwork {
    /// `subnets`.
    pub subnet_ids: Vec<SubnetId>,
    /// `securityGroups`; without any, the default group of the VPC applies.
    pub group_ids: Vec<SecurityGroupId>,
    /// Whether `assignPublicIp` is `ENABLED`; none if it is missing.
    pub assigns_public_address: Option<bool>,
}

/// A service as `ecs describe-services` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EcsService {
    /// `serviceArn`.
    pub arn: String,
    /// `serviceName`.
    pub name: String,
    /// `clusterArn`.
    pub cluster_arn: Option<String>,
    /// `taskDefinition`.
    pub definition_arn: Option<String>,
    /// `launchType`; with a capacity provider `FARGATE`, or `EC2` if it is none of Fargate's.
    pub launch_type: Option<String>,
    /// `networkConfiguration.awsvpcConfiguration`, else that of the primary deployment.
    pub network: Option<TaskNetwork>,
    /// `enableExecuteCommand`: whether tasks of it contact `ssmmessages` after their start, for ECS Exec.
    pub has_exec: bool,
    /// `deployments` and `taskSets`, each with the network of its own tasks.
    pub deployments: Vec<Deployment>,
}

/// A deployment or a task set of a service. The tasks that it starts contain its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// `id`, which its tasks have as `startedBy`.
    pub id: Option<String>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `networkConfiguration.awsvpcConfiguration`.
    pub network: Option<TaskNetwork>,
    /// Whether it is a task set.
    pub is_task_set: bool,
}

impl EcsService {
    /// The network in which a task of this service was started, and its source: that of its own deployment or task set. None
    /// if that one is not described, for example after a later deployment.
    ///
    /// Without the id of its deployment, it is the latest one that was made before the task.
    #[must_use]
    pub fn network_of(
        &self,
        started_by: Option<&str>,
        created_at: Option<Timestamp>,
    ) -> Option<(&TaskNetwork, &'static str)> {
        let own = started_by.filter(|id| id.starts_with("ecs-svc/"));
        let described = || self.deployments.iter().filter(|one| one.id.is_some());
        if let Some(own) = own
            && described().next().is_some()
        {
            return self.network_at(described().find(|one| one.id.as_deref() == Some(own))?);
        }
        let is_later =
            |one: &&Deployment| one.created_at.zip(created_at).is_some_and(|(made, task)| made > task);
        let (later, earlier): (Vec<&Deployment>, Vec<&Deployment>) =
            self.deployments.iter().partition(is_later);
        if later.is_empty() {
            return self.present_network();
        }
        self.network_at(earlier.into_iter().max_by_key(|one| one.created_at)?)
    }

    /// The network of a deployment, else that of the service. A task set has a network of its own.
    fn network_at<'s>(&'s self, started: &'s Deployment) -> Option<(&'s TaskNetwork, &'static str)> {
        let source = if started.is_task_set { "task set" } else { "deployment" };
        match &started.network {
            Some(network) if Some(network) == self.network.as_ref() => self.present_network(),
            Some(network) => Some((network, source)),
            None if started.is_task_set => None,
            None => self.present_network(),
        }
    }

    fn present_network(&self) -> Option<(&TaskNetwork, &'static str)> {
        self.network.as_ref().map(|network| (network, "describe-services"))
    }
}

/// A task definition as `ecs describe-task-definition` shows it: only the parts that a start uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDefinition {
    /// `taskDefinitionArn`.
    pub arn: String,
    /// `family`.
    pub family: Option<String>,
    /// The services that a task contacts while it starts, in the order of a start, each once.
    pub needs: Vec<Need>,
    /// `containerDefinitions[].image`.
    pub images: Vec<String>,
    /// `networkMode`: `awsvpc`, `bridge`, `host` or `none`; missing for the default of its platform.
    pub network_mode: Option<String>,
    /// Whether a container has an environment variable `HTTP_PROXY` or `HTTPS_PROXY`, in either case.
    pub names_proxy: bool,
    /// `runtimePlatform.operatingSystemFamily`, such as `LINUX` or `WINDOWS_SERVER_2022_CORE`.
    pub operating_system: Option<String>,
    /// `runtimePlatform.cpuArchitecture`: `X86_64` or `ARM64`.
    pub architecture: Option<String>,
    /// `executionRoleArn`: the role of the agent that starts the task.
    pub execution_role_arn: Option<String>,
    /// `taskRoleArn`: the role of the application.
    pub task_role_arn: Option<String>,
    /// `containerDefinitions`.
    pub containers: Vec<StartContainer>,
}

/// The registry of images without a registry in their name.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// The registry of an image, with its port if the name contains one: the part before the first slash, if it can be a host.
#[must_use]
pub fn registry_of_image(image: &str) -> &str {
    let host = image.split_once('/').map(|(host, _)| host);
    match host.filter(|host| host.contains(['.', ':']) || *host == "localhost") {
        None | Some("docker.io" | "index.docker.io") => DOCKER_HUB,
        Some(host) => host,
    }
}

/// A private registry of ECR, by its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EcrRegistry<'a> {
    /// The account that owns it.
    pub account: &'a str,
    /// Its Region.
    pub region: &'a str,
}

impl<'a> EcrRegistry<'a> {
    /// The registry of hosts such as `ACCOUNT.dkr.ecr.REGION.amazonaws.com`; none for any other host.
    #[must_use]
    pub fn of_host(host: &'a str) -> Option<Self> {
        let labels: Vec<&str> = host.split('.').collect();
        match labels.as_slice() {
            [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com"]
            | [account, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com", "cn"]
            | [account, "dkr-ecr" | "dkr-ecr-fips", region, "on", ..] => Some(Self { account, region }),
            _ => None,
        }
    }
}

/// The port in a host such as `registry.example:5000`; none if it has none.
#[must_use]
pub fn port_of_host(host: &str) -> Option<u16> {
    let (_, port) = host.rsplit_once(':')?;
    port.parse().ok().filter(|port| *port > 0)
}

/// A service that the start of a task contacts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The service.
    pub service: Service,
    /// Its Region, if an ARN or a host contains it.
    pub region: Option<String>,
    /// The source of this need: `secrets[].valueFrom arn:…`, `image …`, `logConfiguration awslogs`.
    pub reason: String,
    /// The host, if it does not belong to AWS in this Region: a registry such as `registry-1.docker.io`.
    pub host: Option<String>,
}

impl Need {
    /// The port that the start contacts.
    #[must_use]
    pub fn port(&self) -> u16 {
        match self.service {
            Service::Dns => DNS_PORT,
            Service::Efs => NFS_PORT,
            _ => self.host.as_deref().and_then(port_of_host).unwrap_or(HTTPS_PORT),
        }
    }
}

/// A fact and its document, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned<T> {
    /// The fact.
    pub value: T,
    /// `describe-network-interfaces`, `AWS Config`, `CloudTrail`, `RunTask`, `task set`, `deployment`, `describe-services`, or
    /// `sibling`.
    pub from: &'static str,
    /// The sibling whose interface shows the fact: it is then assumed, not known.
    pub sibling: Option<TaskId>,
}

/// The known network of a task whose interface is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskNetworkFacts {
    /// Its security groups; none if no document shows them.
    pub group_ids: Option<Learned<Vec<SecurityGroupId>>>,
    /// Whether its interface had a public IPv4 address; none if no document shows it.
    pub has_public_address: Option<Learned<bool>>,
}
