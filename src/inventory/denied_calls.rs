//! Requests that AWS refused, among the events of CloudTrail.
//!
//! Goes in: an event. Comes out: a [`DeniedCall`] if it has an error code and is one of the requests that the start of a task
//! makes. Other events of a trail are not kept.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::model::access::{DenialSource, DeniedCall};
use crate::model::ids::EndpointId;

/// The calls of a start, by service, as CloudTrail names them.
const CALLS: [(&str, &[&str]); 7] = [
    ("sts", &["AssumeRole"]),
    (
        "ecr",
        &[
            "GetAuthorizationToken",
            "BatchCheckLayerAvailability",
            "BatchGetImage",
            "GetDownloadUrlForLayer",
            "BatchImportUpstreamImage",
            "CreateRepository",
        ],
    ),
    ("secretsmanager", &["GetSecretValue"]),
    ("kms", &["Decrypt"]),
    ("ssm", &["GetParameters", "GetParameter"]),
    ("s3", &["GetObject", "HeadObject", "GetBucketLocation"]),
    ("logs", &["CreateLogStream", "CreateLogGroup", "PutLogEvents"]),
];

/// Names in `requestParameters`.
const NAMES: [&str; 6] = ["secretId", "name", "keyId", "roleArn", "repositoryName", "logGroupName"];

/// Keeps a refused request; returns whether the event is one.
pub(super) fn keep(event: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let Some(found) = read(event) else { return false };
    let known = inventory.denied_calls.get(&found.event_id);
    // Of two events with one id, the same counts in any order of files.
    if known.is_none_or(|known| format!("{known:?}") < format!("{found:?}")) {
        if known.is_none() {
            event.keep(&found);
        }
        inventory.denied_calls.insert(found.event_id.clone(), found);
    }
    true
}

fn read(event: DocumentItem<'_>) -> Option<DeniedCall> {
    let source = event.text("eventSource")?;
    let service = source.split('.').next().unwrap_or_default();
    let name = event.text("eventName")?;
    let (service, _) =
        CALLS.iter().find(|(known, calls)| *known == service && calls.contains(&name.as_str()))?;
    let error_code = event.text("errorCode")?;
    let request = event.item("requestParameters");
    let identity = event.item("userIdentity");
    let issuer = identity.and_then(|one| one.item("sessionContext")?.item("sessionIssuer"));
    let session_arn = identity.and_then(|one| one.text("arn"));
    let of_session = session_arn.as_deref().filter(|arn| arn.contains(":assumed-role/"));
    let session_name = of_session.and_then(|arn| arn.rsplit('/').next()).map(ToOwned::to_owned);
    let time = event.known("eventTime", DocumentItem::time)?;
    let request_id = event.text("requestID");
    Some(DeniedCall {
        event_id: event
            .text("eventID")
            .or_else(|| request_id.clone())
            .or_else(|| event.identifier("eventID"))?,
        time,
        source: kind(event, &error_code),
        action: format!("{service}:{name}"),
        error_code,
        error_message: event.text("errorMessage"),
        request_id,
        session_name: session_name.or_else(|| request?.text("roleSessionName")),
        session_arn,
        role_arn: issuer.and_then(|issuer| issuer.text("arn")),
        region: event.text("awsRegion"),
        endpoint_id: event.text("vpcEndpointId").map(EndpointId::new),
        source_address: event.text("sourceIPAddress"),
        resources: resources(event, request),
    })
}

fn kind(event: DocumentItem<'_>, error_code: &str) -> DenialSource {
    let is = |key, wanted: &str| event.text(key).as_deref() == Some(wanted);
    // Only the policy of an endpoint gives this code.
    if is("eventCategory", "NetworkActivity")
        || is("eventType", "AwsVpceEvent")
        || error_code == "VpceAccessDenied"
    {
        DenialSource::NetworkActivity
    } else if is("eventCategory", "Data") {
        DenialSource::Data
    } else {
        DenialSource::Management
    }
}

