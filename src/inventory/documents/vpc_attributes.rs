//! `aws ec2 describe-vpc-attribute`: reads one attribute of a VPC as a [`Vpc`] without any other field.

use crate::inventory::item::DocumentItem;
use crate::model::ids::VpcId;
use crate::model::network::Vpc;

/// Reads one document; none if it has no `VpcId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Vpc> {
    Some(Vpc {
        id: VpcId::new(item.identifier("VpcId")?),
        cidrs: Vec::new(),
        dhcp_options_id: None,
        dns_support: attribute(item, "EnableDnsSupport"),
        dns_hostnames: attribute(item, "EnableDnsHostnames"),
    })
}

fn attribute(item: DocumentItem<'_>, key: &str) -> Option<bool> {
    item.item(key)?.flag("Value")
}

#[cfg(test)]
mod tests {
    use crate::inventory::parse;
    use crate::model::network::Vpc;

    #[test]
    fn attributes_complete_their_vpc() {
        let check = |texts: &[&str], want: (usize, Option<bool>, Option<bool>), defects| {
            let (inventory, found, _) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
            let vpc: &Vpc = &inventory.vpcs["vpc-1"];
            assert_eq!((vpc.cidrs.len(), vpc.dns_support, vpc.dns_hostnames), want, "{texts:?}");
            assert_eq!(found.iter().count(), defects, "{texts:?} {found:?}");
        };
        let vpc = r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#;
        let support = r#"{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}"#;
        let hostnames = r#"{"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": "false"}}"#;
        check(&[vpc, support, hostnames], (1, Some(true), Some(false)), 0);
        check(&[hostnames, vpc], (1, None, Some(false)), 0);
        check(&[support], (0, Some(true), None), 0);
        check(&[support, r#"{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": false}}"#], (0, None, None), 1);
        check(&[r#"{"VpcId": "vpc-1", "EnableDnsSupport": 7}"#], (0, None, None), 1);
    }
}
