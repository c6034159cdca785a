//! A start with its documents, in which everything is allowed until a test changes something.

use serde_json::{Value, json};

use crate::authorization::{
    AccessDocuments, EndpointAccess, EvaluatedRequest, RequestPath, RequestPaths, StartDenial, StartInputs,
    denials_of_start, evaluate_requests,
};
use crate::model::access::{
    Boundary, CompleteList, InlinePolicy, Key, LogConfiguration, LogGroup, ManagedPolicy, Parameter,
    PolicyText, PolicyVersion, Repository, Role, SavedPolicy, Secret, SecretReference, StartContainer,
};
use crate::model::arn::Arn;
use crate::model::deployment::TaskDefinition;
use crate::model::endpoint::EndpointKind;
use crate::model::ids::{EndpointId, VpcId};
use crate::model::service::Service;
use crate::model::time::Timestamp;

pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/orders-execution";
pub(super) const TASK_ROLE: &str = "arn:aws:iam::123456789012:role/orders-task";
pub(super) const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbC1dE";
pub(super) const OTHER_SECRET: &str =
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing/db-ZyX9wV";
pub(super) const PARAMETER: &str = "arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db";
pub(super) const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab";
pub(super) const KEY_ID: &str = "1234abcd-12ab";
pub(super) const REPOSITORY: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/orders/api";
pub(super) const GROUP: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/orders";
pub(super) const MANAGED: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
pub(super) const GET_SECRET: &str = "secretsmanager:GetSecretValue";
pub(super) const INCIDENT: Timestamp = Timestamp(1_795_403_600);
pub(super) const DAY: i64 = 86_400;

/// A start and what was saved about it.
pub(super) struct Scene {
    pub(super) definition: TaskDefinition,
    pub(super) documents: AccessDocuments,
    pub(super) paths: RequestPaths,
}

impl Scene {
    /// A task with a secret, an image of ECR and a log, whose role may do everything that the start needs.
    pub(super) fn new() -> Self {
        let mut scene = Self {
            definition: definition(),
            documents: AccessDocuments::default(),
            paths: RequestPaths::default(),
        };
        let execution = role(ROLE, &[("secrets", json!([allow(GET_SECRET, SECRET)]))], &[MANAGED]);
        scene.documents.roles.insert(ROLE.to_owned(), execution);
        scene.documents.roles.insert(TASK_ROLE.to_owned(), role(TASK_ROLE, &[], &[]));
        scene.documents.managed_policies.insert(MANAGED.to_owned(), execution_policy());
        scene.documents.secrets.insert(SECRET.to_owned(), secret(SECRET));
        scene
    }

