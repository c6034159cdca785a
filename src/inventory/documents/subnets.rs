//! `aws ec2 describe-subnets`: reads one item of `Subnets` as a [`Subnet`].

use ipnet::IpNet;

use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::{SubnetId, VpcId};
use crate::model::network::Subnet;

/// Reads one subnet; none if it has no `SubnetId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Subnet> {
    Some(Subnet {
        id: SubnetId::new(item.identifier("SubnetId")?),
        vpc_id: item.text("VpcId").map(VpcId::new),
        cidrs: cidrs(item),
        availability_zone: item.text("AvailabilityZone"),
    })
}

fn cidrs(item: DocumentItem<'_>) -> Vec<IpNet> {
    let ipv6 = associated(item, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState", "Ipv6CidrBlock");
    distinct(item.cidr("CidrBlock").into_iter().chain(ipv6))
}

/// The blocks of an association set that are in use; a block without a state is in use.
pub(super) fn associated(item: DocumentItem<'_>, set: &str, state: &str, block: &str) -> Vec<IpNet> {
    let in_use = |association: &DocumentItem<'_>| {
        let state = association.item(state).and_then(|state| state.text("State"));
        !matches!(state.as_deref(), Some("disassociated" | "failed"))
    };
    item.items(set).into_iter().filter(in_use).filter_map(|association| association.cidr(block)).collect()
}

impl Describe for Subnet {
    type Id = SubnetId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.cidrs, &other.cidrs);
        complete_option(&mut self.availability_zone, other.availability_zone.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn reads_both_families() {
        let value = json!({
            "SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a", "CidrBlock": "10.0.1.7/24",
            "Ipv6CidrBlockAssociationSet": [
                {"Ipv6CidrBlock": "2001:db8:1::/64", "Ipv6CidrBlockState": {"State": "associated"}},
                {"Ipv6CidrBlock": "2001:db8:2::/64", "Ipv6CidrBlockState": {"State": "disassociated"}}]
        });
        let notes = Notes::default();
        let subnet = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
        let cidrs: Vec<String> = subnet.cidrs.iter().map(IpNet::to_string).collect();
        assert_eq!(cidrs, ["10.0.1.0/24", "2001:db8:1::/64"]);
        assert_eq!(subnet.vpc_id, Some(VpcId::new("vpc-1")));
        assert!(notes.into_inner().is_empty());
    }

    #[test]
    fn a_bad_block_loses_only_itself() {
        let value = json!({"SubnetId": "subnet-1", "CidrBlock": "10.0.1.0/33"});
        let notes = Notes::default();
        let subnet = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
        assert!(subnet.cidrs.is_empty());
        assert_eq!(notes.into_inner(), ["`CidrBlock`: expected an address block, found `10.0.1.0/33`"]);
    }
}
