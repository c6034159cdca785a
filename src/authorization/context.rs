//! The condition keys of a request: known, absent, or not known.
//!
//! Source: page `reference_policies_condition-keys` of the IAM guide, and the pages of the services for their own keys. A key
//! that is not set here is unknown and never absent.

use crate::authorization::layers::RequestLayers;
use crate::authorization::path::RequestPath;
use crate::authorization::requests::{
    LAYER_READER, RequestPrincipal, RequestSubject, StartRequest, TASKS_SERVICE,
};
use crate::authorization::start::StartInputs;
use crate::model::access::Role;
use crate::model::arn::Arn;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::policy::{ConditionTest, ContextValue, RequestContext, time_of_value};

/// The context of a request. Only keys that its policies name need a value, so tags that a role or a secret lacks are set as
/// absent where a policy names them.
pub(super) fn of_request(
    inputs: &StartInputs<'_>,
    request: &StartRequest,
    layers: &RequestLayers,
) -> RequestContext {
    let mut keys = ContextKeys { context: RequestContext::new(), conditions: layers.conditions().collect() };
    keys.add_always(inputs, request);
    keys.add_path(inputs, request);
    keys.add_principal(inputs, request);
    keys.add_resource(inputs, request);
    keys.context
}

struct ContextKeys<'a> {
    context: RequestContext,
    conditions: Vec<&'a ConditionTest>,
}

