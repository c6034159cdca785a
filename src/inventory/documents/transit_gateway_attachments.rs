//! `aws ec2 describe-transit-gateway-attachments` and `describe-transit-gateway-vpc-attachments`: reads one item as a
//! [`TransitGatewayAttachment`].
//!
//! Only the second document contains the subnets.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::gateway::TransitGatewayAttachment;
use crate::model::ids::{SubnetId, TransitGatewayAttachmentId, TransitGatewayId, VpcId};

/// Reads one attachment; none if it has no `TransitGatewayAttachmentId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<TransitGatewayAttachment> {
    let id = TransitGatewayAttachmentId::new(item.identifier("TransitGatewayAttachmentId")?);
    let is_vpc = item.text("ResourceType").as_deref() == Some("vpc");
    let of_resource = || item.text("ResourceId").filter(|_| is_vpc);
    let mut subnet_ids: Vec<SubnetId> = item.texts("SubnetIds").into_iter().map(SubnetId::new).collect();
    subnet_ids.sort();
    Some(TransitGatewayAttachment {
        id,
        gateway_id: item.text("TransitGatewayId").map(TransitGatewayId::new),
        vpc_id: item.text("VpcId").or_else(of_resource).map(VpcId::new),
        subnet_ids,
        state: item.text("State").unwrap_or_default(),
    })
}

impl Describe for TransitGatewayAttachment {
    type Id = TransitGatewayAttachmentId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.gateway_id, other.gateway_id.as_ref());
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.subnet_ids, &other.subnet_ids);
        if self.state.is_empty() {
            self.state.clone_from(&other.state);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::parse;

    #[test]
    fn both_documents_describe_one_attachment() {
        let check = |texts: &[&str], want: (Option<&str>, usize, &str), defects| {
            let (inventory, found, _) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
            let one = &inventory.transit_gateway_attachments["tgw-attach-1"];
            let vpc = one.vpc_id.as_ref().map(crate::model::ids::VpcId::as_str);
            assert_eq!((vpc, one.subnet_ids.len(), one.state.as_str()), want, "{texts:?}");
            assert_eq!(found.iter().count(), defects, "{texts:?} {found:?}");
        };
        let general = r#"{"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1",
            "ResourceType": "vpc", "ResourceId": "vpc-1", "State": "available", "Association": {"State": "associated"}}]}"#;
        let of_vpc = r#"{"TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1",
            "VpcId": "vpc-1", "SubnetIds": ["subnet-1", "subnet-2"], "State": "available"}]}"#;
        check(&[general], (Some("vpc-1"), 0, "available"), 0);
        check(&[general, of_vpc], (Some("vpc-1"), 2, "available"), 0);
        check(
            &[&general.replace(r#""ResourceType": "vpc""#, r#""ResourceType": "vpn""#)],
            (None, 0, "available"),
            0,
        );
        check(&[&of_vpc.replace(r#"["subnet-1", "subnet-2"]"#, "7")], (Some("vpc-1"), 0, "available"), 1);
        check(&[general, &of_vpc.replace("available", "deleted")], (Some("vpc-1"), 2, "available"), 1);
    }
}
