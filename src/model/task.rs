//! An ECS task as `ecs describe-tasks` or a Task State Change event shows it.

use std::net::IpAddr;

use crate::model::ids::{InterfaceId, SubnetId, TaskId};
use crate::model::time::Timestamp;

/// A task. Its interface is usually deleted before the metadata is saved, so only the ids and addresses of its attachment
/// remain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Last part of `taskArn`.
    pub id: TaskId,
    /// `taskArn`.
    pub arn: String,
    /// `clusterArn`.
    pub cluster_arn: Option<String>,
    /// `taskDefinitionArn`.
    pub definition_arn: Option<String>,
    /// From `group`: `service:orders` gives `orders`.
    pub service_name: Option<String>,
    /// `startedBy`: the deployment of its service, as in `ecs-svc/4098127355021760911`, or the value that the caller of RunTask set.
    pub started_by: Option<String>,
    /// `launchType`, or `FARGATE` for a capacity provider of Fargate: `FARGATE`, `EC2`, `EXTERNAL`.
    pub launch_type: Option<String>,
    /// `platformVersion`, such as `1.4.0`. Each platform family has version numbers of its own.
    pub platform_version: Option<String>,
    /// `platformFamily`, such as `Linux` or `WINDOWS_SERVER_2022_CORE`.
    pub platform_family: Option<String>,
    /// `containerInstanceArn`: the instance that a task which is not on Fargate was placed on.
    pub container_instance_arn: Option<String>,
    /// Attachment detail `networkInterfaceId`.
    pub interface_id: Option<InterfaceId>,
    /// Attachment details `privateIPv4Address` and `ipv6Address`.
    pub addresses: Vec<IpAddr>,
    /// Attachment detail `subnetId`.
    pub subnet_id: Option<SubnetId>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `pullStartedAt`.
    pub pull_started_at: Option<Timestamp>,
    /// `pullStoppedAt`.
    pub pull_stopped_at: Option<Timestamp>,
    /// `startedAt`.
    pub started_at: Option<Timestamp>,
    /// `stoppingAt`.
    pub stopping_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `lastStatus`, such as `STOPPED`.
    pub last_status: Option<String>,
    /// `stopCode`, such as `TaskFailedToStart`.
    pub stop_code: Option<String>,
    /// `stoppedReason`, as written.
    pub stopped_reason: Option<String>,
    /// `containers[].reason`, as written, if present.
    pub container_reasons: Vec<String>,
    /// `containers[].image`, as written.
    pub images: Vec<String>,
}
