//! The requests to AWS that the start of a task makes before its containers run.
//!
//! Source: pages `task_execution_IAM_role`, `secrets-envvar-*`, `use-environment-file` and `using_awslogs` of the ECS guide,
//! page `ECR_on_ECS` of the ECR guide, and the denials that users reported. `ecr:BatchCheckLayerAvailability` is in AWS's
//! managed policy, but no pull needs it, so it is no request here.

mod builder;
mod images;
mod logs;
mod secrets;

use crate::authorization::start::StartInputs;
use crate::finding::MissingData;
use crate::model::service::Service;

use builder::RequestBuilder;

/// A part of a start, in the order in which AWS gets to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartStep {
    /// ECS becomes a role.
    AssumeRole,
    /// A secret of Secrets Manager.
    ReadSecret,
    /// The credentials of another registry, a secret too.
    ReadRegistryCredentials,
    /// A parameter of Systems Manager.
    ReadParameter,
    /// An environment file in S3.
    ReadEnvironmentFile,
    /// The token of ECR.
    GetRegistryToken,
    /// The log stream of a container, with its group if the definition demands it.
    CreateLogStream,
    /// The image of a pull-through cache rule, from the other registry.
    ImportImage,
    /// The manifest of an image and the addresses of its layers.
    PullImage,
    /// The layers of an image, in a bucket of AWS.
    ReadLayers,
}

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestPrincipal {
    /// The execution role, by its ARN.
    ExecutionRole(String),
    /// The service `ecs-tasks.amazonaws.com`.
    TasksService,
    /// The role of AWS that signed the address of a layer.
    LayerReader,
}

impl RequestPrincipal {
    /// The principal as policies name it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ExecutionRole(arn) => arn,
            Self::TasksService => TASKS_SERVICE,
            Self::LayerReader => LAYER_READER,
        }
    }
}

/// The service that becomes the roles of tasks.
pub(super) const TASKS_SERVICE: &str = "ecs-tasks.amazonaws.com";
/// The role of AWS that signs the addresses of layers, as a recorded denial of us-west-2 shows it without its Region.
pub(super) const LAYER_READER: &str = "arn:aws:iam::812812325446:role/storage-access-role-prod";

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestSubject {
    /// A role that ECS becomes, by its ARN.
    Role(String),
    /// The registry of an account.
    Registry,
    /// An image.
    Image {
        /// The ARN of its repository.
        repository: String,
        /// Its tag, or its digest.
        tag: String,
    },
    /// The bucket with the layers of a Region.
    LayerBucket,
    /// A secret.
    Secret {
        /// The ARN or name, as the definition has it, without the fields after it.
        id: String,
        /// The ARN with the suffix, if it is saved.
        stored: Option<String>,
        /// The staging label that the definition names.
        stage: Option<String>,
        /// The version that the definition names.
        version: Option<String>,
    },
    /// A parameter.
    Parameter {
        /// The name, as far as the definition shows it.
        name: String,
    },
    /// A KMS key.
    Key {
        /// Its id.
        id: String,
        /// The service that uses it for the role.
        via: Service,
        /// The ARN of the secret or of the parameter.
        encrypted: String,
    },
    /// A file in S3, by its ARN, or its bucket.
    EnvironmentFile(String),
    /// A log group, by its name.
    LogGroup(String),
}

/// One request of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartRequest {
    /// The part of the start.
    pub step: StartStep,
    /// The action, `secretsmanager:GetSecretValue`.
    pub action: &'static str,
    /// The ARN of the resource, or `*`. A part that is not known before the start, such as a layer, is `*`.
    pub resource: String,
    /// Whether the ARN is the stored one. The ARN of a secret without its suffix, as a definition may name it, is not.
    pub is_resource_certain: bool,
    /// Who makes it.
    pub principal: RequestPrincipal,
    /// The service that gets it, as endpoints name it.
    pub service: Service,
    /// The Region of that service.
    pub region: Option<String>,
    /// The name of the first container that needs it.
    pub container: Option<String>,
    /// What it is about.
    pub subject: RequestSubject,
    /// Whether it is made only if a resource does not exist: the log driver creates a group after AWS answered that there is
    /// none.
    pub is_conditional: bool,
}

/// All requests of a start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartRequests {
    /// The requests in the order of a start, each once.
    pub requests: Vec<StartRequest>,
    /// Documents without which it is not known whether there are further requests.
    pub missing: Vec<MissingData>,
}

/// The requests that the start of a task makes.
#[must_use]
pub fn requests_of_start(inputs: &StartInputs<'_>) -> StartRequests {
    let mut builder = RequestBuilder::new(inputs);
    builder.add_roles();
    for container in &inputs.definition.containers {
        builder.container.clone_from(&container.name);
        builder.add_secrets(container);
        builder.add_files(container);
        builder.add_image(container);
        builder.add_log(container);
    }
    builder.finish()
}
