//! `aws ecs describe-task-definition`: reads `taskDefinition` as a [`TaskDefinition`] with the services that its start needs.
//!
//! A secret is given by its ARN, or by its name in the Region of the definition. The name of an image contains its registry,
//! by the rules of Docker.

use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::inventory::start_containers;
use crate::model::access::{LogConfiguration, SecretReference, StartContainer};
use crate::model::deployment::{EcrRegistry, Need, TaskDefinition, registry_of_image};
use crate::model::service::Service;

/// Reads one definition; none if it has no `taskDefinitionArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<TaskDefinition> {
    let arn = item.identifier("taskDefinitionArn")?;
    let region = part_of_arn(&arn, 3);
    let items = item.items("containerDefinitions");
    let containers: Vec<StartContainer> = items.iter().map(|one| start_containers::read(*one)).collect();
    let mut needs: Vec<Need> =
        containers.iter().flat_map(|container| container_needs(container, region.as_deref())).collect();
    needs.extend(
        item.items("volumes").into_iter().filter_map(|volume| volume_need(volume, region.as_deref())),
    );
    needs.sort_by_key(|need| step(&need.service));
    Some(TaskDefinition {
        family: item.text("family"),
        needs: once_each(needs),
        images: distinct(containers.iter().filter_map(|container| container.image.clone())),
        network_mode: item.text("networkMode"),
        names_proxy: items.into_iter().any(names_proxy),
        operating_system: item.item("runtimePlatform").and_then(|item| item.text("operatingSystemFamily")),
        architecture: item.item("runtimePlatform").and_then(|item| item.text("cpuArchitecture")),
        execution_role_arn: item.text("executionRoleArn"),
        task_role_arn: item.text("taskRoleArn"),
        containers,
        arn,
    })
}

/// Whether a container's environment names a proxy.
fn names_proxy(container: DocumentItem<'_>) -> bool {
    let variables = container.items("environment");
    let mut names = variables.iter().filter_map(|variable| variable.text("name"));
    names.any(|name| ["HTTP_PROXY", "HTTPS_PROXY"].iter().any(|proxy| name.eq_ignore_ascii_case(proxy)))
}

fn container_needs(container: &StartContainer, region: Option<&str>) -> Vec<Need> {
    let mut needs: Vec<Need> = container.secrets.iter().map(|secret| secret_need(secret, region)).collect();
    needs.extend(container.registry_credentials.as_ref().map(|value| credentials_need(value, region)));
    needs.extend(container.log.as_ref().and_then(|log| log_need(log, region)));
    needs.extend(container.image.as_ref().map(|image| image_needs(image)).unwrap_or_default());
    needs.extend(container.environment_files.iter().map(|file| environment_need(file)));
    needs
}

/// The need of a parameter, which may be given by its name alone.
fn secret_need(secret: &SecretReference, region: Option<&str>) -> Need {
    let value_from = &secret.value_from;
    let service = match part_of_arn(value_from, 2).as_deref() {
        Some("secretsmanager") => Service::SecretsManager,
        Some("ssm") | None => Service::Ssm,
        Some(other) => Service::from_name(other),
    };
    let region = part_of_arn(value_from, 3).or_else(|| region.map(str::to_owned));
    let key = if secret.is_log_option { "secretOptions" } else { "secrets" };
    need(service, region, format!("{key}[].valueFrom {}", reference(value_from)))
}

/// A reference to a secret, a parameter or a file as a report shows it: only if it is an ARN or the name of a parameter, and of
/// the ARN of a secret only the name. Anything else may be the secret itself, written in the wrong place.
fn reference(value: &str) -> &str {
    let is_arn = value.starts_with("arn:") && !value.contains(char::is_whitespace);
    let is_name = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte));
    match part_of_arn(value, 2) {
        Some(service) if is_arn && service == "secretsmanager" => value.split(':').nth(6).unwrap_or_default(),
        _ if is_arn || is_name => value,
        _ => "that is neither an ARN nor a name",
    }
}

fn credentials_need(value: &str, region: Option<&str>) -> Need {
    let region = part_of_arn(value, 3).or_else(|| region.map(str::to_owned));
    need(Service::SecretsManager, region, format!("repositoryCredentials {}", reference(value)))
}

