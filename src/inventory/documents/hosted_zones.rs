//! `aws route53 list-hosted-zones-by-vpc`, `list-hosted-zones` and `get-hosted-zone`: reads one zone as a [`HostedZone`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::ids::VpcId;
use crate::model::name_resolution::{HostedZone, dns_name};

/// Reads one zone; none if it has no id or no name.
pub(super) fn read(item: DocumentItem<'_>) -> Option<HostedZone> {
    if let Some(zone) = item.item("HostedZone") {
        let vpcs = item.items("VPCs").into_iter().filter_map(|vpc| vpc.text("VPCId"));
        return Some(HostedZone { vpc_ids: vpcs.map(VpcId::new).collect(), ..of_zone(zone)? });
    }
    match item.text("HostedZoneId") {
        // A list by VPC names only private zones.
        Some(id) => Some(HostedZone {
            id: last_part(&id),
            name: dns_name(&item.identifier("Name")?),
            is_private: Some(true),
            is_in_list_of_vpc: true,
            vpc_ids: Vec::new(),
        }),
        None => of_zone(item),
    }
}

fn of_zone(item: DocumentItem<'_>) -> Option<HostedZone> {
    Some(HostedZone {
        id: last_part(&item.identifier("Id")?),
        name: dns_name(&item.identifier("Name")?),
        is_private: item.item("Config").and_then(|config| config.flag("PrivateZone")),
        is_in_list_of_vpc: false,
        vpc_ids: Vec::new(),
    })
}

fn last_part(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

impl Describe for HostedZone {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.is_private, other.is_private.as_ref());
        self.is_in_list_of_vpc |= other.is_in_list_of_vpc;
        complete_list(&mut self.vpc_ids, &other.vpc_ids);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn each_command_describes_a_zone() {
        let check = |value: Value, want: Option<(&str, &str, Option<bool>, bool, usize)>, noted| {
            let notes = Notes::default();
            let zone = read(DocumentItem::new(value.as_object().unwrap(), &notes));
            let found = zone.as_ref().map(|zone| {
                let name = zone.name.as_str();
                (zone.id.as_str(), name, zone.is_private, zone.is_in_list_of_vpc, zone.vpc_ids.len())
            });
            assert_eq!(found, want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        let name = "ecr.api.eu-west-1.amazonaws.com.";
        let plain = "ecr.api.eu-west-1.amazonaws.com";
        check(
            json!({"HostedZoneId": "Z1", "Name": name, "Owner": {"OwningAccount": "1"}}),
            Some(("Z1", plain, Some(true), true, 0)),
            0,
        );
        let zone = json!({"Id": "/hostedzone/Z1", "Name": name, "CallerReference": "x", "Config": {"PrivateZone": true}});
        check(zone.clone(), Some(("Z1", plain, Some(true), false, 0)), 0);
        check(
            json!({"HostedZone": zone, "VPCs": [{"VPCRegion": "eu-west-1", "VPCId": "vpc-1"}]}),
            Some(("Z1", plain, Some(true), false, 1)),
            0,
        );
        check(json!({"Id": "Z1", "Name": name, "Config": 7}), Some(("Z1", plain, None, false, 0)), 1);
        check(json!({"Id": "Z1", "Name": []}), None, 1);
        check(json!({"HostedZoneId": "Z1"}), None, 1);
    }
}