/// Names and ARNs, sorted: a list may be missing, and CloudTrail omits the parameters of many refused requests.
fn resources(event: DocumentItem<'_>, request: Option<DocumentItem<'_>>) -> Vec<String> {
    let arns = event.items("resources").into_iter();
    let mut found: Vec<String> = arns.filter_map(|one| one.text("ARN").or_else(|| one.text("arn"))).collect();
    if let Some(request) = request {
        found.extend(NAMES.iter().filter_map(|key| request.text(key)));
        found.extend(request.texts("names"));
        let object = request.text("key");
        found.extend(request.text("bucketName").map(|bucket| match object {
            Some(key) => format!("{bucket}/{key}"),
            None => bucket,
        }));
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;
    use crate::model::time::Timestamp;

    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbC1dE";

    fn event(more: &Value) -> Value {
        let mut event = json!({
            "eventVersion": "1.09", "eventID": "e-1", "eventTime": "2026-11-23T03:12:20Z", "eventSource": "secretsmanager.amazonaws.com",
            "eventName": "GetSecretValue", "eventType": "AwsApiCall", "eventCategory": "Management", "awsRegion": "eu-west-1",
            "errorCode": "AccessDenied", "errorMessage": "User: x is not authorized to perform: secretsmanager:GetSecretValue",
            "requestID": "1f3c9a2e-0a1b-4c2d-8e3f-0123456789ab", "sourceIPAddress": "10.40.1.31", "vpcEndpointId": "vpce-1",
            "requestParameters": {"secretId": SECRET}, "responseElements": null,
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/orders-execution/82f6",
                "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::123456789012:role/orders-execution"}}}});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    }

    fn read_from(value: &Value) -> (Vec<DeniedCall>, u64) {
        let (inventory, defects, _) = parse([("f.json", value.to_string().as_bytes())]);
        (inventory.denied_calls.into_values().collect(), defects.iter().map(|(_, count, _)| count).sum())
    }

    #[test]
    fn a_refused_request_is_read() {
        let (found, defects) = read_from(&json!({"Records": [event(&json!({}))]}));
        let denied = &found[0];
        assert_eq!(
            (denied.action.as_str(), denied.time),
            ("secretsmanager:GetSecretValue", Timestamp(1_795_403_540))
        );
        assert_eq!(denied.request_id.as_deref(), Some("1f3c9a2e-0a1b-4c2d-8e3f-0123456789ab"));
        assert_eq!(denied.session_name.as_deref(), Some("82f6"));
        assert_eq!(denied.role_arn.as_deref(), Some("arn:aws:iam::123456789012:role/orders-execution"));
        assert_eq!((denied.region.as_deref(), denied.source), (Some("eu-west-1"), DenialSource::Management));
        assert_eq!((denied.endpoint_id.as_ref().map(EndpointId::as_str), defects), (Some("vpce-1"), 0));
        assert_eq!(denied.resources, [SECRET]);
        let lookup =
            json!({"Events": [{"EventId": "e-1", "CloudTrailEvent": event(&json!({})).to_string()}]});
        assert_eq!(read_from(&lookup), (found, 0));
    }

    #[test]
    fn the_policy_of_an_endpoint_has_events_of_its_own() {
        let denied = json!({"eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity", "errorCode": "VpceAccessDenied",
            "errorMessage": "The request was denied due to a VPC endpoint policy", "requestParameters": null, "vpcEndpointAccountId": "123456789012"});
        let (found, defects) = read_from(&json!({"Records": [event(&denied)]}));
        assert_eq!(
            (found[0].source, found[0].resources.len(), defects),
            (DenialSource::NetworkActivity, 0, 0)
        );
        let object = json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventCategory": "Data",
            "requestParameters": {"bucketName": "env", "key": "prod.env"}, "resources": [{"ARN": "arn:aws:s3:::env"}, {"arn": "arn:aws:s3:::env/prod.env"}]});
        let (found, _) = read_from(&event(&object));
        assert_eq!((found[0].source, found[0].resources.len()), (DenialSource::Data, 3));
    }

    #[test]
    fn a_session_that_was_not_made_has_its_name_in_the_request() {
        let assume = json!({"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
            "userIdentity": {"type": "AWSService", "invokedBy": "ecs-tasks.amazonaws.com"},
            "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/orders-execution", "roleSessionName": "82f6"}});
        let (found, _) = read_from(&event(&assume));
        assert_eq!((found[0].session_name.as_deref(), found[0].session_arn.as_deref()), (Some("82f6"), None));
        assert_eq!(found[0].resources, ["arn:aws:iam::123456789012:role/orders-execution"]);
    }

    #[test]
    fn other_events_are_not_kept() {
        let check = |more: Value, count: usize, defects: u64| {
            let (found, noted) = read_from(&event(&more));
            assert_eq!((found.len(), noted), (count, defects), "{more}");
        };
        check(json!({"errorCode": null}), 0, 1);
        check(json!({"errorCode": ""}), 0, 1);
        check(json!({"errorCode": 7}), 1, 0);
        check(json!({"eventName": "PutSecretValue"}), 0, 1);
        check(json!({"eventSource": "lambda.amazonaws.com"}), 0, 1);
        check(json!({"eventTime": null}), 0, 1);
        check(json!({"eventID": null}), 1, 0);
        check(json!({"eventID": null, "requestID": null}), 0, 1);
        check(json!({"userIdentity": 7, "requestParameters": [], "resources": {}, "awsRegion": []}), 1, 4);
    }
}
