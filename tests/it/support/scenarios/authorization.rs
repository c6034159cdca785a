//! Incidents after the network: every packet is answered, and the answer is a refusal. One run of `flowcause collect` saved
//! the roles, the policies and the things that the task definitions name.

use serde_json::json;

use crate::support::access::{Access, AccessKey, OTHER_REGION, read_secrets};
use crate::support::incident::{Incident, Story};
use crate::support::messages;
use crate::support::metadata::Forms;
use crate::support::stage::{Stage, default_format, fields_up_to};
use crate::support::vpc::Eni;

/// A VPC without a way out, with endpoints for everything, and `billing`, which runs. The interface of `orders`.
fn healthy_network(seed: u64) -> (Stage, Eni) {
    let mut stage = Stage::new(seed);
    let endpoints = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    stage.guard_bystanders();
    let (orders, billing) = (stage.task(1, 31), stage.task(1, 90));
    stage.one_endpoint_group(&endpoints, &[orders, billing]);
    let peers = stage.endpoint_peers(&endpoints[..1]);
    stage.guard_task(orders, &peers);
    stage.guard_task(billing, &peers);
    stage.neighbour(billing, "billing", None);
    (stage, orders)
}

/// The policy of the S3 endpoint lists the buckets of the company and not the one of the image layers.
pub(super) fn layer_bucket() -> Incident {
    let (mut stage, orders) = healthy_network(0xA1);
    stage.fail_at_layer(orders, "orders", messages::LAYER_DENIED);
    let log = stage.log(&fields_up_to(5));
    let mut access = Access::open();
    access.endpoint_policies.insert(
        "s3",
        json!({ "Statement": [{
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Effect": "Allow",
            "Principal": "*",
            "Resource": ["arn:aws:s3:::orders-uploads/*", "arn:aws:s3:::billing-exports/*"],
            "Sid": "OwnBuckets",
        }], "Version": "2012-10-17" }),
    );
    let story = Story {
        title: "The S3 endpoint lets only the own buckets pass",
        cause: "s3-endpoint-policy-lacks-layer-bucket",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "At 03:10 a hardening job replaced the default policy of the S3 gateway endpoint by one that lists \
                the buckets of the company.\n\
                ECR keeps the layers of every image in a bucket of AWS, \
                `prod-eu-west-1-starport-layer-bucket`, which is not on that list.\n\
                `orders` gets its secret, its token, its log stream and its manifest; then S3 answers the request \
                for a layer with 403.\n\
                The error names a role of account 812812325446. This account belongs to AWS: ECR signs the request, \
                so no role of `orders` is at fault.\n\
                `billing` pulled its image before the change.",
        verdict: "`s3-endpoint-policy-lacks-layer-bucket`, confirmed: the message names the action, the object and \
                  the type of policy, the saved policy of the endpoint has no statement for that bucket, and the \
                  records show that S3 and every earlier service answered.\n\
                  The report names the endpoint and the statement to add.",
    };
    stage.finish("layer-bucket", log, story).configured(Forms::default()).permitted(access)
}

/// The secret moved to a key that the execution role may not use.
pub(super) fn kms_key() -> Incident {
    let (mut stage, orders) = healthy_network(0xA2);
    stage.fail(orders, "orders", 0, &["secretsmanager"], None, messages::KEY_DENIED);
    let log = stage.log(&fields_up_to(5));
    let mut access = Access::open();
    access.key = Some(AccessKey { id: "3f0c5a1e-8b7d-4e26-9a41-6d2f7c90b8e3", alias: "orders-database" });
    let story = Story {
        title: "The secret has a key of its own, and the role may not use it",
        cause: "key-unusable",
        confidence: "likely",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "On Friday the secret of `orders` was encrypted with a customer managed key instead of \
                `aws/secretsmanager`. The policy of this key delegates to the account, and there are no grants.\n\
                The execution role may read the secret, but it has no permission for `kms:Decrypt`.\n\
                The first task that starts after the weekend is refused. The message names neither the key nor the \
                permission.\n\
                The secret of `billing` still has the key of AWS.",
        verdict: "`key-unusable`, likely: the message is about KMS, and by the saved documents the request that is \
                  denied is `kms:Decrypt` on the key of this secret, because no policy of the role allows it. It is \
                  not confirmed, because the message names neither the key nor a type of policy, and policies have \
                  no dates.\n\
                  The report names the key, which only the list of secrets shows, and the statement for the \
                  execution role.",
    };
    stage.finish("kms-key", log, story).configured(Forms::default()).permitted(access)
}

/// The ARN in the task definition has the Region of the task, and the secret is in another one.
pub(super) fn secret_region() -> Incident {
    let (mut stage, orders) = healthy_network(0xA3);
    stage.fail(orders, "orders", 0, &["secretsmanager"], None, messages::SECRET_ABSENT);
    let log = stage.log(&default_format());
    let mut access = Access::open();
    access.secret_region = OTHER_REGION;
    let story = Story {
        title: "The secret is in another Region",
        cause: "secret-not-found",
        confidence: "confirmed",
        logs: "text in the default format of 14 fields, of the whole VPC",
        truth: "The service moved from eu-central-1 to eu-west-1, and the template of its task definition puts the \
                Region of the deployment into the ARN of the secret.\n\
                The secret `orders/database` exists only in eu-central-1 and has no replica.\n\
                The execution role may read it in every Region, so Secrets Manager answers that there is no such \
                secret.\n\
                The list of secrets of eu-central-1 was saved afterwards, with \
                `aws secretsmanager list-secrets --region eu-central-1`; it is not in `manifest.json`.",
        verdict: "`secret-not-found`, confirmed: the message names the secret and states that it does not exist, the \
                  whole list of secrets of eu-west-1 lacks it, and the records show that Secrets Manager answered.\n\
                  The report names the Region that has a secret of this name.",
    };
    stage.finish("secret-region", log, story).configured(Forms::default()).permitted(access)
}

/// The permission for the secret is on the role of the application.
pub(super) fn task_role() -> Incident {
    let (mut stage, orders) = healthy_network(0xA4);
    stage.fail(orders, "orders", 0, &["secretsmanager"], None, messages::SECRET_DENIED);
    let log = stage.log(&fields_up_to(7));
    let mut access = Access::open();
    access.role_mut("orders-execution").inline.clear();
    let statements = json!([read_secrets("orders")]);
    access.role_mut("orders").inline.push(("database-secret", statements));
    let story = Story {
        title: "The permission is on the task role",
        cause: "permission-missing",
        confidence: "confirmed",
        logs: "text, all 39 fields up to version 7 with the ECS fields, of the whole VPC",
        truth: "`orders` has two roles: `orders-execution`, with which ECS starts the task, and the task role \
                `orders`, which the application has when it runs.\n\
                The permission to read the secret was granted to the task role. The secret is read before the \
                application starts, with the execution role.",
        verdict: "`permission-missing`, confirmed: the message names the role, the action, the secret and the type \
                  of policy, no saved policy of the execution role allows the request, and the records show that \
                  Secrets Manager answered.\n\
                  The report states that the task role has the permission, and names the statement for the \
                  execution role.",
    };
    stage.finish("task-role", log, story).configured(Forms::default()).permitted(access)
}
