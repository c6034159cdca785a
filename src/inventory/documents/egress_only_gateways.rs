//! `aws ec2 describe-egress-only-internet-gateways`: reads one item as an [`EgressOnlyGateway`].

use crate::inventory::documents::internet_gateways::attached_vpcs;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::gateway::EgressOnlyGateway;

/// Reads one gateway; none if it has no `EgressOnlyInternetGatewayId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<EgressOnlyGateway> {
    let id = item.identifier("EgressOnlyInternetGatewayId")?;
    Some(EgressOnlyGateway { id, vpc_ids: attached_vpcs(item) })
}

impl Describe for EgressOnlyGateway {
    type Id = String;

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
        let check = |attachments: Value, want: Option<usize>, noted| {
            let value = json!({"EgressOnlyInternetGatewayId": "eigw-1", "Attachments": attachments});
            let notes = Notes::default();
            let gateway = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            assert_eq!(gateway.vpc_ids.map(|attached| attached.len()), want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        check(json!([{"State": "attached", "VpcId": "vpc-1"}]), Some(1), 0);
        check(json!([{"State": "detached", "VpcId": "vpc-1"}]), Some(0), 0);
        check(json!([]), Some(0), 0);
        check(json!(7), None, 1);
    }
}