impl ContextKeys<'_> {
    fn known(&mut self, name: &str, value: impl Into<String>) {
        self.context.set(name, ContextValue::Known(vec![value.into()]));
    }

    fn absent(&mut self, names: &[&str]) {
        for name in names {
            self.context.set(name, ContextValue::Absent);
        }
    }

    fn add_always(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        self.known("aws:SecureTransport", "true");
        self.absent(&["aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"]);
        if let Some(region) = &request.region {
            self.known("aws:RequestedRegion", region.clone());
        }
        if let Some(time) = inputs.incident.or_else(|| self.time_to_come(inputs)) {
            self.known("aws:EpochTime", time.0.to_string());
            self.known("aws:CurrentTime", time.to_string());
        }
    }

    /// A time that stands for the time of a start to come: every later time gives the same answer, because the times that the
    /// policies name are over.
    fn time_to_come(&self, inputs: &StartInputs<'_>) -> Option<Timestamp> {
        let not_before = inputs.not_before?;
        let mut named = ["aws:CurrentTime", "aws:EpochTime"].into_iter().flat_map(|key| self.values(key));
        let is_over = |value: &str| time_of_value(value).is_some_and(|time| time < not_before);
        named.all(is_over).then_some(not_before)
    }

    /// The keys of the network. The use of a key by a service does not have them of the task's path, and ECS becomes a role
    /// from a network of AWS.
    fn add_path(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        if matches!(request.subject, RequestSubject::Key { .. } | RequestSubject::Role(_)) {
            return;
        }
        match inputs.paths.get(&request.service, request.region.as_deref(), inputs.home().region) {
            RequestPath::Unknown => {}
            RequestPath::Public { source } => {
                self.absent(&[
                    "aws:SourceVpce",
                    "aws:SourceVpc",
                    "aws:SourceVpcArn",
                    "aws:VpcSourceIp",
                    "aws:VpceAccount",
                    "aws:VpceOrgID",
                    "aws:VpceOrgPaths",
                ]);
                if let Some(source) = source {
                    self.known("aws:SourceIp", source.to_string());
                }
            }
            RequestPath::Endpoint(id) => {
                self.absent(&["aws:SourceIp"]);
                self.known("aws:SourceVpce", id.as_str());
                let endpoint = inputs.documents.endpoints.get(id);
                if let Some(vpc) = endpoint.and_then(|endpoint| endpoint.vpc_id.as_ref()) {
                    self.known("aws:SourceVpc", vpc.as_str());
                }
                if let Some(address) = inputs.paths.task_address {
                    self.known("aws:VpcSourceIp", address.to_string());
                }
            }
        }
    }

    fn add_principal(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        match &request.principal {
            RequestPrincipal::ExecutionRole(arn) => self.add_role(inputs, request, arn),
            RequestPrincipal::TasksService => self.add_service(inputs),
            RequestPrincipal::LayerReader => self.add_layer_reader(inputs),
        }
    }

    fn add_role(&mut self, inputs: &StartInputs<'_>, request: &StartRequest, arn: &str) {
        let is_by_service = matches!(request.subject, RequestSubject::Key { .. });
        self.known("aws:PrincipalIsAWSService", "false");
        self.known("aws:ViaAWSService", is_by_service.to_string());
        self.known("aws:PrincipalType", "AssumedRole");
        self.known("aws:PrincipalArn", arn);
        self.absent(&["aws:username", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"]);
        if let Some(account) = Arn::parse(arn).and_then(|arn| arn.account()) {
            self.known("aws:PrincipalAccount", account);
            if is_by_service {
                self.known("kms:CallerAccount", account);
            }
        }
        let Some(role) = inputs.documents.roles.get(arn) else { return };
        if let (Some(id), Some(task)) = (&role.role_id, inputs.task_id) {
            self.known("aws:userid", format!("{id}:{task}"));
        }
        self.add_role_tags(role);
    }

    fn add_role_tags(&mut self, role: &Role) {
        if let Some(tags) = &role.tags {
            self.add_tags("aws:PrincipalTag/", tags);
        }
    }

    /// Tags, all of which are known: a tag that a policy names and the thing lacks is absent.
    fn add_tags(&mut self, prefix: &str, tags: &[(String, String)]) {
        for test in self.conditions.clone() {
            let Some((head, _)) = test.key.split_at_checked(prefix.len()) else { continue };
            if head.eq_ignore_ascii_case(prefix) {
                self.context.set(&test.key, ContextValue::Absent);
            }
        }
        for (key, value) in tags {
            self.known(&format!("{prefix}{key}"), value.clone());
        }
    }

    /// ECS becomes a role for a task of this account. The task or the cluster in `aws:SourceArn` is not known, so a pattern
    /// that is narrower than the account stays open.
    fn add_service(&mut self, inputs: &StartInputs<'_>) {
        let home = inputs.home();
        self.known("aws:PrincipalIsAWSService", "true");
        self.known("aws:PrincipalServiceName", TASKS_SERVICE);
        let Some(account) = home.account else { return };
        self.known("aws:SourceAccount", account);
        let Some(region) = home.region else { return };
        let own = format!("arn:{}:ecs:{region}:{account}:", home.partition);
        let mut values = self.values("aws:SourceArn");
        if values.all(|value| covers_all_of(value, &own) || is_foreign(value, &own)) {
            drop(values);
            self.known("aws:SourceArn", format!("{own}task/*"));
        }
    }

    /// The reader of layers is a role of AWS, so it belongs to no account and no organization of a customer. A policy that
    /// names anything else than an account of this start may name AWS's, and the key stays open.
    fn add_layer_reader(&mut self, inputs: &StartInputs<'_>) {
        for key in ["aws:PrincipalArn", "aws:PrincipalAccount", "aws:ResourceAccount"] {
            let is_own = |value: &str| inputs.home().account.is_some_and(|account| value.contains(account));
            if self.values(key).all(is_own) {
                self.known(key, LAYER_READER);
            }
        }
        let of_organization =
            ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths"];
        for key in of_organization {
            if self.values(key).all(|value| value.starts_with("o-") && !value.starts_with("o-*")) {
                self.known(key, LAYER_READER);
            }
        }
    }

    /// The values that the policies compare a key with.
    fn values<'b>(&'b self, key: &'b str) -> impl Iterator<Item = &'b str> {
        let of_key = self.conditions.iter().filter(move |test| test.key.eq_ignore_ascii_case(key));
        of_key.flat_map(|test| test.values.iter().map(String::as_str))
    }

    fn add_resource(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        if let Some(account) = Arn::parse(&request.resource).and_then(|arn| arn.account()) {
            self.known("aws:ResourceAccount", account);
        }
        match &request.subject {
            RequestSubject::Secret { id, stored, stage, version } => {
                self.known("secretsmanager:SecretId", id.clone());
                self.add_version(stage.as_deref(), version.as_deref());
                let secret = stored.as_ref().and_then(|arn| inputs.documents.secrets.get(arn));
                if let Some(tags) = secret.and_then(|secret| secret.tags.as_ref()) {
                    self.add_tags("aws:ResourceTag/", tags);
                    self.add_tags("secretsmanager:ResourceTag/", tags);
                }
            }
            RequestSubject::Key { via, encrypted, .. } => self.add_key(inputs, request, via, encrypted),
            _ => {}
        }
    }

    fn add_version(&mut self, stage: Option<&str>, version: Option<&str>) {
        match (stage, version) {
            (Some(stage), _) => self.known("secretsmanager:VersionStage", stage),
            (None, Some(version)) => self.known("secretsmanager:VersionId", version),
            (None, None) => self.absent(&["secretsmanager:VersionId"]),
        }
    }

    /// The keys of a decryption that a service requests for the role.
    fn add_key(&mut self, inputs: &StartInputs<'_>, request: &StartRequest, via: &Service, encrypted: &str) {
        let region = request.region.as_deref().filter(|_| inputs.home().partition == "aws");
        if let Some(region) = region {
            self.known("kms:ViaService", format!("{via}.{region}.amazonaws.com"));
        }
        let names: &[&str] = match via {
            Service::SecretsManager => &["SecretARN", "SecretVersionId"],
            _ => &["PARAMETER_ARN"],
        };
        self.known(&format!("kms:EncryptionContext:{}", names[0]), encrypted);
        let names = names.iter().map(|&name| name.to_owned()).collect();
        self.context.set("kms:EncryptionContextKeys", ContextValue::Known(names));
    }
}

/// Whether a pattern covers every ARN that begins so.
fn covers_all_of(pattern: &str, own: &str) -> bool {
    let Some(head) = pattern.strip_suffix('*') else { return false };
    own.starts_with(head.trim_end_matches('*')) || is_general(head, own)
}

/// Whether the parts of a pattern before its last one are those of `own` or `*`.
fn is_general(head: &str, own: &str) -> bool {
    let (head, own): (Vec<&str>, Vec<&str>) = (head.split(':').collect(), own.split(':').collect());
    head.len() == own.len() && head.iter().zip(own).all(|(part, own)| *part == "*" || *part == own)
}

/// Whether a pattern without wildcards before its last part names another service, Region or account.
fn is_foreign(pattern: &str, own: &str) -> bool {
    let Some(parts) = Arn::parse(pattern) else { return true };
    let head = format!("arn:{}:{}:{}:{}:", parts.partition, parts.service, parts.region, parts.account);
    !head.contains(['*', '?', '$']) && head != own
}
