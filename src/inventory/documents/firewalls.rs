//! `aws network-firewall describe-firewall`: reads the firewall and its endpoints as a [`Firewall`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_list, complete_option};
use crate::model::gateway::Firewall;
use crate::model::ids::{EndpointId, VpcId};

/// Reads one firewall; none if it has no `FirewallArn`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Firewall> {
    let firewall = item.item("Firewall")?;
    let states = item.item("FirewallStatus").and_then(|status| status.item("SyncStates"));
    let zones = states.map(DocumentItem::members).unwrap_or_default();
    let endpoint = |zone: DocumentItem<'_>| zone.item("Attachment")?.text("EndpointId");
    let mut endpoint_ids: Vec<EndpointId> =
        zones.into_iter().filter_map(endpoint).map(EndpointId::new).collect();
    endpoint_ids.sort();
    Some(Firewall {
        arn: firewall.identifier("FirewallArn")?,
        name: firewall.text("FirewallName"),
        vpc_id: firewall.text("VpcId").map(VpcId::new),
        endpoint_ids,
    })
}

impl Describe for Firewall {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.name, other.name.as_ref());
        complete_option(&mut self.vpc_id, other.vpc_id.as_ref());
        complete_list(&mut self.endpoint_ids, &other.endpoint_ids);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn each_zone_has_an_endpoint() {
        let check = |status: Value, want: &[&str], noted| {
            let firewall = json!({"FirewallArn": "arn:1", "FirewallName": "egress", "VpcId": "vpc-1"});
            let value = json!({"Firewall": firewall, "FirewallStatus": status});
            let notes = Notes::default();
            let firewall = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            let found: Vec<&str> = firewall.endpoint_ids.iter().map(EndpointId::as_str).collect();
            assert_eq!(found, want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        let zone = |id| json!({"Attachment": {"SubnetId": "subnet-1", "EndpointId": id, "Status": "READY"}});
        check(
            json!({"SyncStates": {"eu-west-1b": zone("vpce-2"), "eu-west-1a": zone("vpce-1")}}),
            &["vpce-1", "vpce-2"],
            0,
        );
        check(json!({"Status": "PROVISIONING"}), &[], 0);
        check(json!({"SyncStates": 7}), &[], 1);
        check(json!({"SyncStates": {"eu-west-1a": 7}}), &[], 1);
    }
}
