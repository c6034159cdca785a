//! A call as CloudTrail records it: the envelope that all events share.
//!
//! The keys are those of the contents of CloudTrail's record (`cloudtrail-event-reference-record-contents` of its guide).
//! The members of `requestParameters` and `responseElements` are at each change. EC2 has two forms: older actions have
//! members in lower camel case with lists as `{"items": [...]}`; younger ones have one member `<Action>Request` or
//! `<Action>Response` in the case of the query API, whose lists have a `tag` and, for texts, a `content`.

use serde_json::{Value, json};

use crate::support::clock::{Ms, calendar, epoch_second};
use crate::support::rng::Rng;
use crate::support::vpc::{ACCOUNT, REGION};

/// EC2's service in events.
pub(crate) const EC2: &str = "ec2.amazonaws.com";
/// The namespace that younger EC2 answers have.
const XMLNS: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `eventName`.
    pub(crate) name: &'static str,
    /// `eventSource`.
    pub(crate) source: &'static str,
    /// `requestParameters`.
    pub(crate) request: Value,
    /// `responseElements`.
    pub(crate) response: Value,
    /// `resources`, which few services write.
    pub(crate) resources: Option<Value>,
}

impl Call {
    /// A call of EC2's older form, whose answer shows only that it succeeded.
    pub(crate) fn of_ec2(name: &'static str, request: Value) -> Self {
        Self { name, source: EC2, request, response: json!({ "_return": true }), resources: None }
    }

    /// A call of EC2's younger form.
    pub(crate) fn of_new_ec2(name: &'static str, request: &Value, response: &Value) -> Self {
        let mut response = response.clone();
        response["xmlns"] = XMLNS.into();
        Self {
            name,
            source: EC2,
            request: json!({ format!("{name}Request"): request }),
            response: json!({ format!("{name}Response"): response }),
            resources: None,
        }
    }

    /// A call of another service.
    pub(crate) fn of(name: &'static str, source: &'static str, request: Value, response: Value) -> Self {
        Self { name, source, request, response, resources: None }
    }

    /// The same with another answer.
    pub(crate) fn answered(mut self, response: Value) -> Self {
        self.response = response;
        self
    }
}

/// Where and why a call was recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// The account.
    pub(crate) account: &'static str,
    /// The Region.
    pub(crate) region: &'static str,
    /// The error, with which it changed nothing.
    pub(crate) error: Option<&'static str>,
}

/// The account and the Region of everything, without an error.
pub(crate) const HERE: Circumstances = Circumstances { account: ACCOUNT, region: REGION, error: None };

/// The record of a call.
pub(crate) fn record(call: &Call, at: Ms, circumstances: Circumstances, id: &str, rng: &mut Rng) -> Value {
    let Circumstances { account, region, error } = circumstances;
    let request_id = rng.uuid();
    let time = calendar(epoch_second(at), "%Y-%m-%dT%H:%M:%SZ");
    let is_global = call.source == "iam.amazonaws.com";
    let mut response = if error.is_some() { Value::Null } else { call.response.clone() };
    put_request_id(&mut response, call, &request_id);
    let mut record = json!({
        "eventVersion": "1.09", "userIdentity": identity(account, rng), "eventTime": time, "eventSource": call.source,
        "eventName": call.name, "awsRegion": if is_global { "us-east-1" } else { region },
        "sourceIPAddress": "198.51.100.14", "userAgent": "aws-cli/2.17.9", "requestParameters": call.request,
        "responseElements": response, "requestID": request_id, "eventID": id, "readOnly": false,
        "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": account,
        "eventCategory": "Management",
    });
    if let Some(code) = error {
        record["errorCode"] = code.into();
        record["errorMessage"] = message(code).into();
    }
    if let Some(resources) = &call.resources {
        record["resources"] = resources.clone();
    }
    record
}

/// EC2's answers repeat the id of the request, in the older form with a small `d`.
fn put_request_id(response: &mut Value, call: &Call, id: &str) {
    let Some(answer) = response.as_object_mut().filter(|_| call.source == EC2) else { return };
    match answer.iter_mut().next() {
        Some((name, inner)) if name.ends_with("Response") => inner["requestId"] = id.into(),
        _ => {
            answer.insert("requestId".to_owned(), id.into());
        }
    }
}

fn message(code: &str) -> &'static str {
    match code {
        "Client.DryRunOperation" => "Request would have succeeded, but DryRun flag is set.",
        "Client.UnauthorizedOperation" => "You are not authorized to perform this operation.",
        _ => "User is not authorized to perform this operation",
    }
}

/// `userIdentity`: a user, or a role of which a session has the name of a person or of a pipeline.
fn identity(account: &str, rng: &mut Rng) -> Value {
    let key = format!("ASIA{}", rng.hex(16).to_uppercase());
    if rng.between(0, 2) == 0 {
        return json!({ "type": "IAMUser", "principalId": "AIDAEXAMPLE0000000001", "accountId": account,
            "arn": format!("arn:aws:iam::{account}:user/alice"), "accessKeyId": key, "userName": "alice" });
    }
    let (role, session) =
        if rng.between(0, 1) == 0 { ("deploy", "terraform") } else { ("network-admin", "bob") };
    json!({ "type": "AssumedRole", "principalId": format!("AROAEXAMPLE0000000002:{session}"), "accountId": account,
        "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"), "accessKeyId": key,
        "sessionContext": { "sessionIssuer": { "type": "Role", "principalId": "AROAEXAMPLE0000000002",
            "arn": format!("arn:aws:iam::{account}:role/{role}"), "accountId": account, "userName": role },
            "attributes": { "creationDate": "2026-11-22T20:00:00Z", "mfaAuthenticated": "false" } } })
}

/// A list of EC2's older form.
pub(crate) fn items(list: &[Value]) -> Value {
    json!({ "items": list })
}

/// A list of texts of EC2's younger form: one member is no list.
pub(crate) fn tagged(texts: &[&str]) -> Value {
    let list: Vec<Value> =
        (1..).zip(texts).map(|(tag, text)| json!({ "tag": tag, "content": text })).collect();
    match list.as_slice() {
        [one] => one.clone(),
        _ => Value::Array(list),
    }
}