fn log_need(log: &LogConfiguration, region: Option<&str>) -> Option<Need> {
    let region = || log.region.clone().or_else(|| region.map(str::to_owned));
    (log.driver == "awslogs").then(|| need(Service::Logs, region(), "logConfiguration awslogs".to_owned()))
}

/// The need of a bucket, whose ARN does not contain its Region.
fn environment_need(file: &str) -> Need {
    need(Service::S3, None, format!("environmentFiles {}", reference(file)))
}

fn volume_need(volume: DocumentItem<'_>, region: Option<&str>) -> Option<Need> {
    let file_system = volume.item("efsVolumeConfiguration")?.identifier("fileSystemId")?;
    Some(need(Service::Efs, region.map(str::to_owned), format!("efsVolumeConfiguration {file_system}")))
}

fn image_needs(image: &str) -> Vec<Need> {
    let host = registry_of_image(image);
    let reason = format!("image {image}");
    let Some(EcrRegistry { region, .. }) = EcrRegistry::of_host(host) else {
        let service = Service::Other(host.to_owned());
        return vec![Need { service, region: None, reason, host: Some(host.to_owned()) }];
    };
    let of = |service| need(service, Some(region.to_owned()), reason.clone());
    [Service::EcrApi, Service::EcrDkr, Service::S3].map(of).into()
}

fn need(service: Service, region: Option<String>, reason: String) -> Need {
    Need { service, region, reason, host: None }
}

/// A part of `arn:PARTITION:SERVICE:REGION:…` that is not empty; none if the text is no ARN.
fn part_of_arn(text: &str, part: usize) -> Option<String> {
    let parts = || text.split(':');
    parts().next().filter(|first| *first == "arn")?;
    parts().nth(part).filter(|part| !part.is_empty()).map(str::to_owned)
}

/// The order of a start. Other registries have the place of ECR; file systems are mounted after the image is pulled.
fn step(service: &Service) -> usize {
    match service {
        Service::SecretsManager => 0,
        Service::Ssm => 1,
        Service::EcrApi => 2,
        Service::Logs => 3,
        Service::S3 => 5,
        Service::Efs => 6,
        _ => 4,
    }
}

/// Keeps only the first of several needs with the same service, Region and host.
fn once_each(needs: Vec<Need>) -> Vec<Need> {
    let mut once: Vec<Need> = Vec::new();
    for need in needs {
        let same = |known: &Need| {
            known.service == need.service && known.region == need.region && known.host == need.host
        };
        if !once.iter().any(same) {
            once.push(need);
        }
    }
    once
}

