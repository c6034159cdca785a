//! One request of a start as a value.

use crate::finding::MissingData;
use crate::model::service::Service;

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

/// The caller of a request.
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
pub(in crate::authorization) const TASKS_SERVICE: &str = "ecs-tasks.amazonaws.com";
/// The role of AWS that signs the addresses of layers, as a recorded denial of us-west-2 shows it without its Region.
pub(in crate::authorization) const LAYER_READER: &str =
    "arn:aws:iam::812812325446:role/storage-access-role-prod";

/// The thing that a request is about.
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
    /// The caller.
    pub principal: RequestPrincipal,
    /// The service that gets it, as endpoints name it.
    pub service: Service,
    /// The Region of that service.
    pub region: Option<String>,
    /// The name of the first container that needs it.
    pub container: Option<String>,
    /// The thing that it is about.
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
