//! Secrets, parameters, their keys, and environment files.

use crate::authorization::requests::builder::RequestBuilder;
use crate::authorization::requests::request::{RequestSubject, StartRequest, StartStep};
use crate::authorization::secret_id::{SecretId, without_suffix};
use crate::model::access::{Key, Parameter, Secret, StartContainer};
use crate::model::arn::Arn;
use crate::model::service::Service;

/// The name of a key that AWS manages for a service, which needs no permission of the role in its own account.
const MANAGED_ALIAS: &str = "alias/aws/";

impl RequestBuilder<'_> {
    pub(super) fn add_secrets(&mut self, container: &StartContainer) {
        for secret in &container.secrets {
            match Arn::parse(&secret.value_from) {
                Some(arn) if arn.service == "secretsmanager" => {
                    self.add_secret(StartStep::ReadSecret, &secret.value_from);
                }
                Some(arn) if arn.service == "ssm" => self.add_parameter(&secret.value_from),
                Some(_) => {}
                None => self.add_parameter(&secret.value_from),
            }
        }
        if let Some(credentials) = &container.registry_credentials {
            self.add_secret(StartStep::ReadRegistryCredentials, credentials);
        }
    }

    fn add_secret(&mut self, step: StartStep, reference: &str) {
        let Some(id) = SecretId::parse(reference) else { return };
        let Some(given) = id.arn(self.home) else { return };
        let stored = id.stored(self.inputs.documents, self.home);
        let resource = stored.map_or_else(|| given.clone(), |secret| secret.arn.clone());
        let subject = RequestSubject::Secret {
            id: id.id.clone(),
            stored: stored.map(|secret| secret.arn.clone()),
            stage: id.stage,
            version: id.version,
        };
        // Without a saved secret, an ARN with a suffix is taken to be the stored one.
        let is_certain = stored.is_some() || without_suffix(&given).is_some();
        let region = Arn::parse(&resource).and_then(|arn| arn.region()).map(str::to_owned);
        let request =
            self.of_role(step, "secretsmanager:GetSecretValue", resource, Service::SecretsManager, subject);
        self.push(request.map(|request| StartRequest { is_resource_certain: is_certain, region, ..request }));
        match stored {
            Some(secret) if secret.is_described || secret.key.is_some() => {
                let secret = secret.clone();
                self.add_secret_key(step, &secret);
            }
            _ => self.miss(
                format!("aws secretsmanager describe-secret --secret-id {}", reference_in_text(&id.id)),
                "whether the secret exists, and the key that encrypts it".to_owned(),
            ),
        }
    }

    fn add_secret_key(&mut self, step: StartStep, secret: &Secret) {
        if let Some(key) = &secret.key {
            self.add_key(step, key, &secret.arn, Service::SecretsManager);
        }
    }

    fn add_parameter(&mut self, reference: &str) {
        let Some((arn, name)) = self.parameter(reference) else { return };
        let stored = self.inputs.documents.parameter(&arn).cloned();
        let region = Arn::parse(&arn).and_then(|arn| arn.region()).map(str::to_owned);
        let subject = RequestSubject::Parameter { name: name.clone() };
        let request =
            self.of_role(StartStep::ReadParameter, "ssm:GetParameters", arn.clone(), Service::Ssm, subject);
        self.push(request.map(|request| StartRequest { region, ..request }));
        match stored {
            Some(Parameter { key: Some(key), .. }) => {
                self.add_key(StartStep::ReadParameter, &key, &arn, Service::Ssm);
            }
            Some(Parameter { kind: Some(kind), .. }) if kind != "SecureString" => {}
            _ => self.miss(
                "aws ssm describe-parameters".to_owned(),
                format!(
                    "whether the parameter {} exists, and the key that encrypts it",
                    reference_in_text(&name)
                ),
            ),
        }
    }

    /// The ARN and the name of a parameter. A name begins with a slash if it has levels, and the ARN has only one of both slashes.
    fn parameter(&self, reference: &str) -> Option<(String, String)> {
        if let Some(arn) = Arn::parse(reference) {
            let name = arn.resource.strip_prefix("parameter/")?;
            let name = if name.contains('/') { format!("/{name}") } else { name.to_owned() };
            return Some((reference.to_owned(), name));
        }
        let (region, account) = (self.home.region?, self.home.account?);
        let path = reference.strip_prefix('/').unwrap_or(reference);
        let arn = format!("arn:{}:ssm:{region}:{account}:parameter/{path}", self.home.partition);
        Some((arn, reference.to_owned()))
    }

    /// The decryption with a customer managed key, which the service requests with the permissions of the role.
    fn add_key(&mut self, step: StartStep, reference: &str, encrypted: &str, via: Service) {
        if reference.contains(MANAGED_ALIAS) {
            return;
        }
        let Some(owner) = Arn::parse(encrypted) else { return };
        let known = self.inputs.documents.key(reference, owner.region);
        if known.is_some_and(|key| key.is_aws_managed == Some(true)) {
            return;
        }
        let Some(arn) = key_arn(known, reference, owner) else {
            self.miss(
                "aws kms list-aliases".to_owned(),
                format!("the key of {}", reference_in_text(reference)),
            );
            return;
        };
        let id = Arn::parse(&arn).map_or(reference, |arn| arn.name()).to_owned();
        let region = Some(owner.region.to_owned());
        let subject = RequestSubject::Key { id, via, encrypted: encrypted.to_owned() };
        let request = self.of_role(step, "kms:Decrypt", arn, Service::from_name("kms"), subject);
        self.push(request.map(|request| StartRequest { region, ..request }));
    }

    pub(super) fn add_files(&mut self, container: &StartContainer) {
        for file in &container.environment_files {
            let Some(arn) = Arn::parse(file).filter(|arn| arn.service == "s3") else { continue };
            let Some((bucket, _)) = arn.resource.split_once('/') else { continue };
            let bucket = format!("arn:{}:s3:::{bucket}", arn.partition);
            for (action, resource) in [("s3:GetBucketLocation", &bucket), ("s3:GetObject", file)] {
                let subject = RequestSubject::EnvironmentFile(file.clone());
                self.push(self.of_role(
                    StartStep::ReadEnvironmentFile,
                    action,
                    resource.clone(),
                    Service::S3,
                    subject,
                ));
            }
        }
    }
}

/// The ARN of a key: of its document, as given, or made from its id. Only a document leads from an alias to a key.
fn key_arn(known: Option<&Key>, reference: &str, owner: Arn<'_>) -> Option<String> {
    let of_id = |id: &str| format!("arn:{}:kms:{}:{}:key/{id}", owner.partition, owner.region, owner.account);
    if let Some(key) = known {
        return Some(key.arn.clone().unwrap_or_else(|| of_id(&key.id)));
    }
    match Arn::parse(reference) {
        Some(arn) if arn.resource.starts_with("key/") => Some(reference.to_owned()),
        Some(_) => None,
        None if reference.starts_with("alias/") => None,
        None => Some(of_id(reference)),
    }
}

/// A reference as a report may show it. Anything else than an ARN or a name may be the secret itself, in the wrong place.
pub(super) fn reference_in_text(reference: &str) -> &str {
    let is_plain = reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/:+=@".contains(&byte));
    if is_plain { reference } else { "ID" }
}
