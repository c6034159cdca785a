//! `aws ecs describe-container-instances`: reads one item of `containerInstances` as a [`ContainerInstance`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::container_instance::ContainerInstance;
use crate::model::ids::InstanceId;

/// Reads one container instance; none if it has no `containerInstanceArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<ContainerInstance> {
    Some(ContainerInstance {
        arn: item.identifier("containerInstanceArn")?,
        instance_id: item.text("ec2InstanceId").map(InstanceId::new),
    })
}

impl Describe for ContainerInstance {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.instance_id, other.instance_id.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn reads_the_instance() {
        let check = |fields: Value, instance: Option<&str>, is_external, noted| {
            let mut value = json!({"containerInstanceArn": "a:container-instance/shop/1"});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let notes = Notes::default();
            let found = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            let id = found.instance_id.as_ref().map(InstanceId::as_str);
            assert_eq!((id, found.is_external()), (instance, is_external), "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!({"ec2InstanceId": "i-1", "agentConnected": true}), Some("i-1"), false, 0);
        check(json!({"ec2InstanceId": "mi-1"}), Some("mi-1"), true, 0);
        check(json!({}), None, false, 0);
        check(json!({"ec2InstanceId": []}), None, false, 1);
    }
}