impl Describe for TaskDefinition {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.family, other.family.as_ref());
        complete_list(&mut self.needs, &other.needs);
        complete_list(&mut self.images, &other.images);
        complete_option(&mut self.network_mode, other.network_mode.as_ref());
        complete_option(&mut self.operating_system, other.operating_system.as_ref());
        complete_option(&mut self.architecture, other.architecture.as_ref());
        complete_option(&mut self.execution_role_arn, other.execution_role_arn.as_ref());
        complete_option(&mut self.task_role_arn, other.task_role_arn.as_ref());
        complete_list(&mut self.containers, &other.containers);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    /// The services that the start of a container needs, as `service region` or `service region host`.
    fn check(container: &Value, want: &[&str], noted: usize) {
        let value = json!({
            "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7",
            "containerDefinitions": [container]
        });
        let notes = Notes::default();
        let definition = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
        let text = |need: &Need| {
            let parts = [Some(need.service.name()), need.region.as_deref(), need.host.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(definition.needs.iter().map(text).collect::<Vec<_>>(), want, "{container}");
        assert_eq!(notes.into_inner().len(), noted, "{container}");
    }

    #[test]
    fn of_the_arn_of_a_secret_only_its_name_is_shown() {
        assert_eq!(
            reference("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::"),
            "db-AbCdEf"
        );
        assert_eq!(reference("arn:aws:ssm:eu-west-1:1:parameter/a"), "arn:aws:ssm:eu-west-1:1:parameter/a");
        assert_eq!(reference("hunter 2"), "that is neither an ARN nor a name");
    }

    #[test]
    fn secrets_are_named_by_arn_or_name() {
        let check = |value: Value, want: &[&str], noted| {
            check(&json!({"secrets": [{"name": "x", "valueFrom": value}]}), want, noted);
        };
        check(
            json!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::"),
            &["secretsmanager eu-west-1"],
            0,
        );
        check(json!("arn:aws-cn:ssm:cn-north-1:123456789012:parameter/db"), &["ssm cn-north-1"], 0);
        check(json!("db-password"), &["ssm eu-west-1"], 0);
        check(json!("arn:aws:other:eu-west-1:1:x"), &["other eu-west-1"], 0);
        check(Value::Null, &[], 1);
        check(json!({}), &[], 1);
    }

    #[test]
    fn images_come_from_registries() {
        let check = |image: &str, want: &[&str]| check(&json!({ "image": image }), want, 0);
        let ecr = |region: &str| ["ecr.api", "ecr.dkr", "s3"].map(|service| format!("{service} {region}"));
        let check_ecr = |image: &str, region: &str| check(image, &ecr(region).each_ref().map(String::as_str));
        check_ecr("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/orders:7", "eu-central-1");
        check_ecr("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/orders@sha256:0a", "cn-north-1");
        check_ecr("123456789012.dkr-ecr.eu-west-1.on.aws/orders", "eu-west-1");
        check_ecr("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/orders", "us-gov-west-1");
        let hub = &["registry-1.docker.io registry-1.docker.io"];
        check("nginx", hub);
        check("library/nginx:1", hub);
        check("docker.io/library/nginx", hub);
        check("public.ecr.aws/nginx/nginx:1", &["public.ecr.aws public.ecr.aws"]);
        check("quay.io/a/b", &["quay.io quay.io"]);
        check("registry.example:5000/a", &["registry.example:5000 registry.example:5000"]);
        check("", &[]);
    }

    #[test]
    fn logs_files_and_credentials() {
        let log = |options: Value| json!({"logConfiguration": {"logDriver": "awslogs", "options": options}});
        check(&log(json!({"awslogs-group": "g", "awslogs-region": "us-east-1"})), &["logs us-east-1"], 0);
        check(&log(json!({})), &["logs eu-west-1"], 0);
        check(
            &json!({"logConfiguration": {"logDriver": "splunk", "secretOptions": [{"name": "t", "valueFrom": "token"}]}}),
            &["ssm eu-west-1"],
            0,
        );
        check(
            &json!({"environmentFiles": [{"value": "arn:aws:s3:::bucket/app.env", "type": "s3"}]}),
            &["s3"],
            0,
        );
        check(
            &json!({"repositoryCredentials": {"credentialsParameter": "arn:aws:secretsmanager:eu-west-1:1:secret:hub"}}),
            &["secretsmanager eu-west-1"],
            0,
        );
        check(&json!({"repositoryCredentials": {}, "environmentFiles": [{}], "logConfiguration": 7}), &[], 3);
    }

    #[test]
    fn needs_have_the_order_of_a_start_without_duplicates() {
        let secret = |name: &str| json!({"name": "x", "valueFrom": name});
        let container = json!({
            "image": "1.dkr.ecr.eu-west-1.amazonaws.com/a", "logConfiguration": {"logDriver": "awslogs"},
            "secrets": [secret("a"), secret("b"), secret("arn:aws:secretsmanager:eu-west-1:1:secret:c"),
                        secret("arn:aws:secretsmanager:us-east-1:1:secret:d")]
        });
        let want = [
            "secretsmanager eu-west-1",
            "secretsmanager us-east-1",
            "ssm eu-west-1",
            "ecr.api eu-west-1",
            "logs eu-west-1",
            "ecr.dkr eu-west-1",
            "s3 eu-west-1",
        ];
        check(&container, &want, 0);
    }

    #[test]
    fn file_systems_are_mounted_last() {
        let value = json!({
            "taskDefinitionArn": "shop:7", "containerDefinitions": [{"image": "nginx"}, {"image": "nginx"}],
            "volumes": [{"name": "x"}, {"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]
        });
        let notes = Notes::default();
        let definition = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
        let reason: Vec<&str> = definition.needs.iter().map(|need| need.reason.as_str()).collect();
        assert_eq!(reason, ["image nginx", "efsVolumeConfiguration fs-1"]);
        assert_eq!(definition.images, ["nginx"]);
    }
}
