//! The types of policies that allow a request which another type denies.

use std::sync::Arc;

use serde_json::json;

use crate::policy::{
    AccessDecision, AccessRequest, PolicyLayer, PolicyLayers, PolicyType, SavedDocument, evaluate,
};

/// The types of a denied request whose saved policies allow it by themselves: of the role's policies and the endpoint's.
pub(super) fn allowing(request: &AccessRequest, layers: &PolicyLayers) -> Vec<PolicyType> {
    let everything = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let open = PolicyLayers {
        identity: PolicyLayer::saved(vec![Arc::new(SavedDocument::read("everything", &everything))]),
        endpoint_kind: layers.endpoint_kind,
        ..PolicyLayers::default()
    };
    let of_role = PolicyLayers { identity: layers.identity.clone(), ..open.clone() };
    let of_endpoint = PolicyLayers { endpoint: layers.endpoint.clone(), ..open };
    let allows = |alone: &PolicyLayers, policy_type: PolicyType| match evaluate(request, alone) {
        AccessDecision::Allowed { unseen, .. } => !unseen.contains(&policy_type),
        AccessDecision::Denied(_) | AccessDecision::Unknown { .. } => false,
    };
    let mut found = Vec::new();
    if allows(&of_role, PolicyType::Identity) {
        found.push(PolicyType::Identity);
    }
    if layers.endpoint.applies() && allows(&of_endpoint, PolicyType::Endpoint) {
        found.push(PolicyType::Endpoint);
    }
    found
}
