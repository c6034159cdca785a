//! A container of a task definition: the names that its start uses. Values of variables are never read.

use crate::inventory::item::DocumentItem;
use crate::model::access::{LogConfiguration, SecretReference, StartContainer};

/// Reads one container.
pub(in crate::inventory) fn read(item: DocumentItem<'_>) -> StartContainer {
    let log = item.item("logConfiguration");
    let mut secrets = references(item, "secrets", false);
    secrets.extend(log.map(|log| references(log, "secretOptions", true)).unwrap_or_default());
    StartContainer {
        name: item.text("name"),
        image: item.text("image"),
        secrets,
        registry_credentials: item
            .item("repositoryCredentials")
            .and_then(|item| item.identifier("credentialsParameter")),
        environment_files: item
            .items("environmentFiles")
            .into_iter()
            .filter_map(|file| file.identifier("value"))
            .collect(),
        log: log.and_then(log_configuration),
    }
}

fn references(item: DocumentItem<'_>, key: &str, is_log_option: bool) -> Vec<SecretReference> {
    let read = |item: DocumentItem<'_>| {
        let value_from = item.identifier("valueFrom")?;
        Some(SecretReference { name: item.text("name"), value_from, is_log_option })
    };
    item.items(key).into_iter().filter_map(read).collect()
}

fn log_configuration(item: DocumentItem<'_>) -> Option<LogConfiguration> {
    let option = |name| item.item("options").and_then(|options| options.text(name));
    Some(LogConfiguration {
        driver: item.text("logDriver")?,
        group: option("awslogs-group"),
        region: option("awslogs-region"),
        stream_prefix: option("awslogs-stream-prefix"),
        creates_group: option("awslogs-create-group").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_one(container: &Value) -> (StartContainer, usize) {
        let notes = Notes::default();
        let found = read(DocumentItem::new(container.as_object().unwrap(), &notes));
        (found, notes.into_inner().len())
    }

    #[test]
    fn a_container_names_what_its_start_uses() {
        let (found, noted) = read_one(&json!({
            "name": "api", "image": "registry.example/api:1",
            "secrets": [{"name": "DB", "valueFrom": "/prod/db"}],
            "repositoryCredentials": {"credentialsParameter": "registry"},
            "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::env/prod.env"}],
            "environment": [{"name": "PASSWORD", "value": "hidden"}],
            "logConfiguration": {"logDriver": "awslogs",
                "options": {"awslogs-group": "/ecs/orders", "awslogs-region": "eu-west-1", "awslogs-create-group": "true"},
                "secretOptions": [{"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/t"}]},
        }));
        assert_eq!(noted, 0);
        let references: Vec<_> = found.secrets.iter().map(|secret| secret.value_from.as_str()).collect();
        assert_eq!(references, ["/prod/db", "arn:aws:ssm:eu-west-1:1:parameter/t"]);
        assert_eq!(found.registry_credentials.as_deref(), Some("registry"));
        assert_eq!(found.environment_files, ["arn:aws:s3:::env/prod.env"]);
        let log = found.log.as_ref().unwrap();
        assert_eq!((log.driver.as_str(), log.group.as_deref()), ("awslogs", Some("/ecs/orders")));
        assert!(log.creates_group);
        assert!(!format!("{found:?}").contains("hidden"));
    }

    #[test]
    fn a_damaged_part_is_noted_and_the_rest_is_read() {
        let (found, noted) =
            read_one(&json!({"name": "api", "secrets": 7, "image": "registry.example/api:1"}));
        assert_eq!((found.name.as_deref(), found.secrets.len(), noted), (Some("api"), 0, 1));
    }
}
