//! The parts of a task definition that name secrets, parameters, images, files and log groups.

/// A container and the names that its start uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartContainer {
    /// `name`.
    pub name: Option<String>,
    /// `image`, as written.
    pub image: Option<String>,
    /// `secrets` and `logConfiguration.secretOptions`.
    pub secrets: Vec<SecretReference>,
    /// `repositoryCredentials.credentialsParameter`: a secret's ARN or name.
    pub registry_credentials: Option<String>,
    /// `environmentFiles[].value`: ARNs of S3 objects.
    pub environment_files: Vec<String>,
    /// `logConfiguration`.
    pub log: Option<LogConfiguration>,
}

/// A secret or a parameter that becomes an environment variable or an option of the log driver.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretReference {
    /// `name` of the variable or of the option.
    pub name: Option<String>,
    /// `valueFrom`, as written.
    pub value_from: String,
    /// Whether it is an option of the log driver.
    pub is_log_option: bool,
}

/// The log driver of a container and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfiguration {
    /// `logDriver`.
    pub driver: String,
    /// Option `awslogs-group`.
    pub group: Option<String>,
    /// Option `awslogs-region`, as written.
    pub region: Option<String>,
    /// Option `awslogs-stream-prefix`.
    pub stream_prefix: Option<String>,
    /// Option `awslogs-create-group`.
    pub creates_group: bool,
}
