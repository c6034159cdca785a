//! The roles, policies, keys and secrets of an incident: who may do what, beside the network.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::vpc::{ACCOUNT, REGION};

/// The Region of things that are not where the task looks for them.
pub(crate) const OTHER_REGION: &str = "eu-central-1";
/// The secret that the tasks of `orders` need.
pub(crate) const SECRET: &str = "orders/database-Qx7TfB";

/// A role and its own policies.
#[derive(Clone, Debug)]
pub(crate) struct AccessRole {
    /// Name.
    pub(crate) name: &'static str,
    /// Whether AWS's policy for execution roles is attached.
    pub(crate) is_execution: bool,
    /// Inline policies: name and statements.
    pub(crate) inline: Vec<(&'static str, Value)>,
}

/// A customer managed key.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    /// `KeyId`.
    pub(crate) id: &'static str,
    /// Its alias, without `alias/`.
    pub(crate) alias: &'static str,
}

/// Everything of an incident that decides permissions.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The roles of the task definitions.
    pub(crate) roles: Vec<AccessRole>,
    /// The Region of the secret of `orders`.
    pub(crate) secret_region: &'static str,
    /// The key of the secret of `orders`, if it is not the one of AWS.
    pub(crate) key: Option<AccessKey>,
    /// Policies of VPC endpoints, by service; the others allow everything.
    pub(crate) endpoint_policies: BTreeMap<&'static str, Value>,
}

impl Access {
    /// Every request of both services is allowed.
    pub(crate) fn open() -> Self {
        let role = |name, is_execution, policy: &'static str, statement| AccessRole {
            name,
            is_execution,
            inline: vec![(policy, json!([statement]))],
        };
        Self {
            roles: vec![
                role("billing", false, "queue", send("billing-invoices")),
                role("billing-execution", true, "secrets", read_secrets("billing")),
                role("orders", false, "queue", send("orders-events")),
                role("orders-execution", true, "secrets", read_secrets("orders")),
            ],
            secret_region: REGION,
            key: None,
            endpoint_policies: BTreeMap::new(),
        }
    }

    /// A role, to change.
    pub(crate) fn role_mut(&mut self, name: &str) -> &mut AccessRole {
        self.roles.iter_mut().find(|role| role.name == name).expect("a role of the incident")
    }
}

/// The statement that lets a service read its own secrets, in every Region.
pub(crate) fn read_secrets(service: &str) -> Value {
    json!({
        "Action": "secretsmanager:GetSecretValue",
        "Effect": "Allow",
        "Resource": format!("arn:aws:secretsmanager:*:{ACCOUNT}:secret:{service}/*"),
    })
}

/// The statement of an application that writes to a queue.
fn send(queue: &str) -> Value {
    json!({
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Resource": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"),
    })
}
