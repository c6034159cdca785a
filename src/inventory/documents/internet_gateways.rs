//! `aws ec2 describe-internet-gateways`: reads one item of `InternetGateways` as an [`InternetGateway`].
//!
//! A gateway without attachments is detached. Therefore attachments that are missing or unreadable count as unknown.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::gateway::InternetGateway;
use crate::model::ids::{InternetGatewayId, VpcId};

/// Reads one gateway; none if it has no `InternetGatewayId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<InternetGateway> {
    let id = InternetGatewayId::new(item.identifier("InternetGatewayId")?);
    Some(InternetGateway { id, vpc_ids: attached_vpcs(item) })
}

/// The VPCs that a gateway is attached to; none if an attachment is missing or cannot be read.
pub(super) fn attached_vpcs(item: DocumentItem<'_>) -> Option<Vec<VpcId>> {
    let mut vpc_ids = item.whole_list("Attachments", |attachment| {
        is_attached(&attachment).then(|| attachment.identifier("VpcId").map(VpcId::new)).flatten()
    })?;
    vpc_ids.sort();
    Some(vpc_ids)
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
        complete_option(&mut self.vpc_ids, other.vpc_ids.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn attachments_in_effect_count() {
        let check = |attachments: Value, want: Option<&[&str]>, noted| {
            let value = json!({"InternetGatewayId": "igw-1", "Attachments": attachments});
            let notes = Notes::default();
            let gateway = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            let want = want.map(|ids| ids.iter().copied().map(VpcId::new).collect::<Vec<_>>());
            assert_eq!(gateway.vpc_ids, want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!([{"State": "available", "VpcId": "vpc-1"}]), Some(&["vpc-1"]), 0);
        check(json!([{"State": "attached", "VpcId": "vpc-1"}]), Some(&["vpc-1"]), 0);
        check(json!([{"VpcId": "vpc-1"}]), Some(&["vpc-1"]), 0);
        check(json!([{"State": "detaching", "VpcId": "vpc-1"}]), Some(&[]), 0);
        check(json!([]), Some(&[]), 0);
        check(json!([{"State": "available"}]), None, 1);
        check(json!([{"VpcId": []}]), None, 1);
        check(Value::Null, None, 1);
        check(json!("vpc-1"), None, 1);
    }
}
