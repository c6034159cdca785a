//! `aws ec2 describe-vpc-peering-connections`: reads one item of `VpcPeeringConnections` as a [`Peering`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list};
use crate::model::gateway::Peering;
use crate::model::ids::{PeeringId, VpcId};

/// Reads one connection; none if it has no `VpcPeeringConnectionId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Peering> {
    let id = PeeringId::new(item.identifier("VpcPeeringConnectionId")?);
    let vpc = |key| item.item(key)?.text("VpcId").map(VpcId::new);
    Some(Peering {
        id,
        status: item.item("Status").and_then(|status| status.text("Code")).unwrap_or_default(),
        vpc_ids: ["RequesterVpcInfo", "AccepterVpcInfo"].into_iter().filter_map(vpc).collect(),
    })
}

impl Describe for Peering {
    type Id = PeeringId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        if self.status.is_empty() {
            self.status.clone_from(&other.status);
        }
        complete_list(&mut self.vpc_ids, &other.vpc_ids);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn reads_both_sides() {
        let check = |fields: Value, status: &str, vpcs: &[&str], noted| {
            let mut value = json!({"VpcPeeringConnectionId": "pcx-1"});
            value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let notes = Notes::default();
            let peering = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            let found: Vec<&str> = peering.vpc_ids.iter().map(VpcId::as_str).collect();
            assert_eq!((peering.status.as_str(), found.as_slice()), (status, vpcs), "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        let (requester, accepter) =
            (json!({"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}), json!({"VpcId": "vpc-2"}));
        check(
            json!({"Status": {"Code": "active", "Message": "Active"}, "RequesterVpcInfo": requester, "AccepterVpcInfo": accepter}),
            "active",
            &["vpc-1", "vpc-2"],
            0,
        );
        check(json!({"Status": {"Code": "deleted"}, "AccepterVpcInfo": {}}), "deleted", &[], 0);
        check(json!({"Status": "active", "RequesterVpcInfo": "vpc-1"}), "", &[], 2);
    }
}
