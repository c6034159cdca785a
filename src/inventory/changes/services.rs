//! Calls that change services and task definitions of ECS. Their effect on a start is that of the documents: a task names the
//! revision of its task definition, and a deployment has its own network.

use crate::inventory::changes::call::{Found, RecordedCall};
use crate::model::configuration_change::{Attribute, Part, PartChange, PartValue, SubjectKind};

/// `CreateService`, `UpdateService`, `DeleteService`.
pub(super) fn services(call: &RecordedCall<'_>) -> Vec<Found> {
    let answered = call.answer.is_object("Service").then(|| call.answer.item("Service")).flatten();
    let arn = answered.and_then(|service| service.text("ServiceArn"));
    let named = || call.request.text("Service").or_else(|| call.request.text("ServiceName"));
    let Some(id) = arn.or_else(named) else { return Vec::new() };
    let definition = call.request.text("TaskDefinition").map(|definition| {
        PartChange::set(Part::Attribute(Attribute::TaskDefinition), PartValue::Text(definition))
    });
    let has_network = call.request.has("NetworkConfiguration");
    let network = has_network.then(|| PartChange::unknown(Part::Attribute(Attribute::Network)));
    let existence =
        (call.name == "CreateService").then(|| PartChange::added(Part::Existence, PartValue::There));
    let parts: Vec<PartChange> = existence.into_iter().chain(definition).chain(network).collect();
    vec![Found::new(SubjectKind::Service, id, (!parts.is_empty()).then_some(parts))]
}

/// `RegisterTaskDefinition`, `DeregisterTaskDefinition`: a new revision changes no other one.
pub(super) fn definitions(call: &RecordedCall<'_>) -> Vec<Found> {
    let key = "TaskDefinition";
    let answered = call.answer.is_object(key).then(|| call.answer.item(key)).flatten();
    let arn = answered.and_then(|definition| definition.text("TaskDefinitionArn"));
    let id = arn.or_else(|| call.request.text("Family")).or_else(|| call.request.text("TaskDefinition"));
    let existence = (call.name == "RegisterTaskDefinition")
        .then(|| vec![PartChange::added(Part::Existence, PartValue::There)]);
    vec![Found::new(SubjectKind::TaskDefinition, id.unwrap_or_default(), existence)]
}
