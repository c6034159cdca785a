//! Container instances: the instances on which tasks outside Fargate run.

use crate::model::ids::InstanceId;

/// A container instance as `ecs describe-container-instances` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerInstance {
    /// `containerInstanceArn`.
    pub arn: String,
    /// `ec2InstanceId`: `i-…`, or `mi-…` of an instance outside AWS.
    pub instance_id: Option<InstanceId>,
}

impl ContainerInstance {
    /// Whether it is an external instance, which has no interface in AWS.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.instance_id.as_ref().is_some_and(|id| id.as_str().starts_with("mi-"))
    }
}

/// The interface from which the start of a task sends: secrets, image and log stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StartInterface {
    /// The task's own interface.
    #[default]
    Own,
    /// The interface of Fargate itself, which no flow log shows.
    OfFargate,
    /// The primary interface of the container instance.
    OfInstance {
        /// The instance.
        instance_id: InstanceId,
        /// Whether AWS states that this interface is used: true for EC2, false for Managed Instances.
        is_stated: bool,
    },
    /// The primary interface of a container instance that no document shows.
    OfUnknownInstance {
        /// The instance, if a document shows its id.
        instance_id: Option<InstanceId>,
        /// Whether the container instance is described.
        is_described: bool,
    },
    /// An instance outside AWS.
    External,
}

impl StartInterface {
    /// Whether the start sends from another interface than the one of the subject, so that its records prove nothing about
    /// the start.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self, Self::OfFargate | Self::OfUnknownInstance { .. } | Self::External)
    }

    /// Whether the start sends from the interface of an instance.
    #[must_use]
    pub fn is_of_instance(&self) -> bool {
        matches!(self, Self::OfInstance { .. })
    }
}