    pub(super) fn inputs(&self) -> StartInputs<'_> {
        StartInputs {
            definition: &self.definition,
            documents: &self.documents,
            paths: &self.paths,
            task_id: Some("82f6"),
            incident: Some(INCIDENT),
            not_before: None,
            is_fargate: true,
        }
    }

    pub(super) fn container(&mut self) -> &mut StartContainer {
        &mut self.definition.containers[0]
    }

    pub(super) fn role(&mut self) -> &mut Role {
        self.documents.roles.get_mut(ROLE).unwrap()
    }

    pub(super) fn secret(&mut self) -> &mut Secret {
        self.documents.secrets.get_mut(SECRET).unwrap()
    }

    /// Replaces the inline policies of the execution role.
    pub(super) fn inline(mut self, statements: &Value) -> Self {
        let role = self.role();
        role.inline = vec![inline("secrets", statements)];
        role.inline_names = Some(vec!["secrets".to_owned()]);
        self
    }

    /// Adds a statement for the execution role.
    pub(super) fn with_statement(mut self, name: &str, statement: Value) -> Self {
        let role = self.role();
        role.inline.push(inline(name, &Value::Array(vec![statement])));
        role.inline_names.as_mut().unwrap().push(name.to_owned());
        self
    }

    /// Replaces the secret with a reference.
    pub(super) fn reference(mut self, value_from: &str) -> Self {
        self.container().secrets = vec![reference(value_from)];
        self
    }

    /// Sends the requests to a service through an endpoint with a policy.
    pub(super) fn endpoint(
        mut self,
        service: Service,
        kind: EndpointKind,
        statements: Option<&Value>,
    ) -> Self {
        let id = EndpointId::new(if kind == EndpointKind::Gateway { "vpce-s3" } else { "vpce-1" });
        let policy = statements.map(policy_text);
        let access = EndpointAccess { kind, vpc_id: Some(VpcId::new("vpc-1")), policy };
        self.documents.endpoints.insert(id.clone(), access);
        self.paths.set(service, None, RequestPath::Endpoint(id));
        self
    }

    /// Encrypts the secret with a customer managed key that has this policy.
    pub(super) fn key(mut self, statements: &Value) -> Self {
        self.secret().key = Some(KEY.to_owned());
        self.documents.keys.insert(KEY_ID.to_owned(), key(statements));
        self
    }

    pub(super) fn evaluated(&self) -> Vec<EvaluatedRequest> {
        evaluate_requests(&self.inputs())
    }

    pub(super) fn denials(&self) -> Vec<StartDenial> {
        denials_of_start(&self.inputs(), &self.evaluated())
    }

    /// The denials as `fault action policy-type effect`.
    pub(super) fn denied(&self) -> Vec<String> {
        let line = |denial: &StartDenial| {
            let parts =
                [denial.fault.cause().name(), denial.action, denial.policy_type.name(), denial.effect.name()];
            parts.join(" ")
        };
        self.denials().iter().map(line).collect()
    }

    /// The decisions that are neither allowed nor denied, as `action: deciders`.
    pub(super) fn undecided(&self) -> Vec<String> {
        use crate::policy::AccessDecision::Unknown;
        let line = |one: &EvaluatedRequest| match &one.decision {
            Unknown { deciders, .. } => {
                let names: Vec<_> = deciders.iter().map(ToString::to_string).collect();
                Some(format!("{}: {}", one.request.action, names.join(" ")))
            }
            _ => None,
        };
        self.evaluated().iter().filter_map(line).collect()
    }

    /// A list that was saved whole.
    pub(super) fn whole(mut self, call: &str) -> Self {
        self.documents.complete_lists.insert(CompleteList {
            call: call.to_owned(),
            account: Some("123456789012".to_owned()),
            region: Some("eu-west-1".to_owned()),
            saved_at: None,
            is_unfiltered: true,
        });
        self
    }
}

pub(super) fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

/// A policy. AWS refuses one without statements, so that one which allows nothing has a statement about another action.
pub(super) fn policy_text(statements: &Value) -> PolicyText {
    let nothing = || json!([{"Effect": "Allow", "Principal": "*", "Action": "none:Null", "Resource": "*"}]);
    let statements = if *statements == json!([]) { nothing() } else { statements.clone() };
    PolicyText(json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}

pub(super) fn saved_policy(statements: &Value) -> SavedPolicy {
    SavedPolicy::Saved(policy_text(statements))
}

pub(super) fn inline(name: &str, statements: &Value) -> InlinePolicy {
    InlinePolicy { name: name.to_owned(), document: policy_text(statements) }
}

pub(super) fn reference(value_from: &str) -> SecretReference {
    SecretReference { name: Some("DB".to_owned()), value_from: value_from.to_owned(), is_log_option: false }
}

pub(super) fn role(arn: &str, policies: &[(&str, Value)], attached: &[&str]) -> Role {
    let trust = json!([{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]);
    Role {
        arn: arn.to_owned(),
        role_id: Some("AROAORDERSEXECUT".to_owned()),
        created_at: Some(INCIDENT.plus(-300 * DAY)),
        trust: Some(policy_text(&trust)),
        inline: policies.iter().map(|(name, statements)| inline(name, statements)).collect(),
        inline_names: Some(policies.iter().map(|(name, _)| (*name).to_owned()).collect()),
        attached: Some(attached.iter().map(|&arn| arn.to_owned()).collect()),
        partly_attached: Vec::new(),
        boundary: Boundary::Absent,
        tags: Some(Vec::new()),
    }
}

/// AWS's managed policy for execution roles.
pub(super) fn execution_policy() -> ManagedPolicy {
    let actions = [
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ];
    managed(
        MANAGED,
        &json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]),
        INCIDENT.plus(-2_000 * DAY),
    )
}

