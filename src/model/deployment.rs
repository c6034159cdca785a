//! What a task was started from: its service, its task definition, a RunTask call.

use crate::model::ids::{SecurityGroupId, SubnetId};
use crate::model::service::Service;

/// `awsvpcConfiguration`: the network a task is started in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskNetwork {
    /// `subnets`.
    pub subnet_ids: Vec<SubnetId>,
    /// `securityGroups`; the VPC's default group where none is given.
    pub group_ids: Vec<SecurityGroupId>,
    /// `assignPublicIp` is `ENABLED`; none if it is not given.
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
    /// `networkConfiguration.awsvpcConfiguration`, else that of the primary deployment.
    pub network: Option<TaskNetwork>,
}

/// A task definition as `ecs describe-task-definition` shows it, as far as its start contacts something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDefinition {
    /// `taskDefinitionArn`.
    pub arn: String,
    /// `family`.
    pub family: Option<String>,
    /// What a task of it contacts while it starts, in the order of a start, each once.
    pub needs: Vec<Need>,
    /// `containerDefinitions[].image`.
    pub images: Vec<String>,
}

/// Something a task's start contacts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The service.
    pub service: Service,
    /// Its Region, where an ARN or a host names it.
    pub region: Option<String>,
    /// What says so: `secrets[].valueFrom arn:…`, `image …`, `logConfiguration awslogs`.
    pub because: String,
    /// The host that is dialled where it is none of AWS's in this Region: a registry such as `registry-1.docker.io`.
    pub host: Option<String>,
}

/// A fact and the document it was learned from, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned<T> {
    /// The fact.
    pub value: T,
    /// `describe-network-interfaces`, `AWS Config`, `CloudTrail`, `RunTask`, `describe-services`.
    pub from: &'static str,
}

/// What is known of the network of one task, whose interface is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskNetworkFacts {
    /// Its security groups; none if no document names them.
    pub group_ids: Option<Learned<Vec<SecurityGroupId>>>,
    /// Whether its interface had a public IPv4 address; none if no document tells.
    pub has_public_address: Option<Learned<bool>>,
}
