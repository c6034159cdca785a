//! `aws ec2 describe-internet-gateways`: reads one item of `InternetGateways` as an [`InternetGateway`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list};
use crate::model::gateway::InternetGateway;
use crate::model::ids::{InternetGatewayId, VpcId};

/// Reads one gateway; none if it has no `InternetGatewayId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<InternetGateway> {
    let id = InternetGatewayId::new(item.identifier("InternetGatewayId")?);
    Some(InternetGateway { id, vpc_ids: attached_vpcs(item) })
}

/// The VPCs that a gateway is attached to.
pub(super) fn attached_vpcs(item: DocumentItem<'_>) -> Vec<VpcId> {
    let attached = item.items("Attachments").into_iter().filter(is_attached);
    let mut vpc_ids: Vec<VpcId> =
        attached.filter_map(|attachment| attachment.text("VpcId")).map(VpcId::new).collect();
    vpc_ids.sort();
    vpc_ids
}

/// Whether an attachment is in effect; the API shows the state `available` for it.
fn is_attached(attachment: &DocumentItem<'_>) -> bool {
    attachment.text("State").is_none_or(|state| matches!(state.as_str(), "available" | "attached"))
}

impl Describe for InternetGateway {
    type Id = InternetGatewayId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_list(&mut self.vpc_ids, &other.vpc_ids);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn attachments_in_effect_count() {
        let check = |attachments: Value, want: &[&str], noted| {
            let value = json!({"InternetGatewayId": "igw-1", "Attachments": attachments});
            let notes = Notes::default();
            let gateway = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            assert_eq!(gateway.vpc_ids.iter().map(VpcId::as_str).collect::<Vec<_>>(), want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!([{"State": "available", "VpcId": "vpc-1"}]), &["vpc-1"], 0);
        check(json!([{"State": "attached", "VpcId": "vpc-1"}]), &["vpc-1"], 0);
        check(json!([{"VpcId": "vpc-1"}]), &["vpc-1"], 0);
        check(json!([{"State": "detaching", "VpcId": "vpc-1"}]), &[], 0);
        check(json!([]), &[], 0);
        check(Value::Null, &[], 0);
        check(json!("vpc-1"), &[], 1);
    }
}