pub(super) fn managed(arn: &str, statements: &Value, date: Timestamp) -> ManagedPolicy {
    ManagedPolicy {
        arn: arn.to_owned(),
        default_version_id: Some("v1".to_owned()),
        updated_at: Some(date),
        versions: vec![PolicyVersion {
            id: "v1".to_owned(),
            is_default: true,
            created_at: Some(date),
            document: policy_text(statements),
        }],
    }
}

pub(super) fn secret(arn: &str) -> Secret {
    let name = Arn::parse(arn).unwrap().resource.strip_prefix("secret:").unwrap();
    Secret {
        arn: arn.to_owned(),
        name: Some(name[..name.len() - 7].to_owned()),
        key: None,
        is_described: true,
        deleted_at: None,
        created_at: Some(INCIDENT.plus(-50 * DAY)),
        changed_at: Some(INCIDENT.plus(-50 * DAY)),
        stages: Some(vec!["AWSCURRENT".to_owned()]),
        policy: SavedPolicy::Absent,
        tags: Some(Vec::new()),
    }
}

pub(super) fn key(statements: &Value) -> Key {
    Key {
        id: KEY_ID.to_owned(),
        arn: Some(KEY.to_owned()),
        state: Some("Enabled".to_owned()),
        is_aws_managed: Some(false),
        created_at: Some(INCIDENT.plus(-300 * DAY)),
        deletion_at: None,
        policy: saved_policy(statements),
        grants: Some(Vec::new()),
        aliases: vec!["alias/orders".to_owned()],
    }
}

/// The statement of a key policy that leaves the decision to the policies of roles.
pub(super) fn delegation() -> Value {
    json!([{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}])
}

pub(super) fn parameter(name: &str, key: Option<&str>) -> Parameter {
    Parameter {
        name: name.to_owned(),
        arn: Some(format!("arn:aws:ssm:eu-west-1:123456789012:parameter/{}", name.trim_start_matches('/'))),
        kind: Some("SecureString".to_owned()),
        key: key.map(str::to_owned),
        modified_at: Some(INCIDENT.plus(-DAY)),
    }
}

pub(super) fn log_group(arn: &str, created_at: Timestamp) -> LogGroup {
    let name = arn.split(":log-group:").nth(1).unwrap();
    LogGroup { arn: arn.to_owned(), name: name.to_owned(), created_at: Some(created_at) }
}

pub(super) fn repository() -> Repository {
    Repository {
        arn: REPOSITORY.to_owned(),
        key: None,
        created_at: Some(INCIDENT.plus(-300 * DAY)),
        policy: SavedPolicy::Absent,
        images: None,
        are_images_unfiltered: true,
    }
}

fn definition() -> TaskDefinition {
    let container = StartContainer {
        name: Some("api".to_owned()),
        image: Some("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4".to_owned()),
        secrets: vec![reference(SECRET)],
        registry_credentials: None,
        environment_files: Vec::new(),
        log: Some(LogConfiguration {
            driver: "awslogs".to_owned(),
            group: Some("/ecs/orders".to_owned()),
            region: Some("eu-west-1".to_owned()),
            stream_prefix: Some("ecs".to_owned()),
            creates_group: false,
        }),
    };
    TaskDefinition {
        arn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:7".to_owned(),
        family: Some("orders".to_owned()),
        needs: Vec::new(),
        images: Vec::new(),
        network_mode: Some("awsvpc".to_owned()),
        names_proxy: false,
        operating_system: None,
        architecture: None,
        execution_role_arn: Some(ROLE.to_owned()),
        task_role_arn: Some(TASK_ROLE.to_owned()),
        containers: vec![container],
    }
}
