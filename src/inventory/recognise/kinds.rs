//! Recognises kinds of documents by the keys of the table in [`crate::model::document`].
//!
//! When a document of [`NOT_USED`] becomes used, its row here is removed.

use crate::inventory::json::{JsonFields, Value};
use crate::model::document::{DOCUMENTS, DocumentKind, KnownBy};

/// Keys of other things that refer to a known item, for example a container, an instance, an address or a route.
const PARTS: &[&str] = &[
    "containerArn",
    "InstanceId",
    "AllocationId",
    "ServiceId",
    "DestinationCidrBlock",
    "VpcEndpointState",
    "LoadBalancerArn",
    "LoadBalancerName",
];

/// Documents of AWS that this version does not use: the key of their pages, and a key that only their items have.
pub(super) const NOT_USED: &[(&str, &str)] = &[
    ("VpcEndpointConnections", "VpcEndpointState"),
    ("ServiceDetails", "ServiceType"),
    ("TransitGateways", "TransitGatewayArn"),
    ("Addresses", "AllocationId"),
    ("LoadBalancers", "LoadBalancerArn"),
    ("TargetGroups", "TargetGroupArn"),
    ("clusters", "clusterName"),
    ("taskArns", "taskArns"),
    ("SecretValues", "SecretValues"),
    ("AutomationExecutionMetadataList", "AutomationType"),
];

/// Whether this is a thing that only refers to known items, possibly under the keys of their pages.
pub(super) fn is_part(fields: JsonFields<'_>) -> bool {
    PARTS.iter().any(|key| fields.contains_key(key)) && !is_instance(fields)
}

/// Whether this is an instance, whose interfaces have the key of their own pages.
pub(super) fn is_instance(fields: JsonFields<'_>) -> bool {
    ["InstanceId", "InstanceType", "NetworkInterfaces"].iter().all(|key| fields.contains_key(key))
}

/// Whether this is an execution of a runbook, whose parameters have the key of the pages of Parameter Store.
pub(super) fn is_execution(fields: JsonFields<'_>) -> bool {
    ["AutomationExecutionId", "DocumentName", "Parameters"].iter().all(|key| fields.contains_key(key))
}

/// The kind of a single item, by the keys that only items of it have.
pub(super) fn kind_of_item(fields: JsonFields<'_>) -> Option<DocumentKind> {
    if is_part(fields) {
        return None;
    }
    let matches = |known_by: &KnownBy| match known_by {
        KnownBy::Item(keys) => keys.iter().all(|key| fields.contains_key(key)),
        _ => false,
    };
    let found = DOCUMENTS.iter().find(|document| document.known_by.iter().any(matches));
    found.map(|document| document.kind).filter(|kind| !is_plain_policy(*kind) || has_no_other_policy(fields))
}

/// Whether documents of this kind have a policy alone under `Policy`.
fn is_plain_policy(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::KeyPolicies | DocumentKind::BucketPolicies)
}

/// Whether an object under `Policy`, if there is one, is a policy itself and not the description of one.
fn has_no_other_policy(fields: JsonFields<'_>) -> bool {
    let object = fields.get("Policy").and_then(Value::fields);
    object.is_none_or(|object| object.contains_key("Statement"))
}

/// The kind of an event, by its `detail-type`.
pub(super) fn kind_of_event(detail_type: Value<'_>) -> Option<DocumentKind> {
    let matches = |known_by: &KnownBy| matches!(known_by, KnownBy::Event(name) if detail_type.is(name));
    DOCUMENTS.iter().find(|document| document.known_by.iter().any(matches)).map(|document| document.kind)
}

/// The keys of pages, each with the kind of its items and whether it holds a single item.
pub(super) fn pages() -> impl Iterator<Item = (&'static str, DocumentKind, bool)> {
    DOCUMENTS.iter().flat_map(|document| {
        document.known_by.iter().filter_map(|known_by| match known_by {
            KnownBy::Page(key) => Some((*key, document.kind, false)),
            KnownBy::Single(key) | KnownBy::SingleWith(key, _) => Some((*key, document.kind, true)),
            _ => None,
        })
    })
}

/// The kind of the one item under this key; none if the key is of a list, or the item is of no kind that shares it.
pub(super) fn kind_of_single(key: &str, item: JsonFields<'_>) -> Option<DocumentKind> {
    let matches = |known_by: &KnownBy| match known_by {
        KnownBy::Single(single) => *single == key,
        KnownBy::SingleWith(single, within) => *single == key && item.contains_key(within),
        _ => false,
    };
    DOCUMENTS.iter().find(|document| document.known_by.iter().any(matches)).map(|document| document.kind)
}

/// Whether a document of this kind is one item: it has no pages.
pub(in crate::inventory) fn is_one_item(kind: DocumentKind) -> bool {
    pages().all(|(_, paged, is_single)| paged != kind || is_single)
}

/// Whether the values of a kind of document may be secrets: those of variables and parameters, and of options of log drivers.
pub(in crate::inventory) fn may_hold_secrets(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::TaskDefinition
            | DocumentKind::Tasks
            | DocumentKind::TaskEvents
            | DocumentKind::Services
            | DocumentKind::CloudTrailEvents
            | DocumentKind::ConfigurationItems
            | DocumentKind::Secrets
            | DocumentKind::Parameters
    )
}
