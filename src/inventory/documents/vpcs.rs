//! `aws ec2 describe-vpcs`: reads one item of `Vpcs` as a [`Vpc`].

use crate::inventory::documents::subnets::associated;
use crate::inventory::item::DocumentItem;
use crate::inventory::item::distinct;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::{DhcpOptionsId, VpcId};
use crate::model::network::Vpc;

/// Reads one VPC; none if it has no `VpcId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Vpc> {
    let id = VpcId::new(item.identifier("VpcId")?);
    let ipv4 = associated(item, "CidrBlockAssociationSet", "CidrBlockState", "CidrBlock");
    let ipv6 = associated(item, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState", "Ipv6CidrBlock");
    Some(Vpc {
        id,
        cidrs: distinct(item.cidr("CidrBlock").into_iter().chain(ipv4).chain(ipv6)),
        dhcp_options_id: item.text("DhcpOptionsId").map(DhcpOptionsId::new),
        dns_support: None,
        dns_hostnames: None,
    })
}

impl Describe for Vpc {
    type Id = VpcId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_list(&mut self.cidrs, &other.cidrs);
        complete_option(&mut self.dhcp_options_id, other.dhcp_options_id.as_ref());
        complete_option(&mut self.dns_support, other.dns_support.as_ref());
        complete_option(&mut self.dns_hostnames, other.dns_hostnames.as_ref());
    }

    fn complete_from_present(&mut self, present: &Self) {
        complete_option(&mut self.dns_support, present.dns_support.as_ref());
        complete_option(&mut self.dns_hostnames, present.dns_hostnames.as_ref());
    }

    fn invalidate(&mut self, others: &[Self]) {
        let differs = |mine: Option<bool>, of: fn(&Self) -> Option<bool>| {
            others.iter().filter_map(of).any(|other| Some(other) != mine)
        };
        if differs(self.dns_support, |vpc| vpc.dns_support) {
            self.dns_support = None;
        }
        if differs(self.dns_hostnames, |vpc| vpc.dns_hostnames) {
            self.dns_hostnames = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use ipnet::IpNet;
    use serde_json::json;

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn every_associated_block_counts() {
        let value = json!({
            "VpcId": "vpc-1", "CidrBlock": "30.1.0.0/16",
            "CidrBlockAssociationSet": [
                {"CidrBlock": "30.1.0.0/16", "CidrBlockState": {"State": "associated"}},
                {"CidrBlock": "100.64.0.0/16", "CidrBlockState": {"State": "associated"}},
                {"CidrBlock": "100.65.0.0/16", "CidrBlockState": {"State": "failed"}}],
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56"}]
        });
        let notes = Notes::default();
        let vpc = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
        let cidrs: Vec<String> = vpc.cidrs.iter().map(IpNet::to_string).collect();
        assert_eq!(cidrs, ["30.1.0.0/16", "100.64.0.0/16", "2001:db8::/56"]);
        assert!(notes.into_inner().is_empty());
    }
}
