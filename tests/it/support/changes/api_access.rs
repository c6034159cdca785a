//! Changes of the service, the role, the secret and the key.
//!
//! `DeleteSecret` and `DisableKey` are AWS's examples, `SetDefaultPolicyVersion` and `DetachRolePolicy` others' records.
//! Inferred for `CreatePolicyVersion`: the members of the API in lower camel case.
//! Inferred for `UpdateService`: the members of the API in its own case, the answer the service as `describe-services`
//! gives it. No event shows what was there before.

use serde_json::{Value, json};

use crate::support::changes::access::{KEY, policy_arn, second_policy, secret_arn};
use crate::support::changes::api::Call;
use crate::support::changes::network::Network;
use crate::support::clock::{Ms, calendar, epoch_second, s};
use crate::support::vpc::{ACCOUNT, REGION};

const IAM: &str = "iam.amazonaws.com";

impl Network {
    /// The network configuration of the service, as ECS writes it.
    pub(crate) fn service_network(&self) -> Value {
        let (group, subnet) = self.service;
        json!({ "awsvpcConfiguration": { "assignPublicIp": "DISABLED",
            "securityGroups": [self.world.groups[group].id], "subnets": [self.world.subnets[subnet].id] } })
    }

    pub(super) fn move_service(&mut self, group: usize, subnet: usize) -> Call {
        self.service = (group, subnet);
        let network = self.service_network();
        let service = json!({ "serviceName": "orders", "status": "ACTIVE", "launchType": "FARGATE",
            "serviceArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/production/orders"),
            "clusterArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/production"),
            "taskDefinition": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/orders:7"),
            "desiredCount": 2, "networkConfiguration": network });
        let request = json!({ "cluster": "production", "service": "orders", "networkConfiguration": network,
            "forceNewDeployment": true });
        Call::of("UpdateService", "ecs.amazonaws.com", request, json!({ "service": service }))
    }

    pub(super) fn set_version(&mut self, version: &'static str) -> Call {
        self.access.version = version;
        let request = json!({ "policyArn": policy_arn(ACCOUNT), "versionId": version });
        Call::of("SetDefaultPolicyVersion", IAM, request, Value::Null)
    }

    pub(super) fn make_version(&mut self, at: Ms) -> Call {
        (self.access.version, self.access.second) = ("v2", Some(at));
        let request = json!({ "policyArn": policy_arn(ACCOUNT), "policyDocument": second_policy().to_string(),
            "setAsDefault": true });
        let made = calendar(epoch_second(at), "%b %-d, %Y, %-I:%M:%S %p");
        let answer =
            json!({ "policyVersion": { "versionId": "v2", "isDefaultVersion": true, "createDate": made } });
        Call::of("CreatePolicyVersion", IAM, request, answer)
    }

    pub(super) fn attach(&mut self, is_attached: bool) -> Call {
        self.access.is_attached = is_attached;
        let name = if is_attached { "AttachRolePolicy" } else { "DetachRolePolicy" };
        let request = json!({ "roleName": "orders", "policyArn": policy_arn(ACCOUNT) });
        Call::of(name, IAM, request, Value::Null)
    }

    pub(super) fn drop_secret(&mut self, is_deleted: bool, at: Ms) -> Call {
        self.access.deleted = is_deleted.then_some(at);
        let arn = secret_arn(REGION);
        let source = "secretsmanager.amazonaws.com";
        let answer = json!({ "name": "orders/database", "aRN": arn });
        if !is_deleted {
            return Call::of("RestoreSecret", source, json!({ "secretId": arn }), answer);
        }
        let request = json!({ "secretId": "orders/database", "recoveryWindowInDays": 30 });
        let until = calendar(epoch_second(at + s(30 * 86_400)), "%b %-d, %Y, %-I:%M:%S %p");
        let call = Call::of("DeleteSecret", source, request, answer);
        let mut answer = call.response.clone();
        answer["deletionDate"] = until.into();
        call.answered(answer)
    }

    pub(super) fn enable_key(&mut self, is_enabled: bool) -> Call {
        self.access.is_enabled = is_enabled;
        key_call(if is_enabled { "EnableKey" } else { "DisableKey" }, KEY)
    }
}

/// A call that names a key.
pub(crate) fn key_call(name: &'static str, key: &str) -> Call {
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}");
    let mut call =
        Call::of(name, "kms.amazonaws.com", json!({ "keyId": key }), json!({ "keyId": arn.clone() }));
    call.resources = Some(json!([{ "accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn }]));
    call
}
